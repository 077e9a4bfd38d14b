"""A return read into a private store, so that any number of rows comes out child by child in little memory.

The store is SQLite's own temporary database: it belongs to this process alone, has no name on disk, and
SQLite removes it. Nothing that it holds can be read by others or is left behind.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from itertools import groupby
from types import TracebackType
from typing import Any

import msgspec

from .findings import Finding, FindingList, found
from .folders import ReturnFolder, read_source
from .layout import tables
from .row_reader import RowReader
from .rows import ROW_TYPES, ChildReturn, EpisodeRow, HeaderRow, ReturnRow
from .sources import Source, digest_of, files_in, survey

__all__ = ["Progress", "StagedReturn", "stage"]

Progress = Callable[[int, int], None]
_BATCH = 1_000
_KINDS = {name: kind for kind, name in enumerate(ROW_TYPES)}
_KEPT_OUT = len(_KINDS)
_ENCODE = msgspec.msgpack.Encoder().encode
_DECODE = [msgspec.msgpack.Decoder(row_type).decode for row_type in ROW_TYPES.values()]


class StagedReturn:
    """One return, read. A context manager: leaving it discards what was read.

    `tables` counts the rows kept of each table, `findings` lists what was found in files and rows (bounded:
    at most 10,000 of a rule, the rest counted in `finding_counts` and said), `digest` is a SHA-256 over the
    files' bytes, whatever they are called.
    """

    def __init__(self, folder: ReturnFolder) -> None:
        self.folder = folder
        self.return_year = folder.return_year
        self.tables: Counter[str] = Counter()
        self.rows_kept_out = 0
        self.digest = ""
        self._found = FindingList()
        # An empty name is SQLite's private temporary database. Work may go on in another thread than the reading.
        self._store = sqlite3.connect("", isolation_level=None, check_same_thread=False)
        self._store.executescript(
            """
            PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -8000;
            CREATE TABLE line (child TEXT NOT NULL, kind INTEGER NOT NULL, body BLOB NOT NULL);
            CREATE TABLE upn (upn TEXT NOT NULL, child TEXT NOT NULL, row INTEGER NOT NULL);
            """
        )

    def __enter__(self) -> StagedReturn:
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
        """What was found in the files and rows, in the order read."""
        return self._found.listed

    @property
    def finding_counts(self) -> Counter[str]:
        """How many findings of each rule there were, listed or not."""
        return self._found.counts

    def children(self, after: str = "") -> Iterator[ChildReturn]:
        """Each child after the identifier `after`, by identifier, with all the rows of it."""
        lines = self._store.execute(
            "SELECT child, kind, body FROM line WHERE child > ? ORDER BY child, kind, rowid", (after,)
        )
        for child, held in groupby(lines, key=lambda line: line[0]):
            yield _child_return(child, held)

    def upn_owners(self) -> Iterator[tuple[str, dict[str, int]]]:
        """Each UPN of this return with the children whose header states it and in which row, by UPN.

        The codes for an unknown UPN are left out.
        """
        lines = self._store.execute("SELECT upn, child, row FROM upn ORDER BY upn, child, row")
        for upn, held in groupby(lines, key=lambda line: line[0]):
            yield upn, {child: row for _, child, row in held}

    def _read(self, progress: Progress) -> None:
        read, passed_over = files_in(self.folder.path)
        for path in passed_over:
            self._say("file_not_read", "", file=path.name)
        sources = [survey(path) for path in read]
        self.digest = digest_of(sources)
        if self.folder.inferred:
            self._say("year_inferred", "", year=self.return_year)
        total, behind = sum(source.size for source in sources), 0
        names: dict[str, str] = {}
        for source in sources:
            table = self._load(source, names, partial(_told, progress, behind, total))
            # An XML file declares its own encoding, so only the forms that start with a mark are odd there.
            if source.odd and not (source.xml and source.odd == "other_encoding"):
                self._say(source.odd, table, 1, file=source.path.name)
            behind += source.size
            progress(behind, total)
        self._store.execute("CREATE INDEX line_by_child ON line (child, kind)")
        self._store.execute("CREATE INDEX upn_by_upn ON upn (upn, child)")
        self._say_what_is_missing()
        self._found.say_what_is_not_listed(self.return_year)

    def _load(self, source: Source, names: dict[str, str], done: Callable[[int], None]) -> str:
        """Read a file's rows into the store, a batch at a time; the table it is, '' where none or several."""
        readers: dict[str, RowReader] = {}
        lines: list[tuple[str, int, bytes]] = []
        owners: list[tuple[str, str, int]] = []
        for table, number, values in read_source(source, self.return_year, self._found.add, done):
            if table not in readers:
                readers[table] = RowReader(tables()[table], self.return_year, self._found.add)
                if names.setdefault(table, source.path.name) != source.path.name:
                    self._say("table_again", table, file=source.path.name, other=names[table])
            row = readers[table].read(number, values)
            if row is None:
                self.rows_kept_out += 1
                if table == "episodes" and readers[table].kept_out_child:
                    lines.append((readers[table].kept_out_child, _KEPT_OUT, b""))
            else:
                self.tables[table] += 1
                lines.append((row.child, _KINDS[table], _ENCODE(row)))
                if isinstance(row, HeaderRow) and row.upn and not row.upn.startswith("UN"):
                    owners.append((row.upn, row.child, row.row))
            if len(lines) >= _BATCH:
                self._keep(lines, owners)
        self._keep(lines, owners)
        return next(iter(readers)) if len(readers) == 1 else ""

    def _keep(self, lines: list[tuple[str, int, bytes]], owners: list[tuple[str, str, int]]) -> None:
        self._store.execute("BEGIN")
        self._store.executemany("INSERT INTO line VALUES (?, ?, ?)", lines)
        self._store.executemany("INSERT INTO upn VALUES (?, ?, ?)", owners)
        self._store.execute("COMMIT")
        lines.clear()
        owners.clear()

    def _say_what_is_missing(self) -> None:
        if not self.tables:
            self._say("no_tables", "")
        elif not self.tables["episodes"]:
            self._say("no_episodes", "episodes")
        elif not self.tables["header"]:
            self._say("no_header_table", "header")

    def _say(self, rule: str, table: str, row: int | None = None, **words: str) -> None:
        self._found.add(found(rule, self.return_year, table, row, "", None, None, **words))


def stage(folder: ReturnFolder, progress: Progress = lambda done, total: None) -> StagedReturn:
    """Read a return folder; `progress` is told bytes read and bytes in all. Use the answer in a `with`.

    Whatever the files hold becomes findings. Raises OSError where a file cannot be opened.
    """
    staged = StagedReturn(folder)
    try:
        staged._read(progress)
    except BaseException:
        staged.close()
        raise
    return staged


def _told(progress: Progress, behind: int, total: int, done: int) -> None:
    progress(behind + done, total)


def _child_return(child: str, lines: Iterator[tuple[str, int, bytes]]) -> ChildReturn:
    rows: dict[str, Any] = {}
    kept_out = 0
    names = list(ROW_TYPES)
    for kind, held in groupby(lines, key=lambda line: line[1]):
        if kind == _KEPT_OUT:
            kept_out = sum(1 for _ in held)
            continue
        decoded: list[ReturnRow] = [_DECODE[kind](body) for _, _, body in held]
        rows[names[kind]] = tuple(decoded)
    headers = rows.pop("header", ())
    if headers:
        rows["header"], rows["other_headers"] = headers[-1], headers[:-1]
    if "episodes" in rows:
        # Stable: rows of the same start stay in the order of the file.
        episodes: tuple[EpisodeRow, ...] = rows["episodes"]
        rows["episodes"] = tuple(sorted(episodes, key=lambda row: row.decom))
    return ChildReturn(child=child, rows_kept_out=kept_out, **rows)
