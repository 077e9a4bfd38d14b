"""Nothing personal lies readable in any database file; an erased child is gone and every total stands."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from uuid import UUID

import psycopg
import pytest
from sqlalchemy import Engine, select

from migrations.run import upgrade
from projections import tables as t
from projections.database import ProjectionDatabase
from projections.follow import Follower, end_days
from projections.queries.identifiers import returns_of
from projections.queries.names import ERASED, child_names
from projections.rebuild import rebuild
from recorder.activities import AmendActivity, RecordActivity, amend, record
from recorder.application import Recorder, event_of
from recorder.child_record import read_child
from recorder.children import NewChild, identifier, register_children
from recorder.clock import FixedClock
from recorder.domain.activity import ActivityDetails, ChildLine, WorkerLine
from recorder.domain.facts import Provenance
from recorder.domain.ids import new_id, worker_id
from recorder.domain.rates import SchemaPublished
from recorder.intake.fees import import_fees
from recorder.intake.names import import_names
from recorder.intake.roster import import_roster
from recorder.intake.ssda903 import ReturnFolder
from recorder.intake.ssda903.loading import load_returns
from recorder.key_tables import child_keys
from recorder.personal import ErasedError, KeyStore
from recorder.store import SqlEventLog, open_databases
from recorder.waiting import waiting_counts
from tests.house import NOW
from tests.postgres import server_of_its_own
from tests.stores import DATABASES

CLERK = Provenance(by="clerk", source="file")
CHILD, OTHER, UNKNOWN = "QX7719045", "QX7719046", "QX7719047"
UPN, CIN_NUMBER = "Z948217265051", "ZM88389421"
FIRST_NAME, FAMILY_NAME, UNBORN = "Zephyrine", "Quillfeather", "Thistlewood"
NOTE, LATER_NOTE = "Wants to see her grandmother Ottoline.", "Ottoline is the great-aunt."
HOME, CARER = "ZQ7 3XW", "ZQ9 8YV"
# Birth dates that occur nowhere as facts, in the spellings a file or a store might use.
BORN = ("23/07/2011", "2011-07-23", "20110723", "04/09/2025", "2025-09-04", "20250904")
SENTINELS = (
    *(CHILD, OTHER, UNKNOWN, UPN, CIN_NUMBER, FIRST_NAME, FAMILY_NAME, UNBORN),
    *("Ottoline", "grandmother", "great-aunt", HOME, CARER, *BORN),
)
# What must be found, or the search itself finds nothing: facts that are meant to stay readable.
IN_CLEAR = ("D6R", "social_worker", "North Area Team", "CLA3", "ssda903", "SC7654321")

FILES = {
    "return/header.csv": f"CHILD,SEX,DOB,ETHNIC,UPN,MOTHER,MC_DOB\n"
    f"{CHILD},2,23/07/2011,WBRI,{UPN},1,04/09/2025\n{OTHER},1,01/02/2012,WBRI,UN1,,\n",
    "return/episodes.csv": "CHILD,DECOM,RNE,LS,CIN,PLACE,PLACE_PROVIDER,DEC,REC,REASON_PLACE_CHANGE,HOME_POST,PL_POST,"
    f"URN\n{CHILD},05/06/2025,S,C2,N1,U6,PR1,,,,{HOME},{CARER},SC7654321\n"
    f"{OTHER},05/06/2025,S,C2,N1,U6,PR1,,,,{HOME},{CARER},SC7654321\n",
    "names.csv": f"child,first_name,family_name\n{CHILD},{FIRST_NAME},{FAMILY_NAME}\n",
    "roster.csv": "worker,name,role,team,from\nSW1,Sam Worker,Social worker,North Area Team,2020-04-01\n",
    "fees.csv": "placement_ref,child,valid_from,total_weekly_cost\n"
    f"R1,{CHILD},2025-06-05,700.00\nR2,{OTHER},2025-06-05,1400.00\nR3,{UNKNOWN},2025-06-05,1.00\n",
}


@dataclass
class Authority:
    """A small authority as a council would have it: files taken in, work recorded, tables made."""

    recorder: Recorder
    desk: Engine
    tables: ProjectionDatabase
    files: Path
    data: Path
    address: str

    @property
    def child(self) -> UUID:
        found = self.recorder.keys.find("ssda903", CHILD)
        assert found is not None
        return found

    def follow(self) -> None:
        Follower(self.recorder.log_store, self.tables).catch_up()

    def flush(self) -> None:
        """Let everything reach the files: PostgreSQL writes its pages when told to, SQLite as it goes."""
        if self.address.startswith("postgresql"):
            with psycopg.connect(self.address, autocommit=True) as connection:
                connection.execute("CHECKPOINT")

    def found(self, wanted: Iterable[str | bytes]) -> dict[str | bytes, set[str]]:
        """Which of these lie readable in which files of the databases, whatever their capitals."""
        self.flush()
        sought = {each: (each if isinstance(each, bytes) else each.lower().encode()) for each in wanted}
        where: dict[str | bytes, set[str]] = {}
        for path in self.data.rglob("*"):
            raw = path.read_bytes() if path.is_file() else b""
            lowered = raw.lower()
            for each, text in sought.items():
                if text in (raw if isinstance(each, bytes) else lowered):
                    where.setdefault(each, set()).add(path.name)
        return where

    def money(self) -> list[tuple[object, ...]]:
        """Every posting: what the totals are sums of."""
        with self.tables.reader().connect() as connection:
            query = select(t.posting).order_by(*t.posting.primary_key.columns)
            return [tuple(row) for row in connection.execute(query)]


def place(store: str, folder: Path) -> Iterator[tuple[str, Path]]:
    """An address for the databases, and the folder in which all their files lie."""
    if store == "sqlite":
        yield str(folder / "data"), folder / "data"
        return
    with server_of_its_own() as (address, data):
        yield address, data


@pytest.fixture(params=DATABASES)
def authority(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Authority]:
    for address, data in place(request.param, tmp_path):
        where = open_databases(address)
        log = SqlEventLog(where.engine("events"), where.appender())
        log.create()
        for purpose in ("keys", "desk", "projections"):
            upgrade(where, purpose)
        recorder = Recorder(log, KeyStore(where.engine("keys")), FixedClock(NOW))
        made = Authority(recorder, where.engine("desk"), ProjectionDatabase(where), tmp_path / "files", data, address)
        live_through(made)
        yield made
        recorder.close()
        made.tables.close()
        made.desk.dispose()


def live_through(made: Authority) -> None:
    recorder, desk, files = made.recorder, made.desk, made.files
    for name, text in FILES.items():
        path = files / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    load_returns(recorder, desk, [ReturnFolder(files / "return", "2025/26", None)])
    import_names(recorder, desk, files / "names.csv")
    import_roster(recorder, desk, files / "roster.csv")
    import_fees(recorder, desk, files / "fees.csv")
    unborn = NewChild(
        identifiers=(identifier("cin", CIN_NUMBER),), personal={"family_name": UNBORN, "expected_dob": "2026-09-04"}
    )
    register_children(recorder, [unborn], NOW, CLERK)
    schema = SchemaPublished(
        worker_type="social_worker",
        contract="employed",
        valid_from=date(2020, 4, 1),
        price_base="test",
        salary=4_000_000,
        oncosts=1_000_000,
        overheads=900_000,
        capital=50_000,
        hours_hundredths=161_300,
    )
    recorder.append([recorder.event(new_id(), 1, new_id(), schema, CLERK)])
    write_notes(recorder, made.child)
    end_days(recorder, date(2025, 4, 1), date(2026, 4, 1))
    made.follow()
    rebuild(recorder.log_store, made.tables)
    made.follow()


def write_notes(recorder: Recorder, child: UUID) -> None:
    """A visit with a note, and a correction with another."""
    details = ActivityDetails(
        kind="D6R",
        direct=True,
        on=date(2026, 3, 2),
        workers=(WorkerLine(worker=worker_id("SW1"), minutes=50),),
        children=(ChildLine(child=child),),
        note_child=child,
    )
    stream = new_id()
    record(recorder, RecordActivity(activity_id=stream, details=details, provenance=CLERK, note=NOTE))
    correction = AmendActivity(
        activity_id=stream,
        event_id=new_id(),
        version=1,
        details=details,
        reason="wrong words",
        provenance=CLERK,
        note=LATER_NOTE,
    )
    amend(recorder, correction)


def test_the_people_are_there_for_those_who_may_read_them(authority: Authority):
    """Otherwise finding nothing in the files would prove nothing."""
    known = read_child(authority.recorder, authority.child)
    assert (known.name, known.personal["dob"]) == (f"{FIRST_NAME} {FAMILY_NAME}", "2011-07-23")
    assert {i.value for i in known.identifiers} == {CHILD, UPN}
    assert authority.recorder.keys.find("cin", CIN_NUMBER) is not None
    assert waiting_counts(authority.desk), "the fee of a child nobody knows waits"
    assert notes(authority) == [NOTE, LATER_NOTE]
    with authority.tables.reader().connect() as connection:
        names = {n.name for n in child_names(connection, authority.recorder.keys, [1, 2, 3]).values()}
    assert f"{FIRST_NAME} {FAMILY_NAME}" in names


def notes(authority: Authority) -> list[str]:
    recorder = authority.recorder
    events = [event_of(row) for row in recorder.log_store.rows_after(0, 1000)]
    sealed = [e.body.note for e in events if isinstance(e.body, ActivityDetails) and e.body.note]
    return [recorder.keys.decrypt(authority.child, each)["note"] for each in sealed]


def test_no_database_file_holds_anything_personal_in_clear(authority: Authority):
    assert authority.found(SENTINELS) == {}
    assert set(authority.found(IN_CLEAR)) == set(IN_CLEAR), "the search finds what lies in clear"


def test_an_erased_child_is_gone_and_every_total_stands(authority: Authority):
    keys, child = authority.recorder.keys, authority.child
    before = authority.money()
    assert sum(row.amount or 0 for row in postings(authority)) > 0
    keys.destroy(child, NOW)

    for again in (authority.follow, lambda: rebuild(authority.recorder.log_store, authority.tables)):
        again()
        with authority.tables.reader().connect() as connection:
            (named,) = child_names(connection, keys, [number_of(authority, child)]).values()
            (shown,) = returns_of(connection, keys, [number_of(authority, child)]).values()
        assert (named.name, named.identifier) == (ERASED, "")
        assert shown.startswith("erased")
        assert authority.money() == before

    record_now = read_child(authority.recorder, child)
    assert (record_now.name, record_now.erased, record_now.identifiers) == ("Erased", True, ())
    for row in authority.recorder.log_store.rows_of_subjects([child]):
        sealed = getattr(event_of(row).body, "personal", None)
        if sealed:
            with pytest.raises(ErasedError):
                keys.decrypt(child, sealed)


def test_an_erased_child_is_not_loaded_again(authority: Authority):
    keys, size = authority.recorder.keys, authority.recorder.log_store.position()
    child = authority.child
    keys.destroy(child, NOW)
    assert keys.find("ssda903", CHILD) is keys.find("upn", UPN) is None
    assert keys.suppressed_many([("ssda903", CHILD), ("upn", UPN), ("ssda903", OTHER)]) == {
        ("ssda903", CHILD),
        ("upn", UPN),
    }
    folder = ReturnFolder(authority.files / "return", "2025/26", None)
    load_returns(authority.recorder, authority.desk, [folder], again=True)
    later = [event_of(row) for row in authority.recorder.log_store.rows_after(size, 1000)]
    assert child not in {e.subject for e in later}
    assert "child.registered.v1" not in {e.body.topic for e in later}
    assert keys.find("ssda903", CHILD) is None


@pytest.mark.parametrize("authority", ["sqlite"], indirect=True)
def test_a_destroyed_key_does_not_stay_behind_in_the_embedded_files(authority: Authority):
    """A row that is merely deleted keeps its bytes in the file, and with them the child could be read again."""
    child = authority.child
    with authority.recorder.keys._engine.connect() as connection:
        key = bytes(connection.scalar(select(child_keys.c.key).where(child_keys.c.child == child.bytes)) or b"")
    assert set(authority.found([key])) == {key}
    authority.recorder.keys.destroy(child, NOW)
    assert authority.found([key]) == {}


def postings(authority: Authority) -> list[object]:
    with authority.tables.reader().connect() as connection:
        return list(connection.execute(select(t.posting)))


def number_of(authority: Authority, child: UUID) -> int:
    with authority.tables.reader().connect() as connection:
        number = connection.scalar(select(t.child.c.child_no).where(t.child.c.child_id == child.bytes))
    assert number is not None
    return number
