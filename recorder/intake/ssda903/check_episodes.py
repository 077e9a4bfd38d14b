"""What one return says of one child that cannot be: rows twice, ends before starts, overlaps, gaps."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from costing.calendar import return_year_first, return_year_last

from .findings import Finding, Nights, found, uk
from .row_reader import nights_of
from .rows import ROW_TYPES, ChildReturn, EpisodeRow, ReturnRow

__all__ = ["check_episodes", "check_rows"]

_GOES_ON = "X1"
_STARTS_CARE = "S"
# Each short break is an episode of its own; days between them are at home.
_SHORT_BREAKS = frozenset({"V3", "V4"})


def check_rows(current: ChildReturn, year: str, header_table: bool) -> Iterator[Finding]:
    """Rows that stand twice, a header that is missing, doubled or at odds with other tables."""
    for table in ROW_TYPES:
        yield from _twice(table, current.rows_of(table), current, year)
    header = current.header
    if header is None:
        if header_table:
            yield from _no_header(current, year)
        return
    for other in current.other_headers:
        if _without_row(other) != _without_row(header):
            yield found("header_twice", year, "header", header.row, current.child, other=str(other.row))
            break
    at_odds = [
        table
        for table in ROW_TYPES
        if table != "header"
        and header.dob
        and any(getattr(row, "dob", None) not in {None, header.dob} for row in current.rows_of(table))
    ]
    if at_odds:
        yield found("dob_differs", year, "header", header.row, current.child, others=", ".join(at_odds))


def check_episodes(current: ChildReturn, year: str) -> Iterator[Finding]:
    """Each episode by itself, then against those that follow it."""
    episodes = current.episodes_once
    for at, row in enumerate(episodes):
        following = episodes[at + 1] if at + 1 < len(episodes) else None
        yield from _by_itself(row, following, year, current.rows_kept_out)
    yield from _one_after_another(episodes, year, current.rows_kept_out)


def _without_row(row: ReturnRow) -> tuple[object, ...]:
    return tuple(getattr(row, name) for name in row.__struct_fields__ if name != "row")


def _twice(table: str, rows: tuple[ReturnRow, ...], current: ChildReturn, year: str) -> Iterator[Finding]:
    if len(rows) < 2:
        return
    seen: dict[tuple[object, ...], ReturnRow] = {}
    started: dict[date, EpisodeRow] = {}
    for row in rows:
        first = seen.setdefault(_without_row(row), row)
        episode = row if isinstance(row, EpisodeRow) else None
        nights = nights_of(episode.decom, episode.dec, year) if episode else None
        decom = episode.decom if episode else None
        if first is not row:
            words = {"other": str(first.row)}
            yield found("row_twice", year, table, row.row, current.child, nights, decom, **words)
        elif episode:
            other = started.setdefault(episode.decom, episode)
            if other is not episode:
                words = {"other": str(other.row)}
                yield found("start_twice", year, table, row.row, current.child, nights, decom, **words)


def _no_header(current: ChildReturn, year: str) -> Iterator[Finding]:
    table = next((name for name in ROW_TYPES if current.rows_of(name)), "")
    if not table:
        return
    spans = [nights_of(e.decom, e.dec, year) for e in current.episodes_once]
    nights = Nights(min(s.first for s in spans), max(s.last_exclusive for s in spans)) if spans else None
    decom = current.episodes[0].decom if current.episodes else None
    yield found("no_header", year, table, current.rows_of(table)[0].row, current.child, nights, decom)


def _by_itself(row: EpisodeRow, following: EpisodeRow | None, year: str, kept_out: int) -> Iterator[Finding]:
    first, last = return_year_first(year), return_year_last(year)
    words = {"dec": uk(row.dec)}
    rules = []
    if row.decom > last:
        rules.append("starts_after_year")
    if row.dec and row.dec < row.decom:
        until = following.decom if following else last + timedelta(days=1)
        nights = Nights(row.decom, until)
        yield found("ends_before_start", year, "episodes", row.row, row.child, nights, row.decom, **words)
    elif row.dec and row.dec > last:
        rules.append("ends_after_year")
    elif row.dec and row.dec < first:
        rules.append("ended_before_year")
    if row.dec and not row.rec:
        rules.append("end_without_reason")
    if row.rec and not row.dec:
        rules.append("reason_without_end")
    if row.rec == _GOES_ON and row.dec and not following and not kept_out:
        rules.append("goes_on_nowhere")
    for rule in rules:
        yield found(rule, year, "episodes", row.row, row.child, None, row.decom, **words)


def _one_after_another(episodes: tuple[EpisodeRow, ...], year: str, kept_out: int) -> Iterator[Finding]:
    """Overlaps, gaps and episodes never closed. An episode that ends before it starts is no neighbour to judge by."""
    reach: EpisodeRow | None = None
    last: EpisodeRow | None = None
    for row in episodes:
        if row.dec and row.dec < row.decom:
            last = None
            continue
        if reach is not None and (reach.dec is None or reach.dec > row.decom):
            yield _overlap(reach, row, year)
        elif last is not None and not kept_out and _gap(last, row):
            words = {"dec": uk(last.dec), "next_decom": uk(row.decom)}
            nights = Nights(last.dec or row.decom, row.decom)
            yield found("gap", year, "episodes", last.row, last.child, nights, last.decom, **words)
        if reach is None or reach.dec is None or row.dec is None or row.dec > reach.dec:
            reach = row
        last = row


def _overlap(earlier: EpisodeRow, later: EpisodeRow, year: str) -> Finding:
    ends = [day for day in (earlier.dec, later.dec) if day]
    until = min(ends) if ends else return_year_last(year) + timedelta(days=1)
    words = {"dec": uk(earlier.dec), "next_decom": uk(later.decom)}
    rule = "overlap" if earlier.dec else "never_closed"
    nights = Nights(later.decom, until)
    return found(rule, year, "episodes", earlier.row, earlier.child, nights, earlier.decom, **words)


def _gap(earlier: EpisodeRow, later: EpisodeRow) -> bool:
    if earlier.dec is None or later.decom <= earlier.dec or {earlier.ls, later.ls} & _SHORT_BREAKS:
        return False
    # Either side says that care went on: the end (X1), or a beginning that is not the start of care.
    return earlier.rec == _GOES_ON or later.rne not in {_STARTS_CARE, ""}
