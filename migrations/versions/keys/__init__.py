"""The revisions of the keys database, in order."""
