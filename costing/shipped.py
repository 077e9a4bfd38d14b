"""The tables that come with the product, read from the package's own data."""

import csv
from functools import cache
from importlib import resources


@cache
def shipped_rows(name: str) -> tuple[dict[str, str], ...]:
    """The rows of a shipped CSV table (`activity_kinds.csv`), every value as text, blank as ''."""
    text = resources.files("costing.data").joinpath(name).read_text(encoding="utf-8")
    return tuple(csv.DictReader(text.splitlines()))
