"""Files as systems write them, and dates and money as people do."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from recorder.intake.reading import FileProblem, open_csv, read_date, read_decimal, read_pence

TEXT = "Child, Valid From ,note\n152024,2024-04-01,Zoë £5\n,,\n748703,2024-04-02\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_any_common_encoding_and_separator_reads_the_same(tmp_path: Path, encoding: str, separator: str) -> None:
    path = tmp_path / "file.csv"
    path.write_bytes(TEXT.replace(",", separator).replace("\n", "\r\n").encode(encoding))

    source = open_csv(path, ["child", "valid_from"], ["note"])

    assert [tuple(row) for row in source.rows()] == [
        (2, {"child": "152024", "valid_from": "2024-04-01", "note": "Zoë £5"}),
        (4, {"child": "748703", "valid_from": "2024-04-02", "note": ""}),
    ]
    assert source.lines == 4


def test_a_column_nobody_knows_or_twice_is_said_and_left_out(tmp_path: Path) -> None:
    path = tmp_path / "file.csv"
    path.write_text("child,colour,CHILD\n1,red,2,extra\n")

    source = open_csv(path, ["child"])

    assert [row.values for row in source.rows()] == [{"child": "1"}]
    assert [(f.field, f.severity) for f in source.odd] == [("colour", "note"), ("child", "note")]


def test_every_missing_column_is_named_at_once(tmp_path: Path) -> None:
    path = tmp_path / "file.csv"
    path.write_text("child\n1\n")

    with pytest.raises(FileProblem) as problem:
        open_csv(path, ["child", "valid_from", "social_care"])

    assert [f.field for f in problem.value.findings] == ["valid_from", "social_care"]


@pytest.mark.parametrize(
    "content", [b"", b"\n\n", b"\x89PNG\x00\x01\xff\xfe\x00\x10\x80", "\ufeff".encode() + b"a,b\n\xff\xff\n"]
)
def test_what_is_no_csv_file_is_said_and_nothing_more(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "file.csv"
    path.write_bytes(content)

    with pytest.raises(FileProblem):
        list(open_csv(path, ["child"]).rows())


def test_a_quoted_cell_over_two_lines_is_one_row(tmp_path: Path) -> None:
    path = tmp_path / "file.csv"
    path.write_text('child,note\n1,"first\nsecond"\n2,plain\n')

    assert [row.number for row in open_csv(path, ["child"], ["note"]).rows()] == [2, 3]


@pytest.mark.parametrize(
    "text",
    [
        "2024-06-04",
        "04/06/2024",
        "4/6/24",
        "04.06.2024",
        "4 Jun 24",
        "4th June 2024",
        "04-Jun-2024",
        "2024-06-04T00:00:00",
        "04/06/2024 00:00",
    ],
)
def test_a_date_in_many_spellings_day_first(text: str) -> None:
    assert read_date(text) == date(2024, 6, 4)


@pytest.mark.parametrize("text", ["31/02/2024", "2024-13-01", "06/2024", "June", "45000", "4 Foo 24"])
def test_what_is_no_date_is_refused_in_words(text: str) -> None:
    with pytest.raises(ValueError, match="04/06/2024"):
        read_date(text)


@pytest.mark.parametrize(
    ("text", "pence"),
    [
        ("1119.36", 111936),
        ("£1,119.36", 111936),
        ("1,119.4", 111940),
        (".5", 50),
        ("0", 0),
        ("", None),
        ("12.300", 1230),
    ],
)
def test_money_is_read_to_the_penny(text: str, pence: int | None) -> None:
    assert read_pence(text) == pence


@pytest.mark.parametrize("text", ["-5", "(5.00)", "11,19.36", "1119.365", "ten", "5.00 GBP", "£", "1e5", "NaN"])
def test_what_is_no_amount_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        read_pence(text)


def test_a_number_keeps_its_decimals() -> None:
    assert read_decimal("1628.125") == Decimal("1628.125")
