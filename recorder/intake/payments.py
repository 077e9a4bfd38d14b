"""Allowances, services and rates of allowances from CSV files: every row that cannot be read is named at once.

Payments: child, reference, kind, what, starts; and if you like ends, per, amount, region, age_band, process, provider,
sector, s251_line, funder, withdrawn. The same reference of a child is the same payment: a row that says something else
of it states it anew, and ``withdrawn`` says why there is none. Rates: what, region, age_band, amount, valid_from.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import NamedTuple, TypeVar
from uuid import UUID

from recorder.domain.ids import derived_id
from recorder.domain.payments import AllowanceRateSet, PaymentDetails, payment_problems, rate_problems
from recorder.intake.cells import Cells
from recorder.intake.clients import find_clients
from recorder.intake.reading import Row, open_csv
from recorder.personal import KeyStore

__all__ = [
    "PAYMENT_COLUMNS", "RATE_COLUMNS", "PaymentsRefused", "StatedPayment", "read_allowance_rates", "read_payments",
]  # fmt: skip

PAYMENT_COLUMNS = (
    ("child", "reference", "kind", "what", "starts"),
    ("ends", "per", "amount", "region", "age_band", "process", "provider", "sector", "s251_line", "funder",
     "withdrawn"),
)  # fmt: skip
RATE_COLUMNS = ("what", "region", "age_band", "amount", "valid_from")
_REASON_LENGTH = 200
_T = TypeVar("_T")


class PaymentsRefused(ValueError):
    """Rows that cannot be taken in; ``problems`` names every one, with its row."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


class StatedPayment(NamedTuple):
    """A row of a file of payments; ``withdrawn`` says why there is no such payment, or is blank."""

    payment_id: UUID
    details: PaymentDetails
    withdrawn: str


def read_payments(path: Path, keys: KeyStore) -> list[StatedPayment]:
    """The payments of a file. Raises ``FileProblem`` for no such CSV, ``PaymentsRefused`` with every wrong row."""
    rows = list(open_csv(path, *PAYMENT_COLUMNS).rows())
    clients = find_clients(keys, [row.values.get("child", "") for row in rows])
    found: dict[UUID, StatedPayment] = {}
    problems: list[str] = []
    for row in rows:
        cells = Cells(row.values)
        child = clients.of(cells.needed("child", "the number of the child"))
        if cells.text("child") and child is None:
            cells.problem("unknown_child", "child", f"Nobody here has the number “{cells.text('child')}”")
        reference = cells.needed("reference", "your reference of the payment")
        details = _details(cells, child or UUID(int=0))
        stated = StatedPayment(derived_id(details.child, "payment", reference), details, cells.text("withdrawn"))
        if len(stated.withdrawn) > _REASON_LENGTH:
            cells.problem("withdrawn", "withdrawn", f"Say why in {_REASON_LENGTH} characters or fewer")
        if stated.payment_id in found:
            cells.problem("twice", "reference", f"The reference “{reference}” of this child stands twice")
        found[stated.payment_id] = stated
        read = {column for _, column, _ in cells.problems}
        wrong = [text for field, text in payment_problems(details) if field not in read]
        problems += _said(row, [*(text for *_, text in cells.problems), *wrong])
    return _all(list(found.values()), problems)


def _details(cells: Cells, child: UUID) -> PaymentDetails:
    said = {name: cells.text(name) for name in ("what", "region", "age_band", "process", "provider", "s251_line")}
    kind = cells.text("kind").lower()
    usual = {"sector": "own_provision" if kind == "allowance" else "unknown", "funder": "social_care", "per": "week"}
    said |= {name: cells.text(name) or value for name, value in usual.items()}
    starts = cells.day("starts", "the first day it is paid for")
    ends = cells.day("ends")
    return PaymentDetails(
        child=child, kind=kind, starts=starts or date.min, ends=ends, pence=cells.pence("amount"), **said
    )


def read_allowance_rates(path: Path) -> list[AllowanceRateSet]:
    """The rates of a file. Raises ``FileProblem`` for no such CSV, ``PaymentsRefused`` with every wrong row."""
    found: list[AllowanceRateSet] = []
    problems: list[str] = []
    for row in open_csv(path, RATE_COLUMNS).rows():
        cells = Cells(row.values)
        texts = {name: cells.text(name) for name in ("what", "region", "age_band")}
        pence = cells.pence("amount", "the amount a week")
        starts = cells.day("valid_from", "the first day it holds for")
        rate = AllowanceRateSet(**texts, pence=pence or 0, valid_from=starts or date.min)
        problems += _said(row, [*(text for *_, text in cells.problems), *(text for _, text in rate_problems(rate))])
        found.append(rate)
    return _all(found, problems)


def _said(row: Row, texts: Iterable[str]) -> list[str]:
    return [f"Row {row.number}: {text}" for text in texts]


def _all(found: list[_T], problems: list[str]) -> list[_T]:
    if not found and not problems:
        problems = ["The file has no rows"]
    if problems:
        raise PaymentsRefused(problems)
    return found
