"""Time per process on a page and in a file: months in care, reviews held, and what is too small to give."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from projections.queries.cost_lines import LiveCosts
from projections.queries.frameworks import frameworks_of
from projections.queries.recorded_times import attached_work
from recorder.activities import AmendActivity, RecordActivity, WithdrawActivity, amend, record, withdraw
from recorder.domain.activity import ActivityDetails, ChildLine, WorkerLine
from recorder.domain.care import ReviewHeld
from recorder.domain.ids import derived_id, new_id, team_id
from recorder.domain.rates import StandardTimeAgreed
from recorder.domain.staff import PostStated, TeamFormed
from tests.web.pages import Browser
from tests.web.priced import _state, price
from tests.web.test_finance import file, shown
from tests.web.village import ADA, BY, RUBY, Village
from web.method import time_book
from web.method.time_book import TimeBook
from web.working import Working

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


def agree(village: Village, process: str, hours: str) -> None:
    body = StandardTimeAgreed(
        process=process, worker_type="social_worker", hours=hours, n=6, agreed_on=date(2025, 5, 1),
        agreed_by="North team focus group",
    )  # fmt: skip
    _state(village, derived_id(ADA, "agreed", process), body)
    village.catch_up()


REVIEW = "/method/time/of?from=2025-04-01&to=2026-03-31&process=CLA6&worker_type=social_worker"


def test_minutes_attach_to_the_next_review_and_the_rest_are_shown(fin: Browser) -> None:
    page = fin.get("/method/time?year=2025")
    rows = {row[0]: row[1:] for row in shown(page, "counted")}
    # 60 and 61 minutes before the review of 10 February; that of August has no record; 62 minutes attach to nothing.
    assert rows["CLA 6: Review"] == [
        "n1of 2",
        "Recorded mean2h 1m",
        "Focus groupnone agreed",
        "Combined2h 1mrecords weigh 100%",
    ]
    assert "1h 2m of work attached to none" in page.main


@pytest.mark.parametrize("address", ["/method/time?year=2025", REVIEW])
def test_what_takes_longer_than_a_moment_says_how_far_it_is(
    fin: Browser, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    going: Working[TimeBook] = Working(done=3, total=12)
    real = time_book.work_on
    monkeypatch.setattr(time_book, "work_on", lambda *_, **__: going)
    page = fin.get(address)
    assert "25% of the children so far" in page.main
    assert page.response.headers["Refresh"] == "2"
    going.failed = True
    page = fin.get(address, status=503)
    assert "could not be read" in page.main
    assert "Refresh" not in page.response.headers
    monkeypatch.setattr(time_book, "work_on", real)
    assert "2h 1m" in fin.get(address).main


def test_the_children_followed_are_counted(fin: Browser, village: Village) -> None:
    counted: list[tuple[int, int | None]] = []
    with village.house.tables.reader().connect() as connection:
        source = LiveCosts(connection)
        keys = village.house.recorder.keys
        attached_work(source, keys, frameworks_of(source), lambda done, total: counted.append((done, total)))
    assert counted == [(number, 3) for number in range(1, 4)]


def test_what_was_agreed_stands_beside_it_and_both_are_combined(fin: Browser, village: Village) -> None:
    agree(village, "CLA6", "4")
    rows = {row[0]: row[1:] for row in shown(fin.get("/method/time?year=2025"), "counted")}
    # One record of 121 minutes and ten that the focus group of 240 counts as: 2,521 / 11.
    assert rows["CLA 6: Review"] == [
        "n1of 2",
        "Recorded mean2h 1m",
        "Focus group4hn 6",
        "Combined3h 49mrecords weigh 9%",
    ]


def test_a_row_has_a_page_with_its_sources_in_words(fin: Browser, village: Village) -> None:
    agree(village, "CLA6", "4")
    page = fin.get(REVIEW)
    for said in (
        "1 records with a mean of 2h 1m and an agreed time of 4h combine to 3h 49m",
        "no process with an agreed time has records of two teams",
        "4h, agreed by North team focus group on 1 May 2025 (6 practitioners)",
    ):
        assert said in page.main
    rests = page.main[page.main.index("What the figures rest on") :]
    assert "Occurrences that took place 2" in " ".join(rests.split())


@pytest.mark.parametrize("split", ["variations", "team", "both"])
def test_every_row_of_every_split_has_its_page(fin: Browser, split: str) -> None:
    page = fin.get(f"/method/time?year=2025&split={split}")
    links = [a.get("href", "") for a in page.all("a") if "/method/time/of?" in (a.get("href") or "")]
    assert links
    for href in links:
        fin.get(href)


def test_a_row_that_is_not_there_leads_nowhere(fin: Browser) -> None:
    fin.get(REVIEW.replace("CLA6", "CLA9"), 404)


def test_small_rows_are_withheld_from_the_file(fin: Browser) -> None:
    rows = file(fin, "/method/time.csv?year=2025&split=both")
    assert rows
    assert {row["note"][:8] for row in rows} == {"withheld"}
    assert {row["mean_minutes"] + row["n"] + row["combined_minutes"] + row["took_place"] for row in rows} == {""}


def test_a_row_with_enough_is_in_the_file_whole(fin: Browser, village: Village) -> None:
    for number in range(7):
        day = date(2025, 8, 11) + timedelta(days=14 * number)
        _state(village, derived_id(RUBY, "review", day.isoformat()), ReviewHeld(child=RUBY, on=day), RUBY)
        details = ActivityDetails(
            kind="I3", direct=False, on=day, workers=(WorkerLine(worker=ADA, minutes=30),),
            children=(ChildLine(child=RUBY, process="CLA6"),),
        )  # fmt: skip
        command = RecordActivity(activity_id=derived_id(RUBY, "more", str(number)), details=details, provenance=BY)
        record(village.house.recorder, command)
    village.catch_up()
    (row,) = (each for each in file(fin, "/method/time.csv?year=2025") if each["process"] == "CLA6")
    # Seven of 30 minutes, the one of 121, and the review of 1 August without any.
    assert (row["took_place"], row["n"], row["n_with_time"]) == ("9", "8", "8")
    assert (row["mean_minutes"], row["median_minutes"], row["combined_minutes"]) == ("41.4", "30.0", "41.4")
    assert (row["direct_share"], row["weight"], row["note"]) == ("0", "1", "")
    # The middle one of nine entries is of 6 October 2025; they were all made on 2 April 2026.
    assert (row["first_start"], row["last_start"], row["entry_lag_days"]) == ("2025-08-11", "2026-02-10", "178")
    assert (row["lower_quartile_minutes"], row["upper_quartile_minutes"]) == ("30.0", "30.0")
    assert row["counted_by"] == "occurrence"


def means(fin: Browser, split: str = "") -> list[tuple[str, str]]:
    """What the rows of reviews are of, and their recorded means."""
    table = fin.get(f"/method/time?year=2025&process=CLA6&split={split}").with_id("counted")
    assert table is not None
    rows = [list(row) for row in table.find("tbody").iter("tr")]  # type: ignore[union-attr]
    return [(row[0][-1].text or "", row[2][-1].text or "") for row in rows]


def test_work_withdrawn_or_put_right_counts_as_it_stands(fin: Browser, village: Village) -> None:
    recorder = village.house.recorder
    first, second = (derived_id(RUBY, "work", number) for number in "01")
    withdraw(recorder, WithdrawActivity(
        activity_id=first, event_id=new_id(), version=1, reason="entered twice", provenance=BY
    ))  # fmt: skip
    put_right = ActivityDetails(
        kind="I3", direct=False, on=date(2026, 2, 10), workers=(WorkerLine(worker=ADA, minutes=31),),
        children=(ChildLine(child=RUBY, process="CLA6"),),
    )  # fmt: skip
    amend(recorder, AmendActivity(
        activity_id=second, event_id=new_id(), version=1, details=put_right, reason="31, not 61", provenance=BY
    ))  # fmt: skip
    village.catch_up()
    assert means(fin) == [("Social worker, each time", "31m")]


def test_of_two_posts_held_at_once_the_later_says_the_team(fin: Browser, village: Village) -> None:
    south = team_id("South team")
    _state(village, south, TeamFormed(name="South team"))
    post = PostStated(
        worker=ADA, role="Social worker", worker_type="social_worker", team=south, weekly_minutes=600,
        starts=date(2026, 2, 1),
    )  # fmt: skip
    _state(village, derived_id(ADA, "second post", "1"), post)
    village.catch_up()
    # 60 minutes on 20 January for North, 61 on 10 February when both posts were held: most of it for South.
    assert means(fin, "team") == [("Social worker, South team, each time", "2h 1m")]


def test_a_period_that_cannot_be_shown_is_refused_in_words(fin: Browser) -> None:
    assert [href for _, href in fin.get("/method/time?to=1/1/2031", 422).errors()] == ["#to"]


def test_only_finance_and_administrators_may_see_time(signed_in: SignIn) -> None:
    for username, status in (("ada", 403), ("max", 200)):
        assert signed_in(username).get("/method/time", status).status == status
