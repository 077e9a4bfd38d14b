"""Commands about rates: state them at once, or propose them for a second person to approve or refuse."""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple
from uuid import UUID

from eventsourcing.persistence import IntegrityError

from recorder.application import Conflict, Receipt, Recorder, event_of
from recorder.domain.facts import Body, Event, Provenance
from recorder.domain.ids import AUTHORITY, derived_id
from recorder.domain.payments import AllowanceRateSet
from recorder.domain.rate_changes import (
    Limits,
    RateApproved,
    RateProposed,
    RateRefused,
    decide_approval,
    decide_proposal,
    decide_refusal,
    standing_of,
)
from recorder.domain.rates import FeeAgreed, FeeAmended, FeeDetails, SchemaPublished
from recorder.settings import read_settings

__all__ = [
    "Proposal",
    "approve_rates",
    "events_of_rates",
    "limits_in_force",
    "proposal",
    "proposals",
    "propose_rates",
    "refuse_rates",
    "state_rates",
]

LOG_PAGE = 1000
ATTEMPTS = 8
_TOPICS = [RateProposed.topic, RateApproved.topic, RateRefused.topic]


class Proposal(NamedTuple):
    """Rates that were proposed, and what became of them; ``settled`` is the approval or refusal, if any."""

    proposal_id: UUID
    said: Event
    settled: Event | None

    @property
    def rates(self) -> RateProposed:
        """What was proposed."""
        body = self.said.body
        assert isinstance(body, RateProposed)
        return body

    @property
    def standing(self) -> str:
        """``waiting``, ``approved`` or ``refused``."""
        return standing_of([self.said, *([self.settled] if self.settled else [])])


def limits_in_force(recorder: Recorder) -> Limits:
    """Above which change a second person approves, by the settings of today."""
    said = read_settings(recorder)
    return Limits(
        said.approval_week_pence, said.approval_hour_pence, said.approval_effect_units, said.approval_allowance_pence
    )


def proposals(recorder: Recorder) -> list[Proposal]:
    """Every proposal, oldest first."""
    said: dict[UUID, Event] = {}
    settled: dict[UUID, Event] = {}
    for page in recorder.log_store.pages(0, LOG_PAGE, _TOPICS):
        for event in map(event_of, page):
            (said if isinstance(event.body, RateProposed) else settled)[event.originator_id] = event
    return [Proposal(each, event, settled.get(each)) for each, event in said.items()]


def proposal(recorder: Recorder, proposal_id: UUID) -> Proposal | None:
    """One proposal, or None."""
    past = recorder.history(proposal_id)
    if not past or not isinstance(past[0].body, RateProposed):
        return None
    return Proposal(proposal_id, past[0], past[1] if len(past) > 1 else None)


def propose_rates(recorder: Recorder, event_id: UUID, rates: RateProposed, by: Provenance) -> Receipt:
    """Propose them; nothing is posted. Sent again it is one proposal still; its id is the proposal's.

    Raises ``Refused`` with every problem, and ``Conflict`` where the id is another's.
    """
    return recorder.state_once(recorder.event(event_id, 1, event_id, decide_proposal(rates), by))


def state_rates(recorder: Recorder, event_id: UUID, rates: RateProposed, by: Provenance) -> Receipt:
    """State rates that need no second person, all or none. Sent again they are stated once.

    Raises ``Refused`` with every problem, and ``Conflict`` where the id is another's.
    """
    decide_proposal(rates)
    return _append(recorder, event_id, rates, by, ())


def approve_rates(recorder: Recorder, proposal_id: UUID, event_id: UUID, by: Provenance) -> Receipt:
    """Approve them: the approval and the rates are stated together, all or none.

    Raises ``Refused`` where it is the proposer who approves or they are settled, and ``Conflict`` where somebody
    was quicker.
    """
    past = recorder.history(proposal_id)
    if any(event.event_id == event_id for event in past):
        return Receipt(recorder.log_store.position(), len(past), repeated=True)
    body = decide_approval(past, by.by)
    said = past[0].body
    assert isinstance(said, RateProposed)
    return _append(recorder, event_id, said, by, [recorder.event(proposal_id, 2, event_id, body, by)])


def refuse_rates(recorder: Recorder, proposal_id: UUID, event_id: UUID, reason: str, by: Provenance) -> Receipt:
    """Refuse them, with a reason. Raises ``Refused`` without one or once they are settled, and ``Conflict``."""
    past = recorder.history(proposal_id)
    if any(event.event_id == event_id for event in past):
        return Receipt(recorder.log_store.position(), len(past), repeated=True)
    return recorder.state_once(recorder.event(proposal_id, 2, event_id, decide_refusal(past, reason), by))


def events_of_rates(recorder: Recorder, event_id: UUID, rates: RateProposed, by: Provenance) -> list[Event]:
    """The facts that the rates become, each after whatever its stream holds; ids follow from ``event_id``."""
    wanted: list[tuple[UUID, UUID | None, Body]] = []
    for fee in rates.fees:
        stream = derived_id(fee.child, "fee", f"{fee.placement_ref} {fee.valid_from.isoformat()}")
        wanted.append((stream, fee.child, fee))
    for schema in rates.schemas:
        key = f"{schema.worker_type}/{schema.contract}/{schema.valid_from.isoformat()}"
        wanted.append((derived_id(AUTHORITY, "schema", key), None, schema))
    allowances = derived_id(AUTHORITY, "allowances", "rates")
    wanted += [(allowances, None, rate) for rate in rates.allowances]
    rows = recorder.log_store.rows_of_streams([stream for stream, _, _ in wanted])
    held = Counter(UUID(bytes=row.stream_id) for row in rows)
    events = []
    for number, (stream, subject, body) in enumerate(wanted):
        fact = _fact(body, held[stream] > 0)
        held[stream] += 1
        own = derived_id(event_id, "rate", str(number))
        events.append(recorder.event(stream, held[stream], own, fact, by, subject=subject))
    return events


def _fact(body: Body, known: bool) -> Body:
    """A fee as first agreed, or as stated again; a price or a rate as it is."""
    if isinstance(body, FeeDetails):
        said = {name: getattr(body, name) for name in FeeDetails.__struct_fields__}
        return FeeAmended(**said) if known else FeeAgreed(**said)
    assert isinstance(body, SchemaPublished | AllowanceRateSet)
    return body


def _append(
    recorder: Recorder, event_id: UUID, rates: RateProposed, by: Provenance, first: list[Event] | tuple[()]
) -> Receipt:
    for _ in range(ATTEMPTS):
        events = [*first, *events_of_rates(recorder, event_id, rates, by)]
        stated = {UUID(bytes=row.event_id): row for row in recorder.log_store.rows_of_events([events[-1].event_id])}
        if (row := stated.get(events[-1].event_id)) is not None:
            if _same(event_of(row).body, events[-1].body):
                return Receipt(row.position, row.version, repeated=True)
            raise Conflict([event_of(row)])
        try:
            return Receipt(recorder.append(events), 1, repeated=False)
        except IntegrityError:
            if first and len(recorder.history(first[0].originator_id)) > 1:
                raise Conflict(recorder.history(first[0].originator_id)[1:]) from None
    raise Conflict(())


def _same(stored: Body, wanted: Body) -> bool:
    names = [name for name in stored.__struct_fields__ if name in wanted.__struct_fields__]
    return all(getattr(stored, name) == getattr(wanted, name) for name in names)
