"""Commands about payments: agree one, state it anew, withdraw it; take a file of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple
from uuid import UUID

from recorder.application import Receipt, Recorder
from recorder.domain.facts import Body, Provenance, Refused
from recorder.domain.ids import new_id
from recorder.domain.payments import (
    PaymentAgreed,
    PaymentAmended,
    PaymentDetails,
    PaymentWithdrawn,
    decide_payment,
)

__all__ = [
    "REASON_LENGTH", "TakenPayments", "agree_payments", "amend_payment", "take_payments", "withdraw_payment",
]  # fmt: skip

REASON_LENGTH = 200


def agree_payments(recorder: Recorder, payments: Sequence[tuple[UUID, PaymentDetails]], by: Provenance) -> int:
    """State new payments, each under its own id, all or none; the position of the log.

    Raises ``Refused`` for one that may not be stated; `recorder.domain.payments.payment_problems` says beforehand.
    """
    events = []
    for payment_id, details in payments:
        decide_payment(details)
        body = PaymentAgreed(**_said(details))
        events.append(recorder.event(payment_id, 1, new_id(), body, by, subject=details.child))
    return recorder.append(events)


def amend_payment(
    recorder: Recorder, payment_id: UUID, event_id: UUID, version: int, details: PaymentDetails, by: Provenance
) -> Receipt:
    """State a payment anew, whole, after `version` statements. Raises ``Refused`` and ``Conflict``."""
    decide_payment(details)
    return _next(recorder, payment_id, event_id, version, PaymentAmended(**_said(details)), details.child, by)


def withdraw_payment(
    recorder: Recorder, payment_id: UUID, event_id: UUID, version: int, child: UUID, reason: str, by: Provenance
) -> Receipt:
    """There is no such payment. Raises ``Refused`` without a reason, and ``Conflict``."""
    said = " ".join(reason.split())
    if not said or len(said) > REASON_LENGTH:
        raise Refused(("reason", f"Enter why it is withdrawn, in {REASON_LENGTH} characters or fewer"))
    return _next(recorder, payment_id, event_id, version, PaymentWithdrawn(reason=said), child, by)


class TakenPayments(NamedTuple):
    """What came of a file of payments; ``position``: of the log after it."""

    new: int
    changed: int
    withdrawn: int
    same: int
    position: int


def take_payments(
    recorder: Recorder, stated: Sequence[tuple[UUID, PaymentDetails, str]], by: Provenance
) -> TakenPayments:
    """State payments as a file has them, all or none: new ones, those that changed, those withdrawn (with why).

    What the file says as it was said before changes nothing. Raises ``Refused``.
    """
    events, counts = [], {"new": 0, "changed": 0, "withdrawn": 0, "same": 0}
    for payment_id, details, reason in stated:
        decide_payment(details)
        past = recorder.history(payment_id)
        last = past[-1].body if past else None
        if reason:
            gone = last is None or isinstance(last, PaymentWithdrawn)
            body: Body | None = None if gone else PaymentWithdrawn(reason=reason)
            came = "withdrawn"
        elif last is None:
            body, came = PaymentAgreed(**_said(details)), "new"
        else:
            same = isinstance(last, PaymentDetails) and _said(last) == _said(details)
            body, came = (None if same else PaymentAmended(**_said(details))), "changed"
        counts["same" if body is None else came] += 1
        if body is not None:
            events.append(recorder.event(payment_id, len(past) + 1, new_id(), body, by, subject=details.child))
    position = recorder.append(events) if events else recorder.log_store.position()
    return TakenPayments(**counts, position=position)


def _said(details: PaymentDetails) -> dict[str, Any]:
    return {name: getattr(details, name) for name in PaymentDetails.__struct_fields__}


def _next(
    recorder: Recorder, payment_id: UUID, event_id: UUID, version: int, body: Body, child: UUID, by: Provenance
) -> Receipt:
    return recorder.state_once(recorder.event(payment_id, version + 1, event_id, body, by, subject=child))
