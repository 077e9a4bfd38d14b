"""The invariants of the ledger, each looked at over all postings; the first that does not hold is named.

Rules are statements that find a row which breaks them, so that a million postings are looked at where they lie. The
last rule makes the tables again from the log, beside the live ones, and compares them row by row.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, Table, and_, case, exists, func, literal, not_, or_, select
from sqlalchemy import cast as sql_cast
from sqlalchemy.types import BigInteger

from costing.closing import REVERSAL, PeriodOutOfTurn, is_closed
from costing.ledger import COST_ACCOUNTS, KEY, posting_key
from costing.money import UNITS_PER_HOURLY_PENNY_A_MINUTE, UNITS_PER_WEEKLY_PENNY_A_NIGHT
from costing.postings import ALLOWANCE, COMPONENTS, PLACEMENT, SERVICE, STAFF, STANDARD
from projections import tables as t
from projections.earlier import earlier_tables
from projections.stale import read_books
from recorder.store.log import EventLog

__all__ = ["RULES", "Break", "check_log", "check_postings", "check_tables", "rule_names"]

Step = Callable[[int, int | None], None]
_POSTING = t.posting.c
_REVERSED = t.posting.alias("reversed_posting")
_PAGE = 10_000
# What a reversal has in common with what it takes back, and what it has with the sign turned.
_SAME = (
    "cost_kind", "item_no", "line_no", "child_no", "funder", "service_month", "service_from", "service_to", "process",
    "place_type", "sector", "s251_line", "cost_centre", "subjective", "rate_pence", "basis",
)  # fmt: skip
_TURNED = ("amount", "seconds", "nights", *COMPONENTS)


@dataclass(frozen=True)
class Break:
    """An invariant that does not hold: which, why in words, and where; ``position``: of the fact that it rests on."""

    rule: str
    text: str
    child_no: int | None = None
    posting: str = ""
    position: int | None = None


@dataclass(frozen=True)
class Rule:
    """An invariant in words, and the statements that find postings which break it with why (a format of the row)."""

    name: str
    finds: Callable[[Connection], Iterator[tuple[Select[Any], str]]]


def check_postings(connection: Connection, step: Step) -> Break | None:
    """The first break of a rule over the postings as they lie, rule by rule, or None."""
    for place, rule in enumerate(RULES):
        step(place, len(RULES))
        for query, text in rule.finds(connection):
            row = connection.execute(query.limit(1)).mappings().one_or_none()
            if row is not None:
                return _break(rule.name, text, dict(row))
    step(len(RULES), len(RULES))
    return None


def _break(name: str, text: str, row: dict[str, Any]) -> Break:
    whole = all(column in row for column in KEY)
    key = posting_key(**{column: row[column] for column in KEY}) if whole else ""
    return Break(name, text.format(**row), row.get("child_no"), key, row.get("item_no"))


def _found(*which: ColumnElement[bool], **more: ColumnElement[Any]) -> Select[Any]:
    """Postings of which something holds, by their keys."""
    named = [column.label(name) for name, column in more.items()]
    columns = [_POSTING[name] for name in (*KEY, "accounting_month", "amount", "process", "entry_kind")]
    return select(*columns, *named).where(*which).order_by(*(_POSTING[name] for name in KEY))


def _accounts(_: Connection) -> Iterator[tuple[Select[Any], str]]:
    yield _found(_POSTING.cost_kind.not_in(list(COST_ACCOUNTS))), "“{cost_kind}” has no accounts to move"


def _unique(_: Connection) -> Iterator[tuple[Select[Any], str]]:
    columns = [_POSTING[name] for name in KEY]
    twice = select(*columns, func.count().label("times")).group_by(*columns).having(func.count() > 1)
    yield twice, "{times} postings have this id"


def _facts(_: Connection) -> Iterator[tuple[Select[Any], str]]:
    placed = exists().where(t.episode.c.episode_no == _POSTING.item_no)
    done = exists().where(t.activity.c.activity_no == _POSTING.item_no)
    of_work = _POSTING.cost_kind.in_([STAFF, "travel"])
    yield _found(_POSTING.cost_kind == PLACEMENT, not_(placed)), "no placement was stated at position {item_no}"
    yield _found(of_work, not_(done)), "no work was recorded at position {item_no}"
    agreed = exists().where(t.payment.c.payment_no == _POSTING.item_no)
    paid = _POSTING.cost_kind.in_([ALLOWANCE, SERVICE])
    yield _found(paid, not_(agreed)), "no payment was stated at position {item_no}"
    known = exists().where(t.child.c.child_no == _POSTING.child_no)
    yield _found(not_(known)), "nobody is child {child_no}"


def _components(_: Connection) -> Iterator[tuple[Select[Any], str]]:
    parts = sum((_POSTING[name] for name in COMPONENTS[1:]), start=_POSTING[COMPONENTS[0]])
    wrong = and_(_POSTING.cost_kind == STAFF, _POSTING.amount.isnot(None), parts != _POSTING.amount)
    yield _found(wrong, parts=parts), "its parts come to {parts} units, its amount is {amount}"


def _whole(_: Connection) -> Iterator[tuple[Select[Any], str]]:
    """The children's parts of a line of work come to its minutes at its price, in the rows that no other replaced."""
    last = select(func.max(_REVERSED.c.ordinal)).where(
        *(_REVERSED.c[name] == _POSTING[name] for name in KEY if name != "ordinal")
    )
    stands = and_(_POSTING.ordinal == last.scalar_subquery(), _POSTING.entry_kind != REVERSAL)
    seconds, amount = func.sum(_POSTING.seconds), func.sum(_POSTING.amount)
    price = func.max(_POSTING.rate_pence)
    line = [_POSTING.item_no, _POSTING.line_no]
    due = seconds * price * UNITS_PER_HOURLY_PENNY_A_MINUTE
    grouped = (
        select(*line, func.min(_POSTING.child_no).label("child_no"), amount.label("amount"), seconds.label("seconds"))
        .where(_POSTING.cost_kind == STAFF, stands)
        .group_by(*line)
        .having(
            func.count() == func.count(_POSTING.amount),
            func.min(_POSTING.rate_pence) == price,
            sql_cast(amount, BigInteger) * 60 != sql_cast(due, BigInteger),
        )
    )
    yield grouped, "the children’s parts of line {line_no} come to {amount} units for {seconds} seconds"


def _funders(_: Connection) -> Iterator[tuple[Select[Any], str]]:
    """Each payer's posting is its share for the nights; the shares of a fee come to the fee."""
    fee = t.fee.c
    shares = fee.social_care_pence + fee.education_pence + fee.health_pence
    off = select(fee.child_no, fee.fee_no.label("item_no"), shares.label("shares"), fee.weekly_pence)
    yield off.where(shares != fee.weekly_pence), "the shares of the fee come to {shares}p, the fee is {weekly_pence}p"
    nights = select(func.sum(_REVERSED.c.nights)).where(
        *(_REVERSED.c[name] == _POSTING[name] for name in KEY if name != "funder")
    )
    due = _POSTING.rate_pence * nights.scalar_subquery() * UNITS_PER_WEEKLY_PENNY_A_NIGHT
    priced = and_(_POSTING.cost_kind == PLACEMENT, _POSTING.rate_pence.isnot(None), _POSTING.amount.isnot(None))
    text = "the nights at its payer’s share come to {due} units, its amount is {amount}"
    yield _found(priced, due != _POSTING.amount, due=due), text


def _closed(connection: Connection) -> Iterator[tuple[Select[Any], str]]:
    """Nothing that was stated after a period was closed is booked in it, and nothing before its own month."""
    try:
        end = read_books(connection)
    except PeriodOutOfTurn as wrong:
        yield select(literal(1).label("one")), f"the books were closed out of turn: {wrong}"
        return
    early = _found(_POSTING.accounting_month < _POSTING.service_month)
    yield early, "work or nights of {service_month} are booked in {accounting_month}, before it"
    if end is None:
        return
    closings = connection.execute(select(t.closing).order_by(t.closing.c.closing_no)).all()
    first_closing = min(row.closing_no for row in closings if row.closed)
    closed_at = {row.period: row.closing_no for row in closings if row.closed and is_closed(row.period, end)}
    later = or_(*(
        and_(_POSTING.accounting_month == period, or_(_POSTING.item_no > at, _POSTING.rate_no > at))
        for period, at in closed_at.items()
    ))  # fmt: skip
    text = "it rests on a fact stated after {accounting_month} was closed"
    yield _found(later), text
    shut = and_(_POSTING.accounting_month < min(closed_at), _POSTING.item_no > first_closing)
    yield _found(shut), text


def _reversals(_: Connection) -> Iterator[tuple[Select[Any], str]]:
    r = _REVERSED.c
    joined = and_(*(r[name] == _POSTING[name] for name in KEY if name != "ordinal"), r.ordinal == _POSTING.ordinal - 1)
    same = [r[name].is_not_distinct_from(_POSTING[name]) for name in _SAME]
    turned = [r[name].is_not_distinct_from(-_POSTING[name]) for name in _TURNED]
    taken_back = exists().where(joined, r.entry_kind != REVERSAL, *same, *turned)
    back = _POSTING.entry_kind == REVERSAL
    yield _found(back, not_(taken_back)), "it does not net with the posting before it, {cost_kind} {item_no}"
    yield _found(back, _POSTING.reverses.is_(None)), "it does not name the posting that it takes back"
    follows = exists().where(joined, r.entry_kind == REVERSAL)
    yield _found(not_(back), _POSTING.ordinal > 0, not_(follows)), "it follows a posting that was not taken back"


def _once(_: Connection) -> Iterator[tuple[Select[Any], str]]:
    """Staff time of a child and process is recorded or standard in a month, never both."""
    r = _REVERSED.c
    recorded = exists().where(
        r.cost_kind == STAFF, r.child_no == _POSTING.child_no, r.process == _POSTING.process,
        r.service_month == _POSTING.service_month,
    )  # fmt: skip
    text = "{process} of {service_month} has a standard cost beside recorded time"
    yield _found(_POSTING.cost_kind == STANDARD, recorded), text


def _sums(_: Connection) -> Iterator[tuple[Select[Any], str]]:
    """The monthly ledger adds up the postings, and so does the trial balance that rests on it."""
    own = {"month": "service_month"}
    names = ("child_no", "month", "accounting_month", "process", "cost_kind", "place_type", "sector", "basis",
             "entry_kind")  # fmt: skip
    key = [_POSTING[own.get(name, name)].label(name) for name in names]
    stands = case((_POSTING.entry_kind == REVERSAL, -1), else_=1)
    added = [func.coalesce(func.sum(_POSTING.amount), 0).label("amount"), func.sum(stands).label("entries")]
    posted = select(*key, *added).group_by(*key).subquery()
    ledger = t.ledger_month
    on = and_(*(ledger.c[name] == posted.c[name] for name in names))
    shown = [posted.c.child_no, posted.c.month, posted.c.amount.label("due"), ledger.c.amount.label("held")]
    differs = or_(ledger.c.amount.is_(None), ledger.c.amount != posted.c.amount, ledger.c.entries != posted.c.entries)
    wrong = select(*shown).select_from(posted.outerjoin(ledger, on)).where(differs)
    yield wrong, "the postings of {month} come to {due} units, the monthly ledger holds {held}"
    whole = select(func.sum(ledger.c.entries).label("held"), select(func.sum(stands)).scalar_subquery().label("due"))
    both = whole.subquery()
    more = select(both.c.held, both.c.due).where(both.c.held != both.c.due)
    yield more, "the monthly ledger counts {held} postings, there are {due}"


RULES = (
    Rule("Every posting moves two accounts, so that the trial balance is zero", _accounts),
    Rule("The id of a posting is its own", _unique),
    Rule("Every posting rests on a fact of a child", _facts),
    Rule("The parts of a posting come to its amount", _components),
    Rule("The children’s parts come to the whole of the work", _whole),
    Rule("The payers’ shares come to the fee", _funders),
    Rule("Nothing is booked in a period after it was closed", _closed),
    Rule("A reversal nets with what it takes back", _reversals),
    Rule("Work is never costed as recorded and as standard at once", _once),
    Rule("The monthly ledger adds up the postings", _sums),
)
_LOG = "The log has no gap"
_SHOWS = "The tables show what the log says"


def rule_names() -> list[str]:
    """Every invariant in words, in the order in which they are looked at."""
    return [*(rule.name for rule in RULES), _LOG, _SHOWS]


def check_log(log: EventLog, step: Step) -> Break | None:
    """Whether the positions of the log follow each other; the first that is missing."""
    newest, reached = log.position(), 0
    for page in log.pages(0, _PAGE):
        for row in page:
            if row.position != reached + 1:
                return Break(_LOG, f"after position {reached} comes {row.position}", position=row.position)
            reached = row.position
        step(reached, newest)
    return None


def check_tables(connection: Connection, log: EventLog, step: Step, within: Path | None = None) -> Break | None:
    """Whether the live tables are what the log says at their position: the first row that differs."""
    reached = connection.scalar(select(t.follower.c.position)) or 0
    if reached > log.position():
        return Break(_SHOWS, f"the tables are at position {reached}, the log ends at {log.position()}")
    with earlier_tables(log, reached, None, step, within) as made, made.reader().connect() as beside:
        for table in (t.posting, t.ledger_month, t.ledger_sum, t.process_time):
            found = _differs(connection, beside, table)
            if found is not None:
                return found
    return None


def _differs(live: Connection, made: Connection, table: Table) -> Break | None:
    """The first row of a table that is not in both, in the order of its key."""
    names = [column.name for column in table.c]
    for held, due in zip_longest(_rows(live, table), _rows(made, table)):
        if held != due:
            row = dict(zip(names, held or due or (), strict=True))
            if held is None or due is None:
                text = f"a row of {table.name} is {'missing' if held is None else 'there that the log does not give'}"
            else:
                other = [f"{n} is {a}, due {b}" for n, a, b in zip(names, held, due, strict=True) if a != b]
                text = f"of a row of {table.name} {', '.join(other)}"
            return _break(_SHOWS, text.replace("{", "").replace("}", ""), row)
    return None


def _rows(connection: Connection, table: Table) -> Iterator[Sequence[Any]]:
    streamed = connection.execution_options(stream_results=True, yield_per=_PAGE)
    for row in streamed.execute(select(table).order_by(*table.primary_key.columns)):
        yield tuple(row)
