"""The day by which a looked-after child must be visited next: a table of days, worked by hand from the regulations."""

from datetime import date

import pytest

from costing.visit_due import Due, Placed, due_under_policy, next_visit
from costing.visit_rules import IN_NEED, LOOKED_AFTER, PROTECTION

#       starts        since         place, status, reviewed   last visit    due           rule
TABLE = """
2026-03-02 2026-03-02 U6 V2 no   none        2026-03-09  placement_first
2026-03-02 2026-03-02 U6 C2 no   2026-02-27  2026-03-09  placement_first
2026-03-02 2026-03-02 U6 C2 no   2026-03-02  2026-04-13  placement_later
2026-03-02 2026-03-02 U6 C2 yes  2026-03-09  2026-04-20  placement_later
2024-01-01 2024-01-01 U4 C2 yes  2026-03-09  2026-04-20  placement_later
2024-01-01 2024-01-01 K2 C1 yes  2024-02-15  2024-03-28  placement_later
2025-11-03 2026-01-12 P1 C2 yes  2026-01-05  2026-01-19  order_first
2025-11-03 2026-01-12 P1 C2 yes  2026-01-16  2026-02-27  order_later
2026-03-02 2026-03-02 P1 C1 no   none        2026-03-09  interim_first
2026-03-02 2026-03-02 P1 C1 no   2026-03-06  2026-03-13  interim_first
2026-03-02 2026-03-02 P1 C1 yes  none        2026-03-09  interim_first
2026-03-02 2026-03-02 P1 C1 yes  2026-03-06  2026-04-03  interim_later
2026-03-02 2026-03-02 A5 E1 no   none        2026-03-09  adoption_first
2026-03-02 2026-03-02 A5 E1 no   2026-03-20  2026-03-27  adoption_first
2026-03-02 2026-03-02 A5 E1 yes  2026-03-20  none        adoption_reviewed
2026-03-02 2026-03-02 U6 V3 no   2026-03-20  none        breaks
2026-03-02 2026-03-02 U6 V4 no   none        none        breaks
"""


def day(text: str) -> date | None:
    return None if text == "none" else date.fromisoformat(text)


@pytest.mark.parametrize("row", TABLE.strip().splitlines())
def test_due_days(row: str) -> None:
    starts, since, place, status, reviewed, last, due, rule = row.split()
    placed = Placed(date.fromisoformat(starts), date.fromisoformat(since), place, status, reviewed == "yes")
    assert next_visit(placed, day(last)) == Due(day(due), rule)


def test_where_no_law_sets_an_interval_no_day_is_guessed() -> None:
    assert due_under_policy(PROTECTION) == due_under_policy(IN_NEED) == Due(None, "policy_not_set")
    with pytest.raises(ValueError, match="The law sets the interval"):
        due_under_policy(LOOKED_AFTER)
