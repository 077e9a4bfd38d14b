"""Changes that add something for some of a run's children: a service at a price, or a process of hours."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import ClassVar

from costing.calculator_settings import OLDEST
from costing.predicates import NEED_FLAGS
from costing.what_if_checks import (
    MOST_HOURS,
    MOST_LETTERS,
    Called,
    Checked,
    number_problems,
    plain,
    pounds_problems,
    type_problems,
    type_words,
)

ONCE = "once"
# How many days one of them lasts, as whole days over whole numbers; a month is 365/12 days.
EVERY = {ONCE: (1, 1), "week": (7, 1), "month": (365, 12), "quarter": (365, 4), "year": (365, 1)}
Hours = tuple[tuple[str, Decimal], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ForSome(Checked):
    """Something added for some of the run's children, on the days on which the run has something of them.

    `every` is one of `EVERY`. Needs, ages and placement types choose as a population does; with placement types
    only the days in such a placement count. `first` and `last` are both included.
    """

    name: str = ""
    every: str = ONCE
    first: date | None = None
    last: date | None = None
    needs: frozenset[str] = frozenset()
    placement_types: frozenset[str] = frozenset()
    age_from: int | None = None
    age_to: int | None = None

    def problems(self) -> Iterator[str]:
        """What is wrong with it."""
        if not self.name.strip():
            yield "Give it a name."
        if len(self.name) > MOST_LETTERS:
            yield f"The name has at most {MOST_LETTERS} characters."
        if self.every not in EVERY:
            yield f"How often is one of {', '.join(EVERY)}, not “{self.every}”."
        if self.first and self.last and self.first > self.last:
            yield "It ends before it starts."
        for each in sorted(self.needs - set(NEED_FLAGS)):
            yield f"“{each}” is not a need. Use {', '.join(NEED_FLAGS)}."
        for each in sorted(self.placement_types):
            yield from type_problems(each)
        for age in (self.age_from, self.age_to):
            if age is not None and not 0 <= age <= OLDEST:
                yield f"An age is from 0 to {OLDEST}, not {age}."
        if self.age_from is not None and self.age_to is not None and self.age_from > self.age_to:
            yield "The ages are the wrong way round."

    def for_whom(self) -> str:
        """Which children, and when, inside a sentence."""
        parts = []
        if self.needs:
            parts.append(f"with {' or '.join(each.replace('_', ' ') for each in sorted(self.needs))}")
        if self.placement_types:
            parts.append(f"placed in {' or '.join(map(type_words, sorted(self.placement_types)))}")
        if self.age_from is not None:
            parts.append(f"aged {self.age_from} and over")
        if self.age_to is not None:
            parts.append(f"aged {self.age_to} and under")
        said = f" for children {', '.join(parts)}" if parts else " for every child"
        since = f", from {self.first:%-d %B %Y}" if self.first else ""
        until = f", to {self.last:%-d %B %Y}" if self.last else ""
        return said + since + until


@dataclass(frozen=True, slots=True, kw_only=True)
class NewService(ForSome):
    """A service at a price: `amount` pounds once a child, or every so often."""

    kind: ClassVar[str] = "new_service"
    amount: Decimal | None = None

    def problems(self) -> Iterator[str]:
        """What is wrong with it."""
        yield from ForSome.problems(self)
        if self.amount is None:
            yield "Give the amount in pounds."
        yield from pounds_problems("The amount", self.amount)

    def words(self, called: Called) -> str:
        """The change as a sentence."""
        often = "once a child" if self.every == ONCE else f"a {self.every}"
        return f"{self.name} is added at £{self.amount or 0:,.2f} {often}{self.for_whom()}"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewProcess(ForSome):
    """A process of so many `worker_hours` by worker type an occurrence, at the cost of an hour of each."""

    kind: ClassVar[str] = "new_process"
    worker_hours: Hours = ()

    def problems(self) -> Iterator[str]:
        """What is wrong with it."""
        yield from ForSome.problems(self)
        if not self.worker_hours:
            yield "Give the hours of at least one worker type."
        if len({worker for worker, _ in self.worker_hours}) < len(self.worker_hours):
            yield "Give the hours of each worker type once."
        for worker, hours in self.worker_hours:
            yield from number_problems(f"The hours of {worker.replace('_', ' ')}", hours, Decimal(0), MOST_HOURS)

    def words(self, called: Called) -> str:
        """The change as a sentence."""
        often = "once a child" if self.every == ONCE else f"every {self.every}"
        done = " and ".join(f"{plain(hours)} hours of {who.replace('_', ' ')}" for who, hours in self.worker_hours)
        return f"{self.name} is added, {done} {often}{self.for_whom()}"
