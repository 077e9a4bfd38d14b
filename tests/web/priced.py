"""The village with prices: a fee shared by two funders, a schema, and work for two children at once."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from recorder.activities import AmendActivity, RecordActivity, amend, record
from recorder.domain.activity import ActivityDetails, ChildLine, WorkerLine
from recorder.domain.facts import Body
from recorder.domain.ids import derived_id, new_id
from recorder.domain.rates import FeeAgreed, SchemaPublished
from tests.web.village import ADA, BY, RUBY, TOM, Village

VISIT = derived_id(RUBY, "activity", "visit")
CALL = derived_id(RUBY, "activity", "call")
SCHEMA = SchemaPublished(
    worker_type="social_worker", contract="employed", valid_from=date(2025, 4, 1), price_base="2025/26",
    salary=38_223_00, oncosts=11_467_00, qualifications=2_456_00, overheads=14_000_00, capital=3_011_00,
    hours_hundredths=1_513_00, indirect_ratio_hundredths=150, provenance="Made up",
)  # fmt: skip


def price(village: Village) -> None:
    """Ruby's placement at £700 a week, education paying £200 of it; a visit shared 2 to 1; a call with no time."""
    fee = FeeAgreed(
        child=RUBY, valid_from=date(2025, 6, 2), place="U6", provider="PR1", weekly=700_00, social_care=500_00,
        education=200_00,
    )  # fmt: skip
    _state(village, derived_id(RUBY, "fee", "1"), fee, RUBY)
    _state(village, derived_id(ADA, "schema", "1"), SCHEMA)
    visit = ActivityDetails(
        kind="D1H",
        direct=True,
        on=date(2026, 3, 10),
        workers=(WorkerLine(worker=ADA, minutes=50, travel_minutes=11),),
        children=(ChildLine(child=RUBY, weight=2), ChildLine(child=TOM)),
    )
    record(village.house.recorder, RecordActivity(activity_id=VISIT, details=visit, provenance=BY))
    call = ActivityDetails(
        kind="D5",
        direct=True,
        on=date(2026, 3, 11),
        workers=(WorkerLine(worker=ADA),),
        children=(ChildLine(child=RUBY),),
    )
    record(village.house.recorder, RecordActivity(activity_id=CALL, details=call, provenance=BY))
    village.catch_up()


def correct_visit(village: Village, minutes: int) -> None:
    """The visit took another time than was said."""
    details = ActivityDetails(
        kind="D1H",
        direct=True,
        on=date(2026, 3, 10),
        workers=(WorkerLine(worker=ADA, minutes=minutes, travel_minutes=11),),
        children=(ChildLine(child=RUBY, weight=2), ChildLine(child=TOM)),
    )
    command = AmendActivity(
        activity_id=VISIT, event_id=new_id(), version=1, details=details, reason="wrong time", provenance=BY
    )
    amend(village.house.recorder, command)
    village.catch_up()


def _state(village: Village, stream: UUID, body: Body, subject: UUID | None = None) -> None:
    recorder = village.house.recorder
    recorder.state_once(recorder.event(stream, 1, derived_id(stream, "fact", "1"), body, BY, subject=subject))
