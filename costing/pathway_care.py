"""A care history as periods of care, the placements in them, and the nights of each.

The day a placement starts is counted and the day it ends is not. Of overlapping episodes the one with the
later DECOM has the night, as in `costing.placements`, which does the same over columns (ruling 8).
A *placement* here lasts for as long as process 5 does not start anew: a change of legal status alone, a
move with the same carer (RNE T or U), a change of the placement's status alone (reason PLACE) and a
temporary absence (T0 to T4), there and back, all belong to the placement they fall in.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from typing import NamedTuple

from costing.care_facts import Episode
from costing.pathway_dates import ONE_DAY
from costing.pathway_settings import PathwaySettings

TEMPORARY = frozenset({"T0", "T1", "T2", "T3", "T4"})
CONTINUES = "X1"
_STARTS = "S"
_GOES_ON = frozenset({"L", "P", "T", "B", "U"})
_SAME_CARER = frozenset({"L", "T", "U"})
_STATUS_ONLY = "PLACE"


class Stay(NamedTuple):
    """Nights of one episode, from `starts` up to `ends`; none where the child moved on the same day.

    In a temporary absence type and area are those of the placement left behind.
    """

    episode: Episode
    starts: date
    ends: date
    placement_type: str
    in_area: bool | None
    placement_starts: date


@dataclass(slots=True)
class Placement:
    """Stays of one placement. `moved`: the child came to it by a move, which is an occurrence of process 5."""

    starts: date
    ends: date
    moved: bool
    stays: list[Stay]


@dataclass(slots=True)
class Period:
    """A period of care without a gap. `start_known`: its first day is the day the child came into care.

    `exit` is the episode that ended it by leaving care, or None: goes on, or nobody said how it ended.
    """

    starts: date
    ends: date
    start_known: bool
    placements: list[Placement] = field(default_factory=list)
    exit: Episode | None = None

    def stays(self) -> list[Stay]:
        """The stays in order of their start."""
        found = [stay for placement in self.placements for stay in placement.stays]
        return sorted(found, key=_stay_order)


class _Span(NamedTuple):
    starts: date
    ends: date
    episode: Episode


def periods_of_care(episodes: Iterable[Episode], horizon: date, settings: PathwaySettings) -> list[Period]:
    """The periods of care known by the end of the day `horizon`, in order; short breaks are left out."""
    spans = sorted(
        (span for each in episodes if (span := _span(each, horizon)) and each.ls not in settings.short_break_statuses),
        key=lambda each: (each.starts, each.ends, each.episode.number),
    )
    periods: list[Period] = []
    builder = _Builder(periods, horizon)
    for span in _nights(spans):
        builder.add(span)
    builder.close()
    return periods


def _span(each: Episode, horizon: date) -> _Span | None:
    if each.decom > horizon or (each.dec is not None and each.dec < each.decom):
        return None
    ends = horizon + ONE_DAY
    if each.dec is not None and each.dec < ends:
        ends = each.dec
    if each.stops_on is not None and each.stops_on + ONE_DAY < ends:
        ends = each.stops_on + ONE_DAY
    if ends < each.decom or (ends == each.decom and each.dec != each.decom):
        return None
    return _Span(each.decom, ends, each)


def _nights(spans: list[_Span]) -> list[_Span]:
    """The spans cut so that no night is in two of them."""
    if all(one.ends <= other.starts for one, other in pairwise(spans)):
        return spans
    edges = sorted({day for span in spans for day in span[:2]})
    taken: list[_Span] = [span for span in spans if span.starts == span.ends]
    last: _Span | None = None
    for first, after in pairwise(edges):
        here = [span for span in spans if span.starts <= first and span.ends >= after]
        if not here:
            continue
        winner = max(here, key=lambda each: (each.starts, each.episode.number)).episode
        if last is not None and last.episode is winner and last.ends == first:
            taken.remove(last)
            first = last.starts  # noqa: PLW2901  the stretch goes on from where it began
        last = _Span(first, after, winner)
        taken.append(last)
    return sorted(taken, key=lambda each: (each.starts, each.ends, each.episode.number))


class _Builder:
    """Puts spans, in order, into placements and periods."""

    def __init__(self, periods: list[Period], horizon: date) -> None:
        self.periods = periods
        self.horizon = horizon
        self.before: _Span | None = None
        self.real: Stay | None = None
        self.of_episode: dict[int, Placement] = {}

    def add(self, span: _Span) -> None:
        period = self.periods[-1] if self.periods else None
        if period is None or span.starts > period.ends or self._left(span):
            self.close()
            period = Period(span.starts, span.ends, span.episode.rne not in _GOES_ON)
            self.periods.append(period)
            self._start(period, span, moved=span.episode.rne in {"P", "B"})
        elif span.episode.number in self.of_episode:
            self._extend(self.of_episode[span.episode.number], span)
        elif self._belongs(span.episode):
            self._extend(period.placements[-1], span)
        else:
            self._start(period, span, moved=True)
        period.ends = max(period.ends, span.ends)
        self.before = span

    def close(self) -> None:
        """Say how the last period ended."""
        if self.before is not None:
            last = self.before.episode
            if self._exits(self.before) and self.before.ends == self.periods[-1].ends:
                self.periods[-1].exit = last
        self.before = self.real = None
        self.of_episode = {}

    def _exits(self, span: _Span) -> bool:
        episode = span.episode
        known = episode.dec is not None and episode.dec == span.ends and episode.dec <= self.horizon
        return known and episode.rec not in {"", CONTINUES}

    def _left(self, span: _Span) -> bool:
        starts_here = span.starts == span.episode.decom
        return self.before is not None and starts_here and self._exits(self.before)

    def _belongs(self, episode: Episode) -> bool:
        """Whether an episode goes on in the placement before it."""
        if self.real is None or self.before is None:
            return True
        before, real = self.before.episode, self.real.episode
        if episode.place in TEMPORARY or episode.rne in _SAME_CARER or before.reason == _STATUS_ONLY:
            return True
        same = (real.place, real.provider) == (episode.place, episode.provider)
        return before.place in TEMPORARY and same and (real.urn == episode.urn or not (real.urn and episode.urn))

    def _start(self, period: Period, span: _Span, *, moved: bool) -> None:
        period.placements.append(Placement(span.starts, span.ends, moved, [self._stay(span, span.starts)]))
        self.of_episode[span.episode.number] = period.placements[-1]

    def _extend(self, placement: Placement, span: _Span) -> None:
        placement.stays.append(self._stay(span, placement.starts))
        placement.ends = max(placement.ends, span.ends)
        self.of_episode[span.episode.number] = placement

    def _stay(self, span: _Span, since: date) -> Stay:
        episode = span.episode
        like = self.real.episode if episode.place in TEMPORARY and self.real is not None else episode
        stay = Stay(episode, span.starts, span.ends, like.placement_type, like.in_area, since)
        if episode.place not in TEMPORARY:
            self.real = stay
        return stay


def _stay_order(stay: Stay) -> tuple[date, date, int]:
    return stay.starts, stay.ends, stay.episode.number
