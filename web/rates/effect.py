"""The effect of rates as pages show it: by month and team, which months are open, and what closed ones become."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import msgspec

from projections.queries.cost_lines import LiveCosts
from projections.queries.rate_effect import changes_of, effect_of_rates
from projections.queries.rebooked import RateEffect
from projections.queries.teams import UNALLOCATED
from recorder.domain.facts import Provenance
from recorder.domain.ids import derived_id
from recorder.domain.rate_changes import Change, RateProposed, exceeded
from recorder.rate_changes import events_of_rates, limits_in_force
from web.account.people import signed_in
from web.design.formats import month_name, number, signed_pounds
from web.period import period_words
from web.rates.words import limit_words
from web.state import state
from web.working import Progress, Working, work_on

__all__ = ["Going", "Shown", "effect_or_wait", "effect_shown", "effect_table"]

PATIENCE_SECONDS = 1.5
_AS_LONG_AS_IT_TAKES = 600.0
_HELD = 8
Found = tuple[RateEffect, list[Change]]
Going = Working[Found]


@dataclass(frozen=True)
class Shown:
    """What rates would do: their effect, each rate's change, and which limits they exceed."""

    effect: RateEffect
    changes: list[Change]
    above: tuple[str, ...]

    @property
    def seen(self) -> str:
        """What was looked at is what is confirmed: it changes with the effect."""
        said = (self.effect.amount, self.effect.postings, self.above)
        return hashlib.sha256(repr(said).encode()).hexdigest()[:16]

    @property
    def why(self) -> list[str]:
        """Which limits they exceed, in words."""
        limits = limits_in_force(state().recorder)
        return [limit_words(each, limits) for each in self.above]


def effect_shown(rates: RateProposed) -> Shown:
    """What these rates would do to the tables as they stand, however long that takes to work out."""
    found = effect_or_wait(rates, _AS_LONG_AS_IT_TAKES)
    if isinstance(found, Working):
        message = "What the rates would change could not be worked out."
        raise RuntimeError(message)
    return found


def effect_or_wait(rates: RateProposed, patience: float = PATIENCE_SECONDS) -> Shown | Going:
    """What these rates would do; where it takes longer than ``patience`` in seconds, how far it is.

    Held for the pages that ask again. A year of one rate may have priced hundreds of thousands of postings.
    """
    here = state()
    said = msgspec.json.encode((rates.fees, rates.schemas, rates.allowances))
    own = derived_id(UUID(int=0), "effect", hashlib.sha256(said).hexdigest())
    events = events_of_rates(here.recorder, own, rates, Provenance(by=signed_in().username, source="form"))
    with here.projections.reader().connect() as connection:
        position = LiveCosts(connection).position

    def worked_out(progress: Progress) -> Found:
        with here.projections.reader().connect() as connection:
            return effect_of_rates(connection, events, progress), changes_of(connection, events)

    going = work_on("effect of rates", (position, said), worked_out, patience=patience, held=_HELD)
    if going.found is None:
        return going
    effect, changes = going.found
    return Shown(effect, changes, exceeded(limits_in_force(here.recorder), changes, effect.moved))


def effect_table(effect: RateEffect) -> dict[str, Any]:
    """Rows by service month and team, and the months with what becomes of them."""
    rows: list[list[Any]] = [
        [
            month_name(line.month),
            "Unallocated" if line.team == UNALLOCATED else line.team,
            f"Put right in {period_words(line.period)}" if line.adjusts else "Restated",
            number(line.postings),
            signed_pounds(line.amount),
        ]
        for line in effect.lines
    ]
    footer = ["All", "", "", number(effect.postings), signed_pounds(effect.amount)]
    closed = sorted({line.month for line in effect.lines if line.adjusts})
    opened = sorted({line.month for line in effect.lines if not line.adjusts})
    return {
        "rows": rows,
        "footer": footer if rows else None,
        "open": _months(opened),
        "closed": _months(closed),
        "into": "" if effect.open_period is None else period_words(effect.open_period),
        "closed_amount": signed_pounds(sum(line.amount for line in effect.lines if line.adjusts)),
        "open_amount": signed_pounds(sum(line.amount for line in effect.lines if not line.adjusts)),
    }


def _months(months: list[int]) -> str:
    if len(months) > 3 and months == _run(months[0], len(months)):
        return f"{month_name(months[0])} to {month_name(months[-1])}"
    return ", ".join(month_name(each) for each in months)


def _run(first: int, count: int) -> list[int]:
    year, month = divmod(first, 100)
    return [(year + (month - 1 + n) // 12) * 100 + (month - 1 + n) % 12 + 1 for n in range(count)]
