"""The roster: who works here, in which post and team, for how many hours, and since when.

Columns: worker, name, role, team, grade, contract, fte, weekly_hours, from, to (the last day in the post).
A worker may have a row for each post held. A team is formed when it is first named.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from fractions import Fraction
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import Engine

from costing.money import round_half_up
from recorder.application import Recorder
from recorder.domain.facts import Body
from recorder.domain.ids import derived_id, team_id, worker_id
from recorder.domain.staff import PostAmended, PostDetails, PostStated, TeamFormed, WorkerJoined
from recorder.intake.batches import Batch, Progress, no_progress, run_import
from recorder.intake.cells import Cells
from recorder.intake.reading import Finding, Row, open_csv
from recorder.intake.staff_terms import contract_of, worker_type_of
from recorder.intake.statements import Statement, Summary, amended_as
from recorder.intake.taking import chunks
from recorder.intake.waiting_rows import load_waiting

__all__ = ["import_roster", "worker_statement"]

REQUIRED = ("worker", "role", "from")
OPTIONAL = ("name", "team", "grade", "contract", "fte", "weekly_hours", "to")
WEEK_HOURS = 7 * 24


class _Member(NamedTuple):
    """A row of the roster as facts: the team (if any), the worker and the post."""

    row: Row
    team: Statement | None
    worker: Statement
    post: Statement


def import_roster(
    recorder: Recorder,
    desk: Engine,
    path: Path,
    *,
    known_at: datetime | None = None,
    by: str = "",
    progress: Progress = no_progress,
    again: bool = False,
) -> tuple[Summary, list[Finding]]:
    """Take a roster in; then load the activities that waited for its workers. Counts are of its rows."""
    summary, findings = run_import(
        recorder, desk, "roster", path, _take, known_at=known_at, by=by, progress=progress, again=again
    )
    waited, _ = load_waiting(recorder, desk, by=by, reason="worker")
    if waited.new:
        message = f"{waited.new:,} rows that waited for these workers are loaded now"
        findings.append(Finding(rule="waiting_loaded", row=0, field="", message=message, severity="note"))
    return summary, findings


def worker_statement(reference: str, name: str = "") -> Statement:
    """A worker is known by this reference: for files that only name workers. A blank name changes nothing."""
    first = WorkerJoined(reference="".join(reference.split()).upper(), name=name)

    def amend(before: Body) -> Body | None:
        known = before.name if isinstance(before, WorkerJoined) else ""
        return None if not name or name == known else first

    return Statement(worker_id(reference), None, first, amend)


def _take(batch: Batch) -> None:
    source = open_csv(batch.path, REQUIRED, OPTIONAL)
    for odd in source.odd:
        batch.add(odd)
    names: dict[str, tuple[int, str]] = {}
    posts: dict[object, tuple[int, Body]] = {}
    for chunk in chunks(source.rows()):
        batch.summary.read += len(chunk)
        members = [m for row in chunk if (m := _member(batch, row, names)) and not _twice(batch, m, posts)]
        _state(batch, members)
        batch.progress(batch.summary.read, max(source.lines - 1, batch.summary.read))


def _state(batch: Batch, members: Sequence[_Member]) -> None:
    """Teams and workers before the posts that name them."""
    people = {s.stream: s for m in members for s in (m.team, m.worker) if s is not None}
    batch.summary.amended += batch.state(list(people.values()), count=False)["amended"]
    batch.state([m.post for m in members])


def _twice(batch: Batch, member: _Member, posts: dict[object, tuple[int, Body]]) -> bool:
    number, before = posts.setdefault(member.post.stream, (member.row.number, member.post.first))
    if before == member.post.first:
        return False
    message = f"Row {number} says something else of this worker's post from the same day. This row is not taken"
    batch.refuse(member.row.number, [("stated_twice", "from", message)])
    return True


def _member(batch: Batch, row: Row, names: dict[str, tuple[int, str]]) -> _Member | None:
    cells = Cells(row.values)
    reference = cells.needed("worker", "the worker's reference").upper()
    role = cells.needed("role", "the role")
    starts, last = cells.day("from", "the day on which the post started"), cells.day("to")
    contract = contract_of(cells.text("contract"))
    hours, fte = cells.number("weekly_hours"), cells.hundredths("fte")
    if contract is None:
        cells.problem("bad_contract", "contract", f"“{cells.text('contract')}” is neither employed nor agency")
    if starts and last and last < starts:
        cells.problem("bad_to", "to", "The post ends before it starts")
    if hours is not None and hours > WEEK_HOURS:
        cells.problem("bad_weekly_hours", "weekly_hours", "A week has 168 hours")
    if cells.problems or starts is None or contract is None:
        batch.refuse(row.number, cells.problems)
        return None
    worker_type, known = worker_type_of(role)
    if not known:
        message = f"“{role}” is not a role we know. It is taken as a worker type of its own, {worker_type}"
        batch.say("role_unknown", row.number, "role", message, "warning")
    team = " ".join(cells.text("team").split())
    details = PostStated(
        worker=worker_id(reference),
        role=role,
        worker_type=worker_type,
        team=team_id(team) if team else None,
        grade=cells.text("grade"),
        contract=contract,
        fte_hundredths=fte,
        weekly_minutes=None if hours is None else round_half_up(Fraction(hours) * 60),
        starts=starts,
        ends=None if last is None else last + timedelta(days=1),
    )
    stream = derived_id(details.worker, "post", starts.isoformat())
    formed = Statement(team_id(team), None, TeamFormed(name=team), lambda _: None) if team else None
    worker = worker_statement(reference, _name(batch, row, reference, names))
    return _Member(row, formed, worker, Statement(stream, None, details, amended_as(details, PostDetails, PostAmended)))


def _name(batch: Batch, row: Row, reference: str, names: dict[str, tuple[int, str]]) -> str:
    """The worker's name, as the first row of the file that gives one has it."""
    name = " ".join(row.values.get("name", "").split())
    if not name:
        return names.get(reference, (0, ""))[1]
    number, first = names.setdefault(reference, (row.number, name))
    if first != name:
        message = f"This worker has another name in row {number}, which is kept"
        batch.say("name_differs", row.number, "name", message, "warning")
    return first
