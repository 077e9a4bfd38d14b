"""Which line of the outturn work goes to, on its page: stated from a month on, by process or for all work."""

from __future__ import annotations

from collections.abc import Callable

from tests.web.pages import Browser
from tests.web.test_finance import shown
from tests.web.village import Village

ADDRESS = "/finance/exports/work-lines"


def test_a_line_is_stated_listed_and_stated_anew(fin: Browser, village: Village) -> None:
    page = fin.get(fin.get("/finance/exports").link("Which S251 line work goes to"))
    assert shown(page, "held") == [["Nothing yet."]]
    said = {"process": "all", "line": "3.1.8", "starts": "202604"}
    for more in (said, {**said, "starts": "202504", "line": "3.3.2"}, {**said, "line": "3.1.9"}):
        assert fin.send(fin.get(ADDRESS), more).status_code == 303
    village.catch_up()
    held = shown(fin.get(ADDRESS), "held")
    assert [(row[0], row[1].split()[0], row[2]) for row in held] == [
        ("All work", "3.1.9", "April 2026"),
        ("All work", "3.3.2", "April 2025"),
    ]


def test_what_is_wrong_is_told_and_two_who_state_at_once_do_not_undo_each_other(fin: Browser) -> None:
    page = fin.get(ADDRESS)
    wrong = fin.submit(page, {"process": "xyz", "line": "3.1.11", "starts": "190001"}, status=422)
    assert [href for _, href in wrong.errors()] == ["#process", "#line", "#starts"]
    said = {"process": "unassigned", "line": "3.1.8", "starts": "202604"}
    assert fin.send(page, said).status_code == 303
    late = fin.submit(page, {**said, "line": "3.1.9"}, status=422)
    assert "Somebody else stated a line just now" in late.errors()[0][0]
    assert late.fields()["line"] == "3.1.9"


def test_only_finance_states_and_administrators_see(fin: Browser, signed_in: Callable[[str], Browser]) -> None:
    assert fin
    page = signed_in("max").get(ADDRESS)
    assert "State it" not in page.main
    assert signed_in("cam").raw(ADDRESS).status_code == 403
