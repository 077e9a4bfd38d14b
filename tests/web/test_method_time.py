"""Time per process on a page and in a file: months in care, reviews held, and what is too small to give."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from projections.queries.time_per_process import time_per_process
from recorder.activities import RecordActivity, record
from recorder.domain.activity import ActivityDetails, ChildLine, WorkerLine
from recorder.domain.care import ReviewHeld
from recorder.domain.ids import derived_id
from tests.web.pages import Browser
from tests.web.priced import _state, price
from tests.web.test_finance import file, shown
from tests.web.village import ADA, BY, RUBY, Village

SignIn = Callable[[str], Browser]


@pytest.fixture
def fin(village: Village, signed_in: SignIn) -> Browser:
    price(village)
    for number, day in enumerate((date(2026, 1, 20), date(2026, 2, 10), date(2026, 3, 30))):
        details = ActivityDetails(
            kind="I3", direct=False, on=day, workers=(WorkerLine(worker=ADA, minutes=60 + number),),
            children=(ChildLine(child=RUBY, process="CLA6"),),
        )  # fmt: skip
        command = RecordActivity(activity_id=derived_id(RUBY, "work", str(number)), details=details, provenance=BY)
        record(village.house.recorder, command)
    for day in (date(2025, 8, 1), date(2026, 2, 10)):
        held = ReviewHeld(child=RUBY, on=day)
        _state(village, derived_id(RUBY, "review", day.isoformat()), held, RUBY)
    village.catch_up()
    return signed_in("fin")


def test_minutes_attach_to_the_next_review_and_the_rest_are_shown(fin: Browser, village: Village) -> None:
    with village.house.tables.reader().connect() as connection:
        report = time_per_process(connection, date(2025, 4, 1), date(2026, 3, 31))
    review = next(row for row in report.rows if row.process == "CLA6")
    # 60 and 61 minutes before the review of 10 February; that of August had none; 62 minutes attach to nothing.
    assert (review.n, review.with_time, review.mean, report.unattached) == (2, 1, 121 * 60 / 2, 62 * 60)
    care = next(row for row in report.rows if row.process == "CLA3")
    # July 2025 to March 2026 are whole months in care; that of her visit also has an entry without a time, so it
    # is left out of the figures rather than counted short.
    assert (care.n, care.not_known, care.with_time, care.median) == (9, 1, 0, 0)


def test_the_page_says_what_it_counts(fin: Browser) -> None:
    page = fin.get("/method/time?year=2025")
    assert "1h 2m of review work attach to no review" in page.main
    rows = {row[0]: row for row in shown(page, "counted")}
    assert rows["CLA 6: ReviewSocial worker, a review"][1:4] == ["2", "150%", "1h 1m"]
    assert rows["CLA 6: ReviewSocial worker, a review"][-1] == "none agreed"


def test_small_cells_are_left_out_of_the_file(fin: Browser) -> None:
    rows = file(fin, "/method/time.csv?year=2025")
    assert {row["note"] for row in rows} == {"suppressed: fewer than 5"}
    assert {row["mean_minutes"] + row["total_minutes"] + row["n"] for row in rows} == {""}


def test_a_period_that_cannot_be_shown_is_refused_in_words(fin: Browser) -> None:
    assert [href for _, href in fin.get("/method/time?to=1/1/2031", 422).errors()] == ["#to"]


def test_only_finance_and_administrators_may_see_time(signed_in: SignIn) -> None:
    for username, status in (("ada", 403), ("max", 200)):
        assert signed_in(username).get("/method/time", status).status == status
