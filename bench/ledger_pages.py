"""Server time of every page of the ledger and of every summary of it, over a million postings, on each store.

The made-up authority's activities, with a mapping that gives every posting a cost centre. A page is asked for by a
finance officer as a browser would ask for it; a summary is the one that a file of it is written from.
"""

from __future__ import annotations

import re
import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import partial
from typing import NamedTuple
from uuid import UUID

from flask.testing import FlaskClient
from sqlalchemy import func, select

from bench.measures import Measure
from bench.stores import STORES, Loaded, Yard
from projections import tables as t
from projections.database import ProjectionDatabase
from projections.exports import ExportRequest, export_rows
from projections.queries.cost_lines import LiveCosts
from projections.queries.costs import BY, cost_rows
from projections.rebuild import rebuild
from recorder.accounts import account, add_account
from recorder.application import FactMapper
from recorder.domain.coding import LedgerMappingSet, MappingRow
from recorder.domain.facts import Event, Provenance
from recorder.domain.ids import AUTHORITY, derived_id, new_id
from recorder.store import SqlEventLog
from web import create_app, state
from web.account.people import password_hasher
from web.cli.authority import make_authority
from web.serving import get_ready
from web.settings import Settings

__all__ = ["measure_ledger_pages", "pages_and_summaries"]

POSTINGS = 1_000_000
PAGE_MS, SUMMARY_MS = 200, 1_000
VISITS = 7
# Of a made-up authority's activities come so many postings each: siblings, second workers, and the nights.
_POSTINGS_OF_ONE = 1.22
_YEAR, _WHOLE = (date(2024, 4, 1), date(2025, 3, 31)), (date(2022, 4, 1), date(2025, 3, 31))
_AS_KNOWN = "2025-01-31"
_USER, _PASSWORD = "bench-finance", "measured-on-its-own"
_MAPPING = derived_id(AUTHORITY, "ledger", "mapping")
_SUMS = ("service_month", "accounting_month", "s251_line", "cost_centre", "subjective", "funder", "cost_kind",
         "place_type", "process", "sector", "provider", "worker_type")  # fmt: skip


class Visit(NamedTuple):
    """What is asked for, how, and in how many milliseconds it should be there."""

    what: str
    ask: Callable[[], object]
    aim: int


def measure_ledger_pages(yard: Yard, postings: int = POSTINGS) -> Iterator[Measure]:
    """Each store: the first and the middle time of each page and summary; the ratio is to the aim."""
    for store in STORES:
        loaded = yard.loaded(store, int(postings / _POSTINGS_OF_ONE))
        prepare(loaded, store)
        yield from pages_and_summaries(loaded, store, yard.say)


def prepare(loaded: Loaded, store: str) -> None:
    """Everything that the site needs beside the log: its databases, a mapping, the tables, an account."""
    make_authority(loaded.where)
    _state_mapping(loaded.log)
    tables = ProjectionDatabase(loaded.where)
    rebuild(loaded.log, tables)
    tables.close()


def pages_and_summaries(loaded: Loaded, store: str, say: Callable[[str], None]) -> Iterator[Measure]:
    """The measures of tables that stand. The site is opened anew, so that first views are first."""
    given = _settings(loaded)
    desk = loaded.where.engine("desk")
    if account(desk, _USER) is None:
        add_account(desk, _USER, _PASSWORD, "finance", datetime.now(UTC), hasher=password_hasher(given))
    desk.dispose()
    app = create_app(given)
    get_ready(app)  # as each process of the server does before its first request
    client = app.test_client()
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get("/sign-in").text)
    assert token is not None
    client.post("/sign-in", data={"csrf_token": token.group(1), "username": _USER, "password": _PASSWORD})
    tables = ProjectionDatabase(loaded.where)
    with tables.reader().connect() as connection:
        counted = connection.scalar(select(func.count()).select_from(t.posting)) or 0
        child = _busiest(tables)
    say(f"{counted:,} postings on {store}")
    for visit in (*_pages(client, child), *_summaries(tables)):
        yield _measured(visit, store, counted)
    tables.close()
    app.extensions[state.EXTENSION].close()


def _settings(loaded: Loaded) -> Settings:
    url = loaded.where.url
    quick = Settings(env="development", argon2_time=1, argon2_kib=8, argon2_lanes=1)
    if loaded.where.is_sqlite:
        return replace(quick, data=url)
    return replace(quick, database_url=url.replace("+psycopg", "", 1))


def _measured(visit: Visit, store: str, counted: int) -> Measure:
    taken = []
    for _ in range(VISITS):
        started = time.perf_counter()
        visit.ask()
        taken.append((time.perf_counter() - started) * 1_000)
    first, median = taken[0], statistics.median(taken[1:])
    beside = f"first {first:.0f} ms, then {median:.0f} ms, slowest {max(taken[1:]):.0f} ms; {counted:,} postings"
    aim = f"≤ 1 ({visit.aim} ms)"
    return Measure(visit.what, store, max(first, median) / visit.aim, aim, max(first, median) <= visit.aim, beside)


def _pages(client: FlaskClient, child: UUID) -> Iterator[Visit]:
    """Every page of the ledger, of a year and of three."""
    year, whole = (f"from={first}&to={last}" for first, last in (_YEAR, _WHOLE))
    paths = [f"/children/{child}?{period}" for period in (year, whole)]
    for name in ("", "/children", "/teams", "/trial-balance", "/mapping"):
        paths += [f"/finance{name}?{period}" for period in (year, whole)]
    paths += [f"/finance?{year}&type=U1", "/finance?from=2024-04-10&to=2025-03-20", f"/finance/children?{year}&type=U1"]
    paths += ["/finance/months", "/finance/months/202403", "/finance/months/202403.csv", "/finance/reconciliation"]
    paths += ["/finance/reconciliation/202403", "/finance/payments", "/finance/exports", f"/finance/restated?{year}"]
    paths += [f"/finance/restated?{year}&as-at={_AS_KNOWN}"]
    for path in paths:
        yield Visit(f"page {path.replace(str(child), 'CHILD')}", partial(_visit, client, path), PAGE_MS)


def _visit(client: FlaskClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 200, (path, answer.status_code)


def _summaries(tables: ProjectionDatabase) -> Iterator[Visit]:
    """Costs by everything that they can be by, over all three years; and what files sum up."""

    def costs(by: str) -> None:
        with tables.reader().connect() as connection:
            cost_rows(LiveCosts(connection), *_WHOLE, by)  # type: ignore[arg-type]

    def summary(*names: str) -> None:
        with tables.reader().connect() as connection:
            what = "summary" if names else "s251"
            asked = ExportRequest(what=what, first=202204, last=202503, dimensions=names)  # type: ignore[arg-type]
            for _ in export_rows(connection, asked).parts:
                pass

    for by in BY:
        yield Visit(f"costs by {by}", partial(costs, by), SUMMARY_MS)
    for name in _SUMS:
        yield Visit(f"summary by {name}", partial(summary, name), SUMMARY_MS)
    yield Visit("summary by month, cost centre and subjective code",
                lambda: summary("service_month", "cost_centre", "subjective"), SUMMARY_MS)  # fmt: skip
    yield Visit("S251 outturn", summary, SUMMARY_MS)


def _busiest(tables: ProjectionDatabase) -> UUID:
    c = t.ledger_month.c
    with tables.reader().connect() as connection:
        query = select(c.child_no).group_by(c.child_no).order_by(func.sum(c.entries).desc(), c.child_no).limit(1)
        number = connection.scalar(query)
        found = connection.scalar(select(t.child.c.child_id).where(t.child.c.child_no == number))
    assert found is not None
    return UUID(bytes=bytes(found))


def _state_mapping(log: SqlEventLog) -> None:
    """A cost centre for each kind of cost, with subjective codes."""
    codes = (("staff", "10100", "1100"), ("travel", "10100", "1300"), ("placement", "20200", "4400"))
    rows = tuple(
        MappingRow(cost_kind=kind, cost_centre=centre, subjective=code, valid_from=date(2015, 4, 1))
        for kind, centre, code in codes
    )
    now = datetime.now(UTC)
    event = Event(
        originator_id=_MAPPING, originator_version=1, event_id=new_id(), known_at=now, recorded_at=now,
        body=LedgerMappingSet(rows=rows), provenance=Provenance(by="bench", source="form"),
    )  # fmt: skip
    log.insert_events([FactMapper().to_stored_event(event)])
