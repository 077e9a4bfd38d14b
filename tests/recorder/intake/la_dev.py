"""The made-up authority la_dev, where it lies beside the checkout: its files, its children and its workers."""

from __future__ import annotations

import csv
from datetime import UTC, datetime
from pathlib import Path

from recorder.application import Recorder
from recorder.children import NewChild, identifier, register_children
from recorder.domain.facts import Provenance
from recorder.intake.roster import worker_statement
from recorder.intake.statements import apply_statements

LA_DEV = Path(__file__).resolve().parents[4] / "shared" / "samples" / "la_dev"
FEES = LA_DEV / "finance" / "placement_fees.csv"
ACTIVITIES = LA_DEV / "activity" / "activity_export.csv"
BEFORE = datetime(2020, 4, 1, tzinfo=UTC)
CLERK = Provenance(by="clerk", source="file")


def rows(*parts: str) -> list[dict[str, str]]:
    """A file of la_dev as dictionaries."""
    with LA_DEV.joinpath(*parts).open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def register_everyone(recorder: Recorder, *, census: bool = True) -> None:
    """All 1,199 children under their numbers in the return and, with ``census``, in the census."""
    children = []
    for row in rows("truth", "identities.csv"):
        named = [identifier("ssda903", row["ssda903_child"])]
        if census and row["cin_lachildid"]:
            named.append(identifier("cin", row["cin_lachildid"]))
        children.append(NewChild(identifiers=tuple(named)))
    register_children(recorder, children, BEFORE, CLERK)


def employ_everyone(recorder: Recorder) -> None:
    """The 51 workers whom the activities name."""
    references = sorted({row["worker"] for row in rows("activity", "activity_export.csv")})
    apply_statements(recorder, [worker_statement(r) for r in references], BEFORE, CLERK)
