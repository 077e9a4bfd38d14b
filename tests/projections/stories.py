"""Random histories of a small authority, as a list of steps that any house can live through.

Steps name children, workers and activities by small numbers, so hypothesis can shrink them; each
step states one fact through the recorder, or moves the calendar.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from hypothesis import strategies as st

from recorder.activities import AmendActivity, RecordActivity, WithdrawActivity, amend, record, withdraw
from recorder.application import Recorder
from recorder.domain.activity import ActivityDetails, ChildLine, WorkerLine
from recorder.domain.authority import SettingChanged
from recorder.domain.care import AllocationAmended, AllocationStated, EpisodeAmended, EpisodeLeftOut, EpisodeStated
from recorder.domain.child import ChildRegistered
from recorder.domain.coding import LedgerMappingSet, MappingRow
from recorder.domain.facts import Body, Provenance
from recorder.domain.frameworks import VariationDefined, VariationWithdrawn
from recorder.domain.ids import AUTHORITY, derived_id, new_id
from recorder.domain.inference import InferenceRuleStated, InferenceRuleWithdrawn
from recorder.domain.kinds import KindDefined, KindRetired
from recorder.domain.payments import AllowanceRateSet, PaymentAgreed, PaymentAmended, PaymentWithdrawn
from recorder.domain.rates import FeeAgreed, FeeAmended, SchemaPublished, StandardTimeAgreed, StandardTimeWithdrawn
from recorder.domain.services import (
    EarlyHelpAmended,
    EarlyHelpStated,
    EarlyHelpWithdrawn,
    ReferralAmended,
    ReferralLeftOut,
    ReferralStated,
    ReferralWithdrawn,
)
from recorder.domain.sheets import SheetLineStated, SheetPart, UnitCostSheetPublished
from recorder.domain.staff import PostAmended, PostStated, TeamFormed, WorkerJoined
from recorder.domain.weeks import AbsenceStated, WeekDone, WeekReopened

CHILDREN, WORKERS, ACTIVITIES = 3, 2, 4
FIRST = date(2026, 1, 20)
SAID = Provenance(by="test", source="test")
days = st.integers(0, 60).map(lambda n: FIRST + timedelta(days=n))
children = st.integers(0, CHILDREN - 1)
workers = st.integers(0, WORKERS - 1)

steps = st.one_of(
    st.tuples(
        st.just("episode"),
        children,
        st.integers(0, 2),
        days,
        st.none() | st.integers(0, 40),
        st.sampled_from(["U6", "K2", "P1", "U1"]),
    ),
    st.tuples(st.just("left_out"), children, st.integers(0, 2), days),
    st.tuples(st.just("referral"), children, st.integers(0, 1), days, st.none() | st.integers(-3, 40), st.booleans()),
    st.tuples(st.just("referral_ends"), children, st.integers(0, 1), days, st.sampled_from(["left_out", "withdrawn"])),
    st.tuples(st.just("early_help"), children, days, st.none() | st.integers(0, 40)),
    st.tuples(st.just("early_help_withdrawn"), children),
    st.tuples(
        st.just("fee"), children, st.integers(0, 1), days, st.none() | st.integers(1, 40), st.integers(1, 99_999)
    ),
    st.tuples(st.just("post"), workers, days, st.sampled_from(["social_worker", "team_manager"])),
    st.tuples(st.just("absence"), workers, days, st.sampled_from(["A1", "A2"]), st.none() | st.integers(0, 480)),
    st.tuples(st.just("week"), workers, days, st.booleans()),
    st.tuples(st.just("schema"), st.sampled_from(["social_worker", "team_manager"]), days, st.integers(20_000, 60_000)),
    st.tuples(st.just("standard_time"), st.sampled_from(["CLA2", "CLA6"]), days, st.none() | st.integers(1, 9)),
    st.tuples(st.just("time_withdrawn"), st.sampled_from(["CLA2", "CLA6"]), days),
    st.tuples(st.just("sheet"), days, st.none() | st.integers(1, 9)),
    st.tuples(st.just("variation"), days, st.booleans()),
    st.tuples(
        st.just("rule"),
        st.sampled_from(["D", "D1H.SIB", "I3", "I5", "D6R"]),
        st.sampled_from(["CLA", "CIN", "any"]),
        st.sampled_from(["CLA2", "CIN3", "OURS1", None]),
        days,
    ),
    st.tuples(st.just("kind"), st.sampled_from(["D1H", "D1H.SIB"]), days, st.booleans()),
    st.tuples(
        st.just("mapping"),
        st.lists(
            st.tuples(st.sampled_from(["staff", "placement", ""]), st.sampled_from(["North", ""]), days), max_size=3
        ),
    ),
    st.tuples(
        st.just("payment"),
        children,
        days,
        st.none() | st.integers(0, 40),
        st.none() | st.integers(1, 9_999),
        st.sampled_from(["allowance", "service"]),
    ),
    st.tuples(st.just("payment_withdrawn"), children),
    st.tuples(st.just("allowance"), days, st.integers(1, 9_999)),
    st.tuples(st.just("allocation"), children, workers, days),
    st.tuples(
        st.just("activity"),
        st.integers(0, ACTIVITIES - 1),
        st.lists(workers, min_size=1, max_size=2, unique=True),
        st.lists(children, max_size=3, unique=True),
        days,
        st.none() | st.integers(0, 300),
        st.sampled_from(["D1H", "D1H.SIB", "I3", "I5", "D6R", "N1"]),
    ),
    st.tuples(st.just("withdraw"), st.integers(0, ACTIVITIES - 1)),
    st.tuples(st.just("days"), days),
    st.tuples(st.just("price_missing"), st.booleans(), st.just(0)),
)
histories = st.lists(steps, min_size=1, max_size=25)


@dataclass
class Story:
    """Lives through steps on one recorder. Ids are made once, so that two houses can live the same story."""

    children: list[UUID]
    workers: list[UUID]
    activities: list[UUID]
    team: UUID

    @classmethod
    def cast(cls) -> Story:
        """Fresh ids for everybody in it."""
        return cls(
            sorted(new_id() for _ in range(CHILDREN)),
            sorted(new_id() for _ in range(WORKERS)),
            [new_id() for _ in range(ACTIVITIES)],
            new_id(),
        )

    def begin(self, recorder: Recorder) -> None:
        """Everybody is introduced."""
        state(recorder, self.team, TeamFormed(name="North"))
        for number, child in enumerate(self.children):
            recorder.keys.create({child: [("ssda903", f"C{number}")]})
            state(recorder, child, ChildRegistered(), child)
        for number, worker in enumerate(self.workers):
            state(recorder, worker, WorkerJoined(reference=f"SW{number}"))

    def live(self, recorder: Recorder, step: tuple[Any, ...], end_days: Any) -> None:
        """One step."""
        getattr(self, f"_{step[0]}", lambda *_: None)(recorder, *step[1:])
        if step[0] == "days":
            end_days(step[1])

    def _episode(self, recorder: Recorder, who: int, number: int, starts: date, nights: int | None, place: str) -> None:
        child = self.children[who]
        stream = derived_id(child, "episode", str(number))
        ends = None if nights is None else starts + timedelta(days=nights)
        said = {"child": child, "decom": starts, "dec": ends, "rne": "S", "ls": "C2", "place": place, "provider": "PR1"}
        said |= {"pl_location": "OUT" if place == "K2" else "", "pl_la": "E08000025", "reason_place_change": "CARPL"}
        first = not recorder.history(stream)
        body: Body = EpisodeStated(**said) if first else EpisodeAmended(change="amendment", **said)
        state(recorder, stream, body, child)

    def _left_out(self, recorder: Recorder, who: int, number: int, on: date) -> None:
        stream = derived_id(self.children[who], "episode", str(number))
        if recorder.history(stream):
            state(recorder, stream, EpisodeLeftOut(return_year="2025/26", stops_on=on), self.children[who])

    def _referral(self, recorder: Recorder, who: int, number: int, on: date, lasts: int | None, nfa: bool) -> None:
        child = self.children[who]
        stream = derived_id(child, "referral", str(number))
        closed = None if lasts is None else on + timedelta(days=lasts)
        said = {"child": child, "referred_on": on, "closed": closed, "no_further_action": nfa, "source": "6"}
        first = not recorder.history(stream)
        body: Body = ReferralStated(**said) if first else ReferralAmended(change="amendment", **said)
        state(recorder, stream, body, child)

    def _referral_ends(self, recorder: Recorder, who: int, number: int, on: date, how: str) -> None:
        stream = derived_id(self.children[who], "referral", str(number))
        if recorder.history(stream):
            left_out = ReferralLeftOut(return_year="2025/26", stops_on=on)
            body: Body = left_out if how == "left_out" else ReferralWithdrawn(reason="wrong")
            state(recorder, stream, body, self.children[who])

    def _early_help(self, recorder: Recorder, who: int, on: date, lasts: int | None) -> None:
        child = self.children[who]
        stream = derived_id(child, "early_help", "one")
        closed = None if lasts is None else on + timedelta(days=lasts)
        said = {"child": child, "reference": "one", "intended": on, "meetings": (on,), "closed": closed}
        body = EarlyHelpAmended(**said) if recorder.history(stream) else EarlyHelpStated(**said)
        state(recorder, stream, body, child)

    def _early_help_withdrawn(self, recorder: Recorder, who: int) -> None:
        stream = derived_id(self.children[who], "early_help", "one")
        if recorder.history(stream):
            state(recorder, stream, EarlyHelpWithdrawn(reason="wrong"), self.children[who])

    def _fee(self, recorder: Recorder, who: int, number: int, starts: date, lasts: int | None, weekly: int) -> None:
        child = self.children[who]
        stream = derived_id(child, "fee", str(number))
        ends = None if lasts is None else starts + timedelta(days=lasts)
        said = {"child": child, "valid_from": starts, "valid_to": ends, "place": "U6", "provider": "PR1"}
        split = {"weekly": weekly, "social_care": weekly - weekly // 3, "education": weekly // 3}
        body: Body = FeeAmended(**said, **split) if recorder.history(stream) else FeeAgreed(**said, **split)
        state(recorder, stream, body, child)

    def _post(self, recorder: Recorder, who: int, starts: date, worker_type: str) -> None:
        stream = derived_id(self.workers[who], "post", "one")
        said = {
            "worker": self.workers[who],
            "role": worker_type,
            "worker_type": worker_type,
            "team": self.team,
            "starts": starts,
        }
        state(recorder, stream, PostAmended(**said) if recorder.history(stream) else PostStated(**said))

    def _absence(self, recorder: Recorder, who: int, on: date, kind: str, minutes: int | None) -> None:
        stream = derived_id(self.workers[who], "absence", f"{on} {kind}")
        state(recorder, stream, AbsenceStated(worker=self.workers[who], on=on, kind=kind, minutes=minutes))

    def _week(self, recorder: Recorder, who: int, on: date, done: bool) -> None:
        monday = on - timedelta(days=on.weekday())
        said = {"worker": self.workers[who], "monday": monday}
        body: Body = WeekDone(**said) if done else WeekReopened(**said)
        state(recorder, derived_id(self.workers[who], "week", monday.isoformat()), body)

    def _schema(self, recorder: Recorder, worker_type: str, starts: date, salary: int) -> None:
        parts = {"salary": salary * 100, "oncosts": 911_111, "overheads": 700_001, "capital": 33_333}
        body = SchemaPublished(
            worker_type=worker_type,
            contract="employed",
            valid_from=starts,
            price_base="test",
            hours_hundredths=161_300,
            **parts,
        )
        state(recorder, new_id(), body)

    def _standard_time(self, recorder: Recorder, process: str, agreed: date, quarters: int | None) -> None:
        body = StandardTimeAgreed(
            process=process,
            worker_type="social_worker",
            hours=None if quarters is None else f"{quarters}/4",
            agreed_on=agreed,
            agreed_by="Focus group",
        )
        state(recorder, derived_id(AUTHORITY, "standard_time", f"{process}//social_worker"), body)

    def _time_withdrawn(self, recorder: Recorder, process: str, agreed: date) -> None:
        body = StandardTimeWithdrawn(process=process, worker_type="social_worker", agreed_on=agreed, reason="wrong")
        state(recorder, derived_id(AUTHORITY, "standard_time", f"{process}//social_worker"), body)

    def _sheet(self, recorder: Recorder, starts: date, pence: int | None) -> None:
        parts = (SheetPart(worker_type="social_worker", hours="1/3", hour_pence=pence),)
        line = SheetLineStated(process="CLA6", pence=None if pence is None else f"{pence}/3", parts=parts)
        state(recorder, new_id(), UnitCostSheetPublished(name="Our sheet", valid_from=starts, lines=(line,)))

    def _variation(self, recorder: Recorder, starts: date, defined: bool) -> None:
        stream = derived_id(AUTHORITY, "frameworks", "own")
        key = {"process": "CLA2", "code": "ours", "valid_from": starts}
        said = {**key, "name": "Ours", "adds": True, "aspect": "age", "when": "under_six"}
        body: Body = VariationDefined(**said) if defined else VariationWithdrawn(**key, reason="wrong")
        state(recorder, stream, body)

    def _rule(self, recorder: Recorder, kind: str, while_open: str, process: str | None, starts: date) -> None:
        key = {"kind": kind, "open_framework": while_open, "valid_from": starts}
        body: Body = InferenceRuleWithdrawn(**key, reason="wrong")
        if process is not None:
            body = InferenceRuleStated(**key, process=process)
        state(recorder, derived_id(AUTHORITY, "inference", "own"), body)

    def _kind(self, recorder: Recorder, code: str, starts: date, offered: bool) -> None:
        body: Body = KindRetired(code=code, valid_from=starts, reason="wrong")
        if offered:
            parent = "D1" if code == "D1H" else "D1H"
            body = KindDefined(code=code, parent=parent, label="Ours", definition="Ours", valid_from=starts)
        state(recorder, derived_id(AUTHORITY, "kinds", "own"), body)

    def _mapping(self, recorder: Recorder, rows: list[tuple[str, str, date]]) -> None:
        said = tuple(
            MappingRow(cost_kind=kind, team=team, cost_centre=f"C{place}", valid_from=on)
            for place, (kind, team, on) in enumerate(rows)
        )
        state(recorder, derived_id(AUTHORITY, "ledger", "mapping"), LedgerMappingSet(rows=said))

    def _payment(
        self, recorder: Recorder, who: int, starts: date, lasts: int | None, pence: int | None, kind: str
    ) -> None:
        child = self.children[who]
        stream = derived_id(child, "payment", "one")
        said = {
            "child": child, "kind": kind, "what": "adoption", "starts": starts, "region": "London", "age_band": "5-10",
            "ends": None if lasts is None else starts + timedelta(days=lasts),
            "pence": pence if kind == "allowance" else 70,
        }  # fmt: skip
        state(recorder, stream, PaymentAmended(**said) if recorder.history(stream) else PaymentAgreed(**said), child)

    def _payment_withdrawn(self, recorder: Recorder, who: int) -> None:
        stream = derived_id(self.children[who], "payment", "one")
        if recorder.history(stream):
            state(recorder, stream, PaymentWithdrawn(reason="wrong"), self.children[who])

    def _allowance(self, recorder: Recorder, starts: date, pence: int) -> None:
        body = AllowanceRateSet(what="adoption", region="London", age_band="5-10", pence=pence, valid_from=starts)
        state(recorder, derived_id(AUTHORITY, "allowances", "rates"), body)

    def _allocation(self, recorder: Recorder, who: int, worker: int, starts: date) -> None:
        child = self.children[who]
        stream = derived_id(child, "allocation", "one")
        said = {"child": child, "worker": self.workers[worker], "starts": starts}
        state(
            recorder, stream, AllocationAmended(**said) if recorder.history(stream) else AllocationStated(**said), child
        )

    def _activity(
        self, recorder: Recorder, number: int, by: list[int], about: list[int], on: date, minutes: int | None, kind: str
    ) -> None:
        stream = self.activities[number]
        details = ActivityDetails(
            kind=kind,
            direct=kind.startswith("D"),
            on=on,
            workers=tuple(
                WorkerLine(worker=self.workers[w], minutes=minutes, travel_minutes=w * 10, accepted=w == by[0])
                for w in by
            ),
            children=tuple(ChildLine(child=self.children[c], weight=c + 1) for c in about),
        )
        past = recorder.history(stream)
        if not past:
            record(recorder, RecordActivity(activity_id=stream, details=details, provenance=SAID))
        elif not any(e.body.topic == "activity.withdrawn.v1" for e in past):
            version = past[-1].originator_version
            amend(
                recorder,
                AmendActivity(
                    activity_id=stream,
                    event_id=new_id(),
                    version=version,
                    details=details,
                    reason="wrong",
                    provenance=SAID,
                ),
            )

    def _withdraw(self, recorder: Recorder, number: int) -> None:
        past = recorder.history(self.activities[number])
        if past and not any(e.body.topic == "activity.withdrawn.v1" for e in past):
            version = past[-1].originator_version
            command = WithdrawActivity(
                activity_id=self.activities[number], event_id=new_id(), version=version, reason="twice", provenance=SAID
            )
            withdraw(recorder, command)

    def _price_missing(self, recorder: Recorder, on: bool, _: int) -> None:
        stream = derived_id(AUTHORITY, "setting", "price_missing")
        body = SettingChanged(name="price_missing", value="true" if on else "false", valid_from=date(2020, 4, 1))
        state(recorder, stream, body)


def state(recorder: Recorder, stream: UUID, body: Body, child: UUID | None = None) -> None:
    """Append one fact to a stream, whatever its version."""
    version = len(recorder.history(stream)) + 1
    recorder.append([recorder.event(stream, version, new_id(), body, SAID, subject=child)])
