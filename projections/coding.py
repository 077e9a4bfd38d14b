"""The ledger's codes on postings: cost centre and subjective code by the mapping that finance states.

A posting takes its codes when it is posted, so what a closed period holds keeps those it was closed with. Another
mapping changes the postings of open periods, and of them all but reversals: a reversal has the codes of what it
takes back.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import polars as pl
from sqlalchemy import Connection, select

from costing.closing import REVERSAL, month_of_period
from costing.coding import CODES, CodeRow, with_codes
from costing.postings import STAFF, TRAVEL
from projections import tables as t
from projections.database import frame_of
from projections.held_posts import held_posts
from recorder.domain.coding import LedgerMappingSet, code_rows
from recorder.domain.facts import decode_body

__all__ = ["Coding", "coding_of", "recode", "with_own_codes", "with_team"]

_KEY = ["cost_kind", "item_no", "line_no", "child_no", "funder", "service_from", "ordinal"]
_SUMMED = [c.name for c in t.ledger_sum.primary_key] + ["amount", "seconds", "nights"]
_ASKED = list(dict.fromkeys([*_KEY, *_SUMMED]))
# Takes postings as they were and as they are, in the columns that sums over all children are kept by.
Resum = Callable[[Connection, pl.DataFrame, pl.DataFrame], None]
CHUNK = 50_000


@dataclass(frozen=True)
class Coding:
    """The mapping in force and what tells a worker's team on a day: worker_no, starts, ends, team (a name)."""

    rows: tuple[CodeRow, ...]
    posts: pl.DataFrame


def coding_of(stated: pl.DataFrame, posts: pl.DataFrame, teams: pl.DataFrame) -> Coding:
    """The coding that rows of ``ledger_mapping``, ``post`` and ``team`` come to; the mapping known last holds."""
    rows: tuple[CodeRow, ...] = ()
    if not stated.is_empty():
        latest = stated.sort("known_at", "mapping_no").row(-1, named=True)
        body = decode_body(LedgerMappingSet.topic, latest["said"].encode())
        assert isinstance(body, LedgerMappingSet)
        rows = code_rows(body.rows)
    named = posts.join(teams.select("team_no", pl.col("name").alias("team")), on="team_no", how="left")
    held = held_posts(named).select(pl.col("worker_no").cast(pl.Int64), "starts", "ends", pl.col("team").fill_null(""))
    return Coding(rows, held)


def with_own_codes(postings: pl.DataFrame, coding: Coding) -> pl.DataFrame:
    """Postings with their cost_centre and subjective code; blank where no row of the mapping fits."""
    if not coding.rows:
        return postings.with_columns(pl.lit("").alias(name) for name in CODES)
    return with_codes(with_team(postings, coding.posts), coding.rows).drop("team")


def with_team(postings: pl.DataFrame, posts: pl.DataFrame) -> pl.DataFrame:
    """Postings with the name of the team of the worker's post that day; blank for what is no work."""
    work = pl.col("cost_kind").is_in([STAFF, TRAVEL])
    numbered = postings.select(
        pl.when(work).then(pl.col("line_no").cast(pl.Int64)).alias("worker_no"), pl.col("service_from").alias("_day")
    ).with_row_index("_line")
    found = numbered.sort("_day").join_asof(
        posts.sort("starts"),
        left_on="_day",
        right_on="starts",
        by="worker_no",
        strategy="backward",
        check_sortedness=False,
    )
    held = pl.col("ends").is_null() | (pl.col("_day") < pl.col("ends"))
    teams = found.sort("_line").select(pl.when(held).then("team").fill_null("").alias("team"))
    return postings.with_columns(teams["team"])


def recode(connection: Connection, coding: Coding, books: int | None, resum: Resum) -> int:
    """Give the postings of open periods the codes of this mapping; returns how many changed."""
    p = t.posting.c
    still = [p.entry_kind != REVERSAL]
    if books is not None:
        still += [p.accounting_month > month_of_period(books), p.accounting_month != books]
    query = select(*(p[name] for name in _ASKED)).where(*still)
    types = frame_of(t.posting, []).schema
    schema = {name: types[name] for name in _ASKED}
    changed = []
    result = connection.execute(query)
    while rows := result.fetchmany(CHUNK):
        old = pl.DataFrame([tuple(row) for row in rows], schema=schema, orient="row")
        new = with_own_codes(old, coding)
        differs = pl.any_horizontal(new[name] != old[name] for name in CODES)
        moved = new.filter(differs)
        changed.append((old.join(moved, on=_KEY, how="semi"), moved))
    for before, after in changed:
        if not after.is_empty():
            resum(connection, before, after)
    return sum(_write(connection, after.select(*_KEY, *CODES)) for _, after in changed)


def _write(connection: Connection, changed: pl.DataFrame) -> int:
    """Write the codes of these postings; plain tuples are many times faster than bound one by one."""
    if changed.is_empty():
        return 0
    sqlite = connection.dialect.name == "sqlite"
    mark = "?" if sqlite else "%s"
    given = changed.with_columns(pl.col("service_from").dt.strftime("%Y-%m-%d")) if sqlite else changed
    said = ", ".join(f"{name} = {mark}" for name in CODES)
    where = " AND ".join(f"{name} = {mark}" for name in _KEY)
    statement = f"UPDATE posting SET {said} WHERE {where}"
    for part in given.select(*CODES, *_KEY).iter_slices(CHUNK):
        connection.exec_driver_sql(statement, part.rows())
    return changed.height
