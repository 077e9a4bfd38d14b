"""Facts into rows: each event changes the row of the thing it is about.

One set of rules for both ways of reading the log. The follower fetches the rows that a page touches
and writes them back; a rebuild starts from nothing and keeps them all. Statements are whole, and
the one *known* last holds, in whatever order they arrive (ties: log order).
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any, get_args

from sqlalchemy import Table

from costing.calendar import return_year_last
from projections import tables as t
from projections.rate_rows import framework_row, kind_row, mapping_row, rate_row, rule_row, sheet_row, time_row
from projections.service_rows import service_values
from recorder.domain import (
    activity,
    authority,
    budgets,
    care,
    child,
    coding,
    forecasts,
    frameworks,
    inference,
    kinds,
    payments,
    periods,
    rate_changes,
    rates,
    reconciliation,
    runs,
    services,
    sheets,
    staff,
    weeks,
)
from recorder.domain.facts import TOPICS, Body, decode_body
from recorder.store.log import LogRow

__all__ = ["Dirty", "FactRows", "FollowError", "Numbers", "Row"]

Row = dict[str, Any]
Fetch = Callable[[Table, str, list[Any]], Iterable[Row]]


class FollowError(RuntimeError):
    """The log holds something these tables cannot show. The follower stops and says so."""


@dataclass
class Numbers:
    """The small numbers given to children, workers and teams, in log order."""

    child: dict[bytes, int] = field(default_factory=dict)
    worker: dict[bytes, int] = field(default_factory=dict)
    team: dict[bytes, int] = field(default_factory=dict)

    def give(self, kind: str, stream: bytes) -> int:
        """The number of a newly met thing."""
        given: dict[bytes, int] = getattr(self, kind)
        return given.setdefault(stream, len(given) + 1)

    def of(self, kind: str, stream: bytes) -> int:
        """The number of a known thing. Raises ``FollowError`` for one the log has not introduced."""
        given: dict[bytes, int] = getattr(self, kind)
        try:
            return given[stream]
        except KeyError:
            message = f"The log names a {kind} that it never introduced ({stream.hex()})"
            raise FollowError(message) from None


@dataclass
class Dirty:
    """What a page of facts makes stale: the children, activities, workers and prices to work out again.

    ``services``: children whose days in need or in early help may have changed; ``rules``: kinds of work, and the
    service date from which another process may belong to them; ``reopened``: periods whose postings are no
    longer frozen.
    """

    care: set[int] = field(default_factory=set)
    services: set[int] = field(default_factory=set)
    activities: set[int] = field(default_factory=set)
    workers: set[int] = field(default_factory=set)
    rates: set[tuple[str, str, date]] = field(default_factory=set)
    rules: list[tuple[str, date]] = field(default_factory=list)
    fees: bool = False
    placement_rules: bool = False
    mileage: bool = False
    coding: bool = False
    payments: set[int] = field(default_factory=set)
    allowances: set[str] = field(default_factory=set)
    horizon: bool = False
    reopened: set[int] = field(default_factory=set)


class FactRows:
    """The rows of the fact tables, changed fact by fact."""

    def __init__(self, numbers: Numbers, fetch: Fetch | None = None) -> None:
        self.numbers = numbers
        self.dirty = Dirty()
        self.rows: defaultdict[str, dict[Hashable, Row]] = defaultdict(dict)
        self.fresh: defaultdict[str, set[Hashable]] = defaultdict(set)
        self.changed: defaultdict[str, set[Hashable]] = defaultdict(set)
        self.work_lines: dict[int, list[Row]] = {}
        self.share_lines: dict[int, list[Row]] = {}
        self.amended_activities: set[int] = set()
        self.horizon: date | None = None
        self.horizon_before: date | None = None
        self.last_return_end: date | None = None
        self._fetch = fetch

    def read(self, page: list[LogRow]) -> None:
        """Apply a page of the log, in order. Raises ``FollowError`` or ``UnknownTopicError``."""
        self._bring(page)
        for row in page:
            body = decode_body(row.topic, row.payload)
            handler = _HANDLERS.get(type(body))
            if handler is None:
                message = f"No table shows the fact '{row.topic}'"
                raise FollowError(message)
            handler(self, row, body)

    def changes(self) -> Iterator[tuple[str, list[Hashable], list[Row]]]:
        """For each table: the keys whose stored rows go, and the rows that come."""
        for name, keys in self.changed.items():
            gone = [key for key in keys if key not in self.fresh[name]]
            yield name, gone, [self.rows[name][key] for key in sorted(keys, key=repr)]

    def forget(self) -> None:
        """Start the next page: what was written is not kept."""
        for held in (self.rows, self.fresh, self.changed, self.work_lines, self.share_lines):
            held.clear()
        self.amended_activities.clear()
        self.dirty = Dirty()

    def _bring(self, page: list[LogRow]) -> None:
        """Fetch the rows that this page's later statements change."""
        if self._fetch is None:
            return
        wanted: defaultdict[str, set[bytes]] = defaultdict(set)
        for row in page:
            family = row.topic.split(".", 1)[0]
            if family in _SMALL and family not in self.rows:
                for found in self._fetch(t.metadata.tables[family], "", []):
                    self.rows[family][_small_key(family, found)] = found
            elif row.version > 1:
                name = "post" if row.topic.startswith("worker.post_") else family
                if name in _KEYS:
                    wanted[name].add(row.stream_id)
        for name, streams in wanted.items():
            key = _KEYS[name]
            for found in self._fetch(t.metadata.tables[name], key, sorted(streams)):
                self.rows[name][found[key]] = found

    def put(self, name: str, key: Hashable, row: Row) -> None:
        """A row that is new, or replaces the one held under its key."""
        if key not in self.rows[name]:
            self.fresh[name].add(key)
        self.rows[name][key] = row
        self.changed[name].add(key)

    def held(self, name: str, key: Hashable) -> Row | None:
        """The row held under a key."""
        return self.rows[name].get(key)


def _small_key(name: str, row: Row) -> Hashable:
    """The key of a row of a table small enough to be fetched whole."""
    return (row["name"], row["valid_from"]) if name == "setting" else row["phrase"]


def _stated(self: FactRows, name: str, row: LogRow, values: Row, number: str) -> Row | None:
    """Put a whole statement, unless one known later holds. Returns the row that held before."""
    before = self.held(name, row.stream_id)
    if before is not None and before["known_at"] > row.known_at:
        return None
    own = {_KEYS[name]: row.stream_id, number: before[number] if before else row.position, "known_at": row.known_at}
    self.put(name, row.stream_id, {**values, **own})
    return before or {}


def _child(self: FactRows, row: LogRow, body: child.ChildRegistered | child.ChildDescribed) -> None:
    number = self.numbers.give("child", row.stream_id)
    before = self.held("child", row.stream_id)
    if before is not None and before["known_at"] > row.known_at:
        return
    said = {"sex": body.sex, "ethnicity": body.ethnicity, "personal": body.personal}
    self.put("child", row.stream_id, {"child_no": number, "child_id": row.stream_id, "known_at": row.known_at, **said})


def _identifier(self: FactRows, row: LogRow, body: child.IdentifierLinked) -> None:
    number = self.numbers.of("child", row.stream_id)
    link = {"link_no": row.position, "child_no": number, "system": body.system, "personal": body.personal}
    self.put("child_identifier", row.position, link)


def _identifier_gone(self: FactRows, row: LogRow, body: child.IdentifierUnlinked) -> None:
    number = self.numbers.of("child", row.stream_id)
    gone = {"link_no": row.position, "child_no": number, "system": "-" + body.system, "personal": body.personal}
    self.put("child_identifier", row.position, gone)


def _need_started(self: FactRows, row: LogRow, body: child.NeedStarted) -> None:
    number = self.numbers.of("child", row.stream_id)
    flag = {"need_no": row.position, "child_no": number, "need": body.need, "starts": body.on, "ends": None}
    self.put("need", row.position, flag)


def _need_ended(self: FactRows, row: LogRow, body: child.NeedEnded) -> None:
    number = self.numbers.of("child", row.stream_id)
    flag = {"need_no": row.position, "child_no": number, "need": body.need, "starts": body.on, "ends": body.on}
    self.put("need", row.position, flag)


def _episode(self: FactRows, row: LogRow, body: care.EpisodeDetails) -> None:
    number = self.numbers.of("child", body.child.bytes)
    values = {name: getattr(body, name) for name in _EPISODE_COLUMNS}
    values |= {
        "child_no": number,
        "change": getattr(body, "change", ""),
        "stops_on": None,
        "withdrawn": False,
        "source_position": row.position,
    }
    if _stated(self, "episode", row, values, "episode_no") is not None:
        self.dirty.care.add(number)


def _episode_left_out(self: FactRows, row: LogRow, body: care.EpisodeLeftOut) -> None:
    _episode_changed(self, row, stops_on=body.stops_on)


def _episode_withdrawn(self: FactRows, row: LogRow, _: care.EpisodeWithdrawn) -> None:
    _episode_changed(self, row, withdrawn=True)


def _episode_changed(self: FactRows, row: LogRow, **change: Any) -> None:
    before = self.held("episode", row.stream_id)
    if before is None and row.version > 1:
        return  # as at an instant: this was known by then, the episode itself only later
    if before is None:
        message = f"The log changes an episode that it never stated ({row.stream_id.hex()})"
        raise FollowError(message)
    if before["known_at"] > row.known_at:
        return
    changed = {**before, **change, "known_at": row.known_at, "source_position": row.position}
    self.put("episode", row.stream_id, changed)
    self.dirty.care.add(before["child_no"])


def _fee(self: FactRows, row: LogRow, body: rates.FeeDetails) -> None:
    number = self.numbers.of("child", body.child.bytes)
    values = {
        "child_no": number,
        "placement_ref": body.placement_ref,
        "valid_from": body.valid_from,
        "valid_to": body.valid_to,
        "place": body.place,
        "provider": body.provider,
        "weekly_pence": body.weekly,
        "social_care_pence": body.social_care,
        "education_pence": body.education,
        "health_pence": body.health,
        "source_position": row.position,
    }
    if _stated(self, "fee", row, values, "fee_no") is not None:
        self.dirty.care.add(number)
        self.dirty.fees = True


def _payment(self: FactRows, row: LogRow, body: payments.PaymentDetails) -> None:
    number = self.numbers.of("child", body.child.bytes)
    values = {name: getattr(body, name) for name in _PAYMENT_COLUMNS}
    values |= {"child_no": number, "withdrawn": False, "source_position": row.position}
    if _stated(self, "payment", row, values, "payment_no") is not None:
        self.dirty.payments.add(number)


def _payment_withdrawn(self: FactRows, row: LogRow, _: payments.PaymentWithdrawn) -> None:
    before = self.held("payment", row.stream_id)
    if before is None and row.version > 1:
        return  # as at an instant: this was known by then, the payment itself only later
    if before is None:
        message = f"The log withdraws a payment that it never stated ({row.stream_id.hex()})"
        raise FollowError(message)
    if before["known_at"] <= row.known_at:
        changed = {**before, "withdrawn": True, "known_at": row.known_at, "source_position": row.position}
        self.put("payment", row.stream_id, changed)
        self.dirty.payments.add(before["child_no"])


def _allowance_rate(self: FactRows, row: LogRow, body: payments.AllowanceRateSet) -> None:
    said = {"what": body.what, "region": body.region, "age_band": body.age_band, "weekly_pence": body.pence}
    own = {"allowance_rate_no": row.position, "valid_from": body.valid_from, "known_at": row.known_at}
    self.put("allowance_rate", row.position, said | own)
    self.dirty.allowances.add(body.what)


def _allocation(self: FactRows, row: LogRow, body: care.AllocationDetails) -> None:
    values = {
        "child_no": self.numbers.of("child", body.child.bytes),
        "worker_no": self.numbers.of("worker", body.worker.bytes),
        "role": body.role,
        "starts": body.starts,
        "ends": body.ends,
    }
    _stated(self, "allocation", row, values, "allocation_no")


def _review(self: FactRows, row: LogRow, body: care.ReviewHeld) -> None:
    number = self.numbers.of("child", body.child.bytes)
    held = {"held_on": body.on, "participation": body.participation, "withdrawn": False}
    before = self.held("review", row.stream_id)
    own = {"review_id": row.stream_id, "review_no": before["review_no"] if before else row.position}
    self.put("review", row.stream_id, {"child_no": number, **held, **own})


def _review_withdrawn(self: FactRows, row: LogRow, _: care.ReviewWithdrawn) -> None:
    before = self.held("review", row.stream_id)
    if before is not None:
        self.put("review", row.stream_id, {**before, "withdrawn": True})


def _return_row(self: FactRows, row: LogRow, body: care.ReturnRowDetails) -> None:
    values = {
        "child_no": self.numbers.of("child", body.child.bytes),
        "table_name": body.table,
        "return_year": body.return_year,
        "columns": json.dumps(body.values, sort_keys=True),
    }
    _stated(self, "return_row", row, values, "return_row_no")


def _service(self: FactRows, row: LogRow, body: services.ServiceDetails) -> None:
    name = row.topic.split(".", 1)[0]
    number = self.numbers.of("child", body.child.bytes)
    values = service_values(name, body) | {"child_no": number, "withdrawn": False, "source_position": row.position}
    if _stated(self, name, row, values, f"{name}_no") is not None:
        self.dirty.services.add(number)


def _service_withdrawn(self: FactRows, row: LogRow, _: services.Withdrawn) -> None:
    _service_changed(self, row, withdrawn=True)


def _referral_left_out(self: FactRows, row: LogRow, body: services.ReferralLeftOut) -> None:
    _service_changed(self, row, stops_on=body.stops_on)


def _service_changed(self: FactRows, row: LogRow, **change: Any) -> None:
    name = row.topic.split(".", 1)[0]
    before = self.held(name, row.stream_id)
    if before is None and row.version > 1:
        return  # as at an instant: this was known by then, the statement itself only later
    if before is None:
        message = f"The log changes a {name} that it never stated ({row.stream_id.hex()})"
        raise FollowError(message)
    if before["known_at"] <= row.known_at:
        self.put(name, row.stream_id, {**before, **change, "known_at": row.known_at, "source_position": row.position})
        self.dirty.services.add(before["child_no"])


def _worker(self: FactRows, row: LogRow, body: staff.WorkerJoined) -> None:
    number = self.numbers.give("worker", row.stream_id)
    said = {"reference": body.reference, "name": body.name}
    self.put("worker", row.stream_id, {"worker_no": number, "worker_id": row.stream_id, **said})


def _team(self: FactRows, row: LogRow, body: staff.TeamFormed) -> None:
    number = self.numbers.give("team", row.stream_id)
    self.put("team", row.stream_id, {"team_no": number, "team_id": row.stream_id, "name": body.name})


def _post(self: FactRows, row: LogRow, body: staff.PostDetails) -> None:
    values = {name: getattr(body, name) for name in _POST_COLUMNS}
    values["worker_no"] = self.numbers.of("worker", body.worker.bytes)
    values["team_no"] = self.numbers.of("team", body.team.bytes) if body.team else None
    before = self.held("post", row.stream_id)
    if _stated(self, "post", row, values, "post_no") is not None:
        self.dirty.workers |= {values["worker_no"], *([before["worker_no"]] if before else [])}


def _absence(self: FactRows, row: LogRow, body: weeks.AbsenceStated) -> None:
    """Each statement is a row; of those of a day and kind the last one holds."""
    said = {"worker_no": self.numbers.of("worker", body.worker.bytes), "on_day": body.on, "kind": body.kind}
    seconds = None if body.minutes is None else body.minutes * 60
    own = {"absence_no": row.position, "seconds": seconds, "known_at": row.known_at}
    self.put("absence", row.position, {**said, **own})


def _week(self: FactRows, row: LogRow, body: weeks.WeekDone | weeks.WeekReopened) -> None:
    said = {"worker_no": self.numbers.of("worker", body.worker.bytes), "monday": body.monday}
    own = {"week_no": row.position, "done": isinstance(body, weeks.WeekDone), "recorded_at": row.recorded_at}
    self.put("week_done", row.position, {**said, **own})


def _schema(self: FactRows, row: LogRow, body: rates.SchemaPublished) -> None:
    self.put("rate", row.position, rate_row(row, body))
    self.dirty.rates.add((body.worker_type, body.contract, body.valid_from))


def _standard_time(self: FactRows, row: LogRow, body: rates.StandardTimeAgreed | rates.StandardTimeWithdrawn) -> None:
    self.put("standard_time", row.position, time_row(row, body))


def _sheet(self: FactRows, row: LogRow, body: sheets.UnitCostSheetPublished) -> None:
    self.put("unit_cost_sheet", row.position, sheet_row(row, body))


def _framework(self: FactRows, row: LogRow, body: frameworks.FrameworkFact) -> None:
    self.put("own_framework", row.position, framework_row(row, body))


def _kind(self: FactRows, row: LogRow, body: kinds.KindFact) -> None:
    self.put("own_kind", row.position, kind_row(row, body))


def _rule(self: FactRows, row: LogRow, body: inference.RuleFact) -> None:
    self.put("inference_rule", row.position, rule_row(row, body))
    self.dirty.rules.append((body.kind, body.valid_from))


def _mapping(self: FactRows, row: LogRow, body: coding.LedgerMappingSet) -> None:
    self.put("ledger_mapping", row.position, mapping_row(row, body))
    self.dirty.coding = True


def _setting(self: FactRows, row: LogRow, body: authority.SettingChanged) -> None:
    key = (body.name, body.valid_from)
    said = {"name": body.name, "valid_from": body.valid_from, "value": body.value, "known_at": row.known_at}
    before = self.held("setting", key)
    if before is None or before["known_at"] <= row.known_at:
        self.put("setting", key, said)
        self.dirty.placement_rules |= body.name in {"placement_map", "price_missing"}
        self.dirty.mileage |= body.name == "mileage_pence"


def _description(self: FactRows, row: LogRow, body: authority.DescriptionSettled) -> None:
    before = self.held("description", body.phrase)
    if before is None or before["known_at"] <= row.known_at:
        said = {"phrase": body.phrase, "kind": body.kind, "known_at": row.known_at}
        self.put("description", body.phrase, said)


def _import(self: FactRows, row: LogRow, body: authority.ImportCompleted) -> None:
    said = {"what": body.what, "digest": body.digest, "return_year": body.return_year}
    counts = json.dumps({"counts": body.counts, "findings": body.findings}, sort_keys=True)
    own = {"batch_no": row.position, "counts": counts, "known_at": row.known_at, "recorded_at": row.recorded_at}
    self.put("import_batch", row.position, {**said, **own})
    if body.what == "ssda903" and body.return_year:
        end = return_year_last(body.return_year)
        if self.last_return_end is None or end > self.last_return_end:
            self.last_return_end = end
            self.dirty.horizon = True


def _days_ended(self: FactRows, _: LogRow, body: authority.DaysEnded) -> None:
    if self.horizon is None or body.last > self.horizon:
        self.horizon = body.last
        self.dirty.horizon = True


def _closing(self: FactRows, row: LogRow, body: periods.MonthClosed | periods.MonthReopened) -> None:
    closes = isinstance(body, periods.MonthClosed)
    said = {"period": body.period, "closed": closes, "reason": getattr(body, "reason", "")}
    self.put("closing", row.position, {"closing_no": row.position, **said, "recorded_at": row.recorded_at})
    if not closes:
        self.dirty.reopened.add(body.period)


def _run(_: FactRows, __: LogRow, ___: runs.RunMade) -> None:
    """Changes no table: runs are few, and read from the log itself."""


def _scenario(_: FactRows, __: LogRow, ___: forecasts.ScenarioKept) -> None:
    """Changes no table: a supposition is no cost."""


def _budget(_: FactRows, __: LogRow, ___: budgets.BudgetSet) -> None:
    """Changes no table: what is meant to be spent is no cost."""


def _reconciliation(_: FactRows, __: LogRow, ___: Body) -> None:
    """Changes no table: what payroll and the ledger say is no cost, and is read from the log itself."""


def _rates_wait(_: FactRows, __: LogRow, ___: Body) -> None:
    """Changes no table: a proposal posts nothing, and what it becomes once approved are facts of their own."""


def _activity(self: FactRows, row: LogRow, body: activity.ActivityDetails) -> None:
    before = self.held("activity", row.stream_id)
    number = before["activity_no"] if before else row.position
    values = {
        "activity_no": number,
        "activity_id": row.stream_id,
        "version": row.version,
        "kind": body.kind,
        "direct": body.direct,
        "service_date": body.on,
        "outcome": body.outcome,
        "contact": body.contact,
        "source": _source(row.metadata),
        "withdrawn": bool(before and before["withdrawn"]),
        "known_at": row.known_at,
        "recorded_at": before["recorded_at"] if before else row.recorded_at,
    }
    self.put("activity", row.stream_id, values)
    if before is not None:
        self.amended_activities.add(number)
    self.dirty.activities.add(number)
    self.work_lines[number] = [_work_line(self, number, body, line) for line in body.workers]
    self.share_lines[number] = [_share_line(self, number, rank, line) for rank, line in enumerate(body.children)]


def _activity_withdrawn(self: FactRows, row: LogRow, _: activity.ActivityWithdrawn) -> None:
    before = self.held("activity", row.stream_id)
    if before is None:
        message = f"The log withdraws an activity that it never recorded ({row.stream_id.hex()})"
        raise FollowError(message)
    number = before["activity_no"]
    self.put("activity", row.stream_id, {**before, "withdrawn": True, "version": row.version, "known_at": row.known_at})
    self.amended_activities.add(number)
    self.dirty.activities.add(number)
    self.work_lines[number] = []
    self.share_lines[number] = []


@lru_cache(maxsize=4096)
def _source(metadata: bytes) -> str:
    """What a fact came through; most facts of a page share their provenance."""
    return str(json.loads(metadata).get("source", ""))


def _work_line(self: FactRows, number: int, body: activity.ActivityDetails, line: activity.WorkerLine) -> Row:
    return {
        "activity_no": number,
        "worker_no": self.numbers.of("worker", line.worker.bytes),
        "service_date": body.on,
        "kind": body.kind,
        "direct": body.direct,
        "seconds": None if line.minutes is None else line.minutes * 60,
        "travel_seconds": None if line.travel_minutes is None else line.travel_minutes * 60,
        "miles_tenths": line.miles_tenths,
        "accepted": line.accepted,
    }


def _share_line(self: FactRows, number: int, rank: int, line: activity.ChildLine) -> Row:
    return {
        "activity_no": number,
        "child_no": self.numbers.of("child", line.child.bytes),
        "rank": rank,
        "weight": line.weight,
        "seen": line.seen,
        "seen_alone": line.seen_alone,
        "chosen_process": line.process,
    }


def _kinds_of(parent: type[Body]) -> list[type[Body]]:
    """The facts of the closed list that are a ``parent``."""
    return [kind for kind in TOPICS.values() if issubclass(kind, parent)]


_EPISODE_COLUMNS = (
    "decom", "dec", "rne", "ls", "cin", "place", "provider", "rec", "reason_place_change", "urn", "pl_location",
    "pl_la", "return_year",
)  # fmt: skip
_POST_COLUMNS = ("role", "worker_type", "grade", "contract", "fte_hundredths", "weekly_minutes", "starts", "ends")
_PAYMENT_COLUMNS = (
    "kind", "what", "starts", "ends", "per", "pence", "region", "age_band", "process", "provider", "sector",
    "s251_line", "funder",
)  # fmt: skip
_KEYS = {
    "child": "child_id",
    "worker": "worker_id",
    "team": "team_id",
    "post": "post_id",
    "fee": "fee_id",
    "episode": "episode_id",
    "allocation": "allocation_id",
    "payment": "payment_id",
    "review": "review_id",
    "return_row": "return_row_id",
    "activity": "activity_id",
    **{table.name: f"{table.name}_id" for table in t.SERVICES},
}
_SMALL = ("setting", "description")
_HANDLERS: dict[type[Body], Callable[[FactRows, LogRow, Any], None]] = {
    child.ChildRegistered: _child,
    child.ChildDescribed: _child,
    child.IdentifierLinked: _identifier,
    child.IdentifierUnlinked: _identifier_gone,
    child.NeedStarted: _need_started,
    child.NeedEnded: _need_ended,
    care.EpisodeStated: _episode,
    care.EpisodeAmended: _episode,
    care.EpisodeLeftOut: _episode_left_out,
    care.EpisodeWithdrawn: _episode_withdrawn,
    care.AllocationStated: _allocation,
    care.AllocationAmended: _allocation,
    care.ReviewHeld: _review,
    care.ReviewWithdrawn: _review_withdrawn,
    care.ReturnRowStated: _return_row,
    care.ReturnRowAmended: _return_row,
    payments.PaymentAgreed: _payment,
    payments.PaymentAmended: _payment,
    payments.PaymentWithdrawn: _payment_withdrawn,
    payments.AllowanceRateSet: _allowance_rate,
    rates.FeeAgreed: _fee,
    rates.FeeAmended: _fee,
    rates.SchemaPublished: _schema,
    rates.StandardTimeAgreed: _standard_time,
    rates.StandardTimeWithdrawn: _standard_time,
    sheets.UnitCostSheetPublished: _sheet,
    **dict.fromkeys(get_args(frameworks.FrameworkFact), _framework),
    **dict.fromkeys(get_args(inference.RuleFact), _rule),
    **dict.fromkeys(get_args(kinds.KindFact), _kind),
    coding.LedgerMappingSet: _mapping,
    staff.WorkerJoined: _worker,
    staff.PostStated: _post,
    staff.PostAmended: _post,
    staff.TeamFormed: _team,
    weeks.AbsenceStated: _absence,
    weeks.WeekDone: _week,
    weeks.WeekReopened: _week,
    authority.SettingChanged: _setting,
    authority.DescriptionSettled: _description,
    authority.ImportCompleted: _import,
    authority.DaysEnded: _days_ended,
    activity.ActivityRecorded: _activity,
    activity.ActivityAmended: _activity,
    activity.ActivityWithdrawn: _activity_withdrawn,
    runs.RunMade: _run,
    forecasts.ScenarioKept: _scenario,
    budgets.BudgetSet: _budget,
    rate_changes.RateProposed: _rates_wait,
    rate_changes.RateApproved: _rates_wait,
    rate_changes.RateRefused: _rates_wait,
    reconciliation.LedgerTotalsStated: _reconciliation,
    reconciliation.ReconciliationSigned: _reconciliation,
    periods.MonthClosed: _closing,
    periods.MonthReopened: _closing,
    services.ReferralLeftOut: _referral_left_out,
    **dict.fromkeys(_kinds_of(services.ServiceDetails), _service),
    **dict.fromkeys(_kinds_of(services.Withdrawn), _service_withdrawn),
}
