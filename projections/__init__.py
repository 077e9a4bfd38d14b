"""The log turned into tables: timelines, process time, cost ledger."""
