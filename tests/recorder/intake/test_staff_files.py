"""Roster, schemas and names."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from recorder.children import read_child
from recorder.domain.ids import team_id, worker_id
from recorder.domain.rates import SchemaPublished
from recorder.domain.staff import PostAmended, PostStated, WorkerJoined
from recorder.intake.names import import_names
from recorder.intake.roster import import_roster
from recorder.intake.schemas import import_schemas
from recorder.intake.statements import Summary
from recorder.settings import read_settings
from tests.recorder.desk_store import Office
from tests.recorder.intake.conftest import WriteFile

ROSTER = "worker,name,role,team,grade,contract,fte,weekly_hours,from,to\n"
PAT = "SW1,Pat Example,Social worker,North,G8,permanent,1.0,37,2019-04-01,2021-03-31\n"
PAT_SINCE = "sw1,Pat Example,Advanced practitioner, north ,G10,agency,0.5,18.5,2021-04-01,\n"
SCHEMA = (
    "worker_type,contract,valid_from,price_base,salary,oncosts,"
    "qualifications,overheads,capital,travel,hours_per_year,indirect_ratio,source\n"
)
SOCIAL_WORKER = 'Social worker,employed,2024-04-01,2024/25,"41,000",12300.50,,8000,3000,,1628.5,2.1,made up\n'


def posts(office: Office) -> list[PostStated]:
    return [e.body for e in office.facts() if isinstance(e.body, PostStated)]


def test_a_roster_states_teams_workers_and_posts(office: Office, write: WriteFile) -> None:
    summary, findings = import_roster(office.recorder, office.desk, write(ROSTER + PAT + PAT_SINCE))

    assert (summary, findings) == (Summary(read=2, new=2), [])
    assert office.topics()[:4] == [
        "team.formed.v1",
        "worker.joined.v1",
        "worker.post_stated.v1",
        "worker.post_stated.v1",
    ]
    first, second = posts(office)
    assert first == PostStated(
        worker=worker_id("SW1"), role="Social worker", worker_type="social_worker", team=team_id("North"), grade="G8",
        contract="employed", fte_hundredths=100, weekly_minutes=2220, starts=date(2019, 4, 1), ends=date(2021, 4, 1),
    )  # fmt: skip
    assert (second.worker_type, second.contract, second.weekly_minutes, second.team) == (
        "senior_social_worker",
        "agency",
        1110,
        first.team,
    )


def test_a_roster_again_changes_nothing_and_a_correction_amends(office: Office, write: WriteFile) -> None:
    import_roster(office.recorder, office.desk, write(ROSTER + PAT))

    same, _ = import_roster(office.recorder, office.desk, write(ROSTER + PAT + "\n"))
    changed, _ = import_roster(office.recorder, office.desk, write(ROSTER + PAT.replace(",37,", ",30,")))
    married, _ = import_roster(
        office.recorder, office.desk, write(ROSTER + PAT.replace(",37,", ",30,").replace("Pat Example", "Pat Sample"))
    )

    assert (same.unchanged, changed.amended, married.amended) == (1, 1, 1)
    assert [e.body.weekly_minutes for e in office.facts() if isinstance(e.body, PostAmended)] == [1800]
    assert [e.body.name for e in office.facts() if isinstance(e.body, WorkerJoined)] == ["Pat Example", "Pat Sample"]


def test_a_role_nobody_knows_is_said_and_taken_as_its_own_type(office: Office, write: WriteFile) -> None:
    summary, findings = import_roster(
        office.recorder, office.desk, write(ROSTER + PAT.replace("Social worker", "Pod Lead (court)"))
    )

    assert summary.new == 1
    assert [(f.rule, f.field, f.severity) for f in findings] == [("role_unknown", "role", "warning")]
    assert posts(office)[0].worker_type == "pod_lead_court"


def test_all_problems_of_a_roster_at_once(office: Office, write: WriteFile) -> None:
    text = ROSTER + (
        ",,,North,G8,casual,1.555,169,2019-04-01,2019-03-01\n"
        + PAT
        + PAT.replace(",37,", ",20,")
        + PAT_SINCE.replace("Pat Example", "Patricia")
    )

    summary, findings = import_roster(office.recorder, office.desk, write(text))

    assert summary == Summary(read=4, new=2, refused=2)
    assert [(f.row, f.field) for f in findings] == [
        *((2, column) for column in ("worker", "role", "fte", "contract", "to", "weekly_hours")),
        (4, "from"),
        (5, "name"),
    ]


def test_a_schema_is_published_in_pence_and_hundredths(office: Office, write: WriteFile) -> None:
    summary, findings = import_schemas(office.recorder, office.desk, write(SCHEMA + SOCIAL_WORKER))

    assert (summary, findings) == (Summary(read=1, new=1), [])
    (body,) = [e.body for e in office.facts() if isinstance(e.body, SchemaPublished)]
    assert body == SchemaPublished(
        worker_type="social_worker", contract="employed", valid_from=date(2024, 4, 1), price_base="2024/25",
        salary=4_100_000, oncosts=1_230_050, overheads=800_000, capital=300_000, hours_hundredths=162_850,
        indirect_ratio_hundredths=210, provenance="made up",
    )  # fmt: skip


def test_a_schema_stated_with_other_amounts_is_published_anew(office: Office, write: WriteFile) -> None:
    import_schemas(office.recorder, office.desk, write(SCHEMA + SOCIAL_WORKER))

    same, _ = import_schemas(office.recorder, office.desk, write(SCHEMA + SOCIAL_WORKER + "\n"))
    other, _ = import_schemas(office.recorder, office.desk, write(SCHEMA + SOCIAL_WORKER.replace("8000", "9000")))

    assert (same.unchanged, other.amended) == (1, 1)
    assert [e.body.overheads for e in office.facts() if isinstance(e.body, SchemaPublished)] == [800_000, 900_000]


def test_an_item_of_a_schema_may_have_a_source_and_date_of_its_own(office: Office, write: WriteFile) -> None:
    head = SCHEMA.strip() + ",salary_source,salary_date,indirect_ratio_source\n"

    import_schemas(
        office.recorder, office.desk, write(head + SOCIAL_WORKER.strip() + ",Pay scales,April 2024,Survey\n")
    )

    (body,) = [e.body for e in office.facts() if isinstance(e.body, SchemaPublished)]
    assert body.sources == {"salary": "Pay scales", "indirect_ratio": "Survey"}
    assert body.dated == {"salary": "April 2024"}


def test_all_problems_of_schemas_at_once(office: Office, write: WriteFile) -> None:
    text = SCHEMA + (
        ",casual,soon,,x,,,,,,,,\n"
        "Social worker,employed,2024-04-01,2024/25,0,0,,0,0,,0,2,\n"
        + SOCIAL_WORKER
        + SOCIAL_WORKER.replace("8000", "9000")
    )

    summary, findings = import_schemas(office.recorder, office.desk, write(text))

    assert summary == Summary(read=4, new=1, refused=3)
    assert {f.field for f in findings if f.row == 2} == {
        *("worker_type", "contract", "valid_from", "price_base"),
        *("salary", "oncosts", "overheads", "capital", "hours_per_year"),
    }
    assert [f.rule for f in findings if f.row == 3] == ["bad_schema", "bad_schema"]
    assert [f.rule for f in findings if f.row == 5] == ["stated_twice"]


def test_names_are_laid_over_what_is_known_and_kept_encrypted(office: Office, child: UUID, write: WriteFile) -> None:
    text = "child,first_name,family_name\n152024,Amina,Testerton\n999999,No,Body\n152024,Twice,Named\n"

    summary, findings = import_names(office.recorder, office.desk, write(text))
    again, _ = import_names(office.recorder, office.desk, write(text + "\n"))
    changed, _ = import_names(office.recorder, office.desk, write("child,first_name,family_name\n152024,Aminah,\n"))

    assert summary == Summary(read=3, new=1, refused=2)
    assert [(f.row, f.rule) for f in findings] == [(3, "child_unknown"), (4, "stated_twice")]
    assert (again.unchanged, changed.new) == (1, 1)
    assert read_child(office.recorder, child).personal == {
        "dob": "2010-10-04",
        "first_name": "Aminah",
        "family_name": "Testerton",
    }
    assert b"Testerton" not in b"".join(r.payload for r in office.recorder.log_store.rows_after(0, 100))


def test_a_blank_log_has_the_documented_settings(office: Office) -> None:
    settings = read_settings(office.recorder)

    assert (settings.price_missing, settings.mileage_pence, settings.accept_shipped_descriptions) == (True, None, True)
