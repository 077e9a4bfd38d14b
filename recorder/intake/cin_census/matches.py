"""Children of the census that wait until somebody says which known child each is, or that it is none of them.

The list goes out as a CSV file: cin_child, rows, why, suggested, child. Whoever knows fills in ``child``: the
number of the looked-after return (or of the census) that the child has here, or *new*; blanks wait on.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple
from uuid import UUID

import msgspec
from sqlalchemy import Engine, text

from recorder.application import Recorder
from recorder.children import identifier, link_identifiers, read_children, register_children
from recorder.domain.facts import Provenance
from recorder.intake.batches import Batch, no_progress
from recorder.intake.clients import CLIENT_SYSTEMS, find_clients
from recorder.intake.reading import FileProblem, Finding, open_csv
from recorder.intake.statements import Summary
from recorder.intake.waiting_rows import load_waiting
from recorder.personal import normalise_identifier
from recorder.waiting import WaitingRow, waiting

from .matching import SYSTEM, Matcher
from .rows import CensusChild
from .taking import WAITS, OneCensus, new_child

__all__ = [
    "NEW",
    "CensusMatch",
    "census_matches",
    "import_matches",
    "settle_matches",
    "take_up_matched",
    "write_matches",
]

NEW = "new"
COLUMNS = ("cin_child", "rows", "why", "suggested", "child")
_PAGE = 500
_DECODE = msgspec.json.Decoder(CensusChild).decode
_MISSING = "No child of the census waits under this number"
# What those who settle at once on one PostgreSQL desk wait for; the number is no other lock's.
_LOCK = 4207101


class CensusMatch(NamedTuple):
    """A child of the census that waits: its number there, the rows of all its censuses, and whom it may be.

    ``said`` is the child as the latest of its censuses has it.
    """

    child: str
    rows: int
    why: str
    candidates: tuple[UUID, ...]
    said: CensusChild


def census_matches(recorder: Recorder, desk: Engine) -> list[CensusMatch]:
    """The children that wait, by their number in the census; what was said of each last."""
    found: dict[str, CensusMatch] = {}
    latest: dict[str, str] = {}
    for row in _waiting(recorder, desk):
        before, said = found.get(row.client), _DECODE(row.row["census"])
        rows = (before.rows if before else 0) + said.rows
        if before and row.reference < latest[row.client]:
            said = before.said
        latest[row.client] = max(row.reference, latest.get(row.client, ""))
        candidates = tuple(UUID(each.kind) for each in row.suggestions)
        found[row.client] = CensusMatch(row.client, rows, row.row["why"], candidates, said)
    return [found[name] for name in sorted(found)]


@contextmanager
def _one_at_a_time(desk: Engine) -> Iterator[None]:
    """Whoever decides on waiting children meanwhile waits: the list is read, and numbers given, by one at a time.

    A transaction on the desk that writes nothing; SQLite locks the file for it by itself.
    """
    with desk.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        yield


def _waiting(recorder: Recorder, desk: Engine) -> Iterator[WaitingRow]:
    after = 0
    while page := waiting(desk, recorder.keys, what=WAITS[0], after=after, limit=_PAGE):
        yield from page
        after = page[-1].row_id


def settle_matches(
    recorder: Recorder, desk: Engine, decided: Mapping[str, UUID | None], by: str
) -> tuple[Summary, list[str]]:
    """Say which known child each of these is (None: none of them, so it is registered), and take its rows in.

    Answers what came of the rows, and the numbers that could not be settled: nobody waits under them, somebody
    else settled them a moment ago, or the known child has another number in the census already.
    """
    wanted = {normalise_identifier(name): child for name, child in decided.items()}
    with _one_at_a_time(desk):
        refused = _decide(recorder, desk, wanted, Provenance(by=by, source="form"))
    summary = take_up_matched(recorder, desk, by)
    load_waiting(recorder, desk, by=by, reason="child")
    return summary, refused


def _decide(recorder: Recorder, desk: Engine, wanted: Mapping[str, UUID | None], provenance: Provenance) -> list[str]:
    """Link the numbers to the known children, and register the others; answers the numbers refused."""
    rows: defaultdict[str, list[WaitingRow]] = defaultdict(list)
    for row in _waiting(recorder, desk):
        rows[normalise_identifier(row.client)].append(row)
    # A number that finds a registered child is settled: its rows wait only until whoever settled it took them in.
    owners = recorder.keys.find_many((SYSTEM, name) for name in wanted)
    registered = read_children(recorder, owners.values())
    settled = {value for (_, value), child in owners.items() if child in registered}
    free = {name: child for name, child in wanted.items() if name in rows and name not in settled}
    refused = [name for name in wanted if name not in free]
    same = {name: child for name, child in free.items() if child is not None}
    numbered = {
        child: {i.value for i in record.identifiers if i.system == SYSTEM}
        for child, record in read_children(recorder, same.values()).items()
    }
    links = []
    for name, child in same.items():
        if (held := numbered.setdefault(child, {""})) - {name}:
            refused.append(name)
        else:
            held.add(name)
            links.append((child, identifier(SYSTEM, name, f"said by {provenance.by}")))
    if links:
        not_linked = link_identifiers(recorder, links, recorder.clock.now(), provenance)[1]
        refused += [named.value for _, named in not_linked]
    for name in (name for name, child in free.items() if child is None):
        last = max(rows[name], key=lambda row: row.reference)
        fresh = new_child(_DECODE(last.row["census"]))
        known_at = min(row.known_at for row in rows[name])
        if register_children(recorder, [fresh], known_at, provenance).suppressed:
            refused.append(name)
    return refused


def take_up_matched(recorder: Recorder, desk: Engine, by: str, matcher: Matcher | None = None) -> Summary:
    """Take in the rows of children who waited and can be told by now, each as known when its file came.

    A child is told where somebody said who it is, where a later census gave its UPN, or where each known child
    it may have been turned out to be another. ``waiting`` counts the rows that wait on.
    """
    whole = Summary()
    matcher = matcher or Matcher(recorder)
    waits = -1
    while waits != whole.waiting and (files := _by_census(recorder, desk)):
        waits, whole.waiting = whole.waiting, 0
        for (year, digest), rows in sorted(files.items()):
            batch = Batch(recorder, desk, Path(), digest, rows[0].known_at, by, no_progress)
            children = [_DECODE(row.row["census"]) for row in rows]
            OneCensus(batch, year, matcher, batch.add).take(children)
            whole.read += sum(child.rows for child in children) - batch.summary.waiting
            for name in ("new", "amended", "unchanged", "refused", "waiting"):
                setattr(whole, name, getattr(whole, name) + getattr(batch.summary, name))
    return whole


def _by_census(recorder: Recorder, desk: Engine) -> dict[tuple[str, str], list[WaitingRow]]:
    """The rows that wait, by the census and the file they came in."""
    files: defaultdict[tuple[str, str], list[WaitingRow]] = defaultdict(list)
    for row in _waiting(recorder, desk):
        files[row.reference, row.batch].append(row)
    return files


def write_matches(recorder: Recorder, desk: Engine, path: Path) -> int:
    """Write the list of those who wait for somebody to fill in; answers how many."""
    matches = census_matches(recorder, desk)
    records = read_children(recorder, {child for match in matches for child in match.candidates})
    with path.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream)
        writer.writerow(COLUMNS)
        for match in matches:
            numbers = [_number(records[child].identifiers) for child in match.candidates if child in records]
            writer.writerow([match.child, match.rows, match.why, " or ".join(filter(None, numbers)), ""])
    return len(matches)


def _number(identifiers: Iterable[tuple[str, str, str]]) -> str:
    """What the authority's files call the child."""
    held = {system: value for system, value, _ in identifiers}
    return next((held[system] for system in CLIENT_SYSTEMS if system in held), "")


def import_matches(recorder: Recorder, desk: Engine, path: Path, by: str) -> tuple[Summary, list[Finding]]:
    """Take the filled-in list in; rows that cannot be settled are refused in words."""
    try:
        source = open_csv(path, ("cin_child", "child"), ("rows", "why", "suggested"))
        filled = [row for row in source.rows() if row.values["child"]]
    except FileProblem as problem:
        return Summary(), list(problem.findings)
    clients = find_clients(recorder.keys, (row.values["child"] for row in filled))
    decided: dict[str, UUID | None] = {}
    at: dict[str, int] = {}
    findings: list[Finding] = []
    for row in filled:
        name, child = normalise_identifier(row.values["cin_child"]), clients.of(row.values["child"])
        if row.values["child"].casefold() != NEW and child is None:
            message = f"No child is known under this number. Write a number of the looked-after return, or {NEW}"
            findings.append(Finding(rule="child_unknown", row=row.number, field="child", message=message))
        elif name in decided:
            message = "An earlier row says something of the same child"
            findings.append(Finding(rule="stated_twice", row=row.number, field="cin_child", message=message))
        else:
            decided[name], at[name] = child, row.number
    summary, refused = settle_matches(recorder, desk, decided, by)
    for name in refused:
        message = f"{_MISSING}, or the child it is said to be has another number in the census"
        findings.append(Finding(rule="not_settled", row=at[name], field="cin_child", message=message))
    summary.refused += len(findings)
    return summary, sorted(findings, key=lambda finding: finding.row)
