"""Costs of a period for finance: by month, placement type, process, team and child, down to each posting."""

from web.account.navigation import Entry
from web.finance.views import blueprint

__all__ = ["NAVIGATION", "blueprint"]

NAVIGATION = (Entry("finance.overview", "Costs", home_of=("finance",)),)
