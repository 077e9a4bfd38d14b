"""One return in other encodings and in the XML form: the log says the same of every child."""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from datetime import date
from pathlib import Path
from uuid import UUID

import pytest

from recorder.application import event_of
from recorder.intake.ssda903 import ReturnFolder
from recorder.intake.ssda903.loading import load_returns
from tests.house import House, open_house

LA_DEV = Path(__file__).resolve().parents[2] / ".." / "shared" / "samples" / "la_dev"

pytestmark = pytest.mark.skipif(not LA_DEV.is_dir(), reason="la_dev does not lie beside this checkout")


def content(house: House) -> Counter[tuple[str, str]]:
    """What the log says, without its ids: each fact with its child's identifier and its values in plain."""
    keys = house.recorder.keys
    found: Counter[tuple[str, str]] = Counter()
    names: dict[UUID, str] = {}
    for page in house.recorder.log_store.pages(0, 5_000):
        for event in map(event_of, page):
            said = {name: getattr(event.body, name) for name in event.body.__struct_fields__}
            if event.subject and said.get("personal"):
                said["personal"] = keys.decrypt(event.subject, said["personal"])
            if said.get("system") == "ssda903" and event.subject:
                names[event.subject] = said["personal"]["value"]
            if event.body.topic != "import.completed.v1":
                said["child"] = names.get(event.subject or event.originator_id, "")
                found[event.body.topic, repr(sorted(said.items()))] += 1
    return found


def as_xml(folder: Path) -> str:
    """The header and episodes of a return in the XML form."""
    episodes: defaultdict[str, list[str]] = defaultdict(list)
    for row in table(folder / "episodes.csv"):
        child = row.pop("CHILD")
        inside = "".join(f"<{'PL' if name == 'PLACE' else name}>{value}</{'PL' if name == 'PLACE' else name}>"
                         for name, value in row.items())  # fmt: skip
        episodes[child].append(f"<EPISODE>{inside}</EPISODE>")
    children = []
    for row in table(folder / "header.csv"):
        child = row.pop("CHILD")
        inside = "".join(f"<{name}>{value}</{name}>" for name, value in row.items())
        header = f"<HEADER><CHILDID>{child}</CHILDID>{inside}</HEADER>"
        children.append(f"<CHILD>{header}{''.join(episodes[child])}</CHILD>")
    return f"<EXPSSDA903>{''.join(children)}</EXPSSDA903>"


def table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def test_other_encodings_and_the_xml_form_load_equal(tmp_path: Path) -> None:
    source = LA_DEV / "ssda903_clean" / "2023"
    copies = {name: tmp_path / name for name in ("plain", "utf-8-sig", "utf-16", "xml")}
    for name, copy in copies.items():
        copy.mkdir()
        for file in () if name == "xml" else source.glob("*.csv"):
            encoding = "utf-8" if name == "plain" else name
            (copy / file.name).write_text(file.read_text(encoding="utf-8-sig"), encoding=encoding)
    (copies["xml"] / "return.xml").write_text(as_xml(source), encoding="utf-8")
    contents = []
    for name, copy in copies.items():
        house = open_house("sqlite", tmp_path / f"house-{name}")
        desk = house.where.engine("desk")
        (loaded,) = load_returns(house.recorder, desk, [ReturnFolder(copy, "2023/24", date(2024, 6, 30))])
        assert loaded.summary.new == loaded.summary.read > 1_000
        contents.append(content(house))
        desk.dispose()
        house.close()
    assert all(each == contents[0] for each in contents)
