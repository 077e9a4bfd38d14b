"""Focus-group sheets to unit costs, and the published sheets: text tables with what goes in and what comes out."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from costing.money import round_half_up
from costing.shipped import shipped_rows
from costing.standard_times import StandardTime, StandardTimeProblems, read_standard_times
from costing.unit_cost_sheets import (
    UnitCostSheet,
    UnknownSheet,
    line_cost,
    mixed_sheet,
    own_sheet,
    published_sheet,
    uprated_sheet,
)
from costing.uprating import CHECKS_SERIES, index_series
from costing.variations import shipped_frameworks

SHEET = """\
process,variations,effect,worker_type,hours,n,date,agreed_by
CLA3,,base,social_worker,7.5,6,2025-03-12,Looked-after team
CLA3,,base,team_manager,0:50,6,2025-03-12,Looked-after team
CLA3,early,adds,social_worker,3,6,12/03/2025,Looked-after team
CLA3,residential,replaces,social_worker,5h15,4,2025-03-12,Looked-after team
CLA5,,,social_worker,6,,2025-03-13,Placements
CLA5,out_of_area,replaces,social_worker,9.25,,2025-03-13,Placements
CLA5,difficult_to_place,adds,social_worker,4,,2025-03-13,Placements
CLA5,difficult_to_place+residential,adds,social_worker,5,,2025-03-13,Placements
CLA6,,base,social_worker,8,5,2025-03-13,Reviews
CLA6,,base,iro,,5,2025-03-13,Reviews
CLA6,first_review,replaces,social_worker,9,5,2025-03-13,Reviews
"""
HOURS = {"social_worker": 4469, "team_manager": 6001}
TIMES = read_standard_times(SHEET)
OWN = own_sheet("Ours", TIMES, HOURS, "2024/25")

# process, variations, worked pence, the working
COSTS = """\
CLA3  -                                 38518  7.5 x 44.69 + 5/6 x 60.01 = 385.1833
CLA3  early                             13407  3 x 44.69, added
CLA3  residential                       23462  5.25 x 44.69 = 234.6225
CLA5  -                                 26814  6 x 44.69
CLA5  out_of_area                       41338  9.25 x 44.69 = 413.3825
CLA5  difficult_to_place                17876  4 x 44.69, added
CLA5  difficult_to_place+residential    22345  5 x 44.69, added
"""


def sets(text: str) -> frozenset[str]:
    return frozenset() if text == "-" else frozenset(text.split("+"))


@pytest.mark.parametrize("row", COSTS.splitlines())
def test_a_unit_cost_is_the_sum_of_hours_times_the_cost_of_an_hour(row: str) -> None:
    process, variations, pence, *_ = row.split()
    line = OWN.line(process, sets(variations))
    assert line is not None
    assert line.pence == int(pence)
    assert line.exact_pence == sum(part.exact_pence for part in line.parts if part.exact_pence is not None)


# process, the line for the whole, additions, worked pence
CASES = """\
CLA3  -            -                                38518
CLA3  -            early                            51925
CLA3  residential  early                            36869
CLA5  out_of_area  difficult_to_place               59214
CLA5  -            difficult_to_place+residential   49159
CLA5  difficult_to_place  -                         44690
"""


@pytest.mark.parametrize("row", CASES.splitlines())
def test_variations_replace_or_add_as_the_sheet_says(row: str) -> None:
    process, base, added, pence = row.split()
    additions = [] if added == "-" else [sets(added)]
    assert OWN.cost_pence(process, sets(base), additions) == int(pence)


def test_what_a_replacing_variation_adds_is_the_difference() -> None:
    assert OWN.added_pence("CLA5", {"out_of_area"}) == 41338 - 26814


def test_a_time_that_is_not_known_makes_no_cost_and_says_so() -> None:
    line = OWN.line("CLA6")
    assert line is not None
    assert line.exact_pence is None
    assert line.pence is None
    assert line.missing == ("no time for iro", "no cost of an hour for iro")
    assert OWN.priced("CLA6") == (frozenset({"first_review"}),)
    assert OWN.cost_pence("CLA6", (), [{"first_review"}]) is None
    assert OWN.cost_pence("CLA8") is None


def test_a_line_says_what_it_is_for_and_who_agreed_it() -> None:
    maintain, move = OWN.line("CLA3"), OWN.line("CLA5")
    assert maintain is not None
    assert move is not None
    assert (maintain.counted_by, move.counted_by) == ("month", "occurrence")
    assert maintain.source == "Looked-after team, 12/03/2025"
    assert TIMES[1].hours == Fraction(5, 6)
    assert TIMES[2].agreed_on == date(2025, 3, 12)
    assert TIMES[4].n is None


BAD = """\
process,variations,effect,worker_type,hours,n,date,agreed_by
CLA9,,base,social_worker,1,3,2025-03-12,Us
CLA5,moon,adds,,-2,none,2025-02-30,
CLA5,,adds,social_worker,soon,0,12/03/2025,Us
CLA5,out_of_area,perhaps,social_worker,1,1,2025-03-12,Us
CLA6,,,iro,1,1,2025-03-12,Us
CLA6,,base,iro,2,1,2025-03-12,Us
CLA5,out_of_area,adds,iro,1,1,2025-03-12,Us
CLA5,out_of_area,replaces,admin,1,1,2025-03-12,Us
"""


def test_all_problems_of_a_sheet_are_told_at_once() -> None:
    with pytest.raises(StandardTimeProblems) as caught:
        read_standard_times(BAD, {"CLA5": {"out_of_area"}, "CLA6": ()})
    problems = caught.value.problems
    assert problems[:2] == ["Row 2: “CLA9” is not a process.", "Row 3: “moon” is not a variation of CLA5."]
    told = "\n".join(problems)
    for row, words in [
        (3, "Say which type of worker."),
        (3, "“-2” is not a number of hours"),
        (3, "“none” is not a number of people."),
        (3, "“2025-02-30” is not a date."),
        (3, "Say who agreed the time."),
        (4, "A row of the base case has no variation"),
        (4, "“0” is not a number of people."),
        (5, "Say whether the variation adds or replaces."),
        (7, "CLA6 base case has iro twice, first in row 6."),
        (9, "CLA5 out_of_area cannot both add and replace."),
    ]:
        assert f"Row {row}: {words}" in told
    with pytest.raises(StandardTimeProblems, match="no column variations, effect"):
        read_standard_times("process,worker_type,hours,n,date,agreed_by\n")
    with pytest.raises(StandardTimeProblems, match="no rows"):
        read_standard_times(SHEET.splitlines()[0])


times = st.builds(
    StandardTime,
    process=st.just("CLA2"),
    variations=st.just(frozenset[str]()),
    effect=st.just("base"),
    worker_type=st.sampled_from(list(HOURS)),
    hours=st.fractions(0, 100),
    n=st.none(),
    agreed_on=st.just(date(2025, 1, 1)),
    agreed_by=st.just("Us"),
)


@given(st.lists(times, min_size=1, max_size=2, unique_by=lambda each: each.worker_type))
def test_a_sum_is_rounded_once(rows: list[StandardTime]) -> None:
    line = own_sheet("x", rows, HOURS, "2024/25").line("CLA2")
    assert line is not None
    assert line.pence == round_half_up(sum((row.hours or 0) * HOURS[row.worker_type] for row in rows))


# Published sheets: sheet, process, the line for the whole, additions, printed pounds
PUBLISHED = """\
out_of_london  CLA5  -                           -                               224
out_of_london  CLA5  -                           difficult_to_place              695
out_of_london  CLA5  residential                 difficult_to_place+residential  1134
out_of_london  CLA5  agency_foster+out_of_area   -                               786
out_of_london  CLA1  -                           -                               700
out_of_london  CLA7  -                           -                               3026
out_of_london  CIN3  under_six_and_cp_plan       -                               410
london         CIN3  under_six_and_cp_plan       -                               491
london         CIN7  abe_interview               -                               1068
london         CAF5  -                           -                               165
"""


@pytest.mark.parametrize("row", PUBLISHED.splitlines())
def test_published_sheets(row: str) -> None:
    key, process, base, added, pounds = row.split()
    additions = [] if added == "-" else [sets(added)]
    assert published_sheet(key).cost_pence(process, sets(base), additions) == int(pounds) * 100


def test_an_amount_with_the_fee_in_it_is_shown_and_never_priced_from() -> None:
    sheet = published_sheet("out_of_london")
    line = sheet.line("CLA3", {"residential"})
    assert line is not None
    assert line.pence == 14662_00
    assert line.holds_fee
    assert sheet.priced("CLA3") == ()
    assert sheet.whole_pence("CLA3", {"residential"}) is None
    assert sheet.unpriced_processes() == ("CLA3",)


def test_there_is_no_london_sheet_for_looked_after_children() -> None:
    assert published_sheet("london").unpriced_processes() == tuple(f"CLA{number}" for number in range(1, 9))
    with pytest.raises(UnknownSheet, match="london, out_of_london"):
        published_sheet("wales")


def test_every_sheet_line_is_of_a_known_process_with_its_source() -> None:
    rows = [row for row in shipped_rows("process_unit_costs.csv") if row["sheet"]]
    assert len(rows) == len(published_sheet("london").lines) + len(published_sheet("out_of_london").lines)
    for line in (*published_sheet("london").lines, *published_sheet("out_of_london").lines):
        assert line.source
        assert line.price_year
        assert (line.effect == "base") == (not line.variations)


def test_a_mixed_sheet_says_line_by_line_where_each_is_from() -> None:
    mixed = mixed_sheet("Both", OWN, published_sheet("out_of_london"))
    origins = {(line.process, "+".join(sorted(line.variations))): line.origin for line in mixed.lines}
    assert (OWN.origin, published_sheet("london").origin, mixed.origin) == ("own", "published", "mixed")
    assert origins["CLA3", ""] == origins["CLA5", ""] == "own"
    assert origins["CLA5", "residential"] == origins["CIN1", ""] == "published"
    assert origins["CLA6", ""] == "published"  # ours is not known
    assert set(mixed.priced("CLA3")) == set(OWN.priced("CLA3"))  # the published ones have the fee in them
    assert mixed.unpriced_processes() == ()


def test_a_sheet_is_brought_to_one_price_year_exactly() -> None:
    series = index_series(CHECKS_SERIES)
    made = uprated_sheet(published_sheet("out_of_london"), "2013/14", series)
    assert {line.price_year for line in made.lines} == {"2013/14"}
    line = made.line("CIN2")  # the published check SS5.0.2: £271 at 2008/09 prices is £303
    assert line is not None
    assert line.exact_pence is not None
    assert round_half_up(line.exact_pence / 100) == 303
    assert line.note.endswith("from 2008/09 prices by GDP_DEFLATOR_UCD_v1.2")
    assert uprated_sheet(made, "2013/14", series) == made


def test_a_sheet_holds_a_line_once() -> None:
    with pytest.raises(ValueError, match="twice"):
        UnitCostSheet("x", (*OWN.lines, OWN.lines[0]))


# Part sums that the published figures allow: what, parts, printed, and how the sum stands to it
PART_SUMS = """\
foster care, difficult to place       224 + 471                   695
residential, difficult to place       506 + 628                   1134
LA foster care a week                 408 + 228                   636
LA children's home a week             125 + 2839                  2964
independent home a week               125 + 3157                  3282
core assessment, all agencies         760 + 140                   900
section 31 application                15000 + 6250 + 1250 + 2500  25000
"""


@pytest.mark.parametrize("row", PART_SUMS.splitlines())
def test_part_sums(row: str) -> None:
    parts, printed = [cell.strip() for cell in row.split("  ") if cell.strip()][1:]
    assert sum(line_cost(Decimal(part), Decimal(1)) for part in parts.split(" + ")) == int(printed)


# what, amount, quantity, the amount is for, printed, rounded to this part of a pound
QUOTIENTS = """\
two of three plan updates, cut down     412            2   3      274    down
one plan update, about                  412            1   3      137    1
mean of nine moves                      8879           1   9      987    1
mean of eight moves                     11454          1   8      1432   1
an hour of the core assessment          660            1   26.25  25.14  100
mean spend per looked after child       2995515429     1   67050  44676  1
"""


@pytest.mark.parametrize("row", QUOTIENTS.splitlines())
def test_quotients_of_published_figures(row: str) -> None:
    amount, quantity, is_for, printed, rounding = row[40:].split()
    exact = line_cost(Decimal(amount), Decimal(quantity), Decimal(is_for))
    if rounding == "down":
        assert exact.__floor__() == int(printed)
    else:
        assert Fraction(round_half_up(exact * int(rounding)), int(rounding)) == Fraction(printed)


# Through the frameworks: sheet, process, what an occurrence was picked as having, printed pounds
PICKED = """\
out_of_london  CLA5  la_foster,in_area,difficult_to_place        695
out_of_london  CLA5  residential,in_area,difficult_to_place      1134
out_of_london  CLA5  agency_foster,out_of_area                   786
out_of_london  CLA5  kinship                                     224
out_of_london  CIN3  under_six_and_cp_plan                       410
london         CIN6  case_conference                             473
"""


@pytest.mark.parametrize("row", PICKED.splitlines())
def test_an_occurrence_finds_its_lines_on_a_published_sheet(row: str) -> None:
    key, process, picked, pounds = row.split()
    sheet = published_sheet(key)
    line = shipped_frameworks().line_for(process, picked.split(","), sheet.priced(process))
    assert line is not None
    assert sheet.cost_pence(process, line.base, line.additions) == int(pounds) * 100


def test_every_variation_on_a_published_sheet_is_one_of_the_frameworks() -> None:
    for line in (*published_sheet("london").lines, *published_sheet("out_of_london").lines):
        ways = {each.code: each.adds for each in shipped_frameworks().variations_of(line.process)}
        assert line.variations <= set(ways)
        assert (line.effect == "add") == any(ways[code] for code in line.variations)
