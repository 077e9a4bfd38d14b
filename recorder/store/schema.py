"""The schema of the event store, one for both databases, with its own version."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Engine,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    UniqueConstraint,
    func,
    insert,
    inspect,
    literal_column,
    select,
)

__all__ = ["APPEND_FUNCTION", "CHANNEL", "NOT_AN_ACTIVITY", "SCHEMA_VERSION", "create_schema", "events", "store_schema"]

SCHEMA_VERSION = 1
CHANNEL = "daybook_events"
_Position = BigInteger().with_variant(Integer, "sqlite")

metadata = MetaData()

events = Table(
    "events",
    metadata,
    Column("position", _Position, primary_key=True, autoincrement=True),
    Column("stream_id", LargeBinary(16), nullable=False),
    Column("version", Integer, nullable=False),
    Column("topic", String, nullable=False),
    Column("payload", LargeBinary, nullable=False),
    Column("event_id", LargeBinary(16), nullable=False),
    Column("subject", LargeBinary(16), nullable=True),
    Column("known_at", BigInteger, nullable=False),
    Column("recorded_at", BigInteger, nullable=False),
    Column("metadata", LargeBinary, nullable=False),
    UniqueConstraint("stream_id", "version", name="one_fact_a_version"),
    UniqueConstraint("event_id", name="one_fact_an_id"),
    sqlite_autoincrement=True,
)
_about_a_child = events.c.subject.isnot(None)
Index("facts_of_a_child", events.c.subject, sqlite_where=_about_a_child, postgresql_where=_about_a_child)

# Prices, episodes and settings are few among the activities, and are looked for by name. The index
# leaves recorded activities out, so recording one costs no more for it.
NOT_AN_ACTIVITY: ColumnElement[bool] = literal_column("topic <> 'activity.recorded.v1'")
Index(
    "facts_by_name",
    events.c.topic,
    events.c.position,
    sqlite_where=NOT_AN_ACTIVITY,
    postgresql_where=NOT_AN_ACTIVITY,
)

store_schema = Table("store_schema", metadata, Column("version", Integer, primary_key=True))

# The lock makes positions follow the order of commits, so a reader that has seen position n has
# seen every position below n; it is released by the end of the calling transaction.
APPEND_FUNCTION = f"""
CREATE OR REPLACE FUNCTION daybook_append(
  streams bytea[], versions integer[], topics text[], payloads bytea[], event_ids bytea[],
  subjects bytea[], known bigint[], recorded bigint[], metas bytea[]
) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
  head bigint;
BEGIN
  PERFORM pg_advisory_xact_lock(4207091);
  SELECT coalesce(max(position), 0) INTO head FROM events;
  INSERT INTO events (position, stream_id, version, topic, payload, event_id, subject, known_at, recorded_at, metadata)
  SELECT head + n, s, v, t, p, e, u, k, r, m
  FROM unnest(streams, versions, topics, payloads, event_ids, subjects, known, recorded, metas)
       WITH ORDINALITY AS f(s, v, t, p, e, u, k, r, m, n);
  PERFORM pg_notify('{CHANNEL}', (head + array_length(streams, 1))::text);
  RETURN head;
END $$;
CREATE OR REPLACE FUNCTION daybook_append_one(
  s bytea, v integer, t text, p bytea, e bytea, u bytea, k bigint, r bigint, m bytea
) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
  head bigint;
BEGIN
  PERFORM pg_advisory_xact_lock(4207091);
  SELECT coalesce(max(position), 0) INTO head FROM events;
  INSERT INTO events (position, stream_id, version, topic, payload, event_id, subject, known_at, recorded_at, metadata)
  VALUES (head + 1, s, v, t, p, e, u, k, r, m);
  PERFORM pg_notify('{CHANNEL}', (head + 1)::text);
  RETURN head;
END $$;
"""


def create_schema(engine: Engine, schema: str = "events") -> None:
    """Make the tables where they are missing. Raises ``RuntimeError`` on a store of a later version."""
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.exec_driver_sql(f'CREATE SCHEMA IF NOT EXISTS "{schema}"')
        if not inspect(connection).has_table("store_schema"):
            metadata.create_all(connection)
            connection.execute(insert(store_schema).values(version=SCHEMA_VERSION))
        found = connection.scalar(select(func.max(store_schema.c.version)))
        if found != SCHEMA_VERSION:
            message = f"The event store has schema {found}; this version of Daybook reads schema {SCHEMA_VERSION}"
            raise RuntimeError(message)
        if engine.dialect.name == "postgresql":
            connection.exec_driver_sql(APPEND_FUNCTION)
