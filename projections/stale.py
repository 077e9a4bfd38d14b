"""After a page of facts: work out again just what it made stale, and write it.

A price, a placement or an amendment may come after the work it touches; here is where it finds
that work. Sums are kept by difference: what the new rows add less what the old rows added.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Any

import polars as pl
from sqlalchemy import Connection, Table, func, or_, select

from costing.closing import ADJUSTMENT, REVERSAL, closed_periods_end
from costing.vocabulary import OWN_MARK, ancestry, kinds
from projections import tables as t
from projections.coding import recode
from projections.database import delete_where, frame_of, read_frame, write_frame
from projections.derive import (
    Prices,
    derive_placements,
    derive_work,
    prices_of,
)
from projections.fact_rows import FactRows
from projections.paid import refresh_payments
from projections.rewriting import repost, resum, rewrite_shares
from projections.service_rows import open_spans

__all__ = ["CHUNK", "WORK_KINDS", "read_books", "refresh", "thawed"]

CHUNK = 40_000
WORK_KINDS = ("staff", "travel")
_PRICED_FROM = {"rate", "post", "setting", "fee", "type_average", "inference_rule", "ledger_mapping", "team"}


def refresh(
    connection: Connection,
    facts: FactRows,
    progress: Callable[[int, int], None] | None = None,
    held: Prices | None = None,
) -> Prices | None:
    """Bring every derived table in step with the fact rows just written; says how many pieces of work are done.

    ``held``: the prices that the page before came to. Those to hold for the next are returned, None where they are
    to be read again.
    """
    dirty = facts.dirty
    prices = held if held is not None and _hold_still(held, facts) else _prices(connection, facts)
    children = set(dirty.care)
    if dirty.fees or dirty.placement_rules:
        children |= _averaged_children(connection, prices)
    if dirty.placement_rules:
        children |= set(connection.scalars(select(t.episode.c.child_no).distinct()))
    elif dirty.horizon:
        children |= _reaching_the_horizon(connection, facts.horizon_before)
    books = read_books(connection)
    loose = thawed(connection, dirty.reopened)
    children |= loose["placement"]
    moved = _refresh_care(connection, sorted(children), prices, books)
    activities = dirty.activities | _touched_work(connection, facts, moved | dirty.services) | loose["work"]
    ordered = sorted(activities)
    for start in range(0, len(ordered), CHUNK):
        _refresh_work(connection, facts, ordered[start : start + CHUNK], prices, books)
        if progress is not None:
            progress(min(start + CHUNK, len(ordered)), len(ordered))
    refresh_payments(connection, facts, prices, books, repost)
    if dirty.coding:
        recode(connection, prices.coding, books, resum)
    return None if dirty.fees or dirty.placement_rules else prices


def _hold_still(held: Prices, facts: FactRows) -> bool:
    """Whether a page changed nothing that prices are made of: most pages are an entry of somebody's work."""
    changed = {name for name, keys in facts.changed.items() if keys}
    again = changed & _PRICED_FROM or facts.dirty.fees or facts.dirty.placement_rules or facts.dirty.coding
    ends = (held.horizon, held.last_return_end) == (facts.horizon, facts.last_return_end)
    return ends and not again


def _prices(connection: Connection, facts: FactRows) -> Prices:
    """The prices in force; averages are worked out again only where fees or rules changed."""
    again = facts.dirty.fees or facts.dirty.placement_rules
    fees = read_frame(connection, t.fee) if again else frame_of(t.fee, [])
    stored = None if again else read_frame(connection, t.type_average)
    return prices_of(
        read_frame(connection, t.rate),
        read_frame(connection, t.post),
        read_frame(connection, t.setting),
        fees,
        facts.horizon,
        facts.last_return_end,
        averages=stored,
        rules=read_frame(connection, t.inference_rule),
        codes=read_frame(connection, t.ledger_mapping),
        teams=read_frame(connection, t.team),
    )


def read_books(connection: Connection) -> int | None:
    """The last closed accounting period, if any."""
    changes = connection.execute(select(t.closing.c.period, t.closing.c.closed).order_by(t.closing.c.closing_no))
    return closed_periods_end((period, closed) for period, closed in changes)


def thawed(connection: Connection, reopened: Iterable[int]) -> dict[str, set[int]]:
    """Children whose nights, and activities, were booked in a reopened period or put right since."""
    found: dict[str, set[int]] = {"placement": set(), "work": set()}
    periods = sorted(reopened)
    if periods:
        p = t.posting.c
        loose = or_(p.accounting_month.in_(periods), p.entry_kind.in_([ADJUSTMENT, REVERSAL]))
        nights = p.cost_kind == "placement"
        found["placement"] |= set(connection.scalars(select(p.child_no).where(loose, nights).distinct()))
        work = select(p.item_no).where(loose, p.cost_kind.in_(WORK_KINDS))
        found["work"] |= set(connection.scalars(work.distinct()))
    return found


def _averaged_children(connection: Connection, prices: Prices) -> set[int]:
    """Children priced by an average that changed, once the new averages are stored; none if none did."""
    before = read_frame(connection, t.type_average).sort("placement_type", "return_year")
    after = prices.averages.select(before.columns).cast(before.schema).sort("placement_type", "return_year")
    if before.equals(after):
        return set()
    connection.execute(t.type_average.delete())
    write_frame(connection, t.type_average, after)
    averaged = or_(t.posting.c.basis == "average", t.posting.c.amount.is_(None))
    query = select(t.posting.c.child_no).where(t.posting.c.cost_kind == "placement", averaged)
    return set(connection.scalars(query.distinct()))


def _reaching_the_horizon(connection: Connection, before: date | None) -> set[int]:
    """Children whose nights may go on past the old horizon, or had not begun by then."""
    reaching = t.placement.c.open if before is None else or_(t.placement.c.open, t.placement.c.ends > before)
    placed = select(t.placement.c.episode_no).where(t.placement.c.episode_no == t.episode.c.episode_no)
    found = set(connection.scalars(select(t.placement.c.child_no).where(reaching).distinct()))
    return found | set(connection.scalars(select(t.episode.c.child_no).where(~placed.exists()).distinct()))


def _refresh_care(connection: Connection, children: Sequence[int], prices: Prices, books: int | None) -> set[int]:
    """Placements and their postings of these children again; returns those whose days in care changed."""
    moved: set[int] = set()
    for start in range(0, len(children), CHUNK):
        chunk = children[start : start + CHUNK]
        episodes = read_frame(connection, t.episode, t.episode.c.child_no, chunk)
        fees = read_frame(connection, t.fee, t.fee.c.child_no, chunk)
        before = read_frame(connection, t.placement, t.placement.c.child_no, chunk)
        placements, postings = derive_placements(episodes, fees, prices)
        moved |= _care_differs(before, placements)
        delete_where(connection, t.placement, t.placement.c.child_no, chunk)
        write_frame(connection, t.placement, placements)
        kind = t.posting.c.cost_kind == "placement"
        repost(connection, t.posting.c.child_no, chunk, kind, postings, books)
    return moved


def _care_differs(before: pl.DataFrame, after: pl.DataFrame) -> set[int]:
    """Children whose days in care are not what they were; an open placement has no last day to compare."""

    def spans(frame: pl.DataFrame) -> pl.DataFrame:
        end = pl.when(pl.col("open")).then(None).otherwise(pl.col("ends")).alias("ends")
        return frame.select(pl.col("child_no").cast(pl.Int64), "starts", end)

    old, new = spans(before), spans(after)
    keys = ["child_no", "starts", "ends"]
    differing = [
        old.join(new, on=keys, how="anti", nulls_equal=True),
        new.join(old, on=keys, how="anti", nulls_equal=True),
    ]
    return {number for frame in differing for number in frame["child_no"]}


def _touched_work(connection: Connection, facts: FactRows, moved: Iterable[int]) -> set[int]:
    """Activities to price again: of children whose care or services changed, and of workers or rates that did."""
    found: set[int] = set()
    found |= _numbers_among(connection, t.activity_child, t.activity_child.c.child_no, moved)
    workers = set(facts.dirty.workers)
    for worker_type, contract, starts in facts.dirty.rates:
        found |= _priced_work(connection, worker_type, contract, starts)
    found |= _numbers_among(connection, t.activity_worker, t.activity_worker.c.worker_no, workers)
    for code, starts in facts.dirty.rules:
        found |= _ruled_work(connection, code, starts)
    if facts.dirty.mileage:
        with_miles = select(t.activity_worker.c.activity_no).where(t.activity_worker.c.miles_tenths.isnot(None))
        found |= set(connection.scalars(with_miles))
    return found


def _priced_work(connection: Connection, worker_type: str, contract: str, starts: date) -> set[int]:
    """Work of those who ever held such a post, from the first day of a price until the next one holds."""
    rate, post, work = t.rate.c, t.post.c, t.activity_worker.c
    same = (rate.worker_type == worker_type, rate.contract == contract)
    until = connection.scalar(select(func.min(rate.valid_from)).where(*same, rate.valid_from > starts))
    held = select(post.worker_no).where(post.worker_type == worker_type, post.contract == contract)
    query = select(work.activity_no).where(work.worker_no.in_(held), work.service_date >= starts)
    return set(connection.scalars(query if until is None else query.where(work.service_date < until)))


def _ruled_work(connection: Connection, code: str, starts: date) -> set[int]:
    """Work of a kind, or a finer one, from a day on whose process nobody chose for every child."""
    finer = [each.code for each in kinds() if code in ancestry(each.code)]
    own = [t.activity.c.kind.startswith(each + OWN_MARK, autoescape=True) for each in finer]
    query = (
        select(t.activity.c.activity_no)
        .join(t.activity_child, t.activity_child.c.activity_no == t.activity.c.activity_no)
        .where(or_(t.activity.c.kind.in_([*finer, code]), *own), t.activity.c.service_date >= starts)
        .where(t.activity_child.c.chosen_process.is_(None))
    )
    return set(connection.scalars(query.distinct()))


def _numbers_among(connection: Connection, table: Table, column: Any, among: Iterable[int]) -> set[int]:
    wanted = sorted(among)
    return set(read_frame(connection, table, column, wanted)["activity_no"]) if wanted else set()


def _refresh_work(
    connection: Connection, facts: FactRows, numbers: list[int], prices: Prices, books: int | None
) -> None:
    """The lines, processes and postings of these activities again."""
    own = [n for n in numbers if n in facts.work_lines]
    stored = [n for n in numbers if n not in facts.work_lines]
    amended = [n for n in own if n in facts.amended_activities]
    work_rows = [line for n in own for line in facts.work_lines[n]]
    share_rows = [line for n in own for line in facts.share_lines[n]]
    work = _rows_frame(t.activity_worker, work_rows)
    shares = _rows_frame(t.activity_child, [{"process": "", "rule": None, **row} for row in share_rows])
    delete_where(connection, t.activity_worker, t.activity_worker.c.activity_no, amended)
    write_frame(connection, t.activity_worker, work)
    before = shares.clear()
    if stored:
        work = work.vstack(read_frame(connection, t.activity_worker, t.activity_worker.c.activity_no, stored))
        before = read_frame(connection, t.activity_child, t.activity_child.c.activity_no, stored)
        shares = shares.vstack(before)
    children = shares["child_no"].unique().to_list()
    care, referrals, early_help = (
        read_frame(connection, table, table.c.child_no, children) for table in (t.placement, t.referral, t.early_help)
    )
    shown, postings = derive_work(work, shares, care, open_spans(referrals, early_help), prices)
    old_numbers = [*stored, *amended]
    rewrite_shares(connection, before, shown, amended)
    kind = t.posting.c.cost_kind.in_(WORK_KINDS)
    unchosen = shown.filter(pl.col("rule").is_not_null()).select(pl.col("activity_no").alias("item_no"), "child_no")
    repost(connection, t.posting.c.item_no, old_numbers, kind, postings, books, unchosen)


def _rows_frame(table: Table, rows: list[dict[str, Any]]) -> pl.DataFrame:
    names = [c.name for c in table.c]
    return frame_of(table, ([row[n] for n in names] for row in rows))
