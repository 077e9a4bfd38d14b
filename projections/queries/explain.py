"""A figure taken apart: its postings, and for each the fact, the price and the split behind it (law 11)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any
from uuid import UUID

import polars as pl

from costing.calendar import return_year
from costing.ledger import posting_key
from costing.money import UNITS_PER_HOURLY_PENNY_A_MINUTE, UNITS_PER_WEEKLY_PENNY_A_NIGHT
from costing.postings import ALLOWANCE, SERVICE
from projections import tables as t
from projections.queries.children import ChildRows
from projections.queries.explained import Explained, Fee, Paid, Placed, Rate, Said, Work
from projections.queries.ledger import postings_within
from recorder.application import event_of
from recorder.domain.activity import ActivityAmended, ActivityDetails, ActivityWithdrawn
from recorder.domain.care import EpisodeAmended
from recorder.domain.facts import Event
from recorder.store.log import EventLog

__all__ = ["explain", "said"]

PAID = frozenset({ALLOWANCE, SERVICE})
_ITEMS = (
    ("A", "Salary", "salary"),
    ("B", "Oncosts", "oncosts"),
    ("C", "Qualifications", "qualifications"),
    ("D", "Overheads", "overheads"),
    ("E", "Capital overheads", "capital"),
    ("F", "Travel", "travel"),
)


def explain(rows: ChildRows, log: EventLog, month: int, process: str, first: date, last: date) -> list[Explained]:
    """The postings of one month and process within a period, oldest first, each with what it rests on."""
    chosen = (pl.col("service_month") == month) & (pl.col("process") == process)
    postings = postings_within(rows, first, last).filter(chosen)
    found = postings.sort("service_from", "cost_kind", "item_no", "line_no", "funder").to_dicts()
    sources = _Sources(rows, log, found)
    return [_explained(sources, posting) for posting in found]


class _Sources:
    """The rows and the history that a few postings rest on."""

    def __init__(self, rows: ChildRows, log: EventLog, postings: Iterable[Mapping[str, Any]]) -> None:
        self.rows = rows
        work = {p["item_no"] for p in postings if p["cost_kind"] in {"staff", "travel"}}
        placements = {p["item_no"] for p in postings if p["cost_kind"] == "placement"}
        self.activities = self._by(t.activity, "activity_no", work)
        self.shares = self._by(t.activity_child, "activity_no", work)
        self.lines = {(r["activity_no"], r["worker_no"]): r for r in rows.frame(t.activity_worker).to_dicts()}
        self.workers = {r["worker_no"]: r for r in rows.frame(t.worker).to_dicts()}
        self.rates = {r["rate_no"]: r for r in rows.frame(t.rate).to_dicts()}
        self.fees = self._by(t.fee, "fee_no", {p["line_no"] for p in postings if p["cost_kind"] == "placement"})
        placed = rows.frame(t.placement).filter(pl.col("placement_no").is_in(list(placements)))
        self.placements = placed.sort("starts").to_dicts()
        self.episodes = self._by(t.episode, "episode_no", set(placed["episode_no"]))
        self.paid = self._by(t.payment, "payment_no", {p["item_no"] for p in postings if p["cost_kind"] in PAID})
        self.allowances = self._by(t.allowance_rate, "allowance_rate_no", {p["line_no"] for p in postings})
        streams = [r["payment_id"] for r in self.paid.values()]
        streams += [r["activity_id"] for r in self.activities.values()]
        streams += [r["episode_id"] for r in self.episodes.values()] + [r["fee_id"] for r in self.fees.values()]
        self.events: dict[bytes, list[Event]] = {}
        for row in log.rows_of_streams(UUID(bytes=stream) for stream in streams):
            if rows.known_upto is None or row.known_at <= rows.known_upto:
                self.events.setdefault(row.stream_id, []).append(event_of(row))

    def _by(self, table: Any, key: str, among: set[int]) -> dict[int, dict[str, Any]]:
        return {row[key]: row for row in self.rows.frame(table).filter(pl.col(key).is_in(list(among))).to_dicts()}

    def history(self, stream: bytes) -> tuple[Said, ...]:
        return tuple(said(event) for event in self.events.get(stream, []))

    def weights(self, activity: Mapping[str, Any]) -> tuple[int, int]:
        """All weights of an activity together, and how many children share it."""
        for event in reversed(self.events.get(activity["activity_id"], [])):
            if isinstance(event.body, ActivityDetails):
                return sum(line.weight for line in event.body.children), len(event.body.children)
        return 1, 1


def said(event: Event) -> Said:
    """A fact as a line of a history."""
    body = event.body
    if isinstance(body, ActivityWithdrawn):
        what = "Withdrawn"
    elif isinstance(body, EpisodeAmended):
        what = {"ending": "Ending stated", "recoding": "Recoded"}.get(body.change, "Amended")
    else:
        what = {"amended": "Amended", "left_out": "Left out of a return", "withdrawn": "Withdrawn"}.get(
            event.body.topic.split(".")[1], "Recorded" if body.topic.startswith("activity") else "Stated"
        )
    reason = body.reason if isinstance(body, ActivityAmended | ActivityWithdrawn) else ""
    source = event.provenance
    at = (event.recorded_at, event.known_at)
    return Said(what, event.originator_version, event.event_id, source.by, source.source, *at, reason=reason)


def _explained(sources: _Sources, posting: Mapping[str, Any]) -> Explained:
    of_work = posting["cost_kind"] in {"staff", "travel"}
    work = _work(sources, posting) if of_work else None
    placed = _placed(sources, posting) if posting["cost_kind"] == "placement" else None
    paid = _paid(sources, posting) if posting["cost_kind"] in PAID else None
    key = ("cost_kind", "child_no", "item_no", "line_no", "funder", "service_month", "ordinal")
    history: tuple[Said, ...] = ()
    if work is not None:
        history = sources.history(work.activity_id.bytes)
    elif placed is not None:
        history = _of_placement(sources, posting)
    elif paid is not None:
        history = sources.history(sources.paid[posting["item_no"]]["payment_id"])
    return Explained(
        key=posting_key(**{name: posting[name] for name in key}),
        cost_kind=posting["cost_kind"],
        first=posting["service_from"],
        last=posting["service_to"],
        funder=posting["funder"],
        amount=posting["amount"],
        seconds=posting["seconds"],
        basis=posting["basis"],
        accrual=posting["entry_kind"] == "accrual",
        entry_kind=posting["entry_kind"],
        booked_in=posting["accounting_month"],
        reverses=posting["reverses"] or "",
        assumed_open=posting["assumed_open"],
        work=work,
        placed=placed,
        history=history,
        paid=paid,
    )


def _paid(sources: _Sources, posting: Mapping[str, Any]) -> Paid:
    payment = sources.paid[posting["item_no"]]
    rate = sources.allowances.get(posting["line_no"])
    days = (posting["service_to"] - posting["service_from"]).days + 1
    return Paid(
        what=payment["what"],
        per=payment["per"],
        pence=posting["rate_pence"],
        days=days,
        region=payment["region"],
        age_band=payment["age_band"],
        rate_from=rate["valid_from"] if rate else None,
    )


def _work(sources: _Sources, posting: Mapping[str, Any]) -> Work:
    activity = sources.activities[posting["item_no"]]
    line = sources.lines.get((posting["item_no"], posting["line_no"])) or _gone(posting)
    worker = sources.workers.get(posting["line_no"], {})
    weights, children = sources.weights(activity)
    rate = sources.rates.get(posting["rate_no"]) if posting["rate_no"] is not None else None
    whole = _whole(posting, line)
    return Work(
        activity_id=UUID(bytes=activity["activity_id"]),
        kind=activity["kind"],
        outcome=activity["outcome"],
        on=activity["service_date"],
        worker=worker.get("name") or worker.get("reference") or "",
        worker_type=posting["worker_type"],
        worked_seconds=line["seconds"],
        travel_seconds=line["travel_seconds"],
        miles_tenths=line["miles_tenths"],
        weight=sources.shares.get(posting["item_no"], {}).get("weight", 0),
        weights=weights,
        children=children,
        rate=_rate(rate) if rate else None,
        whole_units=whole,
    )


def _gone(posting: Mapping[str, Any]) -> dict[str, Any]:
    """The line of work taken off its entry after its month was closed: what is known of it is what was booked."""
    return {"seconds": abs(posting["seconds"] or 0) or None, "travel_seconds": None, "miles_tenths": None}


def _whole(posting: Mapping[str, Any], line: Mapping[str, Any]) -> int | None:
    """What the worker's whole line costs, before it is shared among the children."""
    if posting["amount"] is None or posting["rate_pence"] is None:
        return None
    if posting["cost_kind"] == "travel":
        return int((line["miles_tenths"] or 0) * posting["rate_pence"]) * 42
    seconds = (line["seconds"] or 0) + (line["travel_seconds"] or 0)
    return int(seconds // 60 * posting["rate_pence"] * UNITS_PER_HOURLY_PENNY_A_MINUTE)


def _rate(row: Mapping[str, Any]) -> Rate:
    items = tuple((letter, name, row[column]) for letter, name, column in _ITEMS)
    return Rate(
        worker_type=row["worker_type"],
        contract=row["contract"],
        valid_from=row["valid_from"],
        price_base=row["price_base"],
        source=row["source"],
        items=items,
        annual_pence=sum(pence or 0 for _, _, pence in items),
        hours_hundredths=row["hours_hundredths"],
        ratio_hundredths=row["indirect_ratio_hundredths"],
        j_pence=row["j_pence"],
    )


def _placed(sources: _Sources, posting: Mapping[str, Any]) -> Placed:
    weekly, amount = posting["rate_pence"], posting["amount"]
    nights = posting["nights"]
    if nights is None:  # another funder's posting of the same nights carries them
        nights = abs(amount) // (weekly * UNITS_PER_WEEKLY_PENNY_A_NIGHT) if weekly and amount else 0
    fee = sources.fees.get(posting["line_no"])
    return Placed(
        place=posting["place"],
        provider=posting["provider"],
        place_type=posting["place_type"],
        weekly_pence=weekly,
        nights=nights,
        year=return_year(posting["service_from"]),
        fee=_fee(sources, fee) if fee else None,
    )


def _fee(sources: _Sources, row: Mapping[str, Any]) -> Fee:
    return Fee(
        weekly_pence=row["weekly_pence"],
        shares={name: row[f"{name}_pence"] for name in ("social_care", "education", "health")},
        valid_from=row["valid_from"],
        valid_to=row["valid_to"],
        reference=row["placement_ref"],
        history=sources.history(row["fee_id"]),
    )


def _of_placement(sources: _Sources, posting: Mapping[str, Any]) -> tuple[Said, ...]:
    """The history of the episodes of the placement that hold nights of this posting."""
    held = [
        p["episode_no"]
        for p in sources.placements
        if p["placement_no"] == posting["item_no"]
        and p["starts"] <= posting["service_to"]
        and p["ends"] > posting["service_from"]
    ]
    found = [each for number in held for each in sources.history(sources.episodes[number]["episode_id"])]
    return tuple(sorted(found, key=lambda each: (each.known_at, each.version)))
