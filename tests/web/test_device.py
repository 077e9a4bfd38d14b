"""What a device may keep for when there is no signal: labels, and a page that says nothing about anybody."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

import web.record
from projections.queries.my_day import Colleague
from projections.queries.names import ERASED, ChildName
from tests.web.pages import Browser
from tests.web.test_offline import entry, offer_of, post, states
from tests.web.village import Village
from web import create_app, state
from web.record.device import colleague_labels, labels_of
from web.settings import SettingsError

MOST_SCRIPT = 60_000


def fetched(browser: Browser, address: str) -> tuple[int, str, bytes]:
    """Status, caching and content of a file, which is closed again."""
    with browser.raw(address) as answer:
        return answer.status_code, answer.headers["Cache-Control"], answer.get_data()


def test_a_device_is_offered_labels_and_never_a_name(ada: Browser, signed_in: Callable[[str], Browser]) -> None:
    said = offer_of(ada)
    assert {child["label"] for child in said["offer"]["children"]} == {"R.A.", "T.B."}
    assert {each["label"] for each in said["offer"]["colleagues"]} == {"B.H.", "C.L."}
    assert "Ben Hale" in ada.get("/my-day/device").main
    assert said["hours"] == 12
    text = json.dumps(said)
    assert [
        name for name in ("Ruby", "Ashworth", "Tom", "Briar", "N0000", "Osei", "Ben Hale", "ada") if name in text
    ] == []
    # Somebody who does not record has a session to end, and nothing else.
    assert offer_of(signed_in("fin"))["offer"] is None


def test_labels_tell_children_apart_and_are_never_an_identifier() -> None:
    children = [
        ChildName(9, UUID(int=9), "Rosa Abel"),
        ChildName(3, UUID(int=3), "Ruby Ashworth", "N00001"),
        ChildName(4, UUID(int=4), "N00044", "N00044"),
        ChildName(5, UUID(int=5), ERASED),
        ChildName(6, UUID(int=6), "Mary Ann O’Neil"),
        ChildName(7, UUID(int=7), "Élodie"),
    ]
    found = {child.int: label for child, label in labels_of(children, "initials").items()}
    assert found == {3: "R.A.", 4: "Child 4", 6: "M.O.", 7: "É.", 9: "R.A. 2"}
    assert sorted(labels_of(children, "numbers").values()) == ["Child 3", "Child 4", "Child 6", "Child 7", "Child 9"]
    assert labels_of(children, "off") == {}
    colleagues = [Colleague(2, UUID(int=2), "Ben Hale"), Colleague(1, UUID(int=1), "Bea Holt")]
    assert list(colleague_labels(colleagues, "initials").values()) == ["B.H.", "B.H. 2"]
    assert list(colleague_labels(colleagues, "numbers").values()) == ["Worker 1", "Worker 2"]


@pytest.mark.parametrize(("how", "labels"), [("numbers", ["Child"]), ("off", [])])
def test_the_authority_says_what_is_kept(village: Village, how: str, labels: list[str]) -> None:
    given = replace(village.settings, offline_labels=how, offline_hours=3)
    site = create_app(given, clock=village.house.clock)
    site.testing = True
    browser = Browser(site)
    browser.sign_in("ada")
    said = offer_of(browser)
    offered = said["offer"]["children"] if said["offer"] else []
    assert sorted({child["label"].split()[0] for child in offered}) == labels
    colleagues = said["offer"]["colleagues"] if said["offer"] else []
    assert [each["label"].split()[0] for each in colleagues] == ["Worker", "Worker"] * len(labels)
    assert said["hours"] == 3
    session = browser.get("/my-day").with_id("session")
    assert session is not None
    assert session.get("data-records") == ("no" if how == "off" else "yes")
    assert ("does not allow" in browser.get("/my-day/device").main) == (how == "off")
    # What was made while it was allowed is still taken.
    assert states(post(browser, entry())) == ["recorded"]
    site.extensions[state.EXTENSION].close()


def test_settings_that_cannot_be_are_named(village: Village) -> None:
    with pytest.raises(SettingsError) as wrong:
        create_app(replace(village.settings, offline_labels="names", offline_hours=0))
    assert [problem.split(":")[0] for problem in wrong.value.problems] == [
        "DAYBOOK_OFFLINE_LABELS",
        "DAYBOOK_OFFLINE_HOURS",
    ]


def test_the_page_that_is_kept_says_nothing_about_anybody(ada: Browser, visitor: Browser) -> None:
    for browser in (ada, visitor):
        page = browser.get("/my-day/offline")
        assert [
            word for word in ("Ruby", "Tom Briar", "Ada Osei", "csrf_token", "data-owner") if word in page.text
        ] == []
    assert "Signed in as" not in page.text


def test_the_worker_names_everything_it_keeps_and_its_version_follows_it(visitor: Browser, monkeypatch: Any) -> None:
    answer = visitor.raw("/service-worker.js")
    assert answer.headers["Cache-Control"] == "no-cache, max-age=0"
    assert answer.mimetype == "text/javascript"
    text = answer.get_data(as_text=True)
    given = dict(re.findall(r'^const (\w+) = (".*"|\[.*\]);$', text, re.MULTILINE))
    version, files = json.loads(given["VERSION"]), json.loads(given["FILES"])
    kept = visitor.raw(json.loads(given["PAGE"])).get_data(as_text=True)
    needed = set(re.findall(r'(?:src|href)="(/[^"]*(?:assets)[^"]*)"', kept))
    assert needed - set(files) == set()
    for address in [*files, json.loads(given["STORE"])]:
        assert "immutable" in fetched(visitor, address)[1], address
    # Asked for again it is the same; where the content differs, so does the version.
    assert visitor.raw("/service-worker.js").get_data(as_text=True) == text
    monkeypatch.setattr("web.record.offline.kept_addresses", lambda: files[:-1])
    assert f'"{version}"' not in visitor.raw("/service-worker.js").get_data(as_text=True)


def test_it_can_be_installed(visitor: Browser) -> None:
    answer = visitor.raw("/app.webmanifest")
    said = json.loads(answer.get_data(as_text=True))
    assert answer.mimetype == "application/manifest+json"
    assert (said["start_url"], said["display"], said["scope"]) == ("/my-day", "standalone", "/")
    assert said["name"] == "Daybook – Northmoor Council"
    assert {icon["sizes"] for icon in said["icons"]} == {"192x192", "512x512"}
    for icon in said["icons"]:
        assert fetched(visitor, icon["src"])[0] == 200
    assert 'rel="manifest" href="/app.webmanifest"' in visitor.get("/sign-in").text


def test_all_scripts_of_the_entry_page_are_small(ada: Browser) -> None:
    page = ada.get("/my-day")
    sources = [script.get("src", "") for script in page.all("script") if script.get("src")]
    assert any("entry.js" in source for source in sources)
    sizes = {source: len(gzip.compress(fetched(ada, source)[2])) for source in sources}
    assert sum(sizes.values()) < MOST_SCRIPT, sizes


def test_what_the_entry_page_runs_is_each_script_in_a_block_of_its_own(ada: Browser) -> None:
    address = next(e.get("src", "") for e in ada.get("/my-day").all("script") if "entry.js" in e.get("src", ""))
    together = ada.client.get(address)
    for name in ("session", "offline_store", "offline", "my_day", "drafts", "timer", "measure"):
        alone = Path(web.record.__file__).parent.joinpath("static", f"{name}.js").read_text(encoding="utf-8")
        assert f"{{\n{alone}\n}}\n" in together.text
    assert together.headers["Cache-Control"] == "public, max-age=31536000, immutable"
