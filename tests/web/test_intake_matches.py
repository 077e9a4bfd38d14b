"""Children of the census who may be known: evidence side by side, one form for all, and each settled once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from uuid import UUID

import pytest

from recorder.children import NewChild, identifier, read_child, register_children
from recorder.desk import looks, reads_of_child
from recorder.intake.cin_census import CensusFile
from recorder.intake.cin_census.loading import load_census
from recorder.intake.cin_census.matches import census_matches, settle_matches
from tests.recorder.intake_cin.censuses import child, referral, write
from tests.web.pages import Browser, Page, words
from tests.web.village import BY, Village
from web.intake import matches_page

SignIn = Callable[[str], Browser]
UPN, OTHER_UPN = "W006749270049", "A123456789012"
PATH = "/imports/children"


class Waiting:
    """Known children of the looked-after return, and a census of children who may be they."""

    def __init__(self, village: Village, folder: Path) -> None:
        self.village, self.folder = village, folder
        self.desk = village.house.where.engine("desk")

    def known(self, number: str, *, upn: str = "", born: str = "2012-05-01", name: str = "") -> UUID:
        named = [identifier("ssda903", number), *([identifier("upn", upn)] if upn else [])]
        personal = {"dob": born, "first_name": name}
        one = NewChild(identifiers=tuple(named), personal=personal, sex="M", ethnicity="WBRI")
        register_children(self.village.house.recorder, [one], self.village.house.clock.now(), BY)
        return one.child_id

    def census(self, *children: str) -> None:
        path = write(self.folder / "census.xml", *children)
        load_census(self.village.house.recorder, self.desk, [CensusFile(path, date(2024, 7, 31))])
        self.village.catch_up()

    def numbers(self) -> list[str]:
        return [each.child for each in census_matches(self.village.house.recorder, self.desk)]

    def find(self, number: str) -> UUID | None:
        return self.village.house.recorder.keys.find("cin", number)


@pytest.fixture
def waits(village: Village, tmp_path: Path) -> Waiting:
    return Waiting(village, tmp_path)


def case(number: str, **said: str) -> str:
    return child(number, referral("2023-05-02"), **said)


def rows(page: Page, place: int = 0) -> list[list[str]]:
    table = page.with_id(f"evidence-{place}")
    assert table is not None
    cells = [[e for e in tr if e.tag in {"th", "td"}] for tr in table.iter("tr")]
    return [[words(list(e)[-1]) if len(e) > 1 else words(e) for e in row] for row in cells]


def test_the_evidence_lies_side_by_side(waits: Waiting, signed_in: SignIn) -> None:
    mine = waits.known("1001", upn=UPN, name="Robin")
    waits.census(case("M1", upn=UPN, born="2012-05-02"))

    page = signed_in("max").get(PATH)

    assert rows(page) == [
        ["What is compared", "The census", "Robin (1001)"],
        ["Birth date", "2 May 2012", "1 May 2012 differs"],
        ["Sex", "Male", "Male agrees"],
        ["Ethnicity", "WBRI", "WBRI agrees"],
        ["UPN", UPN, f"{UPN} agrees"],
        ["Number", "M1 (census)", "1001 (looked-after return)"],
    ]
    assert "2 rows wait. Referred on 2 May 2023" in page.main
    assert page.link("Open the record of Robin") == f"/children/{mine}"
    assert page.fields()["is-0"] == "leave", "nothing is chosen that Daybook is not sure of"


def test_who_looked_is_logged(waits: Waiting, signed_in: SignIn) -> None:
    mine = waits.known("1001")
    waits.census(case("M1"))
    signed_in("max").get(PATH)
    assert [(r.who, r.what) for r in reads_of_child(waits.desk, mine)] == [("max", "census match")]


def test_one_form_settles_many_and_leaves_the_rest(waits: Waiting, signed_in: SignIn) -> None:
    births = ("2012-05-01", "2013-05-01", "2014-05-01")
    known = [waits.known(f"100{n}", born=born) for n, born in enumerate(births)]
    waits.census(*(case(f"M{n}", born=born) for n, born in enumerate(births)))
    max_ = signed_in("max")
    assert "3 children wait" in max_.get(PATH).main

    answer = max_.send(max_.get(PATH), {"is-0": str(known[0]), "is-1": "new"})

    assert (answer.status_code, "at=" in answer.headers["Location"]) == (303, True)
    assert "2 children of the census settled, 4 rows taken in." in max_.get(answer.headers["Location"]).main
    assert waits.numbers() == ["M2"]
    assert waits.find("M0") == known[0]
    assert waits.find("M1") not in {None, *known}
    assert {i.evidence for i in read_child(waits.village.house.recorder, known[0]).identifiers} == {"", "said by max"}


def test_all_problems_are_told_at_once_and_nothing_is_lost(waits: Waiting, signed_in: SignIn) -> None:
    mine = waits.known("1001")
    waits.known("1002", born="2013-05-01")
    waits.known("1003", born="2014-05-01")
    births = {"M3": "2013-05-01", "M4": "2014-05-01"}
    waits.census(case("M1"), case("M2"), *(case(name, born=born) for name, born in births.items()))
    max_ = signed_in("max")
    given = {"is-0": str(mine), "is-1": str(mine), "is-2": "new", "is-3": "nonsense"}

    page = max_.submit(max_.get(PATH), given, 422)

    assert page.errors() == [
        ("Children M1 and M2 of the census cannot be the same known child", "#is-0"),
        ("Children M2 and M1 of the census cannot be the same known child", "#is-1"),
        ("Answer again for child M4: it cannot be the child chosen any more", "#is-3"),
    ]
    assert [page.fields()[f"is-{n}"] for n in range(4)] == [str(mine), str(mine), "new", "leave"]
    assert waits.numbers() == ["M1", "M2", "M3", "M4"], "nobody is settled while an answer cannot be right"


def test_a_page_on_which_nothing_is_said_asks(waits: Waiting, signed_in: SignIn) -> None:
    waits.known("1001")
    waits.census(case("M1"))
    max_ = signed_in("max")
    assert max_.submit(max_.get(PATH), {}, 422).errors() == [("Answer for at least one child", "#is-0")]


def test_what_somebody_else_settled_meanwhile_is_told(waits: Waiting, signed_in: SignIn) -> None:
    waits.known("1001")
    waits.known("1002", born="2013-05-01")
    waits.census(case("M1"), case("M2", born="2013-05-01"))
    max_ = signed_in("max")
    page = max_.get(PATH)
    settle_matches(waits.village.house.recorder, waits.desk, {"M1": None}, "cam")
    theirs = waits.find("M1")

    after = max_.submit(page, {"is-0": "new", "is-1": "new"})

    assert "Child M1 was not settled by you: somebody else, or a later file, was quicker." in after.main
    assert "1 child of the census settled" in after.main
    assert (waits.find("M1"), waits.numbers()) == (theirs, [])


def test_two_who_send_new_at_the_same_moment(
    waits: Waiting, signed_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other's answer is in between the look at the list and the settling."""
    waits.known("1001")
    waits.census(case("M1"))
    first, second = signed_in("max"), signed_in("cam")
    mine, theirs = first.get(PATH), second.get(PATH)
    look, told = matches_page._questions, []

    def meanwhile(*given: object) -> object:
        monkeypatch.setattr(matches_page, "_questions", look)
        told.append(second.submit(theirs, {"is-0": "new"}).main)
        return look(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(matches_page, "_questions", meanwhile)
    late = first.submit(mine, {"is-0": "new"}).main

    topics = [row.topic for page in waits.village.house.recorder.log_store.pages(0, 1000) for row in page]
    assert "1 child of the census settled" in told[0]
    assert "Child M1 was not settled by you" in late
    assert topics.count("child.registered.v1") == 5, "three of the village, 1001, and one more"


def test_a_known_child_with_a_number_in_the_census_is_shown_but_not_offered(waits: Waiting, signed_in: SignIn) -> None:
    mine = waits.known("1001", upn=UPN, name="Robin")
    waits.census(case("M1", upn=UPN), case("M2", upn=UPN))
    max_ = signed_in("max")
    page = max_.get(PATH)

    assert "Robin (1001) cannot be chosen: it has the number M1 in the census already" in page.main
    assert [e.get("value") for e in page.all("input", type="radio")] == ["new", "leave"]
    assert "1001 (looked-after return), M1 (census) differs" in rows(page)[-1]
    max_.submit(page, {"is-0": str(mine)}, 422)
    assert waits.find("M2") is None


def test_a_long_list_is_paged(waits: Waiting, signed_in: SignIn, monkeypatch: pytest.MonkeyPatch) -> None:
    births = [f"201{n}-05-01" for n in range(3)]
    for n, born in enumerate(births):
        waits.known(f"100{n}", born=born)
    waits.census(*(case(f"M{n}", born=born) for n, born in enumerate(births)))
    monkeypatch.setattr(matches_page, "PAGE", 2)
    max_ = signed_in("max")
    first, second = max_.get(PATH), max_.get(PATH + "?page=2")
    assert ["M2" in first.main, "M2" in second.main, "M1" in second.main] == [False, True, False]
    answer = max_.send(second, {"is-0": "new"})
    assert "page=2" in answer.headers["Location"]
    assert "M0" in max_.get(answer.headers["Location"]).main, "the last page there is"


def test_the_imports_page_leads_there(waits: Waiting, signed_in: SignIn) -> None:
    waits.known("1001")
    waits.census(case("M1"))
    assert signed_in("cam").get("/imports").link("Children of the census who may be known already") == PATH


def test_nobody_waits_and_others_may_not_look(waits: Waiting, signed_in: SignIn) -> None:
    assert "No child of the census waits" in signed_in("cam").get(PATH).main
    for username in ("ada", "fin", "gil"):
        signed_in(username).get(PATH, 403)
    assert [each for each in looks(waits.desk) if each.what == "census match"] == []
