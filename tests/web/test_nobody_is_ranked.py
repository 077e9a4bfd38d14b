"""Figures of people are in the order of their names, and nothing on a page sets one above another."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from tests.web.pages import Browser
from tests.web.priced import price
from tests.web.test_my_day import VISIT, send
from tests.web.test_team import table
from tests.web.village import Village

SignIn = Callable[[str], Browser]
RANKING = re.compile(
    r"\b(rank\w*|league|leader ?board|best|worst|top|bottom|highest|lowest|fastest|slowest|first place|"
    r"[1-9](st|nd|rd|th) of|percentile|quartile|above average|below average|out ?perform\w*|underperform\w*)\b",
    re.IGNORECASE,
)
PERIOD = "from=2026-03-02&to=2026-04-05"


def test_the_words_looked_for_would_be_found() -> None:
    for words in ("Ranked by hours", "2nd of 5", "Top of the team", "below average", "the slowest"):
        assert RANKING.search(words), words
    assert not RANKING.search("Recorded 3h of 37h; 82% direct, 1 April, stopped")


@pytest.mark.parametrize(("who", "path"), [("ada", "/my-figures"), ("cam", f"/team?{PERIOD}"), ("cam", "/my-figures")])
def test_no_words_set_one_person_above_another(village: Village, signed_in: SignIn, who: str, path: str) -> None:
    price(village)
    page = signed_in(who).get(path)
    # What a page promises not to do is not what it does.
    told = re.sub(r"[^.]*\b(nothing|nobody|not|never|no)\b[^.]*\brank\w*[^.]*\.", "", page.main, flags=re.IGNORECASE)
    assert RANKING.findall(told) == []


def test_people_stay_in_the_order_of_their_names_whoever_did_most(village: Village, signed_in: SignIn) -> None:
    price(village)
    cam = signed_in("cam")
    ben = signed_in("ben")
    names = ["Ada Osei", "Ben Hale", "Cam Lyle", "Team"]
    assert [re.split(r"\d", row[0])[0].strip() for row in table(cam.get(f"/team?{PERIOD}"), "people")] == names
    kit = ben.get("/my-day")
    send(ben, village, kit, {**VISIT, "kind": "other", "other_kind": "N1", "children": [], "minutes": "600"})
    after = table(cam.get(f"/team?{PERIOD}"), "people")
    assert after[1][1:4] != ["0m", "0m", "0m"]
    assert [re.split(r"\d", row[0])[0].strip() for row in after] == names


def test_a_leader_is_offered_no_order_by_amount(village: Village, signed_in: SignIn) -> None:
    price(village)
    cam = signed_in("cam")
    page = cam.get(f"/team?{PERIOD}")
    plain = [row[0] for row in table(page, "people")]
    assert not [each for each in page.all("th") if each.get("aria-sort")]
    asked = [each.get("href") or "" for each in page.all("a")] + [each.get("name") or "" for each in page.all("select")]
    assert [each for each in asked if re.search(r"sort|order", each)] == []
    for guess in ("sort=hours", "order=desc", "sort=-total"):
        assert [row[0] for row in table(cam.get(f"/team?{PERIOD}&{guess}"), "people")] == plain
