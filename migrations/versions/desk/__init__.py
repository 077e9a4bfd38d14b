"""The revisions of the desk database, in order."""
