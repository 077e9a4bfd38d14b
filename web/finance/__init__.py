"""Costs of a period for finance: by month, placement type, process, team and child, down to each posting."""

from web.account.navigation import Entry
from web.finance import months_page
from web.finance.views import blueprint

# The months page is named so that its views join the blueprint.
__all__ = ["NAVIGATION", "blueprint", "months_page"]

NAVIGATION = (Entry("finance.overview", "Costs", home_of=("finance",)),)
