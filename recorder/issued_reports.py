"""Issued reports of runs, kept on the desk: by the children's numbers, without names, and never changed.

The report is taken apart into what is said of the whole, its CSV as it was, and a row for each child, packed and
compressed. Read back it is equal to what was kept, under a later version too; checksums tell damage.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from fractions import Fraction
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Engine, insert, select
from sqlalchemy.exc import IntegrityError

from costing.calculator import ChildReport, GroupRow, RunReport, RunSettings, TeamMonth, Unpriced
from recorder.desk_tables import run_child, run_report
from recorder.store.log import to_micros

__all__ = ["ReportDamaged", "issued_report", "keep_report"]

_LEVEL = 6


class ReportDamaged(ValueError):
    """The report on the desk is not the one that was kept."""


@dataclass(frozen=True)
class _Whole:
    """What a report says of the whole run."""

    horizon: date
    groups: Mapping[str, tuple[GroupRow, ...]]
    total: int
    nights: int
    placement_total: int
    coverage: tuple[TeamMonth, ...]
    unpriced: tuple[Unpriced, ...]
    notes: tuple[str, ...]
    csv_bytes: bytes
    checksum: str
    effects: tuple[int, ...] = ()


@dataclass(frozen=True)
class _Sealed:
    """The whole, and the checksum of the children's rows."""

    whole: _Whole
    children: str


def keep_report(desk: Engine, run_id: UUID, report: RunReport, at: datetime) -> None:
    """Keep a run's report; kept already, nothing happens."""
    whole = _Whole(**{each.name: getattr(report, each.name) for each in fields(_Whole)})
    children: list[dict[str, Any]] = [
        {"run_id": run_id.bytes, "child_no": each.child_no, "total": each.total, "report": _packed(each)}
        for each in report.children
    ]
    summary = _packed(_Sealed(whole, _seal(each["report"] for each in children)))
    row = {"run_id": run_id.bytes, "checksum": report.checksum, "kept_at": to_micros(at), "summary": summary}
    try:
        with desk.begin() as connection:
            connection.execute(insert(run_report), row)
            if children:
                connection.execute(insert(run_child), children)
    except IntegrityError:
        return  # somebody else kept the same report a moment ago


def issued_report(desk: Engine, run_id: UUID, settings: RunSettings) -> RunReport | None:
    """The report of a run as it was issued, or None where this desk does not have it.

    ``settings`` are those the run was asked for. Raises ``ReportDamaged`` where it is not what was kept.
    """
    with desk.execution_options(reading=True).connect() as connection:
        kept = connection.execute(select(run_report).where(run_report.c.run_id == run_id.bytes)).one_or_none()
        if kept is None:
            return None
        rows = select(run_child.c.report).where(run_child.c.run_id == run_id.bytes).order_by(run_child.c.child_no)
        packed = [bytes(each) for each in connection.scalars(rows)]
    try:
        sealed = _SEALED.decode(zlib.decompress(bytes(kept.summary)))
        children = tuple(_CHILD.decode(zlib.decompress(each)) for each in packed)
    except (msgspec.DecodeError, zlib.error) as wrong:
        raise ReportDamaged(f"The report kept cannot be read: {wrong}.") from wrong
    found = hashlib.sha256(sealed.whole.csv_bytes).hexdigest()
    if found != kept.checksum or _seal(packed) != sealed.children:
        raise ReportDamaged("The report kept has another checksum than it had.")
    said = {each.name: getattr(sealed.whole, each.name) for each in fields(_Whole)}
    return RunReport(settings=settings, children=children, **said)


def _seal(packed: Iterable[bytes]) -> str:
    return hashlib.sha256(b"".join(hashlib.sha256(each).digest() for each in packed)).hexdigest()


def _packed(value: object) -> bytes:
    return zlib.compress(_ENCODER.encode(value), _LEVEL)


def _as_text(value: Any) -> str:
    if isinstance(value, Fraction):
        return f"{value.numerator}/{value.denominator}"
    raise NotImplementedError(f"No way to keep a {type(value).__name__}")


def _from_text(kind: type, value: Any) -> Any:
    if kind is Fraction:
        return Fraction(value)
    raise NotImplementedError(f"No way to read a {kind.__name__}")


_ENCODER = msgspec.msgpack.Encoder(enc_hook=_as_text)
_CHILD = msgspec.msgpack.Decoder(ChildReport, dec_hook=_from_text)
_SEALED = msgspec.msgpack.Decoder(_Sealed, dec_hook=_from_text)
