"""Which child a row of a file is about."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple
from uuid import UUID

from recorder.personal import KeyStore, normalise_identifier

__all__ = ["CLIENT_SYSTEMS", "Clients", "find_clients"]

# A case system's export names a child by the number of the looked-after return, the census, or early help.
CLIENT_SYSTEMS = ("ssda903", "cin", "early_help")


class Clients(NamedTuple):
    """The children found by identifier; those whose record was erased; and numbers that two children have."""

    found: dict[str, UUID]
    erased: set[str]
    two: set[str]

    def of(self, value: str) -> UUID | None:
        """The child with this identifier, or None."""
        return self.found.get(normalise_identifier(value))


def find_clients(keys: KeyStore, values: Iterable[str]) -> Clients:
    """Find many children at once by an identifier of any of these systems."""
    wanted = {normalise_identifier(value) for value in values} - {""}
    pairs = [(system, value) for system in CLIENT_SYSTEMS for value in wanted]
    owners = keys.find_many(pairs)
    erased = {value for _, value in keys.suppressed_many(pairs)}
    clients = Clients({}, erased, set())
    for (_, value), child in owners.items():
        if clients.found.setdefault(value, child) != child:
            clients.two.add(value)
    for value in clients.two | erased:
        clients.found.pop(value, None)
    return clients
