"""What the return calls a child: the identifier that files and finance know it by, without its name."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from uuid import UUID

import polars as pl
from sqlalchemy import Connection, select

from projections import tables as t
from projections.queries.cost_lines import CostSource
from recorder.personal import ErasedError, KeyStore

__all__ = ["return_identifiers", "returns_of"]

SYSTEM = "ssda903"
IN_LIST = 900
_Link = tuple[str, str]


def return_identifiers(source: CostSource, keys: KeyStore) -> Callable[[Sequence[int]], Mapping[int, str]]:
    """Finds identifiers of children by their number in these tables: the ``identify`` of ``cost_rows``."""

    def identify(child_nos: Sequence[int]) -> Mapping[int, str]:
        wanted = pl.col("child_no").is_in(list(child_nos))
        ids = source.frame(t.child).filter(wanted).select("child_no", "child_id").iter_rows()
        links: defaultdict[int, list[_Link]] = defaultdict(list)
        named = source.frame(t.child_identifier).filter(wanted).sort("link_no")
        for number, system, sealed in named.select("child_no", "system", "personal").iter_rows():
            links[number].append((system, sealed))
        return _opened(keys, {number: UUID(bytes=child) for number, child in ids}, links)

    return identify


def returns_of(connection: Connection, keys: KeyStore, child_nos: Iterable[int]) -> dict[int, str]:
    """The same from the tables as they stand, reading the rows of just these children."""
    wanted = sorted(set(child_nos))
    ids: dict[int, UUID] = {}
    links: defaultdict[int, list[_Link]] = defaultdict(list)
    for start in range(0, len(wanted), IN_LIST):
        chunk = wanted[start : start + IN_LIST]
        query = select(t.child.c.child_no, t.child.c.child_id).where(t.child.c.child_no.in_(chunk))
        ids |= {number: UUID(bytes=bytes(child)) for number, child in connection.execute(query)}
        i = t.child_identifier.c
        linked = select(i.child_no, i.system, i.personal).where(i.child_no.in_(chunk)).order_by(i.link_no)
        for number, system, sealed in connection.execute(linked):
            links[number].append((system, sealed))
    return _opened(keys, ids, links)


def _opened(keys: KeyStore, ids: Mapping[int, UUID], links: Mapping[int, list[_Link]]) -> dict[int, str]:
    keys.refresh(ids.values())
    return {number: _identifier(keys, number, child, links.get(number, [])) for number, child in ids.items()}


def _identifier(keys: KeyStore, number: int, child: UUID, links: list[_Link]) -> str:
    """The identifier linked last and not unlinked since: the return's, else that of another system."""
    held: dict[tuple[str, str], None] = {}
    try:
        for system, sealed in links:
            value = keys.decrypt(child, sealed).get("value", "")
            held.pop((system.removeprefix("-"), value), None)
            if not system.startswith("-"):
                held[system, value] = None
    except ErasedError:
        return f"erased {number}"
    own = [value for system, value in held if system == SYSTEM]
    others = [value for _, value in sorted(held)]
    return own[-1] if own else others[0] if others else f"child {number}"
