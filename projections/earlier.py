"""The tables as they stood at an earlier position of the log, or as known at an instant, in a place of their own.

The rows are those that the live tables had there, closed months included: the log is loaded up to the first closing
and followed from it. As known at an instant no month is closed: postings are what the facts known then come to.
They lie in SQLite whatever store is in use, so that they can be read a part at a time; the place can then be removed.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from projections.database import ProjectionDatabase
from projections.queries.as_at import LogUpTo
from projections.rebuild import Progress, rebuild_upto
from recorder.store.engines import open_databases
from recorder.store.log import EventLog

__all__ = ["earlier_tables"]


@contextmanager
def earlier_tables(
    log: EventLog, position: int, known_upto: int | None, progress: Progress | None = None, within: Path | None = None
) -> Iterator[ProjectionDatabase]:
    """The tables at a position, as known at an instant (microseconds) where one is given; gone afterwards.

    ``within``: the folder to make them in; the system's own for what is temporary unless given.
    """
    with TemporaryDirectory(prefix="earlier-", dir=within) as folder:
        database = ProjectionDatabase(open_databases(folder))
        try:
            rebuild_upto(LogUpTo(log, position), database, position, known_upto, progress)
            yield database
        finally:
            database.close()
