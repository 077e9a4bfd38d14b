"""What to call a child on a page: the name, else the identifier a return knows it by."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import NamedTuple, TypeVar
from uuid import UUID

from sqlalchemy import Connection, select

from projections import tables as t
from recorder.personal import ErasedError, KeyStore

__all__ = ["ERASED", "ChildName", "child_names", "child_numbers"]

ERASED = "Erased"
IN_LIST = 900
# Of several identifiers the one first in this order is shown; others follow by their name.
_SYSTEMS = ("ssda903", "cin", "upn")


class ChildName(NamedTuple):
    """A child as pages call it. ``name`` is the identifier where no name is known, "Erased" after an erasure."""

    child_no: int
    child_id: UUID
    name: str
    identifier: str = ""

    @property
    def sort_key(self) -> tuple[str, int]:
        """The order of a list of children: by name, without regard to capitals."""
        return self.name.casefold(), self.child_no


def child_names(connection: Connection, keys: KeyStore, child_nos: Iterable[int]) -> dict[int, ChildName]:
    """The children of these numbers by number: two queries for the rows, one for the keys.

    The page that shows them notes the reading in the desk's read log.
    """
    wanted = sorted(set(child_nos))
    rows: dict[int, tuple[UUID, str | None]] = {}
    links: defaultdict[int, list[tuple[str, str]]] = defaultdict(list)
    for chunk in _chunks(wanted):
        query = select(t.child.c.child_no, t.child.c.child_id, t.child.c.personal).where(t.child.c.child_no.in_(chunk))
        rows.update({r.child_no: (UUID(bytes=bytes(r.child_id)), r.personal) for r in connection.execute(query)})
        i = t.child_identifier.c
        linked = select(i.child_no, i.system, i.personal).where(i.child_no.in_(chunk)).order_by(i.link_no)
        for number, system, sealed in connection.execute(linked):
            links[number].append((system, sealed))
    keys.refresh(child_id for child_id, _ in rows.values())
    return {n: _named(keys, n, child_id, sealed, links[n]) for n, (child_id, sealed) in rows.items()}


def child_numbers(connection: Connection, child_ids: Iterable[UUID]) -> dict[UUID, int]:
    """The numbers of these children; ids that are no child's are left out."""
    found: dict[UUID, int] = {}
    for chunk in _chunks(sorted({c.bytes for c in child_ids})):
        query = select(t.child.c.child_id, t.child.c.child_no).where(t.child.c.child_id.in_(chunk))
        found.update({UUID(bytes=bytes(child)): number for child, number in connection.execute(query)})
    return found


def _named(keys: KeyStore, number: int, child_id: UUID, sealed: str | None, links: list[tuple[str, str]]) -> ChildName:
    try:
        said = keys.decrypt(child_id, sealed) if sealed else {}
        identifier = _identifier(keys, child_id, links)
    except ErasedError:
        return ChildName(number, child_id, ERASED)
    name = " ".join(filter(None, (said.get("first_name"), said.get("family_name"))))
    return ChildName(number, child_id, name or identifier or f"Child {number}", identifier)


def _identifier(keys: KeyStore, child_id: UUID, links: list[tuple[str, str]]) -> str:
    """The identifier to show, of those linked and not unlinked since (a system with a minus before it)."""
    held: dict[tuple[str, str], None] = {}
    for system, sealed in links:
        value = keys.decrypt(child_id, sealed).get("value", "")
        held.pop((system.removeprefix("-"), value), None)
        if not system.startswith("-"):
            held[system, value] = None
    order = {system: place for place, system in enumerate(_SYSTEMS)}
    ranked = sorted(held, key=lambda pair: (order.get(pair[0], len(order)), pair[0]))
    return ranked[0][1] if ranked else ""


_Value = TypeVar("_Value")


def _chunks(values: list[_Value]) -> Iterator[list[_Value]]:
    return (values[start : start + IN_LIST] for start in range(0, len(values), IN_LIST))
