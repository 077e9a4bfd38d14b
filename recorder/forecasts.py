"""Commands about scenarios of forecasts: keep one, find those kept."""

from __future__ import annotations

from uuid import UUID

from recorder.application import Receipt, Recorder, event_of
from recorder.domain.facts import Event, Provenance
from recorder.domain.forecasts import ScenarioKept, decide_scenario

__all__ = ["keep_scenario", "kept_scenario", "kept_scenarios"]

LOG_PAGE = 1_000


def keep_scenario(recorder: Recorder, scenario: UUID, title: str, supposed: str, by: Provenance) -> Receipt:
    """Keep a scenario under an id; sent again it is one still. Raises ``Refused`` with every problem.

    Raises ``Conflict`` where another scenario was kept under the id.
    """
    return recorder.state_once(recorder.event(scenario, 1, scenario, decide_scenario(title, supposed), by))


def kept_scenarios(recorder: Recorder) -> list[Event]:
    """Every scenario kept, the latest first; the body of each is a ``ScenarioKept``."""
    pages = recorder.log_store.pages(0, LOG_PAGE, [ScenarioKept.topic])
    return [event_of(row) for page in pages for row in page][::-1]


def kept_scenario(recorder: Recorder, scenario: UUID) -> Event | None:
    """The scenario of an id, in its envelope; None where there is none."""
    return next((event for event in recorder.history(scenario) if isinstance(event.body, ScenarioKept)), None)
