"""What was said of an entry, version by version, in words that a person can compare."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from recorder.domain.activity import ActivityDetails, ActivityWithdrawn, ChildLine, WorkerLine
from recorder.domain.facts import Event
from recorder.personal import ErasedError, KeyStore
from web.design.formats import minutes, uk_date
from web.process_names import named_processes
from web.record.choices import OUTCOMES, SEEN, kind_label
from web.record.typed import seen_code

__all__ = ["AMEND_REASONS", "WITHDRAW_REASONS", "Names", "Told", "note_of", "said", "tell"]

# Reasons are chosen, not written: a fact holds no words about anybody (rulings 23).
AMEND_REASONS = {
    "wrong_time": "The time was wrong",
    "wrong_date": "The date was wrong",
    "wrong_kind": "The kind of work was wrong",
    "wrong_child": "The children were wrong",
    "left_out": "Something was left out",
    "other": "Something else was wrong",
}
# What the buttons of other pages state; nobody chooses these from a list.
STATED_REASONS = {"accepted": "The worker says that it is so", "trip": "One journey was shared between visits"}
WITHDRAW_REASONS = {
    "by_mistake": "It was entered by mistake",
    "twice": "It is recorded twice",
    "did_not_happen": "It did not happen",
    "not_mine": "It was not mine to record",
    "wrong_child": "It was for other children, and I will record it again",
    "other": "It was a mistake of another sort",
}
_UNREADABLE = "Erased"
_SOURCES = {
    "form": "on this form",
    "import": "from a file",
    "calendar": "from a calendar",
    "grid": "in the week",
    "offline": "without signal",
}


@dataclass(frozen=True)
class Names:
    """What to call the children, workers and accounts that an entry names."""

    children: Mapping[UUID, str]
    workers: Mapping[UUID, str]
    accounts: Mapping[str, str]

    def child(self, child: UUID) -> str:
        """A child's name."""
        return self.children.get(child, "A child not known here")

    def worker(self, worker: UUID) -> str:
        """A worker's name."""
        return self.workers.get(worker, "A worker not known here")

    def account(self, username: str) -> str:
        """The name of whoever stated a fact."""
        return self.accounts.get(username, username or "Daybook")


@dataclass(frozen=True)
class Told:
    """One fact of an entry's history: when, who, why, and each thing it changed as (what, before, after)."""

    title: str
    at: datetime
    by: str
    reason: str
    changes: tuple[tuple[str, str, str], ...]


def said(details: ActivityDetails, names: Names, keys: KeyStore) -> dict[str, str]:
    """What the details say, by question."""
    note = note_of(details, keys)
    return {
        "What": kind_label(details.kind),
        "When": uk_date(details.on),
        "Children": _listed(names.child(line.child) for line in details.children),
        "Shares of the time": _shares(details, names),
        "Time": _listed(sorted(_worked(line, names) for line in details.workers)),
        "Travel": _listed(
            f"{names.worker(line.worker)}: {minutes(line.travel_minutes)}"
            for line in details.workers
            if line.travel_minutes is not None
        ),
        "Did it take place?": OUTCOMES.get(details.outcome, details.outcome),
        "Seen": _listed(f"{names.child(line.child)}: {SEEN[code].lower()}" for line, code in _seen(details)),
        "Process": _listed(
            f"{names.child(line.child)}: {_process(line.process)}" for line in details.children if line.process
        )
        or ("Worked out" if details.children else ""),
        "Note": _UNREADABLE if note is None else note,
    }


def note_of(details: ActivityDetails, keys: KeyStore) -> str | None:
    """The note in plain words, "" without one; None where it can no longer be read."""
    if details.note is None or details.note_child is None:
        return ""
    try:
        return keys.decrypt(details.note_child, details.note).get("note", "")
    except ErasedError:
        return None


def tell(history: Iterable[Event], names: Names, keys: KeyStore) -> list[Told]:
    """The history of an entry, the latest fact first."""
    found: list[Told] = []
    before: dict[str, str] = {}
    for event in history:
        body = event.body
        by = names.account(event.provenance.by)
        if isinstance(body, ActivityDetails):
            now = said(body, names, keys)
            changes = tuple((what, before[what], now[what]) for what in now if before and before[what] != now[what])
            title = "Changed" if before else f"Recorded {_SOURCES.get(event.provenance.source, '')}".strip()
            stated = getattr(body, "reason", "")
            # Clearing one's own time from a shared visit changes the entry, for a reason that withdraws it elsewhere.
            reason = (AMEND_REASONS | STATED_REASONS).get(stated) or WITHDRAW_REASONS.get(stated, stated)
            found.append(Told(title, event.recorded_at, by, reason, changes))
            before = now
        elif isinstance(body, ActivityWithdrawn):
            reason = WITHDRAW_REASONS.get(body.reason, body.reason)
            found.append(Told("Withdrawn", event.recorded_at, by, reason, ()))
    return found[::-1]


def _worked(line: WorkerLine, names: Names) -> str:
    return f"{names.worker(line.worker)}: {minutes(line.minutes)}"


def _shares(details: ActivityDetails, names: Names) -> str:
    """How unequal parts share the time; blank where each child has the same."""
    if len({line.weight for line in details.children}) < 2:
        return ""
    whole = sum(line.weight for line in details.children)
    return _listed(f"{names.child(line.child)}: {line.weight} of {whole}" for line in details.children)


def _seen(details: ActivityDetails) -> list[tuple[ChildLine, str]]:
    return [(line, code) for line in details.children if (code := seen_code(line))]


def _process(code: str | None) -> str:
    return named_processes().get(code, code) if code else ""


def _listed(texts: Iterable[str]) -> str:
    return "; ".join(texts)
