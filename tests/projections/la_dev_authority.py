"""The sample authority as facts: stated straight to the recorder, a return a year, with teams and prices made up."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import UUID

from costing.calendar import midnight_after
from costing.descriptions import read_description, suggested_kind
from costing.vocabulary import kind
from recorder.application import Recorder
from recorder.children import NewChild, identifier, register_children
from recorder.domain.activity import ActivityRecorded, ChildLine, WorkerLine
from recorder.domain.authority import ImportCompleted
from recorder.domain.care import AllocationStated, EpisodeAmended, EpisodeDetails, EpisodeStated, ReviewHeld
from recorder.domain.child import NeedStarted
from recorder.domain.facts import Body, Event, Provenance
from recorder.domain.ids import AUTHORITY, derived_id, new_id, team_id, worker_id
from recorder.domain.rates import FeeAgreed, SchemaPublished
from recorder.domain.staff import PostStated, TeamFormed, WorkerJoined

LA_DEV = Path(__file__).resolve().parents[2] / ".." / "shared" / "samples" / "la_dev"
YEARS = range(2020, 2025)
TEAMS = ("Ash House", "Birch Court", "Cedar Row", "Duty and Assessment")
FROM_FILE = Provenance(by="import", source="file")


def state_authority(recorder: Recorder) -> None:
    """Everything in the folder: children, care, reviews, allocations, fees, staff and activities."""
    children = _children(recorder)
    workers = _staff(recorder)
    _care(recorder, children)
    _allocations(recorder, children, workers)
    _fees(recorder, children)
    _activities(recorder, children, workers)


def rows(*path: str) -> list[dict[str, str]]:
    """The rows of a file of the sample; none where a return did not have that file."""
    if not LA_DEV.joinpath(*path).exists():
        return []
    with LA_DEV.joinpath(*path).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def known(year: int) -> datetime:
    """The day on which a year's return was made: 30 June after it."""
    return midnight_after(date(year + 1, 6, 30))


def _put(recorder: Recorder, facts: Iterable[tuple[UUID, int, Body, datetime, UUID | None]]) -> None:
    events: list[Event] = []
    for stream, version, body, at, subject in facts:
        first = stream if version == 1 else new_id()
        events.append(recorder.event(stream, version, first, body, FROM_FILE, known_at=at, subject=subject))
    for start in range(0, len(events), 5_000):
        recorder.append(events[start : start + 5_000])


def _children(recorder: Recorder) -> dict[str, UUID]:
    found: dict[str, UUID] = {}
    for year in YEARS:
        header = [row for row in rows("ssda903_clean", str(year), "header.csv") if row["CHILD"] not in found]
        new = [
            NewChild(
                child_id=new_id(),
                personal={"dob": _day(row["DOB"]).isoformat()},
                sex=row["SEX"],
                ethnicity=row["ETHNIC"],
                identifiers=(identifier("ssda903", row["CHILD"]),),
            )
            for row in header
        ]
        register_children(recorder, new, known(year), FROM_FILE)
        found |= {row["CHILD"]: child.child_id for row, child in zip(header, new, strict=True)}
    return found


def _staff(recorder: Recorder) -> dict[str, UUID]:
    names = {row["worker"] for row in rows("activity", "activity_export.csv")}
    for year in YEARS:
        names |= {row["SW_ID"] for row in rows("ssda903", str(year), "sw_episodes.csv")}
    begun = datetime(2020, 4, 1, tzinfo=UTC)
    facts: list[tuple[UUID, int, Body, datetime, UUID | None]] = []
    facts += [(team_id(name), 1, TeamFormed(name=name), begun, None) for name in TEAMS]
    found = {name: worker_id(name) for name in sorted(names) if name}
    for number, (name, worker) in enumerate(found.items()):
        facts.append((worker, 1, WorkerJoined(reference=name, name=f"Worker {name[2:]}"), begun, None))
        post = PostStated(
            worker=worker,
            role="Social worker",
            worker_type="social_worker" if number % 4 else "senior_social_worker",
            team=team_id(TEAMS[number % len(TEAMS)]),
            weekly_minutes=37 * 60,
            starts=date(2015, 4, 1),
        )
        facts.append((derived_id(worker, "post", "2015"), 1, post, begun, None))
    for worker_type, salary in (("social_worker", 38_223_00), ("senior_social_worker", 44_711_00)):
        for year in range(2015, 2026):
            schema = SchemaPublished(
                worker_type=worker_type,
                contract="employed",
                valid_from=date(year, 4, 1),
                price_base=f"{year}/{(year + 1) % 100:02d}",
                salary=salary,
                oncosts=salary * 29 // 100,
                qualifications=2_456_00,
                overheads=salary * 37 // 100,
                capital=3_011_00,
                travel=1_204_00,
                hours_hundredths=1_513_00,
                provenance="Made up for the sample",
            )
            facts.append((new_id(), 1, schema, begun, None))
    _put(recorder, facts)
    return found


def _care(recorder: Recorder, children: dict[str, UUID]) -> None:
    said: dict[UUID, tuple[int, EpisodeDetails]] = {}
    facts: list[tuple[UUID, int, Body, datetime, UUID | None]] = []
    for year in YEARS:
        at, label = known(year), f"{year}/{(year + 1) % 100:02d}"
        for row in rows("ssda903_clean", str(year), "episodes.csv"):
            child = children[row["CHILD"]]
            stream = derived_id(child, "episode", row["DECOM"])
            body = EpisodeStated(
                child=child, decom=_day(row["DECOM"]), dec=_day(row["DEC"]) if row["DEC"] else None, rne=row["RNE"],
                ls=row["LS"], cin=row["CIN"], place=row["PLACE"], provider=row["PLACE_PROVIDER"], rec=row["REC"],
                urn=row["URN"], return_year=label,
            )  # fmt: skip
            version, before = said.get(stream, (0, None))
            values = {name: getattr(body, name) for name in EpisodeDetails.__struct_fields__}
            if before is None:
                facts.append((stream, 1, body, at, child))
            elif any(getattr(before, n) != v for n, v in values.items() if n != "return_year"):
                change = "ending" if before.dec is None and body.dec is not None else "amendment"
                facts.append((stream, version + 1, EpisodeAmended(change=change, **values), at, child))
            else:
                continue
            said[stream] = (version + 1, body)
        for row in rows("ssda903", str(year), "reviews.csv"):
            if row["CHILD"] in children:
                child, on = children[row["CHILD"]], _day(row["REVIEW"])
                stream = derived_id(child, "review", on.isoformat())
                if stream not in said:
                    review = ReviewHeld(child=child, on=on, participation=row["REVIEW_CODE"])
                    facts.append((stream, 1, review, at, child))
                    said[stream] = (1, EpisodeDetails(child=child, decom=on))
        counts = {"episodes read": len(said)}
        batch = ImportCompleted(what="ssda903", digest=f"{year:064d}", return_year=label, counts=counts)
        facts.append((derived_id(AUTHORITY, "import", label), 1, batch, at, None))
    _put(recorder, facts)
    needs = [
        (child, NeedStarted(need="uasc", on=date(2024, 4, 1)))
        for child in {children[r["CHILD"]] for r in rows("ssda903", "2024", "uasc.csv") if r["CHILD"] in children}
    ]
    _put(recorder, [(c, len(recorder.history(c)) + 1, body, known(2024), c) for c, body in sorted(needs, key=str)])


def _allocations(recorder: Recorder, children: dict[str, UUID], workers: dict[str, UUID]) -> None:
    latest: dict[UUID, tuple[AllocationStated, datetime]] = {}
    for year in YEARS:
        for row in rows("ssda903", str(year), "sw_episodes.csv"):
            if row["CHILD"] not in children or not row["SW_ID"] or not row["SW_DECOM"]:
                continue
            child = children[row["CHILD"]]
            body = AllocationStated(
                child=child,
                worker=workers[row["SW_ID"]],
                starts=_day(row["SW_DECOM"]),
                ends=_day(row["SW_DEC"]) if row["SW_DEC"] else None,
            )
            latest[derived_id(child, "allocation", row["SW_DECOM"])] = (body, known(year))
    _put(recorder, [(stream, 1, body, at, body.child) for stream, (body, at) in latest.items()])


def _fees(recorder: Recorder, children: dict[str, UUID]) -> None:
    facts: list[tuple[UUID, int, Body, datetime, UUID | None]] = []
    for number, row in enumerate(rows("finance", "placement_fees.csv")):
        child = children[row["child"]]
        body = FeeAgreed(
            child=child,
            placement_ref=row["placement_ref"],
            valid_from=date.fromisoformat(row["valid_from"]),
            valid_to=date.fromisoformat(row["valid_to"]) if row["valid_to"] else None,
            place=row["placement_code"],
            provider=row["provider_code"],
            weekly=_pence(row["total_weekly_cost"]),
            social_care=_pence(row["social_care"]),
            education=_pence(row["education"]),
            health=_pence(row["health"]),
        )
        at = midnight_after(body.valid_from + timedelta(days=14))
        facts.append((derived_id(child, "fee", str(number)), 1, body, at, child))
    _put(recorder, facts)


def _activities(recorder: Recorder, children: dict[str, UUID], workers: dict[str, UUID]) -> None:
    minutes = {row["ref"]: row for row in rows("truth", "activity.csv")}
    facts: list[tuple[UUID, int, Body, datetime, UUID | None]] = []
    for row in rows("activity", "activity_export.csv"):
        child = children.get(row["client"])
        if child is None:
            continue
        truth, said = minutes[row["ref"]], read_description(row["description"])
        code = suggested_kind(said.phrase) or ("D1H" if truth["direct"] == "direct" else "I3")
        on = date.fromisoformat(truth["date"])
        body = ActivityRecorded(
            kind=code,
            direct=kind(code).direct,
            on=on,
            workers=(
                WorkerLine(worker=workers[row["worker"]], minutes=int(truth["minutes"]) if truth["minutes"] else None),
            ),
            children=(ChildLine(child=child),),
            external_ref=row["ref"],
        )
        facts.append((new_id(), 1, body, midnight_after(on + timedelta(days=2)), None))
    _put(recorder, facts)


def _day(text: str) -> date:
    return datetime.strptime(text, "%d/%m/%Y").date()  # noqa: DTZ007


def _pence(text: str) -> int:
    return int(text.replace(".", ""))
