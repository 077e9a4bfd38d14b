"""The revisions of the projections database, in order."""
