"""The ledger as known at an earlier instant, worked out once in this process and held for the pages that ask again."""

from __future__ import annotations

from projections.queries.restated import KnownThen, known_then
from recorder.store.log import EventLog
from web.working import Working, work_on

__all__ = ["go_back"]

PATIENCE_SECONDS = 1.5


def go_back(log: EventLog, known_upto: int, position: int, patience: float | None = None) -> Working[KnownThen]:
    """The ledger as known at an instant (microseconds), by the facts up to a position; begun now if it was not.

    Waits a moment for it: most authorities' logs are read in that time.
    """
    return work_on(
        "then",
        (known_upto, position),
        lambda progress: known_then(log, known_upto, position, progress),
        patience=PATIENCE_SECONDS if patience is None else patience,
    )
