"""Standard times on pages: entered once, priced at J, beside what is published, line by line."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest

from tests.web.pages import Browser
from tests.web.test_finance import shown
from tests.web.village import Village

SignIn = Callable[[str], Browser]
TIME = {
    "process": "CLA6", "worker_type": "social_worker", "hours": "1:15", "n": "6", "date-day": "3", "date-month": "2",
    "date-year": "2026", "agreed_by": "North team focus group",
}  # fmt: skip
SHEET = """process,variations,effect,worker_type,hours,n,date,agreed_by
CLA6,,base,social_worker,2,6,2026-02-03,North team
CLA6,first_review,adds,social_worker,0.5,6,2026-02-03,North team
CLA2,,base,iro,1,,2026-02-03,North team
"""


def test_a_time_is_one_fact_however_often_it_is_sent_and_prices_its_process(fin: Browser, village: Village) -> None:
    form = fin.get("/method/standard-times/new")
    before = village.house.recorder.log_store.position()
    assert [fin.send(form, TIME).status_code for _ in range(2)] == [303, 303]
    assert village.house.recorder.log_store.position() == before + 1
    village.catch_up()
    page = fin.get("/method/standard-times")
    assert shown(page, "times") == [
        [
            "CLA 6: ReviewBase case",
            "Social worker",
            "1.25",
            "an occurrence",
            "6",
            "3 Feb 2026",
            "North team focus group",
        ]
    ]
    # 1.25 hours at £45.71.
    line = next(row for row in shown(page, "cla") if row[0] == "CLA 6: ReviewBase case")
    assert (line[1], line[-1]) == ("£57.141.25h × £45.71", "Own")


def test_published_sheets_stand_beside_and_say_so(fin: Browser) -> None:
    page = fin.get("/method/standard-times")
    assert "No time has been entered" in page.main
    assert {row[-1].split(",")[0] for row in shown(page, "cin")} <= {"Published", "Only London is published"}
    assert {row[3] for row in shown(page, "cla")} == {"none published"}


def test_every_problem_at_once_and_nothing_typed_is_lost(fin: Browser) -> None:
    wrong = TIME | {"process": "", "worker_type": "", "hours": "long", "date-month": "", "agreed_by": ""}
    page = fin.submit(fin.get("/method/standard-times/new"), wrong, 422)
    assert [href for _, href in page.errors()] == ["#process", "#worker_type", "#hours", "#date-day", "#agreed_by"]
    assert page.fields()["hours"] == "long"


def test_a_whole_sheet_is_taken_once_or_not_at_all(fin: Browser, village: Village) -> None:
    page = fin.get("/method/standard-times/new")
    token = page.fields()["csrf_token"]

    def load(text: str) -> int:
        data = {"csrf_token": token, "sheet": (io.BytesIO(text.encode()), "sheet.csv")}
        return fin.raw("/method/standard-times/sheet", method="POST", data=data).status_code

    before = village.house.recorder.log_store.position()
    assert load(SHEET.replace("CLA2", "CLA99")) == 422
    assert village.house.recorder.log_store.position() == before + 1  # the import itself, without a time
    assert [load(SHEET), load(SHEET)] == [303, 303]
    village.catch_up()
    after = fin.get("/method/standard-times")
    assert len(shown(after, "times")) == 3
    line = next(row for row in shown(after, "cla") if row[0].startswith("CLA 2"))
    assert line[1] == "not knownno cost of an hour for iro"


@pytest.mark.parametrize("path", ["/method/standard-times", "/method/standard-times/new"])
def test_only_finance_and_administrators_may_see_times(signed_in: SignIn, path: str) -> None:
    for username, status in (("ada", 403), ("max", 200)):
        assert signed_in(username).get(path, status).status == status
