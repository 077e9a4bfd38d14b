"""What a page about a forecast asks for, all of it in its address: ``?origin=31/3/2025&until=31/3/2027&uplift=3.8``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from flask import url_for

from costing.forecast.settings import ForecastProblems, ForecastSettings
from projections.queries.cost_lines import LiveCosts
from web.design.formats import uk_date
from web.design.widgets import DateProblem, read_date

__all__ = ["MAY_SEE", "AskedForecast", "ask_forecast", "tabs", "usual_origin"]

MAY_SEE = ("finance", "administrator")
SIMULATIONS = 5_000
_APRIL = 4


@dataclass(frozen=True)
class AskedForecast:
    """The forecast asked for; where something cannot be read ``errors`` says why, and the usual one is shown."""

    origin: date
    until: date
    uplift: float
    typed: dict[str, str]
    note: str = ""
    field_errors: dict[str, str] = field(default_factory=dict)

    @property
    def errors(self) -> list[dict[str, str]]:
        """For the error summary."""
        return [{"text": text, "href": f"#{name}"} for name, text in self.field_errors.items()]

    @property
    def settings(self) -> ForecastSettings:
        """The settings without a scenario."""
        return ForecastSettings(self.until, SIMULATIONS, yearly_uplift=self.uplift)

    def query(self, **more: str) -> dict[str, Any]:
        """What an address says of it, for ``url_for``."""
        said = {"origin": self.origin.isoformat(), "until": self.until.isoformat(), "uplift": f"{self.uplift:g}"}
        return {**said, **more}

    @property
    def words(self) -> str:
        """From when to when, and the rise of fees."""
        rise = f"fees rise by {self.uplift:g}% every April" if self.uplift else "fees do not rise"
        return f"From the end of {uk_date(self.origin)} to {uk_date(self.until)}; {rise}"


def usual_origin(source: LiveCosts) -> date | None:
    """The last day of which everything is known: that of the last return, or the last that has ended."""
    horizon, returned = source.horizon, source.last_return_end
    if horizon is None:
        return None
    return horizon if returned is None else min(horizon, returned)


def ask_forecast(args: Mapping[str, str], source: LiveCosts) -> AskedForecast | None:
    """The forecast in an address; None while no day has ended."""
    usual, horizon = usual_origin(source), source.horizon
    if usual is None or horizon is None:
        return None
    typed = {name: args.get(name, "").strip() for name in ("origin", "until", "uplift")}
    wrong: dict[str, str] = {}
    origin = _day("origin", typed["origin"], "“From the end of”", wrong) or usual
    if origin > horizon:
        wrong["origin"] = f"A forecast is made from {uk_date(horizon)} or earlier, the last day that has ended"
    until = _day("until", typed["until"], "“To”", wrong) or _march_after(origin)
    uplift = _percent(typed["uplift"], wrong)
    try:
        ForecastSettings(until, SIMULATIONS, yearly_uplift=uplift).checked(origin)
    except ForecastProblems as refused:
        wrong.setdefault("until", refused.problems[0].rstrip("."))
    if wrong:
        return AskedForecast(usual, _march_after(usual), 0.0, typed, _note(usual, source), wrong)
    shown = {"origin": _short(origin), "until": _short(until), "uplift": f"{uplift:g}"}
    return AskedForecast(origin, until, uplift, shown, _note(origin, source), {})


def _note(origin: date, source: LiveCosts) -> str:
    """What to know of the day a forecast is made from."""
    returned = source.last_return_end
    if returned is None or origin <= returned:
        return ""
    return (
        f"The last return ends on {uk_date(returned)}. Placements after it are assumed open, so a forecast from a "
        "later day counts children who may have left."
    )


def _march_after(origin: date) -> date:
    """The last day of the financial year after the one in which the next day lies."""
    ahead = origin + timedelta(days=1)
    return date(ahead.year - (ahead.month < _APRIL) + 2, 3, 31)


def _day(name: str, text: str, words: str, wrong: dict[str, str]) -> date | None:
    try:
        return read_date((text, "", ""), "Date") if text else None
    except DateProblem:
        wrong[name] = f"{words} must be a real date, like 31/3/2025"
        return None


def _percent(text: str, wrong: dict[str, str]) -> float:
    try:
        return float(text.removesuffix("%").strip() or 0)
    except ValueError:
        wrong["uplift"] = "The rise of fees must be a number of per cent, like 3.8"
        return 0.0


def _short(day: date) -> str:
    return f"{day.day}/{day.month}/{day.year}"


def tabs(current: str) -> list[dict[str, Any]]:
    """The pages about forecasts."""
    named = (
        ("overview", "Forecast", "forecasts.overview"),
        ("scenarios", "Scenarios", "forecasts.scenarios"),
        ("budget", "Budget", "forecasts.budget"),
    )
    return [{"href": url_for(endpoint), "text": text, "current": name == current} for name, text, endpoint in named]
