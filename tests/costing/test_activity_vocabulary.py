import polars as pl
import pytest
from costing_samples import LA_DEV, SHARED, needs_samples, table

from costing import vocabulary
from costing.descriptions import Description, normalise, read_description, suggested_kind
from costing.pathway_triggers import RECORDED_WORK, TRIGGERS
from costing.predicates import MARKS
from costing.shipped import shipped_rows
from costing.vocabulary import UnknownKind, UnknownVersion, ancestry, find_kinds, kind, kinds, occurrences_of, shown_by

# The kinds of the sample authority's true answers, and which of ours say the same.
TRUE_KINDS = {
    "visit_child_home": {"D1H"},
    "visit_child_other": {"D1O", "D4"},
    "contact_family": {"D3", "D5", "D8"},
    "core_group_or_planning": {"D6C", "D6S", "D6P", "D6L"},
    "review_meeting": {"D6R"},
    "court": {"D9"},
    "liaison_professional": {"I1"},
    "case_recording": {"I3"},
    "report_writing": {"I4A", "I4C", "I4P", "I4R"},
    "find_placement": {"I5"},
    "supervision": {"I8"},
    "travel": {"T"},
}


def test_every_kind_hangs_together() -> None:
    codes = [each.code for each in kinds()]
    assert len(codes) == len(set(codes))
    for each in kinds():
        assert each.kind_class in vocabulary.CLASSES
        assert {kind(code).kind_class for code in ancestry(each.code)} == {each.kind_class}
        assert each.label
        assert each.definition
        assert each.may_satisfy_visit_rule in {"if_seen", "local", "no"}
        assert each.needs_child == each.case_work
        assert each.direct or not each.asks_seen


def test_unknown_codes_and_versions_say_so() -> None:
    with pytest.raises(UnknownKind, match="Z9"):
        kind("Z9")
    with pytest.raises(UnknownVersion):
        kinds("1999.1")


def test_people_find_kinds_by_what_they_call_them() -> None:
    assert find_kinds("hv")[0].code == "D1H"
    assert find_kinds("T/C")[0].code == "D3"
    assert find_kinds("swet")[0].code == "I4C"
    assert "D1O" in [each.code for each in find_kinds("school visit")]
    assert find_kinds("zebra") == []
    assert {each.code for each in find_kinds("")} == {each.code for each in kinds() if each.offered}


def test_what_work_shows_of_its_occurrence() -> None:
    assert find_kinds("abe")[0].code == "D4E"
    shown = {each.code: shown_by(each.code) for each in kinds() if shown_by(each.code)}
    assert shown == {"D4E": {"abe_interview"}, "D6S": {"strategy_meeting"}}
    assert frozenset().union(*shown.values()) <= MARKS
    assert shown_by("Z9") == frozenset()


def test_which_kinds_are_themselves_an_occurrence() -> None:
    said = {each.code: each.occurrence_of for each in kinds() if each.occurrence_of}
    assert said == {
        "D4E": ("enquiry",),
        "D6": ("first_team_meeting", "later_team_meeting"),
        "D6R": ("review_held", "plan_or_conference"),
        "D6S": ("enquiry",),
        "I4P": ("planning",),
    }
    assert {each for triggers in said.values() for each in triggers} <= {
        each.code for each in TRIGGERS.values() if not each.goes_on and each.code != RECORDED_WORK
    }
    assert occurrences_of("D6S") == {"enquiry", *said["D6"]}
    assert occurrences_of("I4R") == occurrences_of("Z9") == frozenset()


@needs_samples
def test_nothing_of_the_starting_vocabulary_is_lost() -> None:
    start = table(SHARED / "reference" / "activity_taxonomy.csv")
    for code, parent, klass in start.select("code", "parent", "class").iter_rows():
        assert (kind(code).parent, kind(code).kind_class) == (parent or "", klass)


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("  TC  to Mum x2 ", Description("tc to mum", times=2)),
        ("HV - no reply", Description("hv", "not_in")),
        ("H/V (cancelled)", Description("h/v", "cancelled")),
        ("home visit re sibling x3", Description("home visit", siblings=True, times=3)),
        ("cla visit - no reply (cancelled)", Description("cla visit", "cancelled")),
        ("LAC visit (6 wkly)", Description("lac visit (6 wkly)")),
        ("cancelled", Description("cancelled")),
        ("", Description("")),
    ],
)
def test_marks_come_off_the_end(text: str, read: Description) -> None:
    assert read_description(text) == read


def test_shipped_matches_are_normalised_and_known() -> None:
    for row in shipped_rows("description_matches.csv"):
        assert row["phrase"] == normalise(row["phrase"]) == read_description(row["phrase"]).phrase
        assert kind(row["kind"]).offered
    assert suggested_kind("School  VISIT") == "D1O"
    assert suggested_kind("watering the plants") is None


@needs_samples
def test_every_description_of_the_export_is_understood() -> None:
    rows = table(LA_DEV / "activity" / "activity_export.csv").join(
        table(LA_DEV / "truth" / "activity.csv"), on="ref", how="left", validate="1:1"
    )
    texts = {text: read_description(text) for text in rows["description"].unique()}
    wrong = []
    for text, true_kind, true_direct, note in (
        rows.select("description", "activity", "direct", "note").unique().iter_rows()
    ):
        read = texts[text]
        code = suggested_kind(read.phrase)
        fits = code in TRUE_KINDS[true_kind] and kind(code).direct == (true_direct == "direct")
        if not fits or (read.outcome == "cancelled") != (note == "cancelled"):
            wrong.append((text, code, true_kind))
    assert wrong == []
    cancelled = [text for text, read in texts.items() if read.outcome == "cancelled"]
    assert rows.filter(pl.col("description").is_in(cancelled)).height == 175
