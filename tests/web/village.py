"""A very small authority for page tests: two workers, a leader, finance, and three children."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from uuid import UUID

from recorder.accounts import add_account
from recorder.children import NewChild, identifier, register_children
from recorder.domain.care import AllocationStated, EpisodeStated
from recorder.domain.facts import Body, Provenance
from recorder.domain.ids import derived_id, team_id, worker_id
from recorder.domain.staff import PostStated, TeamFormed, WorkerJoined
from tests.house import House, open_house
from tests.web.pages import PASSWORD
from web.account.people import password_hasher
from web.settings import Settings

__all__ = [
    "ADA",
    "BEN",
    "BY",
    "CAM",
    "KIT",
    "RUBY",
    "TOM",
    "Village",
    "found_village",
    "open_village",
    "people_village",
    "settings_for",
]

BY = Provenance(by="test", source="test")
ADA, BEN, CAM = worker_id("W1"), worker_id("W2"), worker_id("W3")
NORTH = team_id("North team")
RUBY, TOM, KIT = (derived_id(NORTH, "child", name) for name in ("ruby", "tom", "kit"))
CHILDREN = {RUBY: ("Ruby", "Ashworth"), TOM: ("Tom", "Briar"), KIT: ("Kit", "Cole")}


@dataclass
class Village:
    """The authority, its settings and where it lies."""

    house: House
    settings: Settings

    def catch_up(self) -> None:
        """Bring the tables to where the log stands."""
        self.house.follower.catch_up()


def settings_for(folder: Path, **changes: object) -> Settings:
    """Settings for tests: cheap hashes, short waits."""
    given = {
        "data": str(folder),
        "env": "development",
        "secret_key": "test-" * 10,
        "authority": "Northmoor Council",
        "wait_milliseconds": 200,
        "argon2_time": 1,
        "argon2_kib": 64,
        "argon2_lanes": 1,
    }
    return Settings(**{**given, **changes})  # type: ignore[arg-type]


def patient(settings: Settings) -> Settings:
    """The settings of a site that people look at: a page waits for what was just recorded, however busy the machine."""
    return replace(settings, wait_milliseconds=10_000)


def found_village(folder: Path) -> None:
    """Make it once; tests then work on copies of the files."""
    house = open_house("sqlite", folder)
    people_village(house, settings_for(folder))
    house.close()


def people_village(house: House, settings: Settings) -> None:
    """Everybody of the village, on whichever store the house stands."""
    _state(house, NORTH, TeamFormed(name="North team"))
    people = [
        (ADA, "W1", "Ada Osei", "Social worker", "social_worker"),
        (BEN, "W2", "Ben Hale", "Social worker", "social_worker"),
        (CAM, "W3", "Cam Lyle", "Team manager", "team_manager"),
    ]
    for worker, reference, name, role, kind in people:
        _state(house, worker, WorkerJoined(reference=reference, name=name))
        post = PostStated(
            worker=worker, role=role, worker_type=kind, team=NORTH, weekly_minutes=37 * 60, starts=date(2024, 4, 1)
        )
        _state(house, derived_id(worker, "post", "1"), post)
    new = [
        NewChild(
            child_id=child,
            identifiers=(identifier("ssda903", f"N{number:05}"),),
            personal={"first_name": first, "family_name": family},
            sex="2",
        )
        for number, (child, (first, family)) in enumerate(CHILDREN.items(), 1)
    ]
    register_children(house.recorder, new, house.clock.now(), BY)
    for child, worker in ((RUBY, ADA), (TOM, ADA), (KIT, BEN)):
        stated = AllocationStated(child=child, worker=worker, starts=date(2025, 1, 6))
        _state(house, derived_id(child, "allocation", "1"), stated, child)
    episode = EpisodeStated(
        child=RUBY,
        decom=date(2025, 6, 2),
        rne="S",
        ls="C2",
        cin="N1",
        place="U6",
        provider="PR1",
        return_year="2025/26",
    )
    _state(house, derived_id(RUBY, "episode", "2025-06-02"), episode, RUBY)
    house.end_days(date(2026, 4, 1), date(2025, 4, 1))
    house.follower.catch_up()
    desk, hasher = house.where.engine("desk"), password_hasher(settings)
    for username, name, role, worker in (
        ("ada", "Ada Osei", "social_worker", ADA),
        ("ben", "Ben Hale", "social_worker", BEN),
        ("cam", "Cam Lyle", "team_leader", CAM),
        ("fin", "Fin Moss", "finance", None),
        ("max", "Max Reid", "administrator", None),
        ("gil", "Gil Ward", "information_governance", None),
    ):
        add_account(
            desk, username, PASSWORD, role, house.clock.now(), name=name, worker_id=worker, team_id=NORTH, hasher=hasher
        )
    desk.dispose()


def open_village(founded: Path, folder: Path) -> Village:
    """A copy of the village for one test, with its own clock and follower."""
    shutil.copytree(founded, folder, dirs_exist_ok=True)
    house = open_house("sqlite", folder)
    return Village(house, settings_for(folder / "data"))


def _state(house: House, stream: UUID, body: Body, subject: UUID | None = None) -> None:
    version = len(house.recorder.history(stream)) + 1
    event = derived_id(stream, "fact", str(version))
    house.recorder.state_once(house.recorder.event(stream, version, event, body, BY, subject=subject))
