"""How long an entry takes to make, and in how many interactions: figures of nobody in particular.

Kept so that those who look after Daybook see whether recording is as quick as it has to be. No name, child, time
of day or content is kept with a figure, and figures of a day are kept as they came: nothing leads back to anybody.
"""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from sqlalchemy import Engine, insert, select

from recorder.recording_tables import entry_measures as table

__all__ = ["DEVICES", "Measure", "keep_measure", "measures"]

DEVICES = ("phone", "tablet", "computer")
MOST_SECONDS = 3600
MOST_INTERACTIONS = 500


class Measure(NamedTuple):
    """One entry's making: the page, the sort of device, seconds from opening to sending, and interactions."""

    page: str
    device: str
    seconds: int
    interactions: int


def keep_measure(desk: Engine, on: date, said: Measure) -> bool:
    """Keep a figure; False for one that is no sound figure (a page left open over lunch is not slow recording)."""
    sound = 0 < said.seconds <= MOST_SECONDS and 0 < said.interactions <= MOST_INTERACTIONS and said.device in DEVICES
    if sound:
        with desk.begin() as connection:
            connection.execute(insert(table).values(on_day=on, **said._asdict()))
    return sound


def measures(desk: Engine, first: date, last: date) -> list[Measure]:
    """The figures of the days from first to last, by their size: their order tells nothing."""
    t = table.c
    query = select(t.page, t.device, t.seconds, t.interactions).where(t.on_day.between(first, last))
    ordered = query.order_by(t.seconds, t.interactions, t.device, t.page)
    with desk.execution_options(reading=True).connect() as connection:
        return [Measure(*row) for row in connection.execute(ordered)]
