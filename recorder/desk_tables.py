"""The tables of the desk. Instants are microseconds since 1970, UTC; ids are 16 bytes."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
)

__all__ = ["accounts", "jobs", "metadata", "read_log", "run_asked", "run_child", "run_report", "waiting_rows"]

metadata = MetaData()
_Serial = BigInteger().with_variant(Integer, "sqlite")

accounts = Table(
    "accounts",
    metadata,
    Column("account_id", _Serial, primary_key=True, autoincrement=True),
    Column("username", String(80), nullable=False, unique=True),
    Column("name", String(120), nullable=False),
    Column("password_hash", String(200), nullable=False),
    Column("role", String(30), nullable=False),
    Column("worker_id", LargeBinary(16)),
    Column("team_id", LargeBinary(16)),
    Column("active", Boolean, nullable=False),
    # Goes up with each new password or role: a session opened before then is over.
    Column("session_version", Integer, nullable=False),
    Column("created_at", BigInteger, nullable=False),
)

waiting_rows = Table(
    "waiting_rows",
    metadata,
    Column("row_id", _Serial, primary_key=True, autoincrement=True),
    Column("what", String(20), nullable=False),
    # A keyed hash of the row's own reference: the same row of a file loaded again waits once.
    Column("row_key", LargeBinary(32), nullable=False, unique=True),
    # Keyed hashes find the rows of a child to be erased, and of a worker or child who became known.
    Column("client", LargeBinary(32), nullable=False, index=True),
    Column("batch", String(64), nullable=False),
    Column("row_number", Integer, nullable=False),
    Column("sealed", String, nullable=False),
    Column("known_at", BigInteger, nullable=False),
    Column("reason", String(20), nullable=False),
    Column("phrase", String, nullable=False),
    Column("suggestions", String, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("settled_at", BigInteger),
    Column("outcome", String(20), nullable=False),
    Index("rows_by_reason", "what", "outcome", "reason", "phrase"),
)

read_log = Table(
    "read_log",
    metadata,
    Column("read_id", _Serial, primary_key=True, autoincrement=True),
    Column("who", String(80), nullable=False, index=True),
    Column("what", String(80), nullable=False),
    Column("child", LargeBinary(16), nullable=False, index=True),
    Column("at", BigInteger, nullable=False),
    sqlite_autoincrement=True,
)

jobs = Table(
    "jobs",
    metadata,
    Column("job_id", LargeBinary(16), primary_key=True),
    Column("what", String(40), nullable=False),
    Column("title", String(200), nullable=False),
    Column("asked_by", String(80), nullable=False),
    Column("state", String(10), nullable=False),
    Column("done", BigInteger, nullable=False),
    Column("total", BigInteger),
    Column("note", String, nullable=False),
    Column("result", String, nullable=False),
    Column("created_at", BigInteger, nullable=False, index=True),
    Column("updated_at", BigInteger, nullable=False),
    Column("finished_at", BigInteger),
)

# What a run in the making was asked for, so that it can be made again where it was interrupted.
run_asked = Table(
    "run_asked",
    metadata,
    Column("job_id", LargeBinary(16), primary_key=True),
    Column("settings", String, nullable=False),
    Column("title", String(200), nullable=False),
    Column("known_upto", BigInteger),
    Column("position", BigInteger),
    # What the instant and the position were once they were settled: the run made again is the same run.
    Column("settled_upto", BigInteger),
    Column("settled_position", BigInteger),
)

# An issued report as it was, by the children's numbers: names are joined where it is shown.
run_report = Table(
    "run_report",
    metadata,
    Column("run_id", LargeBinary(16), primary_key=True),
    Column("checksum", String(64), nullable=False),
    Column("kept_at", BigInteger, nullable=False),
    Column("summary", LargeBinary, nullable=False),
)

run_child = Table(
    "run_child",
    metadata,
    Column("run_id", LargeBinary(16), primary_key=True),
    Column("child_no", Integer, primary_key=True, autoincrement=False),
    Column("total", BigInteger, nullable=False),
    Column("report", LargeBinary, nullable=False),
)
