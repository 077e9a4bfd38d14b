"""What a run can be asked to suppose: a closed vocabulary of changes, each with its fields, checks and words.

A change is data. `costing.what_if` reads and writes it; `costing.what_if_applied` says what it does to a run.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import ClassVar

from costing.what_if_added import NewProcess, NewService
from costing.what_if_checks import (
    MOST_HOURS,
    Called,
    Checked,
    many,
    number_problems,
    plain,
    pounds_problems,
    reference_of,
    type_problems,
    type_words,
)

NIGHTS, CHILDREN = "nights", "children"
MOST_FACTOR, MOST_DAYS, MOST_MONTHS = Decimal(100), 1000, 60


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacementMix(Checked):
    """So many per cent of the nights (or of the children) in one placement type are in another.

    A night moved costs what a night of the other type costs on average in the run, or a seventh of `weekly`
    pounds. Of the children, each who is picked moves with all nights of the type, spread evenly by number.
    """

    kind: ClassVar[str] = "placement_mix"
    from_type: str = ""
    to_type: str = ""
    percent: Decimal | None = None
    share_of: str = NIGHTS
    weekly: Decimal | None = None

    def problems(self) -> Iterator[str]:
        """What is wrong with it."""
        yield from type_problems(self.from_type, "type to move from")
        yield from type_problems(self.to_type, "type to move to")
        if self.from_type and self.from_type == self.to_type:
            yield "Choose two different placement types."
        yield from number_problems("The share that moves, in per cent,", self.percent, Decimal(0), Decimal(100))
        if self.share_of not in {NIGHTS, CHILDREN}:
            yield f"The share is of the {NIGHTS} or of the {CHILDREN}, not of “{self.share_of}”."
        yield from pounds_problems("The amount a week", self.weekly)

    def words(self, called: Called) -> str:
        """The change as a sentence."""
        of = "nights" if self.share_of == NIGHTS else "children"
        at = f"£{self.weekly:,.2f} a week" if self.weekly is not None else "the average night of that type in this run"
        return (
            f"{plain(self.percent or Decimal(0))}% of the {of} in {type_words(self.from_type)} "
            f"move to {type_words(self.to_type)}, at {at}"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class FeeChange(Checked):
    """The nights of a placement type cost so many per cent more (less: below 0), or so many pounds a week.

    `sector` narrows it to providers of one sector, `urn` to the one provider of that reference; with a reference the
    type may be left out. `first` is the first night it holds for. An amount a week prices nights too that had no
    price; it is taken to be at the prices of the run.
    """

    kind: ClassVar[str] = "fee"
    placement_type: str = ""
    sector: str = ""
    urn: str = ""
    percent: Decimal | None = None
    weekly: Decimal | None = None
    first: date | None = None

    def problems(self) -> Iterator[str]:
        """What is wrong with it."""
        if self.placement_type or not self.urn:
            yield from type_problems(self.placement_type)
        if self.urn and not reference_of(self.urn).isalnum():
            yield f"The reference of a provider is letters and figures, like SC123456, not “{self.urn}”."
        if (self.percent is None) == (self.weekly is None):
            yield "Give the change of the fee in per cent, or the new amount a week: one of the two."
        if self.percent is not None:
            yield from number_problems("The change of the fee in per cent", self.percent, Decimal(-100), Decimal(1000))
        yield from pounds_problems("The amount a week", self.weekly)

    def words(self, called: Called) -> str:
        """The change as a sentence."""
        whose = [f"{self.sector.replace('_', ' ')} providers"] if self.sector else []
        whose += [f"provider {reference_of(self.urn)}"] if self.urn else []
        by = f" ({', '.join(whose)})" if whose else ""
        what = type_words(self.placement_type) if self.placement_type else "any placement"
        since = f" from {self.first:%-d %B %Y}" if self.first else ""
        if self.weekly is not None:
            return f"{what}{by} costs £{self.weekly:,.2f} a week{since}"
        percent = self.percent or Decimal(0)
        way = "less" if percent < 0 else "more"
        return f"{what}{by} costs {plain(abs(percent))}% {way}{since}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Frequency(Checked):
    """A process happens `factor` times as often; or care plans every so many `days`, reviews every so many `months`.

    With days the pathways are read anew. With months each review counts as many times as reviews would have
    fallen due more often; the timetable it is compared with is that of the run's settings.
    """

    kind: ClassVar[str] = "frequency"
    process: str = ""
    factor: Decimal | None = None
    days: int | None = None
    months: int | None = None

    def problems(self) -> Iterator[str]:
        """What is wrong with it."""
        if not self.process:
            yield "Choose the process."
        if sum(each is not None for each in (self.factor, self.days, self.months)) != 1:
            yield "Say how often: a number of times, every so many days, or every so many months."
        if self.factor is not None:
            yield from number_problems("How many times as often", self.factor, Decimal(0), MOST_FACTOR)
        if self.days is not None and not 1 <= self.days <= MOST_DAYS:
            yield f"The days between plans are from 1 to {MOST_DAYS}, not {self.days}."
        if self.months is not None and not 1 <= self.months <= MOST_MONTHS:
            yield f"The months between reviews are from 1 to {MOST_MONTHS}, not {self.months}."

    def words(self, called: Called) -> str:
        """The change as a sentence."""
        if self.days is not None:
            return f"{called(self.process)} happens every {self.days} days"
        if self.months is not None:
            return f"{called(self.process)} happens every {many(self.months, 'month')}"
        return f"{called(self.process)} happens {plain(self.factor or Decimal(0))} times as often"


@dataclass(frozen=True, slots=True, kw_only=True)
class RemovedProcess(Checked):
    """The work of a process is not done. Nights in placements stay."""

    kind: ClassVar[str] = "removed_process"
    process: str = ""

    def problems(self) -> Iterator[str]:
        """What is wrong with it."""
        if not self.process:
            yield "Choose the process."

    def words(self, called: Called) -> str:
        """The change as a sentence."""
        return f"{called(self.process)} is not done"


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffingMix(Checked):
    """So many per cent of the standard hours of a process that one worker type spends are spent by another."""

    kind: ClassVar[str] = "staffing_mix"
    process: str = ""
    from_worker: str = ""
    to_worker: str = ""
    percent: Decimal | None = None

    def problems(self) -> Iterator[str]:
        """What is wrong with it."""
        if not self.process:
            yield "Choose the process."
        if not self.from_worker or not self.to_worker or self.from_worker == self.to_worker:
            yield "Choose two different worker types."
        yield from number_problems("The share of the hours, in per cent,", self.percent, Decimal(0), Decimal(100))

    def words(self, called: Called) -> str:
        """The change as a sentence."""
        one, other = (each.replace("_", " ") for each in (self.from_worker, self.to_worker))
        return (
            f"{plain(self.percent or Decimal(0))}% of the hours of {one} in {called(self.process)} "
            f"are worked by {other} instead"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class StandardHours(Checked):
    """One worker type's standard hours of a process are `hours`; or `added` hours more (less: below 0).

    `variations` are their codes, none for the base case. `hours` needs a line of the sheet that is made of hours;
    added hours, at the cost of an hour, change a published line too, at the prices of that line.
    """

    kind: ClassVar[str] = "standard_time"
    process: str = ""
    variations: frozenset[str] = frozenset()
    worker_type: str = ""
    hours: Decimal | None = None
    added: Decimal | None = None

    def problems(self) -> Iterator[str]:
        """What is wrong with it."""
        if not self.process:
            yield "Choose the process."
        if not self.worker_type:
            yield "Choose the worker type."
        if (self.hours is None) == (self.added is None):
            yield "Give the new hours, or the hours added: one of the two."
        if self.hours is not None:
            yield from number_problems("The hours", self.hours, Decimal(0), MOST_HOURS)
        if self.added is not None:
            yield from number_problems("The hours added", self.added, -MOST_HOURS, MOST_HOURS)

    def words(self, called: Called) -> str:
        """The change as a sentence."""
        who = self.worker_type.replace("_", " ")
        varied = f" ({', '.join(each.replace('_', ' ') for each in sorted(self.variations))})"
        what = called(self.process) + (varied if self.variations else "")
        if self.hours is not None:
            return f"{what} takes {plain(self.hours)} hours of {who}"
        added = self.added or Decimal(0)
        return f"{what} takes {plain(abs(added))} hours {'less' if added < 0 else 'more'} of {who}"


Change = PlacementMix | FeeChange | Frequency | RemovedProcess | NewService | NewProcess | StaffingMix | StandardHours
KINDS: dict[str, type[Change]] = {
    each.kind: each
    for each in (
        PlacementMix, FeeChange, Frequency, RemovedProcess, NewService, NewProcess, StaffingMix, StandardHours,
    )
}  # fmt: skip
