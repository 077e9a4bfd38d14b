"""What the entry form offers: children of the caseload, kinds of work, processes, colleagues."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from costing.vocabulary import Kind
from projections.queries import my_day, names
from projections.queries.habits import Habit
from projections.queries.my_day import Colleague, Post
from projections.queries.names import ChildName
from recorder.personal import KeyStore
from web.kinds_of_work import kind_said, vocabulary_in_use
from web.process_names import frameworks_in_use
from web.record.usual import usual

__all__ = [
    "FRAMEWORK_NAMES",
    "NOT_OFFERED",
    "OUTCOMES",
    "SEEN",
    "Offer",
    "kind_label",
    "kind_of",
    "offer_to",
    "process_choices",
    "seen_kinds",
]

OUTCOMES = {"held": "It took place", "not_in": "Nobody was in", "cancelled": "It was cancelled"}
SEEN = {"": "Not said", "alone": "Seen alone", "seen": "Seen, not alone", "no": "Not seen"}
FRAMEWORK_NAMES = {"CLA": "Looked after", "CIN": "In need", "CAF": "Early help"}
# What a new worker is offered first, until their own entries say what they do most.
USUAL_KINDS = ("D1H", "D3", "I1", "I3", "D6R", "I4A")
KINDS_AT_HAND = 6
CHILDREN_AT_HAND = 8
WORK_AT_HAND = 5
TIMES_AT_HAND = 6
USUAL_MINUTES = (15, 30, 45, 60, 90, 120)
RECENT = timedelta(weeks=8)
# Absence is a fact of the worker, not of an activity; unrecorded time is worked out.
NOT_OFFERED = {"absence", "residual"}
_GROUPS = {
    "direct": "With the child, family or carer",
    "indirect_case": "For a child, without them",
    "travel": "For a child, without them",
    "indirect_non_case": "Not for one child",
}


@dataclass(frozen=True)
class Offer:
    """The answers a form offers one worker on one day; what is at hand follows from the worker's own last weeks."""

    worker_no: int
    today: date
    children: tuple[ChildName, ...]
    colleagues: tuple[Colleague, ...]
    kinds_at_hand: tuple[Kind, ...]
    recent: tuple[int, ...] = ()
    together: tuple[tuple[ChildName, ...], ...] = ()
    work: tuple[Habit, ...] = ()
    usual_minutes: tuple[int, ...] = USUAL_MINUTES
    caseload: tuple[int, ...] = ()
    post: Post | None = None

    @property
    def children_at_hand(self) -> list[ChildName]:
        """Those recorded most of late, then the others by name: few enough to look over."""
        place = {number: rank for rank, number in enumerate(self.recent)}
        ranked = sorted(self.children, key=lambda child: (place.get(child.child_no, len(place)), child.sort_key))
        return ranked if len(ranked) <= CHILDREN_AT_HAND + 2 else ranked[:CHILDREN_AT_HAND]

    @property
    def other_children(self) -> list[ChildName]:
        """The children who are not at hand, by name."""
        near = {child.child_id for child in self.children_at_hand}
        return [child for child in self.children if child.child_id not in near]

    @property
    def named(self) -> dict[int, ChildName]:
        """The children offered, by number."""
        return {child.child_no: child for child in self.children}

    @property
    def child_ids(self) -> dict[UUID, ChildName]:
        """The children offered, by id."""
        return {child.child_id: child for child in self.children}

    @property
    def colleague_ids(self) -> dict[UUID, Colleague]:
        """The colleagues offered, by id."""
        return {each.worker_id: each for each in self.colleagues}

    @property
    def other_kinds(self) -> list[dict[str, str]]:
        """The kinds that are not at hand, grouped, for a select."""
        near = {each.code for each in self.kinds_at_hand}
        rest = [each for each in _offered() if each.code not in near]
        return [{"value": each.code, "text": each.label, "group": _GROUPS[each.kind_class]} for each in rest]


def offer_to(
    connection: Connection,
    keys: KeyStore,
    worker_no: int,
    today: date,
    *,
    also_children: Iterable[UUID] = (),
    also_workers: Iterable[UUID] = (),
) -> Offer:
    """What to offer a worker: the caseload and the team of the day, and whoever else is named already.

    Ids in ``also_children`` and ``also_workers`` that name nobody are left out.
    """
    caseload = my_day.caseload(connection, worker_no, today)
    numbers = {*caseload, *names.child_numbers(connection, also_children).values()}
    children = names.child_names(connection, keys, numbers)
    post = my_day.post_on(connection, worker_no, today)
    team = {each.worker_id: each for each in my_day.colleagues(connection, worker_no, today, post)}
    named = my_day.workers_by_id(connection, [w for w in also_workers if w not in team])
    team |= {each.worker_id: each for each in named.values() if each.worker_no != worker_no}
    found = usual(connection, worker_no, today - RECENT)
    groups = (group for group in found.together if all(number in children for number in group))
    times = list(dict.fromkeys((*found.minutes[:TIMES_AT_HAND], *USUAL_MINUTES)))[:TIMES_AT_HAND]
    return Offer(
        worker_no=worker_no,
        today=today,
        children=tuple(sorted(children.values(), key=lambda child: child.sort_key)),
        colleagues=tuple(sorted(team.values(), key=lambda each: (each.name.casefold(), each.worker_no))),
        kinds_at_hand=_at_hand(found.kinds),
        recent=found.children,
        together=tuple(
            tuple(sorted((children[n] for n in group), key=lambda child: child.sort_key)) for group in groups
        )[:WORK_AT_HAND],
        work=tuple(each for each in found.work if all(n in children for n in each.children))[:WORK_AT_HAND],
        usual_minutes=tuple(sorted(times)),
        caseload=tuple(caseload),
        post=post,
    )


def _at_hand(recent: Iterable[str]) -> tuple[Kind, ...]:
    offered = {each.code: each for each in _offered()}
    codes = dict.fromkeys(code for code in (*recent, *USUAL_KINDS) if code in offered)
    return tuple(offered[code] for code in list(codes)[:KINDS_AT_HAND])


def _offered() -> tuple[Kind, ...]:
    """The kinds in use that a form offers, in the order of the vocabulary but those for a child before the others."""
    return _in_groups(vocabulary_in_use())


@lru_cache(maxsize=4)
def _in_groups(held: tuple[Kind, ...]) -> tuple[Kind, ...]:
    usable = [each for each in held if each.offered and each.kind_class not in NOT_OFFERED]
    return tuple(sorted(usable, key=lambda each: list(dict.fromkeys(_GROUPS.values())).index(_GROUPS[each.kind_class])))


def seen_kinds() -> frozenset[str]:
    """The kinds for which the form asks who was seen."""
    return frozenset(each.code for each in vocabulary_in_use() if each.asks_seen)


def kind_of(code: str) -> Kind | None:
    """The kind with a code, or None."""
    return kind_said(code)


def kind_label(code: str) -> str:
    """A kind in words; the code itself where this version of the vocabulary does not hold it."""
    found = kind_of(code)
    return found.label if found else code


def process_choices() -> list[Any]:
    """The processes a person may choose, the authority's own among them, after leaving it to the rules."""
    chosen = [
        {"value": each.code, "text": f"{each.code} {each.name}", "group": FRAMEWORK_NAMES[each.framework]}
        for each in frameworks_in_use().processes
    ]
    return [{"value": "", "text": "Work it out for me"}, *chosen]
