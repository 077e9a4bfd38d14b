"""Any change that a run can suppose, for laws about them."""

from __future__ import annotations

from datetime import date

from hypothesis import strategies as st

from costing.placement_map import PLACEMENT_TYPES
from costing.predicates import NEED_FLAGS
from costing.what_if import Change
from costing.what_if_added import EVERY, NewProcess, NewService
from costing.what_if_changes import (
    CHILDREN,
    NIGHTS,
    FeeChange,
    Frequency,
    PlacementMix,
    RemovedProcess,
    StaffingMix,
    StandardHours,
)

__all__ = ["any_changes"]

_types = st.sampled_from(PLACEMENT_TYPES)
_processes = st.sampled_from(["CLA1", "CLA2", "CLA6", "CIN3", "own one"])
_workers = st.sampled_from(["social_worker", "team_manager", "iro", "family support"])
_pounds = st.decimals(0, 10_000, places=2)
_percent = st.decimals(0, 100, places=2)
_dates = st.none() | st.dates(date(2020, 1, 1), date(2022, 1, 1))
_texts = st.text(st.characters(blacklist_categories=("Cs",)), min_size=1, max_size=20).filter(str.strip)


@st.composite
def _two(draw: st.DrawFn, codes: st.SearchStrategy[str]) -> list[str]:
    return draw(st.lists(codes, min_size=2, max_size=2, unique=True))


@st.composite
def _placements(draw: st.DrawFn) -> Change:
    one, other = draw(_two(_types))
    mix = PlacementMix(
        from_type=one,
        to_type=other,
        percent=draw(_percent),
        share_of=draw(st.sampled_from([NIGHTS, CHILDREN])),
        weekly=draw(st.none() | _pounds),
    )
    weekly = draw(st.none() | _pounds)
    percent = draw(st.decimals(-100, 1000, places=3)) if weekly is None else None
    fee = FeeChange(placement_type=one, sector=draw(st.sampled_from(["", "private"])),
                    urn=draw(st.sampled_from(["", "SC123456"])), percent=percent, weekly=weekly,
                    first=draw(_dates))  # fmt: skip
    return draw(st.sampled_from([mix, fee]))


@st.composite
def _work(draw: st.DrawFn) -> Change:
    process, (one, other) = draw(_processes), draw(_two(_workers))
    often = [
        Frequency(process=process, factor=draw(st.decimals(0, 100, places=2))),
        Frequency(process=process, days=draw(st.integers(1, 1000))),
        Frequency(process=process, months=draw(st.integers(1, 60))),
        RemovedProcess(process=process),
        StaffingMix(process=process, from_worker=one, to_worker=other, percent=draw(_percent)),
        StandardHours(process=process, worker_type=one, hours=draw(st.decimals(0, 100, places=2))),
        StandardHours(process=process, worker_type=one, added=draw(st.decimals(-100, 100, places=2)),
                      variations=draw(st.frozensets(_texts, max_size=2))),
    ]  # fmt: skip
    return draw(st.sampled_from(often))


@st.composite
def _added(draw: st.DrawFn) -> Change:
    first, last = draw(_dates), draw(_dates)
    ages = sorted(draw(st.lists(st.integers(0, 25), min_size=2, max_size=2)))
    some = {
        "name": draw(_texts),
        "every": draw(st.sampled_from(list(EVERY))),
        "first": first,
        "last": last if first is None or last is None or first <= last else None,
        "needs": draw(st.frozensets(st.sampled_from(NEED_FLAGS))),
        "placement_types": draw(st.frozensets(_types)),
        "age_from": draw(st.none() | st.just(ages[0])),
        "age_to": draw(st.none() | st.just(ages[1])),
    }
    hours = draw(st.dictionaries(_workers, st.decimals(0, 100, places=2), min_size=1))
    service = NewService(amount=draw(_pounds), **some)
    return draw(st.sampled_from([service, NewProcess(worker_hours=tuple(sorted(hours.items())), **some)]))


def any_changes() -> st.SearchStrategy[tuple[Change, ...]]:
    """Some changes, of any kind."""
    return st.lists(_placements() | _work() | _added(), max_size=4).map(tuple)
