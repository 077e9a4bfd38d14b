"""Returns in any order, on any day, interrupted or sent again: what was known when, and nothing twice."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

import pytest

from recorder.domain.care import (
    EpisodeAmended,
    EpisodeLeftOut,
    EpisodeStated,
)
from recorder.intake.batches import Batch
from recorder.intake.ssda903 import IntakeError, loading

from .loaded_returns import ANNA, ANNA_HEADER, BEN, BEN_HEADER, Returns, ended_care, open_care, rules


def test_an_open_episode_missing_from_the_next_return_stops_and_may_come_back(returns: Returns):
    both = returns.care(2020, [ANNA_HEADER, BEN_HEADER], [open_care(ANNA), open_care(BEN)])
    one = returns.care(2021, [ANNA_HEADER], [open_care(ANNA)])
    loaded = returns.load(both, one)
    assert rules(loaded[1])["left_out"] == 1
    left_out = returns.episode(BEN)[-1].body
    assert left_out == EpisodeLeftOut(return_year="2021/22", stops_on=date(2021, 3, 31))
    position = returns.position()
    assert [f.rule for f in returns.load(one, again=True)[0].findings] == ["left_out"]
    assert returns.position() == position
    third = returns.care(2022, [ANNA_HEADER], [open_care(ANNA)])
    assert not rules(returns.load(third)[0])["left_out"]
    back = returns.care(2023, [ANNA_HEADER, BEN_HEADER], [open_care(ANNA), open_care(BEN)])
    assert rules(returns.load(back)[0])["back_again"] == 1
    kinds = [type(e.body) for e in returns.episode(BEN)]
    assert kinds == [EpisodeStated, EpisodeLeftOut, EpisodeAmended]
    position = returns.position()
    returns.load(both, one, third, back, again=True)
    assert returns.position() == position


def test_an_older_return_fills_in_but_never_overrides(returns: Returns):
    newer = returns.care(2021, [ANNA_HEADER], [open_care(ANNA, "U6,PR4")])
    older = returns.care(2020, [ANNA_HEADER, BEN_HEADER], [open_care(ANNA, "K2,PR4"), open_care(BEN)])
    undated = older._replace(known_on=None)
    returns.load(newer)
    (loaded,) = returns.load(undated)
    assert len(returns.episode(ANNA)) == 1
    # Ben was open in the older return and is not in the newer one, which is there already.
    assert [type(e.body) for e in returns.episode(BEN)] == [EpisodeStated, EpisodeLeftOut]
    assert [(f.rule, f.return_year, f.child) for f in loaded.findings] == [("left_out", "2021/22", BEN)]


def test_history_loaded_late_is_known_on_its_day(returns: Returns):
    newer = returns.care(2021, [ANNA_HEADER], [open_care(ANNA, "U6,PR4")])
    older = returns.care(2020, [ANNA_HEADER], [open_care(ANNA, "K2,PR4")])
    returns.load(newer)
    returns.load(older)
    by_known = sorted(returns.episode(ANNA), key=lambda e: e.known_at)
    assert [getattr(e.body, "place", "") for e in by_known] == ["K2", "U6"]
    child = [e for e in returns.office.recorder.history(returns.child(ANNA)) if e.known_at < by_known[1].known_at]
    assert child, "a child is known no later than its care"
    position = returns.position()
    returns.load(newer, older, again=True)
    assert returns.position() == position


def test_a_return_sent_again_with_corrections_amends(returns: Returns):
    returns.load(returns.care(2020, [ANNA_HEADER], [open_care(ANNA, "K2,PR4")]))
    sent_again = returns.care(2020, [ANNA_HEADER], [open_care(ANNA, "U6,PR4")])
    assert returns.load(sent_again)[0].summary.amended == 1
    assert getattr(returns.episode(ANNA)[-1].body, "place", "") == "U6"


def test_several_returns_without_a_day_are_known_now_and_said(returns: Returns):
    first = returns.care(2020, [ANNA_HEADER], [open_care(ANNA, "K2,PR4")])._replace(known_on=None)
    second = returns.care(2021, [ANNA_HEADER], [open_care(ANNA, "U6,PR4")])._replace(known_on=None)
    loaded = returns.load(second, first)
    assert [one.return_year for one in loaded] == ["2020/21", "2021/22"]
    assert all(rules(one)["no_known_day"] == 1 for one in loaded)
    assert {e.known_at for e in returns.episode(ANNA)} == {returns.office.clock.now()}
    assert getattr(returns.episode(ANNA)[-1].body, "place", "") == "U6"
    returns.office.clock.advance(timedelta(days=2))
    position = returns.position()
    returns.load(first, second, again=True)
    assert returns.position() == position


def test_a_day_before_an_earlier_return_was_known_is_moved_and_said(returns: Returns):
    first = returns.care(2020, [ANNA_HEADER], [open_care(ANNA, "K2,PR4")])._replace(known_on=None)
    second = returns.care(2021, [ANNA_HEADER], [open_care(ANNA, "U6,PR4")])
    _, moved = returns.load(first, second)
    assert rules(moved)["known_day_moved"] == 1
    assert getattr(returns.episode(ANNA)[-1].body, "place", "") == "U6"
    assert returns.episode(ANNA)[-1].known_at == returns.office.clock.now()


def test_a_day_in_the_future_is_refused(returns: Returns):
    folder = returns.care(2020, [ANNA_HEADER], [open_care(ANNA)])._replace(known_on=date(2030, 1, 1))
    with pytest.raises(IntakeError, match="01/01/2030"):
        returns.load(folder)
    assert returns.position() == 0


@pytest.mark.parametrize("stops_after", [0, 1, 2, 3, 4, 5])
def test_interrupted_anywhere_and_run_again_nothing_is_lost_or_twice(
    returns: Returns, monkeypatch: pytest.MonkeyPatch, stops_after: int
):
    monkeypatch.setattr(loading, "CHUNK", 1)
    names = [f"20000{n}" for n in range(3)]
    headers = [f"{name},1,01/02/2009,WBRI,UN2,," for name in names]
    first = returns.care(2020, headers, [open_care(name) for name in names])
    second = returns.care(2021, headers[:2], [ended_care(name, "01/05/2021") for name in names[:2]])
    whole = Batch.state
    calls = 0

    def stopping(self: Batch, *args: object, **words: bool) -> Counter[str]:
        nonlocal calls
        calls += 1
        if calls > stops_after:
            raise KeyboardInterrupt
        return whole(self, *args, **words)  # type: ignore[arg-type]

    monkeypatch.setattr(Batch, "state", stopping)
    with pytest.raises(KeyboardInterrupt):
        returns.load(first, second)
    monkeypatch.setattr(Batch, "state", whole)
    returns.load(first, second)
    topics = Counter(returns.office.topics())
    assert topics == {
        "child.registered.v1": 3,
        "child.identifier_linked.v1": 3,
        "episode.stated.v1": 3,
        "episode.amended.v1": 2,
        "episode.left_out.v1": 1,
        "return_row.stated.v1": 5,
        "import.completed.v1": 2,
    }
    position = returns.position()
    returns.load(first, second, again=True)
    assert returns.position() == position
