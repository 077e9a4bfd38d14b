"""Allowances and services in the ledger: posted, priced anew, withdrawn, put right after a closing; live as rebuilt."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import msgspec
import polars as pl
import pytest

from projections import tables as t
from projections.checking import check_postings, check_tables
from projections.database import read_frame
from projections.queries.as_at import child_as_at
from projections.queries.cost_lines import LiveCosts
from projections.queries.costs import cost_rows
from projections.queries.rate_effect import changes_of, effect_of_rates
from projections.rebuild import rebuild, tables_as_at
from recorder.domain.facts import Refused
from recorder.domain.ids import derived_id, new_id
from recorder.domain.payments import AllowanceRateSet, PaymentDetails
from recorder.domain.rate_changes import RateProposed
from recorder.payments import agree_payments, amend_payment, withdraw_payment
from recorder.periods import close_month, reopen_month
from recorder.rate_changes import events_of_rates, state_rates
from recorder.store.log import to_micros
from tests.house import House, open_house
from tests.projections.stories import SAID, Story
from tests.projections.test_live_equals_rebuilt import rows
from tests.stores import DATABASES

STARTS = date(2026, 1, 30)
RATE = AllowanceRateSet(what="adoption", region="London", age_band="5-10", pence=70_00, valid_from=date(2026, 1, 1))


@pytest.fixture(params=DATABASES)
def house(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[House]:
    found = open_house(request.param, tmp_path)
    yield found
    found.close()


def begun(house: House) -> Story:
    """One allowance at the authority's rate from 30 January on, and a service paid once."""
    story = Story.cast()
    story.begin(house.recorder)
    state_rates(house.recorder, new_id(), RateProposed(allowances=(RATE,)), SAID)
    child = story.children[0]
    allowance = PaymentDetails(
        child=child, kind="allowance", what="adoption", starts=STARTS, region="London", age_band="5-10",
        s251_line="3.1.3",
    )  # fmt: skip
    service = PaymentDetails(
        child=child, kind="service", what="therapy", starts=STARTS, per="once", pence=12_34, sector="voluntary",
        funder="health",
    )  # fmt: skip
    ids = [derived_id(child, "payment", name) for name in ("one", "two")]
    agree_payments(house.recorder, list(zip(ids, (allowance, service), strict=True)), SAID)
    house.end_days(date(2026, 2, 10))
    house.follower.catch_up()
    return story


def posted(house: House) -> set[tuple[object, ...]]:
    with house.tables.reader().connect() as connection:
        frame = read_frame(connection, t.posting)
    names = ("cost_kind", "service_month", "accounting_month", "entry_kind", "amount", "funder", "sector", "s251_line")
    return set(frame.select(names).iter_rows())


def sound(house: House) -> None:
    """No rule is broken, and a rebuild gives the same rows."""
    with house.tables.reader().connect() as connection:
        assert check_postings(connection, lambda *_: None) is None
        assert check_tables(connection, house.recorder.log_store, lambda *_: None) is None
    live = rows(house.tables)
    rebuild(house.recorder.log_store, house.tables)
    again = rows(house.tables)
    assert {name: live[name] for name in ("posting", "ledger_month", "payment", "allowance_rate")} == {
        name: again[name] for name in ("posting", "ledger_month", "payment", "allowance_rate")
    }


def test_allowances_and_services_post_with_their_payer_and_line(house: House):
    begun(house)
    own = ("social_care", "own_provision", "3.1.3")
    assert posted(house) == {
        ("allowance", 202601, 202601, "actual", 2 * 1000 * 420, *own),
        ("allowance", 202602, 202602, "accrual", 10 * 1000 * 420, *own),
        ("service", 202601, 202601, "actual", 1234 * 420, "health", "voluntary", ""),
    }
    sound(house)
    with house.tables.reader().connect() as connection:
        report = cost_rows(LiveCosts(connection), date(2026, 1, 1), date(2026, 2, 10), "month")
    assert report.total.total == (12 * 1000 + 1234) * 420


def test_another_rate_prices_the_days_from_its_own(house: House):
    begun(house)
    later = AllowanceRateSet(
        what="adoption", region="London", age_band="5-10", pence=140_00, valid_from=date(2026, 2, 6)
    )
    state_rates(house.recorder, new_id(), RateProposed(allowances=(later,)), SAID)
    house.follower.catch_up()
    amounts = sorted(row[4] for row in posted(house) if row[:2] == ("allowance", 202602))
    assert amounts == [5 * 1000 * 420, 5 * 2000 * 420]
    sound(house)


def test_days_that_end_go_on_being_paid_until_the_last(house: House):
    story = begun(house)
    child = story.children[0]
    stream = derived_id(child, "payment", "one")
    ended = PaymentDetails(
        child=child, kind="allowance", what="adoption", starts=STARTS, ends=date(2026, 3, 2), pence=7_00
    )
    amend_payment(house.recorder, stream, new_id(), 1, ended, SAID)
    house.end_days(date(2026, 3, 20))
    house.follower.catch_up()
    amounts = {row[1]: row[4] for row in posted(house) if row[0] == "allowance"}
    assert amounts == {202601: 2 * 100 * 420, 202602: 28 * 100 * 420, 202603: 2 * 100 * 420}
    assert {row[3] for row in posted(house)} == {"actual"}
    sound(house)
    withdraw_payment(house.recorder, stream, new_id(), 2, child, "It was never agreed", SAID)
    house.follower.catch_up()
    assert {row[0] for row in posted(house)} == {"service"}
    sound(house)


def test_after_a_closing_a_payment_is_put_right_in_the_open_month(house: House):
    story = begun(house)
    close_month(house.recorder, new_id(), 202601, SAID)
    stream = derived_id(story.children[0], "payment", "two")
    dearer = PaymentDetails(
        child=story.children[0], kind="service", what="therapy", starts=STARTS, per="once", pence=20_00
    )
    amend_payment(house.recorder, stream, new_id(), 1, dearer, SAID)
    house.follower.catch_up()
    services = {row[2:5] for row in posted(house) if row[0] == "service"}
    assert services == {
        (202601, "actual", 1234 * 420),
        (202602, "reversal", -1234 * 420),
        (202602, "adjustment", 2000 * 420),
    }
    sound(house)
    reopen_month(house.recorder, new_id(), 202601, "It came late", SAID)
    house.follower.catch_up()
    assert {row[2:5] for row in posted(house) if row[0] == "service"} == {(202601, "actual", 2000 * 420)}
    sound(house)


def test_a_child_as_at_an_instant_has_the_payments_that_all_have(house: House):
    story = begun(house)
    log = house.recorder.log_store
    known = to_micros(house.clock.now())
    whole = tables_as_at(log, known).frame(t.posting).sort("item_no", "service_from")
    alone = child_as_at(log, story.children[0], [], known).frame(t.posting).sort("item_no", "service_from")
    assert alone.equals(whole)
    assert whole.filter(pl.col("cost_kind") == "allowance").height == 2


def test_a_payment_that_cannot_be_is_refused_with_every_problem(house: House):
    story = Story.cast()
    wrong = PaymentDetails(
        child=story.children[0], kind="service", what="", starts=STARTS, ends=date(2026, 1, 1), funder="nobody"
    )
    with pytest.raises(Refused) as refused:
        agree_payments(house.recorder, [(new_id(), wrong)], SAID)
    assert {field for field, _ in refused.value.problems} == {"what", "amount", "ends", "funder"}


def test_what_another_rate_would_change_is_what_then_changes_in_open_and_closed_months(house: House):
    begun(house)
    close_month(house.recorder, new_id(), 202601, SAID)
    house.follower.catch_up()
    rates = RateProposed(allowances=(msgspec.structs.replace(RATE, pence=140_00, valid_from=date(2026, 1, 31)),))
    event_id, before = new_id(), posted(house)
    with house.tables.reader().connect() as connection:
        facts = events_of_rates(house.recorder, event_id, rates, SAID)
        seen, changes = effect_of_rates(connection, facts), changes_of(connection, facts)
    assert posted(house) == before
    assert [(each.what, each.before, each.after) for each in changes] == [("allowance", 70_00, 140_00)]
    # a day of £10 more in January, which is closed, and ten in February
    assert [(each.period, each.month, each.amount) for each in seen.lines] == [
        (202602, 202601, 1000 * 420),
        (202602, 202602, 10 * 1000 * 420),
    ]
    state_rates(house.recorder, event_id, rates, SAID)
    house.follower.catch_up()
    assert (
        sum(int(str(row[4])) for row in posted(house) - before)
        - sum(int(str(row[4])) for row in before - posted(house))
        == seen.amount
    )
    sound(house)
