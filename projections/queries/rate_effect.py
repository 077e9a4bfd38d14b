"""What rates would change in what is posted, worked out before anybody confirms them.

The postings are derived by the very rules that the follower uses, with the rates added to those that hold, and
booked as the follower would book them: open months restated, closed ones reversed and put right in the earliest
open period. Nothing is written.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import polars as pl
from sqlalchemy import ColumnElement, Connection, and_, or_, select

from projections import tables as t
from projections.database import frame_of, read_frame
from projections.derive import Prices, prices_of
from projections.fact_rows import FactRows, Numbers
from projections.queries.rebooked import Changes, RateEffect, nights_again, payments_again, summed, work_again
from projections.stale import CHUNK, read_books
from recorder.application import FactMapper
from recorder.domain.facts import Event
from recorder.domain.payments import AllowanceRateSet
from recorder.domain.rate_changes import ALLOWANCE, HOUR, WEEK, Change
from recorder.domain.rates import SchemaPublished
from recorder.store.log import LogRow, to_micros

__all__ = ["changes_of", "effect_of_rates", "prices_with"]

Progress = Callable[[int, int], None]
_MAPPER = FactMapper()


def effect_of_rates(connection: Connection, events: Sequence[Event], progress: Progress | None = None) -> RateEffect:
    """What these facts (fees, prices of an hour, rates of allowances) would change in the tables as they stand."""
    said = progress or _silent
    facts = _facts(connection, events)
    prices, averaged = prices_with(connection, facts)
    books = read_books(connection)
    changes = [*_care(connection, facts, prices, averaged, books), *_paid(connection, facts, prices, books)]
    work = sorted(_work(connection, facts))
    for start in range(0, len(work), CHUNK):
        changes += work_again(connection, work[start : start + CHUNK], prices, books)
        said(min(start + CHUNK, len(work)), len(work))
    return summed(connection, changes, books)


def changes_of(connection: Connection, events: Sequence[Event]) -> list[Change]:
    """Each rate of these facts beside the one that holds on its first day, in their order."""
    facts = _facts(connection, events)
    found = []
    for place, event in enumerate(events):
        if isinstance(event.body, AllowanceRateSet):
            found.append(_allowance_change(connection, facts.rows["allowance_rate"][_NEXT + place]))
        elif isinstance(event.body, SchemaPublished):
            found.append(_price_change(connection, facts.rows["rate"][_NEXT + place]))
        else:
            found.append(_fee_change(connection, facts.rows["fee"][event.originator_id.bytes]))
    return found


def _price_change(connection: Connection, row: dict[str, Any]) -> Change:
    r = t.rate.c
    held = select(r.j_pence).where(
        r.worker_type == row["worker_type"], r.contract == row["contract"], r.valid_from <= row["valid_from"]
    )
    before = connection.scalar(held.order_by(r.valid_from.desc(), r.rate_no.desc()).limit(1))
    return Change(HOUR, before, row["j_pence"])


def _fee_change(connection: Connection, row: dict[str, Any]) -> Change:
    f = t.fee.c
    held = select(f.weekly_pence).where(
        f.child_no == row["child_no"],
        f.valid_from <= row["valid_from"],
        or_(f.valid_to.is_(None), f.valid_to > row["valid_from"]),
    )
    before = connection.scalar(held.order_by(f.valid_from.desc(), f.fee_no.desc()).limit(1))
    return Change(WEEK, before, row["weekly_pence"])


def _allowance_change(connection: Connection, row: dict[str, Any]) -> Change:
    a = t.allowance_rate.c
    held = select(a.weekly_pence).where(
        a.what == row["what"],
        a.region == row["region"],
        a.age_band == row["age_band"],
        a.valid_from <= row["valid_from"],
    )
    latest = held.order_by(a.valid_from.desc(), a.known_at.desc(), a.allowance_rate_no.desc()).limit(1)
    return Change(ALLOWANCE, connection.scalar(latest), row["weekly_pence"])


# Facts that are not in the log yet stand after every one that is; numbers are kept to 31 bits in places.
_NEXT = 2_000_000_000


def _facts(connection: Connection, events: Sequence[Event]) -> FactRows:
    """The rows that the facts would put, by the handlers of the follower."""
    children = {event.subject.bytes for event in events if event.subject is not None}
    numbers = Numbers()
    for row in connection.execute(select(t.child.c.child_id, t.child.c.child_no)):
        if bytes(row.child_id) in children:
            numbers.child[bytes(row.child_id)] = row.child_no

    def fetch(table: Any, key: str, among: list[Any]) -> list[dict[str, Any]]:
        query = select(table).where(table.c[key].in_(among))
        return [{**row, key: bytes(row[key])} for row in connection.execute(query).mappings()]

    facts = FactRows(numbers, fetch)
    facts.read([_row(_NEXT + place, event) for place, event in enumerate(events)])
    return facts


def _row(position: int, event: Event) -> LogRow:
    stored = _MAPPER.to_stored_event(event)
    return LogRow(
        position=position,
        stream_id=event.originator_id.bytes,
        version=event.originator_version,
        topic=stored.topic,
        event_id=event.event_id.bytes,
        payload=stored.state,
        known_at=to_micros(event.known_at),
        recorded_at=to_micros(event.recorded_at),
        subject=event.subject.bytes if event.subject else None,
        metadata=b"{}",
    )


def _overlaid(connection: Connection, facts: FactRows, table: Any, key: str) -> pl.DataFrame:
    """A table with the rows that the facts would put in the place of those of the same number."""
    names = [c.name for c in table.c]
    rows = facts.rows[table.name].values()
    new = frame_of(table, ([row[name] for name in names] for row in rows))
    held = read_frame(connection, table)
    return pl.concat([held.join(new.select(key), on=key, how="anti"), new])


def prices_with(connection: Connection, facts: FactRows) -> tuple[Prices, bool]:
    """The prices that would hold, and whether any average of a placement type changes."""
    fees = _overlaid(connection, facts, t.fee, "fee_no") if facts.dirty.fees else frame_of(t.fee, [])
    stored = read_frame(connection, t.type_average)
    reached = connection.execute(select(t.follower.c.horizon, t.follower.c.last_return_end)).one_or_none()
    horizon, last_return_end = reached if reached else (None, None)
    prices = prices_of(
        _overlaid(connection, facts, t.rate, "rate_no"),
        read_frame(connection, t.post),
        read_frame(connection, t.setting),
        fees,
        horizon,
        last_return_end,
        averages=None if facts.dirty.fees else stored,
        rules=read_frame(connection, t.inference_rule),
        codes=read_frame(connection, t.ledger_mapping),
        teams=read_frame(connection, t.team),
    )
    if not facts.dirty.fees:
        return prices, False
    order = ["placement_type", "return_year"]
    after = prices.averages.select(stored.columns).cast(stored.schema).sort(order)
    return prices, not stored.sort(order).equals(after)


def _care(connection: Connection, facts: FactRows, prices: Prices, averaged: bool, books: int | None) -> Changes:
    """Nights of the children whose fees these are, and of those at an average that changes."""
    children = set(facts.dirty.care)
    if averaged:
        p = t.posting.c
        at_average = or_(p.basis == "average", p.amount.is_(None))
        children |= set(connection.scalars(select(p.child_no).where(p.cost_kind == "placement", at_average).distinct()))
    wanted = sorted(children)
    if not wanted:
        return []
    names = [c.name for c in t.fee.c]
    new = frame_of(t.fee, ([row[name] for name in names] for row in facts.rows["fee"].values()))
    return [nights_again(connection, wanted, prices, books, new)]


def _paid(connection: Connection, facts: FactRows, prices: Prices, books: int | None) -> Changes:
    """Allowances without an amount of their own whose rates these are."""
    p = t.payment.c
    which = p.pence.is_(None) & p.what.in_(sorted(facts.dirty.allowances))
    wanted = sorted(connection.scalars(select(p.child_no).where(which).distinct())) if facts.dirty.allowances else []
    if not wanted:
        return []
    rates = _overlaid(connection, facts, t.allowance_rate, "allowance_rate_no")
    return [payments_again(connection, wanted, prices, books, rates)]


def _work(connection: Connection, facts: FactRows) -> set[int]:
    """Activities of workers with a post of a changed price, from the day of that price on."""
    found: set[int] = set()
    for row in facts.rows["rate"].values():
        post, work = t.post.c, t.activity_worker.c
        query = (
            select(work.activity_no)
            .join(t.post, post.worker_no == work.worker_no)
            .where(_priced_by(row), work.service_date >= row["valid_from"])
        )
        found |= set(connection.scalars(query.distinct()))
    return found


def _priced_by(row: dict[str, Any]) -> ColumnElement[bool]:
    return and_(t.post.c.worker_type == row["worker_type"], t.post.c.contract == row["contract"])


def _silent(_: int, __: int) -> None:
    return None
