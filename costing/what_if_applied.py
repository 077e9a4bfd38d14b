"""A run with its changes: those of hours and of care plans before it is worked out, the others on its lines.

Changes take effect in their order. After each the total is taken, so that the difference to the run without
changes is explained change by change, and re-adds.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Protocol, TypeVar, assert_never

from costing.calculator_facts import RunFacts, RunPrices
from costing.calculator_settings import RunProblems, RunSettings
from costing.what_if_added import NewProcess, NewService
from costing.what_if_changes import (
    Change,
    FeeChange,
    Frequency,
    PlacementMix,
    RemovedProcess,
    StaffingMix,
    StandardHours,
)
from costing.what_if_pieces import Pieces
from costing.what_if_placements import change_fee, change_mix
from costing.what_if_work import add_process, add_service, change_frequency


class Draft(Protocol):
    """A run worked out as far as its lines and pieces."""

    @property
    def pieces(self) -> Pieces:
        """What it comes to."""
        ...


D = TypeVar("D", bound=Draft)


@dataclass(frozen=True)
class Grounds:
    """What changes need of a run: the facts of its children, its settings and its prices."""

    facts: RunFacts
    settings: RunSettings
    prices: RunPrices


def with_changes(drawn: Callable[[Iterable[Change]], D], grounds: Grounds) -> tuple[D, tuple[int, ...]]:
    """The run with its changes, and what each made of the total.

    `drawn` works the run out with the changes of hours and of plans among those given. Raises RunProblems, in words
    that begin with the number of the change.
    """
    draft = drawn(())
    if not grounds.settings.changes:
        return draft, ()
    total, effects, done = draft.pieces.total, list[int](), list[Change]()
    for number, change in enumerate(grounds.settings.changes, start=1):
        done.append(change)
        try:
            if _before(change):
                draft = drawn(done)
                for each in done:
                    _alter(draft.pieces, each, grounds)
            else:
                _alter(draft.pieces, change, grounds)
        except RunProblems as wrong:
            raise RunProblems([f"Change {number}: {each}" for each in wrong.problems]) from wrong
        now = draft.pieces.total
        effects.append(now - total)
        total = now
    return draft, tuple(effects)


def _before(change: Change) -> bool:
    """Whether a change takes effect before the run is worked out."""
    return isinstance(change, StaffingMix | StandardHours) or (
        isinstance(change, Frequency) and change.days is not None
    )


def _alter(run: Pieces, change: Change, grounds: Grounds) -> None:
    match change:
        case PlacementMix():
            change_mix(run, change)
        case FeeChange():
            change_fee(run, change)
        case Frequency() | RemovedProcess():
            change_frequency(run, change, grounds.settings, grounds.prices.frameworks)
        case NewService():
            add_service(run, change, grounds.facts, grounds.settings)
        case NewProcess():
            add_process(run, change, grounds.facts, grounds.settings, grounds.prices.hour_pence)
        case StaffingMix() | StandardHours():
            pass  # in the sheet already
        case _:
            assert_never(change)
