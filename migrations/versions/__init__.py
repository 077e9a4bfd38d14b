"""The revisions, a folder for each database."""
