"""Exports on pages: asked for, made, taken; the same bytes again; who took what is noted."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Engine

from projections import exports as rows_of_exports
from recorder.desk import looks, reads_of_child
from tests.web.pages import Browser, Page
from tests.web.priced import correct_visit
from tests.web.test_finance import shown
from tests.web.village import RUBY, TOM, Village
from web.finance import export_files, export_jobs
from web.finance.export_making import make_export, settled

ASKED = {"what": "postings", "from": "202504", "to": "202603", "form": "csv"}

KNOWN = ("known-day", "known-month", "known-year")


def desk(village: Village) -> Engine:
    return village.house.where.engine("desk")


def ask(fin: Browser, **said: object) -> Page:
    return fin.submit(fin.get("/finance/exports"), ASKED | said)


def bytes_of(fin: Browser, page: Page) -> bytes:
    answer = fin.raw(page.link("Download the file"))
    assert answer.status_code == 200
    content = answer.get_data()
    answer.close()
    return content


def test_postings_are_taken_as_a_file_with_its_manifest(fin: Browser, village: Village) -> None:
    page = ask(fin)
    assert page.h1 == "Postings, April 2025 to March 2026"
    content = bytes_of(fin, page)
    read = list(csv.DictReader(io.StringIO(content.decode())))
    assert {row["cost_kind"] for row in read} == {"placement", "staff"}
    manifest = json.loads(fin.raw(page.link("Download its manifest")).get_data())
    assert manifest["sha256"] == hashlib.sha256(content).hexdigest()
    assert manifest["rows"] == len(read)
    assert manifest["sha256"] in page.main
    for child in (RUBY, TOM):
        assert "finance export" in {read.what for read in reads_of_child(desk(village), child)}


def test_the_same_request_has_the_same_bytes_and_run(fin: Browser, village: Village) -> None:
    one, other = ask(fin, form="xlsx"), ask(fin, form="xlsx")
    assert one.path != other.path
    assert bytes_of(fin, one) == bytes_of(fin, other)


@pytest.mark.parametrize(
    ("said", "problem"),
    [
        ({"what": "summary"}, ("Select what the summary goes by", "#rows")),
        ({"from": "202603", "to": "202504"}, ("The last month is before the first", "#to")),
        (dict(zip(KNOWN, ("31", "2", "2026"), strict=True)), ("As known on must be a real date", "#known-day")),
        ({"form": "doc"}, ("Select the form of the file", "#form")),
    ],
)
def test_what_cannot_be_made_is_said_and_nothing_typed_is_lost(
    fin: Browser, said: dict[str, str], problem: tuple[str, str]
) -> None:
    refused = fin.submit(fin.get("/finance/exports"), ASKED | {"by": "booked"} | said, status=422)
    assert refused.errors() == [problem]
    assert refused.fields()["by"] == "booked"


def test_a_summary_goes_by_what_was_selected_and_names_no_child(fin: Browser, village: Village) -> None:
    page = ask(fin, what="summary", rows=["sector", "cost_kind"])
    content = bytes_of(fin, page).decode()
    assert content.startswith("cost_kind,sector,amount,")
    assert [look for look in looks(desk(village), who="fin") if look.what == "finance export"] == []


def test_more_rows_than_a_sheet_holds_are_refused_in_words(fin: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(export_files, "SHEET_ROWS", 3)
    page = ask(fin, form="xlsx")
    assert "A sheet of a workbook holds 3 rows" in page.main
    assert shown(fin.get("/finance/exports"), "made")[0][3] == "Stopped"


def test_a_file_that_is_gone_is_made_again_with_the_same_bytes(fin: Browser, village: Village) -> None:
    """Also after other facts have come: the request is settled to a position of the log."""
    page = ask(fin)
    content = bytes_of(fin, page)
    for path in (Path(village.settings.data) / "exports").iterdir():
        path.unlink()
    correct_visit(village, 90)
    village.catch_up()
    gone = fin.get(page.path)
    assert "no longer kept" in gone.main
    again = fin.submit(gone)
    assert bytes_of(fin, again) == content
    assert bytes_of(fin, ask(fin)) != content


def test_one_that_was_interrupted_is_begun_afresh(fin: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(*_: object) -> None:
        message = "the power is cut"
        raise RuntimeError(message)

    with monkeypatch.context() as cut:
        cut.setattr(export_jobs, "make_export", stop)
        page = ask(fin)
    assert "The file is not made" in page.main
    assert bytes_of(fin, fin.submit(page))


def test_what_is_unfinished_is_never_taken_for_a_file(fin: Browser, village: Village, tmp_path: Path) -> None:
    assert fin
    tmp_path = tmp_path / "out"
    tmp_path.mkdir()
    log, tables = village.house.recorder.log_store, village.house.tables
    asked = settled(log, tables, rows_of_exports.ExportRequest(what="postings", first=202504, last=202603))

    def cut_off(done: int, total: int | None) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        make_export(log, tables, asked, "csv", tmp_path, cut_off)
    assert list(tmp_path.iterdir()) == []
    made = make_export(log, tables, asked, "csv", tmp_path, lambda *_: None)
    assert made.path.exists()


def test_as_known_before_anything_was_known_there_is_no_row(fin: Browser) -> None:
    page = ask(fin, **{"known-day": "1", "known-month": "4", "known-year": "2015"})
    assert bytes_of(fin, page).count(b"\r\n") == 1


def test_only_finance_and_administrators_take_files(signed_in: Callable[[str], Browser], fin: Browser) -> None:
    made = ask(fin)
    for who in ("ada", "cam", "gil"):
        browser = signed_in(who)
        assert browser.raw(made.path.split("?")[0] + "/file").status_code == 403
        assert browser.raw("/finance/mapping").status_code == 403
