"""A page with every component on it, with and without errors, served by a small app of its own."""

from datetime import UTC, date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

from flask import Flask, flash, redirect, render_template, render_template_string, request, send_file, url_for

from costing.duration import parse_minutes
from web.design import register
from web.design.charts import Bar, BarChart, Line, LineChart, Sparkline, bar_chart, line_chart, sparkline
from web.design.paging import page_links
from web.design.widgets import (
    CheckboxesField,
    Choice,
    DatePartsField,
    FilterForm,
    Form,
    HiddenField,
    MinutesField,
    RadioField,
    SelectField,
    TextareaField,
    TextField,
    UploadField,
)

NAVIGATION = [
    {"href": "/", "text": "My day", "current": True},
    {"href": "/children", "text": "Children"},
    {"href": "/team", "text": "Team"},
    {"href": "/costs", "text": "Costs"},
    {"href": "/method", "text": "How it is worked out"},
]


# What the error summary names for an empty post, and where each of its links leads.
MISSING = {
    "Enter the date": "happened-day",
    "Choose what it was": "kind",
    "Choose who was there": "with_whom",
    "Enter the time spent": "spent",
    "Choose a process": "process_code",
    "Choose a child": "child",
}


class ActivityForm(Form):
    draft = HiddenField("Draft", default="d1")
    happened = DatePartsField("When did it happen?", subject="Date", required="Enter the date", hint="Such as 5 6 2026")
    kind = RadioField(
        "What was it?",
        required="Choose what it was",
        choices=[Choice("visit", "Home visit", hint="At home or at the placement"), ("call", "Phone call"),
                 ("other", "Something else")],
    )  # fmt: skip
    other = TextField("Say what", width="20")
    with_whom = CheckboxesField(
        "Who was there?",
        required="Choose who was there",
        choices=[("child", "The child"), ("carer", "The carer"), Choice("none", "Nobody", exclusive=True)],
    )
    spent = MinutesField(
        "Time spent", parser=parse_minutes, required="Enter the time spent", hint="Like 75, 1h15 or 1:15"
    )
    process_code = SelectField(
        "Process", choices=[("CLA2", "Care planning"), ("CLA6", "Review")], required="Choose a process"
    )
    child = SelectField(
        "Child", choices=[(f"c{n}", f"Child {n}") for n in range(1, 40)], blank="", autocomplete=True,
        required="Choose a child",
    )  # fmt: skip
    note = TextareaField("Note", maxlength=200, hint="Optional")
    rate = TextField("Hourly rate", prefix="£", suffix="an hour", width="5", inputmode="decimal")
    password = TextField("Password", type="password", autocomplete="current-password")
    files = UploadField("Return", multiple=True)


class Filter(FilterForm):
    month = SelectField("Month", choices=[("202610", "October 2026"), ("202611", "November 2026")], blank="All months")
    name = TextField("Name", width="10")


MONTHS = (*range(202501, 202513), *range(202601, 202613))
BARS = BarChart(
    id="by-process",
    title="Time by process",
    description="Care planning took 52 hours, placement finding 41, review 9 and a half; leaving care is not known.",
    series=("Direct", "Indirect"),
    bars=(
        Bar("Care planning", (120_000.0, 68_400.0)),
        Bar("Finding a first placement and preparing the child", (52_200.0, 95_400.0)),
        Bar("Review", (25_200.0, 9_000.0)),
        Bar("Leaving care", (None, None)),
    ),
    measure="hours",
)
CHANGES = BarChart(
    id="changes",
    title="What came late",
    description="October rose by £2,400, September fell by £900.",
    series=("Correction",),
    bars=(Bar("October", (2_400 * 42_000,)), Bar("September", (-900 * 42_000,))),
    measure="pounds",
)
SIX = BarChart(
    id="six",
    title="Six series",
    description="Six series of one to six.",
    series=("Staff", "Travel", "Placement", "Service", "Education share", "Health share"),
    bars=(Bar("This year", (6, 5, 4, 3, 2, 1)), Bar("Last year", (5, 5, 3, 3, 2, 2))),
)
COSTS = tuple((900_000 + 14_000 * n + 30_000 * (n % 5)) * 42_000.0 for n in range(24))
LINES = LineChart(
    id="by-month",
    title="Cost by month",
    description="Placements rose from £0.9m to £1.3m a month; the last six months are expected, within a range.",
    months=MONTHS,
    lines=(
        Line(
            "Placements",
            COSTS,
            band=(*(None,) * 18, *((cost * 0.94, cost * 1.07) for cost in COSTS[18:])),
            expected_from=18,
        ),
        Line(
            "Staff time",
            (*(400_000 * 42_000.0 for _ in range(10)), None, *(430_000 * 42_000.0 + n * 2e8 for n in range(13))),
        ),
        Line("Services", tuple((150_000 + 4_000 * (n % 7)) * 42_000.0 for n in range(24))),
    ),
    measure="pounds",
)


def gallery_charts() -> dict[str, Any]:
    """The charts by id, as markup."""
    area = LineChart(
        "children",
        "Children in care",
        "From 212 to 240.",
        MONTHS[:6],
        (Line("Children", (212, 215, 221, 220, 233, 240)),),
        area=True,
    )
    lines = {chart.id: line_chart(chart) for chart in (LINES, area)}
    return lines | {chart.id: bar_chart(chart) for chart in (BARS, CHANGES, SIX)}


def gallery() -> Flask:
    app = Flask(__name__, template_folder=str(Path(__file__).parent))
    app.config.update(SECRET_KEY="for this test", TESTING=True)
    register(app)

    @app.context_processor
    def shell() -> dict[str, Any]:
        return {
            "shell": {
                "authority": "Exampleshire County Council",
                "person": {"name": "Pat Holm", "role": "Social worker"},
                "sign_out": {"action": "/sign-out", "csrf_token": "token"},
                "navigation": NAVIGATION,
                "demonstration": True,
                "phase": {"tag": "Trial", "text": "Tell the service desk what gets in your way."},
                "footer_links": [
                    {"href": "/accessibility", "text": "Accessibility"},
                    {"href": "/privacy", "text": "Privacy"},
                ],
            }
        }

    @app.route("/", methods=["GET", "POST"])
    def page() -> Any:
        form = ActivityForm()
        sent = form.validate_on_submit()
        if sent:
            flash("Activity recorded", "success")
            return redirect(url_for("page"), 303)
        errors = form.error_list()
        text = render_template(
            "design_gallery.html",
            form=form,
            filter=Filter(request.args),
            errors=errors,
            pages=page_links(3, 12, "/?page={}".format),
            today=date(2026, 11, 23),
            instant=datetime(2026, 11, 23, 14, 41, tzinfo=UTC),
            months=[f"{month}/2026" for month in range(1, 25)],
            grid_error="Write the time like 1h15" if errors else None,
            charts=gallery_charts(),
            spark=sparkline(Sparkline("Cost of the last year: rising", (3, 4, None, 4, 6, 5, 8))),
        )
        return text, 422 if errors else 200

    @app.get("/bare")
    def bare() -> str:
        return render_template_string(
            '{% extends "design/layout.html" %}{% block content %}<h1>Bare</h1>{% endblock %}'
        )

    @app.get("/download")
    def download() -> Any:
        return send_file(BytesIO(b"child,cost"), mimetype="text/csv", download_name="cost.csv")

    @app.get("/open")
    def open_to_caches() -> Any:
        return "the same for everyone", 200, {"Cache-Control": "public, max-age=60"}

    return app
