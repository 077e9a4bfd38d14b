"""The XML form where it is odd: broken, hostile, another return, a child without its header."""

from __future__ import annotations

from pathlib import Path

from recorder.intake.ssda903 import stage

from .returns import folder_of, rules_in

EPISODE = (
    "<EPISODE><DECOM>05/04/2023</DECOM><RNE>S</RNE><LS>C2</LS><CIN>N1</CIN><PL>U6</PL>"
    "<PLACE_PROVIDER>PR1</PLACE_PROVIDER></EPISODE>"
)
HEADER = "<HEADER><CHILDID>A1</CHILDID><UPN>UN1</UPN><SEX>1</SEX><DOB>01/02/2022</DOB><ETHNIC>WBRI</ETHNIC>{}</HEADER>"


def read(folder: Path, text: str, encoding: str = "utf-8") -> tuple[dict[str, int], list[str], int]:
    (folder / "r.xml").write_bytes(text.encode(encoding))
    with stage(folder_of(folder)) as staged:
        return dict(staged.tables), rules_in(staged.findings), len(list(staged.children()))


def test_new_tables_are_told_by_what_their_elements_hold(tmp_path: Path) -> None:
    inside = (
        "<UASC>1</UASC><SW><SW_ID>SW1</SW_ID><SW_DECOM>05/04/2023</SW_DECOM><SW_REASON>MANAGE</SW_REASON></SW>"
        "<PERMANENCE><PREV_PERM>Z1</PREV_PERM></PERMANENCE>"
    )
    tables, rules, _ = read(tmp_path, f"<R><CHILD>{HEADER.format(inside)}{EPISODE}</CHILD></R>")
    assert tables == {"header": 1, "uasc": 1, "social_workers": 1, "previous_permanence": 1, "episodes": 1}
    assert rules == []


def test_elements_not_known_are_said_once(tmp_path: Path) -> None:
    child = f"<CHILD>{HEADER.format('<SHOE_SIZE>4</SHOE_SIZE><PET><NAME>x</NAME></PET>')}{EPISODE}</CHILD>"
    tables, rules, _ = read(tmp_path, f"<R>{child * 3}</R>")
    assert tables == {"header": 3, "episodes": 3}
    assert rules == ["extra_column"]


def test_utf_16_xml(tmp_path: Path) -> None:
    text = f'<?xml version="1.0" encoding="utf-16"?><R><CHILD>{HEADER.format("")}{EPISODE}</CHILD></R>'
    tables, rules, _ = read(tmp_path, text, "utf-16")
    assert tables == {"header": 1, "episodes": 1}
    assert rules == ["utf_16"]


def test_a_broken_file_is_read_as_far_as_it_goes(tmp_path: Path) -> None:
    tables, rules, children = read(tmp_path, f"<R><CHILD>{HEADER.format('')}{EPISODE}</CHILD><CHILD><HEAD")
    assert (tables, children) == ({"header": 1, "episodes": 1}, 1)
    assert rules == ["broken_file"]


def test_entities_are_refused(tmp_path: Path) -> None:
    text = '<!DOCTYPE R [<!ENTITY a "aaaa">]><R><CHILD><HEADER><CHILDID>&a;</CHILDID></HEADER></CHILD></R>'
    _, rules, children = read(tmp_path, text)
    assert children == 0
    assert rules == ["broken_file", "no_tables"]


def test_another_return_is_not_taken_for_this_one(tmp_path: Path) -> None:
    child = "<Child><ChildIdentifiers><UPN>A123456789012</UPN></ChildIdentifiers></Child>"
    assert read(tmp_path, f"<Message><Children>{child}</Children></Message>") == ({}, ["no_tables", "unknown_file"], 0)


def test_a_child_without_header_is_kept_out(tmp_path: Path) -> None:
    tables, rules, _ = read(tmp_path, f"<R><CHILD>{HEADER.format('')}{EPISODE}</CHILD><CHILD>{EPISODE}</CHILD></R>")
    assert tables == {"header": 1, "episodes": 1}
    assert rules == ["child_without_header"]
