"""The bands that hazards differ by: time in care or in placement, age and legal status."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

__all__ = [
    "AGES", "DURATIONS", "LEGAL_GROUPS", "MOVING_AGES", "OF_AGE_DAYS", "YEAR_DAYS",
    "age_band", "cell_of", "cells", "duration_band", "legal_group", "moving_row",
]  # fmt: skip

YEAR_DAYS = 365.25
OF_AGE_DAYS = 18 * YEAR_DAYS
# Lower edges, in days in care (of leaving) or in the placement (of moving), and in years of age.
DURATIONS = np.array([0, 28, 91, 182, 365, 730, 1_461], dtype=np.float64)
AGES = np.array([0, 1, 5, 10, 16, 17], dtype=np.float64)
# Where a move leads differs by age: under 10, 10 to 15, 16 and over.
MOVING_AGES = np.array([10, 16], dtype=np.float64)
LEGAL_GROUPS = ("interim", "full", "voluntary", "placement_order", "other")
_GROUP_OF = {"C1": 0, "C2": 1, "V": 2, "E1": 3, "D1": 3}

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


def legal_group(code: str | None) -> int:
    """The place in `LEGAL_GROUPS` of a legal status of the SSDA903 code list; what is not known is other."""
    text = code or ""
    return _GROUP_OF.get(text[:2], _GROUP_OF.get(text[:1], len(LEGAL_GROUPS) - 1))


def duration_band(days: Floats) -> Ints:
    """The band of a time in care or in placement, in days."""
    return np.searchsorted(DURATIONS, days, side="right") - 1


def age_band(days: Floats) -> Ints:
    """The band of an age, in days; before birth is the first."""
    return np.maximum(np.searchsorted(AGES * YEAR_DAYS, days, side="right") - 1, 0)


def cells(types: int) -> int:
    """How many cells so many placement types have."""
    return types * len(DURATIONS) * len(AGES) * len(LEGAL_GROUPS)


def cell_of(kind: Ints, duration: Ints, age: Ints, legal: Ints) -> Ints:
    """The number of the cell of a type, a duration band, an age band and a legal group."""
    return ((kind * len(DURATIONS) + duration) * len(AGES) + age) * len(LEGAL_GROUPS) + legal


def moving_row(kind: Ints, age: Floats, types: int) -> Ints:
    """The row of the mix of destinations of moves out of a type at an age in days."""
    return np.searchsorted(MOVING_AGES * YEAR_DAYS, age, side="right") * types + kind
