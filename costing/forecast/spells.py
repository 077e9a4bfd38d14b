"""What simulations are made of: the model that is drawn first, and stays in placement, about to begin or over."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from costing.forecast.entrants import EntrantDraws
from costing.forecast.fees import Prices
from costing.forecast.hazards import Hazards
from costing.forecast.history import History

__all__ = ["Model", "Spells", "Wave"]

Singles = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int32]


@dataclass(frozen=True)
class Model:
    """All that is drawn before children are: the past, hazards, entrants and prices, and the calendar ahead.

    ``month_of`` the month ahead of each day, ``keep`` by how much entrants like each past one are multiplied, by
    (past entrant, month), or None where nothing changes them.
    """

    past: History
    hazards: Hazards
    entrants: EntrantDraws
    prices: Prices
    month_of: Ints
    month_days: Ints
    keep: Singles | None


@dataclass
class Spells:
    """Stays in one placement: simulation, type, first day and day of the end, units a night, sector, if begun ahead.

    ``kept``: see `Wave`.
    """

    sim: Ints
    kind: Ints
    start: Ints
    stop: Ints
    nightly: Singles
    sector: Ints
    new: npt.NDArray[np.bool_]
    kept: npt.NDArray[np.bool_]

    @classmethod
    def joined(cls, parts: list[Spells]) -> Spells:
        """All of these, one after the other."""
        return cls(*(np.concatenate([getattr(each, name) for each in parts]) for name in cls.__dataclass_fields__))

    def taken(self, which: npt.NDArray[np.bool_]) -> Spells:
        """Those that are marked."""
        return Spells(*(getattr(self, name)[which] for name in Spells.__dataclass_fields__))


@dataclass
class Wave:
    """Stays about to begin: simulation, draw, first day, age and time in care then (days), type, legal group.

    ``kept`` is false for those that a scenario keeps away: they are played all the same, so that the rest of the
    simulation is what it is without the scenario, and left out at the end.
    """

    sim: Ints
    draw: Ints
    start: Ints
    age: Singles
    care: Singles
    kind: Ints
    legal: Ints
    kept: npt.NDArray[np.bool_]
