"""What happened: aggregates, events, commands, the event store, files coming in."""
