"""A census read and checked into a private store, so that any number of children comes out in little memory.

The store is SQLite's own temporary database: it belongs to this process alone, has no name on disk, and
SQLite removes it. Nothing that it holds can be read by others or is left behind.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import groupby
from types import TracebackType

import msgspec

from costing.collector import collector_paused
from recorder.intake.batches import Progress, digest_of, no_progress
from recorder.intake.reading import Finding

from .census_file import CensusFile, year_in
from .checks import check_child
from .findings import FindingList, found, rules
from .reading import ChildReader
from .rows import CensusChild, ReferralRow
from .xml_stream import Broken, read_nodes

__all__ = ["StagedCensus", "stage_census"]

_BATCH = 500
_ENCODE = msgspec.msgpack.Encoder().encode
_DECODE = msgspec.msgpack.Decoder(CensusChild).decode


class StagedCensus:
    """One census, read. A context manager: leaving it discards what was read.

    ``return_year`` is that of the census (`2024/25` for 2025), '' where nothing was read. ``rows`` counts the
    rows kept, ``rows_kept_out`` those without what places them; ``digest`` is a SHA-256 of the file's bytes.
    """

    def __init__(self, file: CensusFile) -> None:
        self.file = file
        self.return_year = ""
        self.digest = ""
        self.child_count = 0
        self.rows = 0
        self.rows_kept_out = 0
        self.found = FindingList()
        # An empty name is SQLite's private temporary database.
        self._store = sqlite3.connect("", isolation_level=None, check_same_thread=False)
        self._store.executescript(
            """
            PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -4000;
            CREATE TABLE child (name TEXT NOT NULL, body BLOB NOT NULL);
            """
        )

    def __enter__(self) -> StagedCensus:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Discard what was read."""
        self._store.close()

    @property
    def findings(self) -> list[Finding]:
        """What was found in the file, in the order read."""
        return self.found.listed

    @property
    def finding_counts(self) -> Counter[str]:
        """How many findings of each rule there were, listed or not."""
        return self.found.counts

    def children(self) -> Iterator[CensusChild]:
        """Each child once, by identifier, whatever its place in the file."""
        lines = self._store.execute("SELECT name, body FROM child ORDER BY name, rowid")
        for _, held in groupby(lines, key=lambda line: str(line[0])):
            yield _together([_DECODE(body) for _, body in held])

    def _read(self, done: Callable[[int], None]) -> None:
        kept: list[tuple[str, bytes]] = []
        try:
            self._read_into(kept, done)
        except Broken as why:
            self.found.add(found(why.rule, **why.words))
        self._keep(kept)

    def _read_into(self, kept: list[tuple[str, bytes]], done: Callable[[int], None]) -> None:
        reader: ChildReader | None = None
        number = 0
        for node in read_nodes(self.file.path, done):
            if node.name == "Header":
                self.return_year = self.return_year or year_in(node, self.found)
                if not self.return_year:
                    return
                continue
            if not self.return_year:
                self.found.add(found("no_header"))
                self.found.add(found("no_year", 0, "Year"))
                return
            number += 1
            reader = reader or ChildReader(int(self.return_year[:4]) + 1, self.found)
            child = reader.read(node, number)
            if child is None:
                self.rows_kept_out += 1 + sum(each.name == "CINdetails" for each in node.children)
            else:
                self._take(child, kept)
            if len(kept) >= _BATCH:
                self._keep(kept)

    def _take(self, child: CensusChild, kept: list[tuple[str, bytes]]) -> None:
        self.child_count += 1
        self.rows += child.rows
        self.rows_kept_out += child.kept_out
        for finding in check_child(child, self.return_year):
            self.found.add(finding)
        kept.append((child.child.upper(), _ENCODE(child)))

    def _keep(self, kept: list[tuple[str, bytes]]) -> None:
        self._store.execute("BEGIN")
        self._store.executemany("INSERT INTO child VALUES (?, ?)", kept)
        self._store.execute("COMMIT")
        kept.clear()

    def _finish(self) -> None:
        self._store.execute("CREATE INDEX child_by_name ON child (name)")
        if not self.child_count and not any(rules()[rule].severity == "error" for rule in self.found.counts):
            self.found.add(found("no_children"))
        again = self._store.execute("SELECT name, count(*), min(rowid) FROM child GROUP BY name HAVING count(*) > 1")
        for _, count, row in again.fetchall():
            first = _DECODE(self._store.execute("SELECT body FROM child WHERE rowid = ?", (row,)).fetchone()[0])
            self.found.add(found("child_twice", first.number, "LAchildID", count=count, line=f"{first.line:,}"))
        self.found.close(int(self.return_year[:4]) + 1 if self.return_year else 0)


def stage_census(file: CensusFile, progress: Progress = no_progress) -> StagedCensus:
    """Read and check a census file; ``progress`` is told bytes read and bytes in all. Use the answer in a `with`.

    Whatever the file holds becomes findings. Raises OSError where it cannot be opened.
    """
    staged = StagedCensus(file)
    size = file.path.stat().st_size
    try:
        staged.digest = digest_of([file.path])
        with collector_paused():  # what is read refers to nothing above it: it is freed as soon as it is forgotten
            staged._read(lambda done: progress(done, size))
        staged._finish()
    except BaseException:
        staged.close()
        raise
    return staged


def _together(held: list[CensusChild]) -> CensusChild:
    """The rows of a child that stands more than once: what it is from the last, its referrals from all."""
    if len(held) == 1:
        return held[0]
    referrals: tuple[ReferralRow, ...] = tuple(each for child in held for each in child.referrals)
    return msgspec.structs.replace(held[-1], referrals=referrals, kept_out=sum(c.kept_out for c in held))
