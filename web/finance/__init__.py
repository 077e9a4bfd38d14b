"""Costs of a period for finance: by month, placement type, process, team and child, down to each posting."""

from web.account.navigation import Entry
from web.finance import (
    closing_page,
    exports_page,
    mapping_form,
    mapping_page,
    months_page,
    payments_page,
    reconciliation_page,
    restated_page,
    work_lines_page,
)
from web.finance.views import blueprint

# The pages are named so that their views join the blueprint.
__all__ = [
    "NAVIGATION",
    "blueprint",
    "closing_page",
    "exports_page",
    "mapping_form",
    "mapping_page",
    "months_page",
    "payments_page",
    "reconciliation_page",
    "restated_page",
    "work_lines_page",
]

NAVIGATION = (Entry("finance.overview", "Costs", home_of=("finance",)),)
