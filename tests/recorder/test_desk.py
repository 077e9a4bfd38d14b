"""The desk: accounts, the read log and jobs. Waiting rows are tested with the imports that leave them."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from argon2 import PasswordHasher
from sqlalchemy import insert

from recorder.desk import (
    WaitingRow,
    account,
    accounts_list,
    add_account,
    change_account,
    check_password,
    fail_job,
    finish_job,
    job,
    log_reads,
    progress_job,
    put_waiting,
    reads_of_child,
    recent_jobs,
    set_password,
    start_job,
    waiting,
)
from recorder.domain.facts import Refused
from recorder.domain.ids import new_id, worker_id
from recorder.drafts import draft
from recorder.entry_measures import measures
from recorder.favourites import favourites
from recorder.personal import ErasedError, KeyStore
from recorder.proposals import proposals
from recorder.recording_tables import timers
from recorder.timers import timer
from tests.recorder.desk_store import NOW, Office, open_office

CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
PASSWORD = "correct horse battery"


def test_an_account_is_made_and_opened_by_its_password(any_office: Office) -> None:
    desk = any_office.desk
    made = add_account(desk, " Pat ", PASSWORD, "social_worker", NOW, worker_id=worker_id("SW1"), hasher=CHEAP)

    assert check_password(desk, "PAT", PASSWORD, CHEAP) == made == account(desk, "pat")
    assert check_password(desk, "pat", "something else", CHEAP) is None
    assert check_password(desk, "nobody", PASSWORD, CHEAP) is None
    assert (made.username, made.name, made.worker_id, made.active) == ("pat", "Pat", worker_id("SW1"), True)
    with desk.connect() as connection:
        stored = str(connection.exec_driver_sql("SELECT password_hash FROM accounts").scalar())
    assert stored.startswith("$argon2id$")


def test_all_problems_of_an_account_at_once(office: Office) -> None:
    add_account(office.desk, "pat", PASSWORD, "finance", NOW, hasher=CHEAP)

    with pytest.raises(Refused) as refused:
        add_account(office.desk, "Pat", "short", "boss", NOW, hasher=CHEAP)

    assert [field for field, _ in refused.value.problems] == ["password", "role", "username"]


def test_a_new_password_or_role_ends_the_sessions_before(office: Office) -> None:
    add_account(office.desk, "pat", PASSWORD, "finance", NOW, hasher=CHEAP)

    with_password = set_password(office.desk, "pat", "another long password", CHEAP)
    as_leader = change_account(office.desk, "pat", role="team_leader", team_id=new_id())
    closed = change_account(office.desk, "pat", active=False)

    assert [a.session_version for a in (with_password, as_leader, closed)] == [2, 3, 4]
    assert check_password(office.desk, "pat", "another long password", CHEAP) is None
    assert [a.role for a in accounts_list(office.desk)] == ["team_leader"]
    with pytest.raises(Refused):
        set_password(office.desk, "pat", "short", CHEAP)
    with pytest.raises(Refused):
        change_account(office.desk, "nobody", active=False)
    with pytest.raises(Refused):
        change_account(office.desk, "pat", role="boss")
    with pytest.raises(TypeError):
        change_account(office.desk, "pat", password_hash="x")


def test_every_read_of_a_child_is_kept_the_latest_first(any_office: Office) -> None:
    one, two = new_id(), new_id()
    log_reads(any_office.desk, "pat", "record", [one, two], NOW)
    log_reads(any_office.desk, "mo", "search", [one], NOW + timedelta(minutes=1))
    log_reads(any_office.desk, "mo", "search", [], NOW)

    assert [(r.who, r.what, r.at) for r in reads_of_child(any_office.desk, one)] == [
        ("mo", "search", NOW + timedelta(minutes=1)),
        ("pat", "record", NOW),
    ]
    assert len(reads_of_child(any_office.desk, two)) == 1


def test_a_job_tells_how_far_it_is_and_what_came_of_it(any_office: Office) -> None:
    desk = any_office.desk
    one = start_job(desk, "import", "Fees 2024", "mo", NOW)
    two = start_job(desk, "rebuild", "Rebuild", "mo", NOW + timedelta(seconds=1), total=10)
    progress_job(desk, one, 500, 3310, NOW + timedelta(seconds=2), "Reading")

    running = job(desk, one)
    assert running is not None
    assert (running.state, running.done, running.total, running.note) == ("running", 500, 3310, "Reading")

    finish_job(desk, one, NOW + timedelta(seconds=3), {"new": 3310})
    fail_job(desk, two, NOW + timedelta(seconds=4), "The disk is full")

    done, failed = job(desk, one), job(desk, two)
    assert done is not None
    assert failed is not None
    assert (done.state, done.result, done.finished_at) == ("done", {"new": 3310}, NOW + timedelta(seconds=3))
    assert (failed.state, failed.note) == ("failed", "The disk is full")
    assert [j.job_id for j in recent_jobs(desk)] == [two, one]
    assert job(desk, new_id()) is None


def test_waiting_rows_open_with_the_authority_s_key_alone(
    any_office: Office, tmp_path_factory: pytest.TempPathFactory
) -> None:
    row = WaitingRow(
        what="fee", reason="child", reference="P1", client="152024", row={"child": "152024"}, batch="b", row_number=2,
        known_at=NOW,
    )  # fmt: skip
    put_waiting(any_office.desk, any_office.recorder.keys, [row, row], NOW)
    (held,) = waiting(any_office.desk, any_office.recorder.keys)

    other = open_office("sqlite", tmp_path_factory.mktemp("other"))
    with pytest.raises(ErasedError):
        waiting(any_office.desk, other.recorder.keys)
    other.close()
    assert (held.client, held.reference, held.row, held.known_at) == ("152024", "P1", {"child": "152024"}, NOW)
    assert isinstance(any_office.recorder.keys, KeyStore)


def test_a_page_that_reads_the_desk_waits_for_nobody_who_writes(any_office: Office) -> None:
    desk = any_office.desk
    with desk.begin() as writing:
        writing.execute(insert(timers).values(owner="bo", seconds=0, first_started=0, sealed=""))
        reading: tuple[Callable[[], object], ...] = (
            lambda: timer(desk, "ana"),
            lambda: favourites(desk, any_office.recorder.keys, "ana"),
            lambda: draft(desk, any_office.recorder.keys, "ana", "my-day"),
            lambda: proposals(desk, any_office.recorder.keys, "ana"),
            lambda: measures(desk, NOW.date(), NOW.date()),
        )
        with ThreadPoolExecutor(len(reading)) as others:
            asked = [others.submit(each) for each in reading]
            assert [each.result(timeout=10) for each in asked] == [None, [], None, [], []]
