"""The event store: one port, three stores (memory, SQLite, PostgreSQL), the same contract."""

from .engines import Databases, open_databases
from .log import EventLog, StoredFact
from .memory import MemoryEventLog
from .sql import SqlEventLog

__all__ = ["Databases", "EventLog", "MemoryEventLog", "SqlEventLog", "StoredFact", "open_databases"]
