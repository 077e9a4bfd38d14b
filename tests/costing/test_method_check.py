"""Golden tables: what goes in is the published row, what comes out is worked by the product's own code."""

import pytest
from costing_samples import FIGURES, needs_samples

from costing.method_check import DIFFERS, NOT_CHECKABLE, TIES, CheckedTable, TableProblems, check_table

VIGNETTES = """\
example_id,need_group,price_year,framework,process,amount_gbp,amount_is_for,unit,quantity,addition_gbp,rounding,line_total_gbp
SS1.1,none,2010/11,CLA,P2,412,3,update,2,0,down,274
SS1.1,none,2010/11,CLA,P3,540,1,week,52,0,half-up,28080
SS1.1,none,2010/11,CLA,P6,466,1,review,2,13,half-up,945
SS1.1,none,2010/11,CLA,P7,5.4,1,week,52,0,half-up,281
SS1.1,none,2010/11,CLA,TOTAL,,,,,,,29580
SS1.2,EBD,2010/11,CLA,P2,412,3,update,2,0,down,274
SS1.2,EBD,2010/11,CLA,P3,495,1,week,52,327,half-up,26067
SS1.2,EBD,2010/11,CLA,P6,466,1,review,2,0,half-up,932
SS1.2,EBD,2010/11,CLA,P7,6.6,1,week,52,0,half-up,343
SS1.2,EBD,2010/11,CLA,P5,234,1,move,1,0,half-up,234
SS1.2,EBD,2010/11,CLA,TOTAL,,,,,,,27850
"""

# figure, worked pounds, the working
WORKED = """\
SS1.1 P2        274  412 × 2 / 3, down
SS1.1 P3      28080  540 × 52, half-up
SS1.1 P6        945  466 × 2 + 13, half-up
SS1.1 P7        281  5.4 × 52, half-up
SS1.1 total   29580  sum of 4 lines
SS1.2 P2        274  412 × 2 / 3, down
SS1.2 P3      26067  495 × 52 + 327, half-up
SS1.2 P6        932  466 × 2, half-up
SS1.2 P7        343  6.6 × 52, half-up
SS1.2 P5        234  234 × 1, half-up
SS1.2 total   27850  sum of 5 lines
"""


def as_text(checked: CheckedTable) -> str:
    return "".join(f"{each.what:<12}{each.worked!s:>7}  {each.note}\n" for each in checked.figures)


def outcomes(checked: CheckedTable) -> tuple[int, int, int]:
    return checked.count(TIES), checked.count(DIFFERS), checked.count(NOT_CHECKABLE)


def test_both_vignettes_to_the_pound_every_line() -> None:
    checked = check_table(VIGNETTES)
    assert as_text(checked) == WORKED
    assert outcomes(checked) == (11, 0, 0)


def test_the_line_that_is_cut_down_would_differ_half_up() -> None:
    checked = check_table(VIGNETTES.replace("0,down,274", "0,half-up,274"))
    assert [(each.what, str(each.worked)) for each in checked.figures if each.outcome == DIFFERS] == [
        ("SS1.1 P2", "275"),
        ("SS1.1 total", "29581"),
        ("SS1.2 P2", "275"),
        ("SS1.2 total", "27851"),
    ]


@needs_samples
@pytest.mark.parametrize(
    ("name", "expected", "inputs"),
    [
        ("vignettes", (11, 0, 0), 0),
        ("staff_unit_cost_schema", (8, 0, 29), 28),
        ("uprating_checks", (40, 0, 1), 0),
    ],
)
def test_every_published_table(name: str, expected: tuple[int, int, int], inputs: int) -> None:
    checked = check_table((FIGURES / f"{name}.csv").read_text(encoding="utf-8"))
    assert checked.shape == name
    assert outcomes(checked) == expected
    assert checked.inputs == inputs


SCHEMA = """\
schema_id,role,scenario,item_code,item,value
S,Social worker,,A,Salary,{salary}
S,Social worker,,B,Oncosts,10000.4
S,Social worker,,C,Qualifications,
S,Social worker,,D,Overheads,9000
S,Social worker,,G,Total,{total}
S,Social worker,,H,Hours,1600
S,Social worker,,I,Ratio,0.5
S,Social worker,,J,Unit cost per hour,{hour}
S,Social worker,,OUT,per hour of client-related work,{client}
S,Social worker,,OUT,per hour of face-to-face contact,100
"""
# 59,000.4 / 1,600 = 36.87525; x 1.5 = 55.312875
TRUE = {"salary": "40000", "total": "59000", "hour": "36.88", "client": "55"}


@pytest.mark.parametrize(
    ("changed", "differing"),
    [
        ({}, []),
        ({"total": "59001"}, []),  # 0.6 away: within 1
        ({"total": "59002"}, ["G"]),
        ({"hour": "37"}, []),  # printed to the pound, so worked to the pound
        ({"hour": "36.87"}, ["J"]),
        ({"client": "55.31"}, []),
        ({"client": "56"}, ["per hour of client-related work"]),
        ({"salary": "48000"}, ["G", "J", "per hour of client-related work"]),
    ],
)
def test_a_schema_passes_within_each_columns_tolerance(changed: dict[str, str], differing: list[str]) -> None:
    checked = check_table(SCHEMA.format(**{**TRUE, **changed}))
    assert [each.what.split(": ")[1] for each in checked.figures if each.outcome == DIFFERS] == differing
    assert checked.count(NOT_CHECKABLE) == 1  # there is no ratio for face-to-face contact
    assert checked.inputs == 6


@pytest.mark.parametrize(
    ("rows", "note"),
    [
        ("S,J,,40", "without its parts A to F"),
        ("S,A,,100\nS,J,,40", "without H, the hours worked"),
        ("S,A,,100\nS,H,,0\nS,J,,40", "H, the hours worked in the year, must be more than 0"),
    ],
)
def test_a_schema_without_its_parts_is_not_checkable(rows: str, note: str) -> None:
    (figure,) = check_table(f"schema_id,item_code,item,value\n{rows}\n").figures
    assert figure.outcome == NOT_CHECKABLE
    assert figure.note.startswith(note)


UPRATED = "ucd_code,original_gbp,price_year,target_price_year,printed_uprated_gbp,ties_to_the_pound,series\n"


# the row, its outcome, what is worked
UPRATINGS = """\
a,274,2010/11,2013/14,291,yes,                      ties           291
b,274,2010/11,2013/14,292,yes,                      differs        291
c,45,2010/11,2013/14,47,no,                         not checkable  -
d,,2010/11,2013/14,47,yes,                          not checkable  -
e,45,1985/86,2013/14,47,yes,                        not checkable  -
f,45,2013,2014,46,yes,GDP_DEFLATOR_CALENDAR         ties           46
g,45,2013,2014,46,yes,RPI                           not checkable  -
h,45,2010/11,2013/14,,yes,                          not checkable  48
"""


@pytest.mark.parametrize("line", UPRATINGS.splitlines())
def test_uprated_amounts_one_by_one(line: str) -> None:
    row, outcome, worked = line[:50].strip(), line[50:67].strip(), line[67:].strip()
    (figure,) = check_table(f"{UPRATED}{row}\n").figures
    assert (figure.outcome, "-" if figure.worked is None else str(figure.worked)) == (outcome, worked)


def test_a_vignette_without_its_amount_leaves_its_total_not_checkable() -> None:
    checked = check_table(VIGNETTES.replace("P6,466,1,review,2,13", "P6,,1,review,2,13"))
    assert [each.what for each in checked.figures if each.outcome == NOT_CHECKABLE] == ["SS1.1 P6", "SS1.1 total"]
    odd = check_table(VIGNETTES.replace("0,half-up,281", "0,up,281"))
    assert [each.note for each in odd.figures if each.outcome == NOT_CHECKABLE] == [
        "“up” is not a rounding: half-up, down",
        "without all of its lines",
    ]


def test_a_line_marked_as_not_tying_still_counts_in_its_total() -> None:
    marked = VIGNETTES.replace("line_total_gbp\n", "line_total_gbp,ties\n").replace(
        "13,half-up,945", "13,half-up,900,no"
    )
    checked = check_table(marked)
    assert outcomes(checked) == (10, 0, 1)


def test_what_cannot_be_read_is_told_at_once() -> None:
    broken = VIGNETTES.replace("412,3,update", "412,0,update").replace("540,1", "five,1").replace("327", "NaN")
    with pytest.raises(TableProblems) as caught:
        check_table(broken)
    assert caught.value.problems == [
        "Row 2, amount_is_for: it must be more than zero.",
        "Row 3, amount_gbp: “five” is not a number.",
        "Row 7, amount_is_for: it must be more than zero.",
        "Row 8, addition_gbp: “NaN” is not a number.",
    ]
    with pytest.raises(TableProblems, match="no rows"):
        check_table(UPRATED)
    for text in ("", "a,b\n1,2\n"):
        with pytest.raises(TableProblems, match="no table that can be checked"):
            check_table(text)
