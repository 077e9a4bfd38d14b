"""The desk's tables for people at their recording: what is half done, and how quickly it gets done.

Nothing here is a fact, and no figure of a child or a cost rests on it. ``sealed`` is text under the authority's
key, since it can name a child; owners are usernames. Instants are microseconds since 1970, UTC.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Date, Index, Integer, LargeBinary, String, Table, UniqueConstraint

from recorder.desk_tables import metadata

__all__ = ["drafts", "entry_measures", "favourites", "metadata", "proposals", "timers"]

_Serial = BigInteger().with_variant(Integer, "sqlite")

# What somebody has typed and not yet sent, one a page: ``my-day``, ``entry:<id>``, ``week:2026-11-16``.
drafts = Table(
    "drafts",
    metadata,
    Column("owner", String(80), primary_key=True),
    Column("page", String(80), primary_key=True),
    Column("sealed", String, nullable=False),
    # Goes up with each saving, so that an older copy of the page cannot overwrite a newer one unseen.
    Column("version", Integer, nullable=False),
    Column("updated_at", BigInteger, nullable=False, index=True),
)

# Work somebody does again and again: its answers under a name of their own.
favourites = Table(
    "favourites",
    metadata,
    Column("favourite_id", LargeBinary(16), primary_key=True),
    Column("owner", String(80), nullable=False, index=True),
    Column("place", Integer, nullable=False),
    Column("sealed", String, nullable=False),
    Column("created_at", BigInteger, nullable=False),
)

# An event of somebody's own calendar, offered as an entry. ``event_key`` is a keyed hash of the event and its time.
proposals = Table(
    "proposals",
    metadata,
    Column("proposal_id", LargeBinary(16), primary_key=True),
    Column("owner", String(80), nullable=False),
    Column("event_key", LargeBinary(32), nullable=False),
    Column("on_day", Date, nullable=False),
    Column("starts_at", BigInteger),
    Column("state", String(10), nullable=False),
    Column("activity_id", LargeBinary(16)),
    Column("sealed", String, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("settled_at", BigInteger),
    UniqueConstraint("owner", "event_key"),
    Index("proposals_of_owner", "owner", "state", "on_day"),
)

# The one timer of a person: seconds counted until it was last started, and since when it runs.
timers = Table(
    "timers",
    metadata,
    Column("owner", String(80), primary_key=True),
    Column("seconds", Integer, nullable=False),
    Column("running_since", BigInteger),
    Column("first_started", BigInteger, nullable=False),
    Column("sealed", String, nullable=False),
)

# How long an entry took to make, and in how many interactions: a figure, of nobody in particular.
entry_measures = Table(
    "entry_measures",
    metadata,
    Column("measure_id", _Serial, primary_key=True, autoincrement=True),
    Column("on_day", Date, nullable=False, index=True),
    Column("page", String(20), nullable=False),
    Column("device", String(10), nullable=False),
    Column("seconds", Integer, nullable=False),
    Column("interactions", Integer, nullable=False),
)
