"""Prices of an hour as published, and what another price would change in what is posted."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, exists, func, or_, select

from costing.money import UNITS_PER_HOURLY_PENNY_A_MINUTE, round_half_up
from projections import tables as t
from projections.queries.cost_lines import CostSource

__all__ = ["Effect", "Price", "effect_of", "in_force", "prices", "prices_of"]

_SECONDS_A_MINUTE = 60
_ORDER = [False, True, True, True]


@dataclass(frozen=True)
class Price:
    """A published schema: amounts in pence a year, hours and ratio in hundredths, J in pence an hour.

    ``sources`` and ``dated`` are texts by item, in JSON.
    """

    rate_no: int
    worker_type: str
    contract: str
    valid_from: date
    price_base: str
    salary: int
    oncosts: int
    qualifications: int | None
    overheads: int
    capital: int
    travel: int | None
    hours_hundredths: int
    indirect_ratio_hundredths: int | None
    j_pence: int
    source: str
    sources: str = "{}"
    dated: str = "{}"

    def origin(self, item: str) -> tuple[str, str]:
        """Where the figure of an item of the schema is from, and of when it is; blank where only `source` says."""
        return json.loads(self.sources).get(item, ""), json.loads(self.dated).get(item, "")

    @property
    def year_pence(self) -> int:
        """G, the sum of A to F."""
        parts = (self.salary, self.oncosts, self.qualifications, self.overheads, self.capital, self.travel)
        return sum(part or 0 for part in parts)

    @property
    def hour_without_pence(self) -> int:
        """J without the cost of qualifications."""
        return round_half_up(self._hour(self.year_pence - (self.qualifications or 0)))

    @property
    def client_hour_pence(self) -> int | None:
        """The cost of an hour with the client: unrounded J x (1 + I). None where no ratio is given."""
        if self.indirect_ratio_hundredths is None:
            return None
        return round_half_up(self._hour(self.year_pence) * (1 + Fraction(self.indirect_ratio_hundredths, 100)))

    def _hour(self, pence: int) -> Fraction:
        return Fraction(pence * 100, self.hours_hundredths)


@dataclass(frozen=True)
class Effect:
    """What a new price changes in work that is recorded already: by month the amounts before and after.

    ``lines`` counts the entries of work priced anew, ``unpriced`` those among them without a price until
    now. Amounts are units of 1/420 penny.
    """

    lines: int
    unpriced: int
    months: tuple[tuple[int, int, int, int], ...]

    @property
    def before(self) -> int:
        """What the work costs now."""
        return sum(month[2] for month in self.months)

    @property
    def after(self) -> int:
        """What it would cost."""
        return sum(month[3] for month in self.months)


def prices(connection: Connection, worker_type: str = "", contract: str = "") -> list[Price]:
    """Published prices, by worker type and contract, the latest to start first and the last published first."""
    c = t.rate.c
    query = select(*[c[name] for name in Price.__dataclass_fields__])
    if worker_type:
        query = query.where(c.worker_type == worker_type, c.contract == contract)
    order = (c.worker_type, c.contract.desc(), c.valid_from.desc(), c.rate_no.desc())
    return [Price(*row) for row in connection.execute(query.order_by(*order))]


def prices_of(source: CostSource) -> list[Price]:
    """Every published price, in the order of ``prices``, from tables as they stand or as they were known."""
    names = list(Price.__dataclass_fields__)
    order = source.frame(t.rate).sort("worker_type", "contract", "valid_from", "rate_no", descending=_ORDER)
    return [Price(*row) for row in order.select(names).iter_rows()]


def in_force(published: list[Price], day: date) -> list[Price]:
    """The price of each worker type and contract that holds on a day."""
    found: dict[tuple[str, str], Price] = {}
    for each in published:
        if each.valid_from <= day:
            found.setdefault((each.worker_type, each.contract), each)
    return list(found.values())


def effect_of(connection: Connection, worker_type: str, contract: str, valid_from: date, j_pence: int) -> Effect:
    """What work would cost by month, from ``valid_from`` to the next price, at ``j_pence`` an hour."""
    until = connection.scalar(
        select(func.min(t.rate.c.valid_from)).where(
            t.rate.c.worker_type == worker_type, t.rate.c.contract == contract, t.rate.c.valid_from > valid_from
        )
    )
    months, lines, unpriced = [], 0, 0
    for row in connection.execute(_work(worker_type, contract, valid_from, until)):
        lines += row.lines
        unpriced += row.unpriced
        after = int(row.seconds) // _SECONDS_A_MINUTE * j_pence * UNITS_PER_HOURLY_PENNY_A_MINUTE
        months.append((int(row.service_month), int(row.lines), int(row.amount or 0), after))
    return Effect(lines, unpriced, tuple(months))


def _work(worker_type: str, contract: str, first: date, until: date | None) -> Select[Any]:
    p, r, post = t.posting.c, t.rate.c, t.post.c
    own = select(r.rate_no).where(r.worker_type == worker_type, r.contract == contract)
    held: ColumnElement[bool] = exists().where(
        post.worker_no == p.line_no,
        post.worker_type == worker_type,
        post.contract == contract,
        post.starts <= p.service_from,
        or_(post.ends.is_(None), post.ends > p.service_from),
    )
    query = select(
        p.service_month,
        func.count().label("lines"),
        func.count().filter(p.amount.is_(None)).label("unpriced"),
        func.sum(p.seconds).label("seconds"),
        func.sum(p.amount).label("amount"),
    ).where(
        p.cost_kind == "staff",
        p.worker_type == worker_type,
        p.service_from >= first,
        p.seconds.is_not(None),
        or_(p.rate_no.in_(own), and_(p.rate_no.is_(None), held)),
    )
    if until is not None:
        query = query.where(p.service_from < until)
    return query.group_by(p.service_month).order_by(p.service_month)
