"""Erasing a child: first whatever on the desk names it, then its key, so that nothing can name it again."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Engine

from recorder.application import Recorder
from recorder.child_record import read_child
from recorder.drafts import forget_child_in_drafts
from recorder.favourites import forget_child_in_favourites
from recorder.naming import Naming
from recorder.personal import KeyStore
from recorder.proposals import forget_child_in_proposals
from recorder.waiting import forget_client, mask_rows_naming

__all__ = ["Forgotten", "forget_child", "forget_on_desk"]


class Forgotten(NamedTuple):
    """How much on the desk named the child and is gone; of ``masked_rows``, about others, only the names."""

    favourites: int = 0
    drafts: int = 0
    proposals: int = 0
    waiting_rows: int = 0
    masked_rows: int = 0


def forget_child(recorder: Recorder, desk: Engine, child: UUID, at: datetime) -> Forgotten:
    """Erase a child: drop what names it on the desk, and destroy its key and tokens.

    The facts stay, and every total with them; nobody can be read out of them any more. The read log stays too: it says
    who looked, by an id that nothing leads back from. Done again after a crash it does what was left to do.
    Raises ``LookupError`` for an id that is no child's.
    """
    naming = Naming.of(read_child(recorder, child))
    before = forget_on_desk(desk, recorder.keys, naming)
    recorder.keys.destroy(child, at)
    # What somebody saved while this went on: the names are still in hand here, and nowhere else.
    after = forget_on_desk(desk, recorder.keys, naming)
    return Forgotten(*(one + other for one, other in zip(before, after, strict=True)))


def forget_on_desk(desk: Engine, keys: KeyStore, naming: Naming) -> Forgotten:
    """Drop every favourite, draft and proposal that names a child, and the rows that wait for it."""
    return Forgotten(
        favourites=forget_child_in_favourites(desk, keys, naming),
        drafts=forget_child_in_drafts(desk, keys, naming),
        proposals=forget_child_in_proposals(desk, keys, naming),
        waiting_rows=forget_client(desk, keys, naming.identifiers),
        masked_rows=mask_rows_naming(desk, keys, naming),
    )
