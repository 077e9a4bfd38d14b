"""``daybook demo``: the made-up authority, loaded and served, with a sign-in for each role."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import FrameType
from urllib.error import URLError
from urllib.request import urlopen
from uuid import UUID

import click
from sqlalchemy import func, select

from costing.collector import collector_paused
from projections import tables as t
from recorder.accounts import account, add_account
from recorder.application import Recorder
from recorder.demonstration import LA_DEV
from recorder.demonstration.recent_work import record_recent_work
from recorder.domain.care import AllocationAmended, AllocationDetails, AllocationStated
from recorder.domain.facts import Provenance, decode_body
from recorder.intake import activities, fees, names, roster, schemas, standard_times
from recorder.intake.cin_census import census_file_from_argument
from recorder.intake.cin_census.loading import load_census
from recorder.intake.ssda903 import folder_from_argument
from recorder.intake.ssda903.loading import load_returns
from recorder.settings import change_setting, read_settings
from web.account.people import password_hasher
from web.cli.authority import make_authority
from web.cli.files import take_file
from web.cli.site import server_command
from web.cli.terminal import House, catch_up, console, opened, progress_bar

__all__ = ["demo"]

PASSWORD = "made-up-authority"  # noqa: S105 - printed on purpose: nothing here is real
AUTHORITY_NAME = "Fernshire (made up)"
RETURNS = range(2020, 2025)
_LOG_PAGE = 5_000
SENT = date(2025, 7, 31)  # when the authority sent its census


@dataclass(frozen=True)
class Staff:
    """Whom the demonstration's people sign in as: a busy worker, and the leader of the same team."""

    worker: UUID
    worker_name: str
    leader: UUID | None
    leader_name: str
    team: UUID | None


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True, envvar="DEMO_PORT", help="Also DEMO_PORT.")
@click.option("--load-only", is_flag=True, help="Load the made-up authority and stop.")
def demo(host: str, port: int, load_only: bool) -> None:
    """Load the made-up authority, serve it, and print a sign-in for each role. Ctrl-C stops it."""
    os.environ.setdefault("DAYBOOK_ENV", "demonstration")
    os.environ.setdefault("DAYBOOK_AUTHORITY", AUTHORITY_NAME)
    for name, value in (("TIME", "2"), ("KIB", "19456"), ("LANES", "1")):
        os.environ.setdefault(f"DAYBOOK_ARGON2_{name}", value)
    if os.environ["DAYBOOK_ENV"] == "production":
        message = "The demonstration does not run with DAYBOOK_ENV=production."
        raise click.UsageError(message)
    started = time.monotonic()
    from web.settings import Settings  # noqa: PLC0415 - read once the environment is settled

    make_authority(Settings.from_environment().databases())
    with opened() as house:
        # The authority is as large as it is and all of it is kept: what a search for cycles finds is nothing.
        with collector_paused():
            load(house)
        sign_ins = make_accounts(house)
    console.print(f"Ready after {time.monotonic() - started:.0f} seconds.")
    if not load_only:
        _serve(host, port, sign_ins)


def load(house: House) -> None:
    """Load everything the made-up authority has; what is loaded already is left alone."""
    said = Provenance(by="demonstration", source="demonstration")
    if not read_settings(house.recorder).demonstration:
        change_setting(house.recorder, "demonstration", value=True, valid_from=date(2000, 4, 1), provenance=said)
    # Said as known when each would have been, so that figures as at an earlier day have prices.
    begun, worked = date(2019, 4, 1), date(2025, 4, 30)
    take_file(house, roster.import_roster, LA_DEV / "roster.csv", "the roster", begun)
    take_file(house, schemas.import_schemas, LA_DEV / "schemas.csv", "prices of an hour", begun)
    known = [f"{LA_DEV / 'ssda903' / str(year)}={year + 1}-06-30" for year in RETURNS]
    with progress_bar("Reading five years of returns") as step:
        load_returns(house.recorder, house.desk, [folder_from_argument(each) for each in known], progress=step)
    take_file(house, names.import_names, LA_DEV / "names.csv", "names", date(2025, 7, 31))
    _census(house)
    take_file(house, fees.import_fees, LA_DEV / "placement_fees.csv", "fees", begun)
    take_file(house, activities.import_activities, LA_DEV / "activity_export.csv", "activities", worked)
    take_file(house, standard_times.import_standard_times, LA_DEV / "standard_times.csv", "standard times", worked)
    # Descriptions nobody has settled yet: they wait on a page for somebody to say what they mean.
    take_file(house, activities.import_activities, LA_DEV / "late_notes.csv", "late notes", worked)
    _recent_work(house)
    catch_up(house)


def _census(house: House) -> None:
    """The census of children in need of 2025, known since it was sent; one loaded before is left alone."""
    known = f"{LA_DEV / 'cin_2025.xml'}={SENT:%Y-%m-%d}"
    with progress_bar("Reading the census of children in need") as step:
        load_census(house.recorder, house.desk, [census_file_from_argument(known)], progress=step)


def _recent_work(house: House) -> None:
    """The last weeks, once: only where the tables hold none of it yet.

    Who works with whom is asked of the log, so that the tables need not be made twice.
    """
    with house.projections.reader().connect() as connection:
        made = select(func.count()).select_from(t.activity).where(t.activity.c.source == "demonstration")
        if connection.scalar(made):
            return
    caseloads = _open_allocations(house.recorder)
    with progress_bar("Making up the last eight weeks") as step:
        record_recent_work(house.recorder, caseloads, house.recorder.clock.today(), step)


def _open_allocations(recorder: Recorder) -> dict[UUID, list[UUID]]:
    """The children whom each worker is responsible for, by what was known last."""
    last: dict[bytes, tuple[int, int, AllocationDetails]] = {}
    topics = [AllocationStated.topic, AllocationAmended.topic]
    for page in recorder.log_store.pages(0, _LOG_PAGE, topics):
        for row in page:
            before = last.get(row.stream_id)
            if before is None or before[:2] < (row.known_at, row.version):
                body = decode_body(row.topic, row.payload)
                assert isinstance(body, AllocationDetails)
                last[row.stream_id] = (row.known_at, row.version, body)
    caseloads: defaultdict[UUID, list[UUID]] = defaultdict(list)
    for _, _, body in last.values():
        if body.ends is None:
            caseloads[body.worker].append(body.child)
    return dict(caseloads)


def make_accounts(house: House) -> list[tuple[str, str]]:
    """An account for each role, made once: (username, what it shows)."""
    staff = _staff(house)
    wanted = [
        ("demo-worker", "social_worker", staff.worker_name, staff.worker, staff.team, "My day: record and correct"),
        ("demo-leader", "team_leader", staff.leader_name, staff.leader, staff.team, "The team's hours and coverage"),
        ("demo-finance", "finance", "Finance officer", None, None, "Costs, and what is under them"),
        ("demo-admin", "administrator", "Administrator", None, None, "Files in, and rows that wait"),
        ("demo-governance", "information_governance", "Governance officer", None, None, "Who read what"),
    ]
    for username, role, name, worker, team, _ in wanted:
        if account(house.desk, username) is None:
            add_account(
                house.desk,
                username,
                PASSWORD,
                role,
                house.recorder.clock.now(),
                name=name,
                worker_id=worker,
                team_id=team,
                hasher=password_hasher(house.settings),
            )
    return [(username, shows) for username, _, _, _, _, shows in wanted]


def _staff(house: House) -> Staff:
    """The worker with most children today, and the manager of that worker's team."""
    with house.projections.reader().connect() as connection:
        busiest = connection.execute(
            select(t.worker.c.worker_no, t.worker.c.worker_id, t.worker.c.name, t.post.c.team_no)
            .join_from(t.allocation, t.worker, t.worker.c.worker_no == t.allocation.c.worker_no)
            .join(t.post, t.post.c.worker_no == t.worker.c.worker_no)
            .where(t.allocation.c.ends.is_(None), t.post.c.ends.is_(None), t.post.c.worker_type != "team_manager")
            .group_by(t.worker.c.worker_no, t.worker.c.worker_id, t.worker.c.name, t.post.c.team_no)
            .order_by(func.count().desc(), t.worker.c.worker_no)
        ).first()
        if busiest is None:
            message = "The made-up authority has no worker with children; was its roster loaded?"
            raise click.ClickException(message)
        leader = connection.execute(
            select(t.worker.c.worker_id, t.worker.c.name)
            .join(t.post, t.post.c.worker_no == t.worker.c.worker_no)
            .where(t.post.c.team_no == busiest.team_no, t.post.c.worker_type == "team_manager")
            .order_by(t.worker.c.worker_no)
        ).first()
        team = connection.scalar(select(t.team.c.team_id).where(t.team.c.team_no == busiest.team_no))
    return Staff(
        worker=UUID(bytes=bytes(busiest.worker_id)),
        worker_name=busiest.name,
        leader=UUID(bytes=bytes(leader.worker_id)) if leader else None,
        leader_name=leader.name if leader else "Team leader",
        team=UUID(bytes=bytes(team)) if team else None,
    )


def _serve(host: str, port: int, sign_ins: list[tuple[str, str]]) -> None:
    """The site and the follower side by side, until either stops or Ctrl-C."""
    log = Path(os.environ.get("DAYBOOK_DATA", "./var")) / "site.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    commands = ([sys.executable, "-m", "web.cli", "work"], server_command(host, port, 2))
    with log.open("ab") as output:
        running = [subprocess.Popen(c, stdout=output, stderr=output, start_new_session=True) for c in commands]  # noqa: S603
        try:
            for each in (signal.SIGINT, signal.SIGTERM):
                signal.signal(each, _as_interrupt)
            _wait_until_up(host, port, running, log)
            _print_sign_ins(f"http://{host}:{port}/", sign_ins)
            while all(process.poll() is None for process in running):
                time.sleep(0.3)
            message = f"A part of the demonstration stopped by itself; see {log}."
            raise click.ClickException(message)
        except KeyboardInterrupt:
            click.echo("\nStopped. Everything recorded is kept; the next start takes seconds.")
        finally:
            for process in running:
                process.terminate()
            for process in running:
                try:
                    process.wait(timeout=15)
                except subprocess.TimeoutExpired:
                    process.kill()


def _as_interrupt(_: int, __: FrameType | None) -> None:
    raise KeyboardInterrupt


def _wait_until_up(host: str, port: int, running: list[subprocess.Popen[bytes]], log: Path) -> None:
    for _ in range(150):
        if any(process.poll() is not None for process in running):
            message = f"The demonstration could not start (is port {port} taken? DEMO_PORT chooses another); see {log}."
            raise click.ClickException(message)
        try:
            with urlopen(f"http://{host}:{port}/sign-in", timeout=2):
                return
        except (URLError, OSError):
            time.sleep(0.2)
    message = f"The site did not answer within 30 seconds; see {log}."
    raise click.ClickException(message)


def _print_sign_ins(address: str, sign_ins: list[tuple[str, str]]) -> None:
    click.echo(f"\nDaybook is at {address}\n")
    click.echo(f"Sign in with the password  {PASSWORD}  as")
    for username, shows in sign_ins:
        click.echo(f"  {username:<16} {shows}")
    click.echo("\nAll of it is made up. Ctrl-C stops it.")
    sys.stdout.flush()
