"""Commands about unit-cost sheets: publish one by name from a day on, and withdraw a standard time."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import msgspec

from recorder.application import Receipt, Recorder
from recorder.domain.facts import Provenance, Refused
from recorder.domain.ids import AUTHORITY, derived_id
from recorder.domain.rates import StandardTimeWithdrawn
from recorder.domain.sheets import UnitCostSheetPublished, decide_sheet
from recorder.rates import state_next

__all__ = ["PublishSheet", "WithdrawTime", "publish_sheet", "withdraw_time"]


class PublishSheet(msgspec.Struct, frozen=True, kw_only=True):
    """Publish a sheet; ``event_id`` makes sending it twice one publication."""

    event_id: UUID
    sheet: UnitCostSheetPublished
    provenance: Provenance


class WithdrawTime(msgspec.Struct, frozen=True, kw_only=True):
    """Withdraw what was agreed on one day for a process, variation and worker type, with a reason."""

    event_id: UUID
    process: str
    variations: str
    worker_type: str
    agreed_on: date
    reason: str
    provenance: Provenance


def publish_sheet(recorder: Recorder, command: PublishSheet) -> Receipt:
    """Publish it: it holds from its day until a later one of its name, and over one of the same day.

    Raises ``Refused`` with every problem, and ``Conflict`` where the id is another fact's.
    """
    sheet = decide_sheet(command.sheet)
    stream = derived_id(AUTHORITY, "unit_cost_sheet", f"{sheet.name}/{sheet.valid_from.isoformat()}")
    return state_next(recorder, stream, command.event_id, sheet, command.provenance)


def withdraw_time(recorder: Recorder, command: WithdrawTime) -> Receipt:
    """Withdraw it: the time agreed on an earlier day holds again, or none. It stays in the history.

    Raises ``Refused`` without a reason or where no such time was agreed, and ``Conflict`` where the id is
    another fact's.
    """
    key = f"{command.process}/{command.variations}/{command.worker_type}/{command.agreed_on.isoformat()}"
    stream = derived_id(AUTHORITY, "standard_time", key)
    if not command.reason.strip():
        raise Refused(("reason", "Say why the time is withdrawn"))
    if not recorder.history(stream):
        raise Refused(("", "No such time was agreed on that day"))
    body = StandardTimeWithdrawn(
        process=command.process,
        variations=command.variations,
        worker_type=command.worker_type,
        agreed_on=command.agreed_on,
        reason=command.reason.strip(),
    )
    return state_next(recorder, stream, command.event_id, body, command.provenance)
