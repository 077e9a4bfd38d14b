"""The fact of a scenario: what a forecast may suppose, kept under a title so that it can be compared and shared."""

from __future__ import annotations

from costing.forecast.scenario_file import read_suppositions
from costing.forecast.settings import ForecastProblems

from .facts import Body, Refused, topic

__all__ = ["TITLE_LENGTH", "ScenarioKept", "decide_scenario"]

TITLE_LENGTH = 100


@topic("forecast_scenario.kept.v1")
class ScenarioKept(Body, frozen=True, kw_only=True):
    """A scenario of a forecast: its title, and its suppositions as a file in TOML."""

    title: str
    supposed: str


def decide_scenario(title: str, supposed: str) -> ScenarioKept:
    """May this scenario be kept? Raises ``Refused`` with every problem."""
    named = " ".join(title.split())
    problems = [] if named else [("title", "Enter what the scenario is called")]
    if len(named) > TITLE_LENGTH:
        problems.append(("title", f"The title must be {TITLE_LENGTH} characters or fewer"))
    try:
        found = read_suppositions(supposed)
        if not found.scenarios and not found.uplifts:
            problems.append(("supposed", "Suppose at least one thing"))
    except ForecastProblems as wrong:
        problems += [("supposed", problem) for problem in wrong.problems]
    if problems:
        raise Refused(*problems)
    return ScenarioKept(title=named, supposed=supposed)
