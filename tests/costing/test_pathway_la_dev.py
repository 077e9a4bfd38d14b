"""The made-up authority: what its files come to, child by child."""

import csv
from collections import Counter
from datetime import date
from functools import cache

from costing.calendar import return_year
from costing.pathway import Pathway, days_in, occurrences_in, pathways
from costing.pathway_settings import PathwaySettings
from tests.costing.costing_samples import LA_DEV, needs_samples
from tests.costing.pathway_samples import FIRST, HORIZON, la_dev_children

pytestmark = needs_samples


@cache
def derived() -> list[Pathway]:
    return list(pathways(la_dev_children(), HORIZON))


def test_the_nights_of_process_3_are_the_nights_of_the_truth() -> None:
    with (LA_DEV / "truth" / "cost_by_child_year.csv").open(encoding="utf-8") as file:
        truth = {(row["child"], row["return_year"]): int(row["nights"]) for row in csv.DictReader(file)}
    found: Counter[tuple[str, str]] = Counter()
    for each in derived():
        for year in range(2020, 2025):
            first = date(year, 4, 1)
            days = days_in(each, first, date(year + 1, 3, 31))
            found[each.child, return_year(first)] += sum(one.days for one in days if one.process == "CLA3")
    assert +found == Counter({key: nights for key, nights in truth.items() if nights})


def test_every_move_and_every_end_of_care_is_there_once() -> None:
    children = la_dev_children()
    episodes = [each for child in children for each in child.episodes]
    counts = Counter(part.occurrence.process for each in derived() for part in occurrences_in(each, date.min, HORIZON))
    assert counts["CLA1"] == sum(each.rne == "S" for each in episodes)
    assert counts["CLA5"] == sum(each.rne in {"P", "B"} for each in episodes)
    assert counts["CLA4"] == sum(each.rec not in {"", "X1"} for each in episodes)
    assert counts["CLA6"] == sum(len({review.held_on for review in child.reviews}) for child in children)


def test_process_8_left_out_by_setting_is_said() -> None:
    settings = PathwaySettings(transition_left_out_for=frozenset({"uasc"}))
    left = list(pathways(la_dev_children(), HORIZON, settings))
    before = [each.process for one in derived() for each in one.occurrences].count("CLA8")
    after = [each.process for one in left for each in one.occurrences].count("CLA8")
    said = sum("Process 8 is left out by setting: uasc." in each.notes for each in left)
    assert 0 < said == before - after


def test_expected_reviews_lie_where_reviews_are_known() -> None:
    expected = [each for one in derived() for each in one.expected]
    assert expected
    assert all(FIRST <= each.starts <= HORIZON for each in expected)
