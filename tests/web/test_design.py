"""The design system: what pages are put together from, in the words and the browser of those who use them."""

import re
import shutil
import threading
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import html5lib
import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask, render_template_string, request
from jinja2 import Undefined
from markupsafe import Markup
from playwright.sync_api import Browser, Page, expect
from werkzeug.datastructures import MultiDict
from werkzeug.serving import make_server

from costing.duration import parse_minutes
from tests.web.design_gallery import LINES, MISSING, gallery, gallery_charts
from web.design import formats
from web.design.chart_parts import ticks
from web.design.charts import Bar, BarChart, Line, LineChart, Sparkline, bar_chart, line_chart, sparkline
from web.design.paging import page_links
from web.design.widgets import (
    CheckboxesField,
    Choice,
    DatePartsField,
    FilterForm,
    Form,
    MinutesField,
    RadioField,
    SelectField,
    TextareaField,
    TextField,
    read_date,
)

DESIGN = Path(__file__).resolve().parents[2] / "web" / "design"
CHROMIUM_FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking",
                  "--disable-component-update", "--disable-sync", "--disable-quic", "--no-first-run"]  # fmt: skip
WCAG_22_AA = {
    "runOnly": {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    },
    "resultTypes": ["violations"],
}


@pytest.fixture(scope="module")
def site() -> Flask:
    return gallery()


# --- numbers and dates as people read them


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (formats.pounds(123_456 * 420), "£1,234.56"),
        (formats.pounds(209), "£0.00"),
        (formats.pounds(210), "£0.01"),
        (formats.pounds(-210), "−£0.01"),
        (formats.pounds(-209), "£0.00"),
        (formats.pounds(0), "£0.00"),
        (formats.pounds(None), "not known"),
        (formats.pounds(Undefined()), "not known"),
        (formats.signed_pounds(1_200 * 420), "+£12.00"),
        (formats.signed_pounds(-300 * 420), "−£3.00"),
        (formats.signed_pounds(209), "£0.00"),
        (formats.signed_pounds(-209), "£0.00"),
        (formats.signed_pounds(None), "not known"),
        (formats.pounds_whole(1_234_567 * 42_000 + 21_000), "£1,234,568"),
        (formats.pounds_whole(-1_500 * 42_000), "−£1,500"),
        (formats.pounds_short(0), "£0"),
        (formats.pounds_short(940 * 42_000), "£940"),
        (formats.pounds_short(999 * 42_000), "£999"),
        (formats.pounds_short(12_345 * 42_000), "£12.3k"),
        (formats.pounds_short(500_000 * 42_000), "£500k"),
        (formats.pounds_short(999_499 * 42_000), "£999k"),
        (formats.pounds_short(999_500 * 42_000), "£1m"),
        (formats.pounds_short(-1_240_000 * 42_000), "−£1.24m"),
        (formats.minutes(75), "1h 15m"),
        (formats.minutes(0), "0m"),
        (formats.minutes(120), "2h"),
        (formats.minutes(-35), "−35m"),
        (formats.hours(45_000), "12h 30m"),
        (formats.hours(3_600 * 1234), "1,234h"),
        (formats.hours(None), "not known"),
        (formats.number(12345), "12,345"),
        (formats.number(Decimal("12.45"), 1), "12.5"),
        (formats.number(-2), "−2"),
        (formats.percent(Fraction(805, 1000)), "81%"),
        (formats.percent(0.805, 1), "80.5%"),
        (formats.uk_date(date(2026, 11, 3)), "3 November 2026"),
        (formats.uk_date_short(date(2026, 11, 3)), "3 Nov 2026"),
        (formats.uk_date(None), "not known"),
        (formats.month_name(202411), "November 2024"),
        (formats.month_short(202411), "Nov 24"),
        (formats.uk_instant(datetime(2026, 11, 23, 14, 41, tzinfo=UTC)), "23 November 2026 at 2:41pm"),
        (formats.uk_instant(datetime(2026, 6, 30, 23, 5, tzinfo=UTC)), "1 July 2026 at 12:05am"),
        (formats.uk_time(datetime(2026, 6, 30, 11, 0, tzinfo=UTC)), "12:00pm"),
    ],
)
def test_numbers_and_dates_read_as_people_write_them(written: str, expected: str) -> None:
    assert written == expected


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        formats.uk_instant(datetime(2026, 1, 1, 9))  # noqa: DTZ001


# --- dates in three parts


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        (("5", "6", "2026"), date(2026, 6, 5)),
        (("05", "06", "2026"), date(2026, 6, 5)),
        ((" 5 ", "June", "2026"), date(2026, 6, 5)),
        (("5", "sept", "2026"), date(2026, 9, 5)),
        (("5/6/2026", "", ""), date(2026, 6, 5)),
        (("5 June 2026", "", ""), date(2026, 6, 5)),
        (("2026-06-05", "", ""), date(2026, 6, 5)),
        (("29", "2", "2024"), date(2024, 2, 29)),
        (("", " ", ""), None),
    ],
)
def test_dates_are_read_as_they_are_written(typed: tuple[str, str, str], expected: date | None) -> None:
    assert read_date(typed) == expected


@pytest.mark.parametrize(
    ("typed", "words", "leads_to"),
    [
        (("31", "2", "2026"), "Date must be a real date", "day"),
        (("5", "13", "2026"), "Date must be a real date", "month"),
        (("5", "Jumy", "2026"), "Date must be a real date", "month"),
        (("x", "6", "2026"), "Date must be a real date", "day"),
        (("²", "6", "2026"), "Date must be a real date", "day"),
        (("5", "6", "26"), "Date must have a year of 4 numbers, like 2026", "year"),
        (("5", "6", "0000"), "Date must be a real date", "year"),
        (("5", "6", "9" * 5000), "Date must be a real date", "year"),
        (("5", "", "2026"), "Date must include a month", "month"),
        (("5", "", ""), "Date must include a month and year", "month"),
    ],
)
def test_a_wrong_date_is_said_in_words_and_given_back(
    site: Flask, typed: tuple[str, str, str], words: str, leads_to: str
) -> None:
    form, html = posted(
        site, {f"happened-{part}": text for part, text in zip(("day", "month", "year"), typed, strict=True)}
    )
    assert {"text": words, "href": f"#happened-{leads_to}"} in form.error_list()
    assert form.happened.data is None
    inputs = re.findall(r'name="happened-\w+"[^>]* value="([^"]*)"', html)
    assert tuple(inputs) == typed


def test_a_short_post_raises_nothing(site: Flask) -> None:
    for sent in ({}, {"happened": "5"}, {"happened-month": "6"}, {"happened-day": "", "kind": "nonsense"}):
        form, _ = posted(site, sent)
        assert form.errors


# --- other fields


class Everything(Form):
    happened = DatePartsField("When?", subject="Date", required="Enter the date")
    kind = RadioField("What?", choices=[("visit", "Home visit"), ("call", "Call")], required="Choose what")
    who = CheckboxesField("Who?", choices=[("child", "Child"), Choice("carer", "Carer", hint="Any")], default=["carer"])
    spent = MinutesField("Time", parser=parse_minutes)
    code = SelectField("Process", choices=["CLA1", "CLA2"], default="CLA2")
    name = TextField("Name")
    secret = TextField("Password", type="password")
    note = TextareaField("Note")

    class Meta:
        csrf = False


def posted(site: Flask, sent: dict[str, Any]) -> tuple[Everything, str]:
    """The form after a post, and its fields as markup."""
    with site.test_request_context("/", method="POST", data=MultiDict(sent)):
        form = Everything()
        form.validate()
        return form, "".join(str(field()) for field in form)


def test_what_was_typed_is_given_back_exactly(site: Flask) -> None:
    form, html = posted(
        site, {"spent": " 1.5 ", "name": "  <Ann> ", "note": "\n two\nlines ", "secret": "s3cret", "kind": "x"}
    )
    assert 'value=" 1.5 "' in html
    assert 'value="  &lt;Ann&gt; "' in html
    assert ">\n\n two\nlines </textarea>" in html, "the first line break belongs to the tag, the second to the writer"
    assert "s3cret" not in html
    assert form.name.data == "<Ann>"
    assert form.secret.data == "s3cret"
    assert form.spent.data is None
    assert [error["href"] for error in form.error_list()] == ["#happened-day", "#kind", "#spent"]
    assert "could be hours or minutes" in html


def test_blank_is_not_known_and_a_time_becomes_minutes(site: Flask) -> None:
    form, _ = posted(site, {"spent": "", "name": " "})
    assert (form.spent.data, form.name.data, form.code.data, form.who.data) == (None, None, None, [])
    assert posted(site, {"spent": "1h15"})[0].spent.data == 75


def test_starting_values_are_drawn(site: Flask) -> None:
    with site.test_request_context("/"):
        form = Everything(data={"happened": date(2026, 6, 5), "spent": 75, "kind": "call", "name": "Ann"})
        html = "".join(str(field()) for field in form)
    assert re.findall(r'name="happened-\w+"[^>]* value="([^"]*)"', html) == ["5", "6", "2026"]
    assert 'value="1h 15m"' in html
    assert 'value="call" checked' in html
    assert 'value="carer" checked' in html
    assert '<option value="CLA2" selected>' in html


def test_answers_that_were_not_offered_are_refused(site: Flask) -> None:
    form, _ = posted(site, {"kind": "x", "who": "dog", "code": "CLA9"})
    refused = {field.name for field in form if "Choose one of the answers shown" in field.errors}
    assert refused == {"kind", "who", "code"}


def test_several_ticks_are_kept_once_each(site: Flask) -> None:
    with site.test_request_context(
        "/", method="POST", data=MultiDict([("who", "child"), ("who", "carer"), ("who", "child")])
    ):
        assert Everything().who.data == ["child", "carer"]


def test_a_field_may_not_take_a_name_of_the_form() -> None:
    with pytest.raises(TypeError, match="process"):
        type("Taken", (Form,), {"process": TextField("Process")})


def test_a_filter_needs_no_token(site: Flask) -> None:
    class Months(FilterForm):
        month = SelectField("Month", choices=["202610"])

    with site.test_request_context("/?month=202610"):
        form = Months(request.args)
        assert form.month.data == "202610"
        assert "csrf_token" not in form
        assert '<option value="202610" selected>' in str(form.month())


# --- the layout and its headers


def test_every_page_has_a_strict_policy_and_is_kept_in_no_cache(site: Flask) -> None:
    response = site.test_client().get("/")
    policy = response.headers["Content-Security-Policy"]
    nonce = re.search(r"'nonce-([^']+)'", policy)
    assert nonce is not None
    assert f'<script nonce="{nonce[1]}">' in response.text
    assert policy.startswith("default-src 'none'; script-src 'self' 'nonce-")
    assert "unsafe" not in policy
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Referrer-Policy"] == "same-origin"
    again = site.test_client().get("/").headers["Content-Security-Policy"]
    assert again != policy, "a nonce serves one response"


def test_downloads_are_kept_in_no_cache_unless_their_view_says_so(site: Flask) -> None:
    client = site.test_client()
    assert client.get("/download", buffered=True).headers["Cache-Control"] == "no-store"
    assert client.get("/open").headers["Cache-Control"] == "public, max-age=60"
    assert client.get("/nowhere").headers["Cache-Control"] == "no-store"


def test_assets_are_cached_for_good_only_under_the_hash_of_their_content(site: Flask) -> None:
    client = site.test_client()
    addresses = re.findall(r'(?:href|src)="(/assets/[^"]+)"', client.get("/").text)
    assert len(addresses) == 5
    for address in addresses:
        response = client.get(address, buffered=True)
        assert response.status_code == 200
        assert response.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert client.get("/assets/app.css", buffered=True).headers["Cache-Control"] == "no-cache"
    assert client.get("/assets/app.css?v=0000", buffered=True).headers["Cache-Control"] == "no-cache"
    assert client.get("/assets/nothing.css").status_code == 404
    assert client.get("/assets/../pages.py").status_code == 404


def test_styles_reach_for_nothing_that_is_not_ours(site: Flask) -> None:
    styles = (DESIGN / "static" / "app.css").read_text(encoding="utf-8")
    assert "GDS Transport" not in styles
    assert "crest" not in styles
    assert "@import" not in styles
    for target in re.findall(r"url\(\"?([^)\"]+)", styles):
        assert site.test_client().get(f"/assets/{target}", buffered=True).status_code == 200, target


def test_a_page_without_a_shell_still_stands(site: Flask) -> None:
    with site.test_request_context("/"):
        html = render_template_string('{% extends "design/layout.html" %}{% block title %}A{% endblock %}', shell=None)
    assert "<title>A – Daybook</title>" in html
    assert "Made-up" not in html
    assert "Sign out" not in html


def test_the_page_is_sound_markup_without_inline_styles_or_handlers(site: Flask) -> None:
    client = site.test_client()
    for html in (client.get("/").text, client.post("/", data={}).text):
        parser = html5lib.HTMLParser(namespaceHTMLElements=False)
        tree = parser.parse(html)
        assert [kind for _, kind, _ in parser.errors] == []
        ids = [element.get("id") for element in tree.iter() if element.get("id")]
        assert sorted(ids) == sorted(set(ids))
        referred = {
            one
            for element in tree.iter()
            for name in ("aria-describedby", "aria-labelledby", "for", "data-daybook-reveals", "data-aria-controls")
            for one in (element.get(name) or "").split()
        }
        assert referred - set(ids) == set()
        assert not re.search(r"\s(style|on[a-z]+)=", html)


def test_pages_of_a_long_list() -> None:
    links = page_links(6, 12, "?page={}".format)
    shown = ["…" if "gap" in item else item["number"] for item in links["items"]]
    assert shown == [1, "…", 5, 6, 7, "…", 12]
    assert (links["previous"], links["next"]) == ("?page=5", "?page=7")
    assert [item["number"] for item in page_links(4, 5, str)["items"]] == [1, 2, 3, 4, 5]
    assert page_links(1, 1, str)["next"] is None


# --- charts


def test_charts_are_named_described_and_free_of_styles() -> None:
    for chart_id, markup in gallery_charts().items():
        assert isinstance(markup, Markup)
        assert 'role="img" width="100%"' in markup
        assert f'<title id="{chart_id}-chart-title">' in markup
        assert f'<desc id="{chart_id}-chart-desc">' in markup
        assert not re.search(r"\s(style|on[a-z]+)=", markup)
        assert "nan" not in markup


def test_bars_add_up_and_say_what_is_not_known() -> None:
    bars = (Bar("A & B", (30.0, 20.0)), Bar("Half", (10.0, None)), Bar("None", (None, None)), Bar("Zero", (0.0, 0.0)))
    markup = bar_chart(BarChart("c", "Title", "Words", ("Direct", "Indirect"), bars))
    assert "A &amp; B" in markup
    widths = [
        float(width) for width in re.findall(r'class="db-series-\d db-chart__gap"[^>]* width="([\d.]+)%"', markup)
    ]
    assert widths == [60, 40, 20]
    totals = re.findall(r'text-anchor="end">([^<]+)</text>', markup)
    assert totals == ["50", "10, part not known", "not known", "0"]


def test_bars_on_both_sides_of_nought_share_one_scale() -> None:
    markup = bar_chart(BarChart("c", "T", "D", ("S",), (Bar("up", (30.0,)), Bar("down", (-10.0,))), "count"))
    places = re.findall(r'db-chart__gap" x="([\d.]+)%" y="[\d.]+" width="([\d.]+)%"', markup)
    assert places == [("25", "75"), ("0", "25")]


def test_series_differ_in_more_than_colour() -> None:
    charts = gallery_charts()
    assert len(set(re.findall(r'<path d="([^"]+)" stroke="#fff"', charts["six"]))) == 5
    assert len(set(re.findall(r'stroke-dasharray="([^"]+)"', charts["by-month"]))) >= 3
    assert "Placements, January 2025: £900k" in charts["by-month"]


def test_a_line_breaks_where_nothing_is_known() -> None:
    markup = line_chart(
        LineChart("c", "T", "D", (202601, 202602, 202603, 202604, 202605), (Line("L", (1, 2, None, 4, 5)),))
    )
    assert len(re.findall(r'<path class="db-chart__line"', markup)) == 2
    assert "L, April 2026: 4" in markup
    assert line_chart(LineChart("c", "T", "D", (202601,), (Line("L", (None,)),)))
    assert "polyline" not in sparkline(Sparkline("Nothing", (None, None)))


def test_wrongly_made_charts_are_refused() -> None:
    with pytest.raises(ValueError, match="series"):
        bar_chart(BarChart("c", "T", "D", ("A", "B"), (Bar("x", (1.0,)),)))
    with pytest.raises(ValueError, match="tell"):
        bar_chart(BarChart("c", "T", "D", tuple("ABCDEFG"), ()))
    with pytest.raises(ValueError, match="does not have 24"):
        line_chart(LineChart("c", "T", "D", LINES.months, (Line("L", (1.0,)),)))


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [(0, 97, [0, 20, 40, 60, 80, 100]), (0, 0, [0, 0.2, 0.4, 0.6, 0.8, 1]), (-30, 70, [-40, -20, 0, 20, 40, 60, 80])],
)
def test_an_axis_has_round_steps(low: float, high: float, expected: list[float]) -> None:
    assert ticks(low, high, "count", most=len(expected) - 1) == pytest.approx(expected)


# --- in a real browser


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("Debian's chromium is not installed")
    return {**browser_type_launch_args, "executable_path": chromium, "args": CHROMIUM_FLAGS}


@pytest.fixture(scope="module")
def address(site: Flask) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, site, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join(timeout=5)
    server.server_close()


@pytest.fixture
def watched(browser: Browser, address: str) -> Iterator[Page]:
    """A page that fails its test on script errors, blocked content or missing files."""
    context = browser.new_context(base_url=address, viewport={"width": 1280, "height": 900})
    page = context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda said: complaints.append(said.text) if "Content Security Policy" in said.text else None)
    page.on(
        "response",
        lambda answer: complaints.append(answer.url) if answer.status >= 400 and answer.status != 422 else None,
    )
    yield page
    context.close()
    assert complaints == []


def axe_finds_nothing(page: Page) -> None:
    found = Axe().run(page, options=WCAG_22_AA).response["violations"]
    assert [(one["id"], [node["html"][:120] for node in one["nodes"]]) for one in found] == []


def test_the_gallery_is_accessible_with_and_without_errors(watched: Page) -> None:
    watched.goto("/")
    axe_finds_nothing(watched)
    assert all(text.strip() for text in watched.locator("fieldset > legend").all_inner_texts())
    assert watched.locator("fieldset").count() == watched.locator("fieldset > legend").count() == 3
    watched.get_by_role("button", name="Save", exact=True).click()
    summary = watched.get_by_role("alert")
    expect(summary).to_contain_text("There is a problem")
    assert watched.title().startswith("Error: Gallery – Daybook")
    axe_finds_nothing(watched)
    for words, leads_to in MISSING.items():
        summary.get_by_role("link", name=words).click()
        tag, element_id = watched.evaluate("[document.activeElement.tagName, document.activeElement.id]")
        assert (tag, element_id) == ("SELECT" if leads_to == "process_code" else "INPUT", leads_to)


def test_nothing_scrolls_sideways_on_a_small_screen(watched: Page) -> None:
    watched.set_viewport_size({"width": 320, "height": 700})
    watched.goto("/")
    assert watched.evaluate("document.documentElement.scrollWidth") == 320
    wide, narrow = watched.locator(".db-table-region:has(#wide)"), watched.locator(".db-table-region:has(#none)")
    expect(wide).to_have_attribute("tabindex", "0")
    expect(narrow).not_to_have_attribute("tabindex", "0")
    wide.focus()
    watched.keyboard.press("ArrowRight")
    expect(wide).to_have_js_property("scrollLeft", 40)
    axe_finds_nothing(watched)
    watched.get_by_role("button", name="Save", exact=True).click()
    expect(watched.get_by_role("alert")).to_contain_text("There is a problem")
    assert watched.evaluate("document.documentElement.scrollWidth") == 320
    expect(watched.get_by_role("combobox", name="Child")).to_have_accessible_description(
        re.compile(r"^Error:\s+Choose a child")
    )
    watched.get_by_role("combobox", name="Child").fill("child 2")
    expect(watched.get_by_role("combobox", name="Child")).to_have_accessible_description(
        re.compile(r"^Error:\s+Choose a child")
    )


def test_an_activity_is_recorded_with_keyboard_and_autocomplete(watched: Page) -> None:
    watched.goto("/")
    expect(watched.get_by_label("Say what")).to_be_hidden()
    watched.get_by_label("Something else").check()
    expect(watched.get_by_label("Say what")).to_be_visible()
    watched.get_by_label("Home visit").check()
    expect(watched.get_by_label("Say what")).to_be_hidden()
    when = watched.get_by_role("group", name="When did it happen?")
    for part, text in (("Day", "5"), ("Month", "6"), ("Year", "2026")):
        when.get_by_label(part).fill(text)
    watched.get_by_label("The child", exact=True).check()
    watched.get_by_label("Time spent").fill("1h15")
    watched.get_by_label("Process", exact=True).select_option("CLA2")
    box = watched.get_by_role("combobox", name="Child")
    box.fill("child 17")
    expect(watched.locator("#child__listbox").get_by_role("option")).to_have_text(["Child 17"])
    watched.keyboard.press("ArrowDown")
    watched.keyboard.press("Enter")
    sent = watched.locator("select[name=child]")
    expect(sent).to_have_value("c17")
    box.fill("child 1x")
    expect(sent).to_have_value("")
    box.fill("CHILD 18")
    expect(sent).to_have_value("c18")
    watched.keyboard.press("Tab")
    axe_finds_nothing(watched)
    watched.get_by_role("button", name="Save", exact=True).click()
    notice = watched.get_by_role("alert")
    expect(notice).to_contain_text("Activity recorded")
    axe_finds_nothing(watched)


def test_everything_can_be_answered_without_script(browser: Browser, address: str) -> None:
    context = browser.new_context(base_url=address, java_script_enabled=False)
    page = context.new_page()
    page.goto("/")
    expect(page.get_by_label("Say what")).to_be_visible()
    expect(page.get_by_role("navigation", name="Main menu").get_by_role("link", name="Children")).to_be_visible()
    page.get_by_label("Child", exact=True).select_option("c17")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("heading", name="There is a problem")).to_be_visible()
    expect(page.get_by_label("Child", exact=True)).to_have_value("c17")
    context.close()


def test_shapes_are_drawn_in_colour_under_the_policy(watched: Page) -> None:
    watched.goto("/")
    colours = watched.eval_on_selector_all(
        "#by-process-chart rect.db-series-1, #by-process-chart rect.db-series-2, #by-process-chart .db-chart__track",
        "nodes => [...new Set(nodes.map(node => getComputedStyle(node).fill))].sort()",
    )
    assert colours == ["rgb(11, 93, 99)", "rgb(238, 242, 241)", 'url("#by-process-fill-2")']
    assert watched.eval_on_selector("#by-month-chart .db-chart__line", "node => getComputedStyle(node).fill") == "none"
