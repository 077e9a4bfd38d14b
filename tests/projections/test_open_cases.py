"""Work follows the case that was open on its day, whenever that becomes known."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import polars as pl
import pytest
from sqlalchemy import select

from projections import tables as t
from projections.queries.my_day import inferred_processes
from projections.service_rows import CAF, CIN, is_open, open_spans
from recorder.application import event_of
from recorder.domain.ids import derived_id, new_id
from recorder.domain.services import (
    EarlyHelpStated,
    ReferralAmended,
    ReferralLeftOut,
    ReferralStated,
    ReferralWithdrawn,
)
from tests.house import House
from tests.projections.stories import SAID, Story, state

DAY = date(2026, 2, 10)


@pytest.fixture
def story(house: House) -> Story:
    """One child, one worker, one visit."""
    cast = Story.cast()
    cast.begin(house.recorder)
    cast.live(house.recorder, ("activity", 0, [0], [0], DAY, 60, "D1H"), None)
    return cast


def process(house: House) -> str:
    """The process of the one visit, by the tables; the page where it is typed says the same."""
    house.follower.catch_up()
    with house.tables.reader().connect() as connection:
        shown = connection.scalar(select(t.activity_child.c.process))
        posted = {row.process for row in connection.execute(select(t.posting.c.process))}
        assert inferred_processes(connection, "D1H", [1], DAY) == {1: shown}
    assert posted == {shown}
    return str(shown)


def referral(house: House, story: Story, **said: Any) -> None:
    child = story.children[0]
    stream = derived_id(child, "referral", "one")
    known = house.recorder.history(stream)
    said = {"child": child, "referred_on": DAY - timedelta(days=9), **said}
    state(
        house.recorder, stream, ReferralAmended(change="amendment", **said) if known else ReferralStated(**said), child
    )


def test_a_referral_that_comes_late_gives_earlier_work_its_process(house: House, story: Story) -> None:
    assert process(house) == "unassigned"
    referral(house, story)
    assert process(house) == "CIN3"
    referral(house, story, closed=DAY)
    assert process(house) == "CIN3"
    referral(house, story, closed=DAY - timedelta(days=1))
    assert process(house) == "unassigned"
    referral(house, story, no_further_action=True)
    assert process(house) == "unassigned"
    referral(house, story, no_further_action=True, closed=DAY)
    assert process(house) == "CIN3"


def test_a_referral_left_out_or_withdrawn_ends(house: House, story: Story) -> None:
    child = story.children[0]
    stream = derived_id(child, "referral", "one")
    referral(house, story)
    assert process(house) == "CIN3"
    state(house.recorder, stream, ReferralLeftOut(return_year="2026/27", stops_on=DAY - timedelta(days=1)), child)
    assert process(house) == "unassigned"
    referral(house, story)
    assert process(house) == "CIN3"
    state(house.recorder, stream, ReferralWithdrawn(reason="wrong"), child)
    assert process(house) == "unassigned"


def test_care_goes_before_need_and_need_before_early_help(house: House, story: Story) -> None:
    child = story.children[0]
    helped = EarlyHelpStated(child=child, reference="one", intended=DAY - timedelta(days=30))
    state(house.recorder, derived_id(child, "early_help", "one"), helped, child)
    assert process(house) == "CAF5"
    referral(house, story)
    assert process(house) == "CIN3"
    story.live(house.recorder, ("episode", 0, 0, DAY - timedelta(days=3), None, "U6"), None)
    house.end_days(DAY + timedelta(days=1))
    assert process(house) == "CLA3"


def test_what_is_known_later_does_not_show_earlier(house: House, story: Story) -> None:
    """A statement known before the one in the table does not replace it."""
    child = story.children[0]
    referral(house, story, closed=DAY + timedelta(days=5))
    stream = derived_id(child, "referral", "one")
    first = event_of(house.recorder.log_store.rows_of_streams([stream])[0])
    body = ReferralAmended(child=child, referred_on=DAY, closed=DAY - timedelta(days=5), change="amendment")
    known_at = first.known_at - timedelta(days=1)
    house.recorder.append([house.recorder.event(stream, 2, new_id(), body, SAID, known_at=known_at, subject=child)])
    assert process(house) == "CIN3"


def test_of_cases_that_overlap_the_one_that_lasts_longest_counts() -> None:
    columns = {
        "child_no": [1, 1, 2],
        "referred_on": [DAY, DAY + timedelta(days=3), DAY],
        "closed": [DAY + timedelta(days=20), DAY + timedelta(days=5), DAY - timedelta(days=1)],
        "stops_on": [None] * 3,
        "no_further_action": [None] * 3,
        "withdrawn": [False] * 3,
    }
    referrals = pl.DataFrame(columns, schema_overrides={"stops_on": pl.Date, "no_further_action": pl.Boolean})
    early_help = pl.DataFrame(
        schema={"child_no": pl.Int64, "intended": pl.Date, "closed": pl.Date, "withdrawn": pl.Boolean}
    )
    asked = [(1, -1), (1, 0), (1, 10), (1, 20), (1, 21), (2, 0), (3, 0)]
    dated = pl.DataFrame(
        {"child_no": [c for c, _ in asked], "service_date": [DAY + timedelta(days=n) for _, n in asked]}
    )

    spans = open_spans(referrals, early_help)

    assert is_open(dated, spans, CIN).to_list() == [False, True, True, True, False, False, False]
    assert not is_open(dated, spans, CAF).any()
