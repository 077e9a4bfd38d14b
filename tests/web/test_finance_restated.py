"""Then and now: a period's cost as known on an earlier day, and the difference by cause, on a page and as a file."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest

from costing.restated import CAUSES
from projections.queries.restated import KnownThen
from projections.rebuild import Progress
from recorder.desk import reads_of_child
from recorder.store.log import EventLog
from tests.web.pages import Browser
from tests.web.priced import correct_visit, price
from tests.web.test_finance import file, pence, shown
from tests.web.village import RUBY, Village
from web.finance import going_back

SignIn = Callable[[str], Browser]
MARCH = "from=2026-03-01&to=2026-03-31"


def money(text: str) -> Decimal:
    return pence(text.replace("−", "-").replace("+", ""))


def total(fin: Browser) -> Decimal:
    """What the overview says the month costs."""
    rows = shown(fin.get(f"/finance?{MARCH}"), "months")
    return sum((money(row[-1]) for row in rows), Decimal(0))


def test_a_day_must_be_said(fin: Browser) -> None:
    page = fin.get(f"/finance/restated?{MARCH}")
    assert "which day to look back to" in page.main
    assert page.with_id("causes") is None
    wrong = fin.get(f"/finance/restated?{MARCH}&as-at=31/6/2026", 422)
    assert wrong.errors() == [("“As known on” must be a real date, like 1/4/2024", "#as-at")]


def test_what_was_known_what_is_known_and_why_they_differ(village: Village, signed_in: SignIn) -> None:
    price(village)
    village.house.clock.advance(timedelta(days=1))
    correct_visit(village, 90)
    fin = signed_in("fin")
    page = fin.get(f"/finance/restated?{MARCH}&as-at=2/4/2026")
    rows = {row[0]: row[-1] for row in shown(page, "causes")}
    assert money(rows["As known on 2 April 2026"]) + money(rows["Correction"]) == total(fin)
    assert [name for name, amount in rows.items() if money(amount)] == ["As known on 2 April 2026", "Correction"]
    behind = fin.get(f"/finance/restated?{MARCH}&as-at=2/4/2026&cause=correction")
    pieces = shown(behind, "pieces")
    assert [row[0] for row in pieces] == ["N00001", "N00002"]
    assert money(pieces[0][-1]) == 2 * money(pieces[1][-1]) > 0
    assert "finance list" in [read.what for read in reads_of_child(village.house.where.engine("desk"), RUBY)]
    one = fin.get(f"/finance/restated?{MARCH}&as-at=2/4/2026&type=U6")
    assert "The cost as known now differs by £0.00" in one.main


def test_days_that_had_not_ended_are_said(fin: Browser) -> None:
    page = fin.get(f"/finance/restated?{MARCH}&as-at=12/3/2026")
    assert "the last day that had ended was 11 March 2026" in page.main
    rows = {row[0]: money(row[-1]) for row in shown(page, "causes")}
    assert rows["Days since"] == 20 * Decimal(
        100
    )  # nights from 12 to 31 March at £700 a week; a day's work has its own
    assert rows["Late fact"] + rows["Days since"] == total(fin)


def test_a_long_reading_shows_how_far_it_is_and_a_failed_one_is_begun_again(
    fin: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate, begun, reading = threading.Event(), threading.Event(), going_back.known_then

    def slow(log: EventLog, known: int, position: int | None, progress: Progress) -> KnownThen:
        progress(30, 100)
        begun.set()
        if not gate.wait(20):
            raise TimeoutError
        return reading(log, known, position, progress)

    monkeypatch.setattr(going_back, "known_then", slow)
    monkeypatch.setattr(going_back, "PATIENCE_SECONDS", 0.2)
    address = f"/finance/restated?{MARCH}&as-at=2/4/2026"
    fin.get(address)
    assert begun.wait(20)
    page = fin.get(address)
    assert (page.h1, "30% of it so far" in page.main) == ("Going back", True)
    gate.set()
    monkeypatch.setattr(going_back, "PATIENCE_SECONDS", 20)
    assert fin.get(address).with_id("causes") is not None

    def broken(*_: object) -> KnownThen:
        raise RuntimeError

    monkeypatch.setattr(going_back, "known_then", broken)
    other = f"/finance/restated?{MARCH}&as-at=1/4/2026"
    assert fin.get(other, 503).h1 == "The earlier figures could not be worked out"
    monkeypatch.setattr(going_back, "known_then", reading)
    assert fin.get(other).with_id("causes") is not None


def test_the_amounts_re_add_as_they_are_shown(fin: Browser, village: Village) -> None:
    page = fin.get(f"/finance/restated?{MARCH}&as-at=2/4/2026")
    parts = [money(row[-1]) for row in shown(page, "causes")]
    assert f"£{sum(parts):,.2f}" in page.main
    assert sum(parts) == total(fin)
    steps = file(fin, f"/finance/restated.csv?{MARCH}&as-at=1/3/2026")
    assert steps[-1]["cause"] == "now"
    assert pence(steps[-1]["amount"]) == sum(pence(row["amount"]) for row in steps[:-1]) == sum(parts)
    assert {row["cause"] for row in steps[1:-1]} <= set(CAUSES)
    assert "finance file" in [read.what for read in reads_of_child(village.house.where.engine("desk"), RUBY)]
