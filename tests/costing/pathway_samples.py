"""The facts of the made-up authority's children as `costing` takes them, read straight from its files."""

import csv
from collections import defaultdict
from datetime import date
from pathlib import Path

import polars as pl

from costing.care_facts import ChildFacts, Episode, Need, Review, SdqScore
from costing.placement_map import shipped_placement_map, with_meaning
from tests.costing.costing_samples import LA_DEV

FIRST = date(2020, 4, 1)
HORIZON = date(2025, 3, 31)


def day(text: str | None) -> date | None:
    if not text:
        return None
    date_, month, year = text.split("/")
    return date(int(year), int(month), int(date_))


def rows(name: str, folder: str = "ssda903") -> list[tuple[int, dict[str, str]]]:
    found = []
    for path in sorted(Path(LA_DEV / folder).glob(f"*/{name}.csv")):
        with path.open(encoding="utf-8-sig", newline="") as file:
            found += [(int(path.parent.name), row) for row in csv.DictReader(file)]
    return found


def la_dev_children() -> list[ChildFacts]:
    """Every child of the clean returns, episodes as last stated, with reviews, needs and scores."""
    latest = {(row["CHILD"], row["DECOM"]): row for _, row in rows("episodes", "ssda903_clean")}
    types = placement_types(list(latest.values()))
    episodes = defaultdict(list)
    for number, ((child, decom), row) in enumerate(latest.items()):
        started = day(decom)
        assert started is not None
        kind = types[row["PLACE"], row["PLACE_PROVIDER"]]
        episodes[child].append(
            Episode(
                number,
                f"e{number}",
                started,
                day(row["DEC"]),
                row["RNE"],
                row["LS"],
                row["PLACE"],
                row["PLACE_PROVIDER"],
                row["REC"],
                kind,
                None,
                row["URN"],
                row["REASON_PLACE_CHANGE"],
            )
        )
    births = {row["CHILD"]: day(row["DOB"]) for _, row in rows("header", "ssda903_clean")}
    reviews, needs, scores = defaultdict(list), defaultdict(list), defaultdict(list)
    for number, (_, row) in enumerate(rows("reviews")):
        if held := day(row["REVIEW"]):
            reviews[row["CHILD"]].append(Review(f"r{number}", held))
    for number, (_, row) in enumerate(rows("uasc")):
        started = min((each.decom for each in episodes[row["CHILD"]]), default=FIRST)
        needs[row["CHILD"]].append(Need(f"u{number}", "uasc", started, day(row["DUC"])))
    for number, (year, row) in enumerate(rows("oc2")):
        if row["SDQ_SCORE"]:
            scores[row["CHILD"]].append(SdqScore(f"s{number}", date(year, 4, 1), int(row["SDQ_SCORE"])))
    return [
        ChildFacts(
            child=child,
            birth_date=births.get(child),
            episodes=tuple(own),
            reviews=tuple(reviews[child]),
            needs=tuple(needs[child]),
            sdq_scores=tuple(scores[child]),
            reviews_known_from=FIRST,
        )
        for child, own in episodes.items()
    ]


def placement_types(found: list[dict[str, str]]) -> dict[tuple[str, str], str]:
    pairs = sorted({(row["PLACE"], row["PLACE_PROVIDER"]) for row in found})
    frame = pl.DataFrame(pairs, schema=["place", "provider"], orient="row").with_columns(day=pl.lit(HORIZON))
    meant = with_meaning(frame, shipped_placement_map(), day="day")
    return dict(zip(pairs, meant["placement_type"].to_list(), strict=True))
