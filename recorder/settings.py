"""The authority's own settings, as dated facts, and what descriptions of work it has settled.

Each setting has a stream of its own whose id follows from the constant id of the authority, and each
change is a fact: what held when can always be told. A blank log gives the defaults below.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Annotated, Any

import msgspec

from costing.descriptions import normalise
from costing.money import UNITS_PER_POUND
from costing.s251 import WorkLine
from costing.uprating import OwnIndex
from recorder.application import Receipt, Recorder, event_of
from recorder.domain.authority import DescriptionSettled, SettingChanged
from recorder.domain.facts import Body, Event, Provenance, Refused
from recorder.domain.ids import AUTHORITY, derived_id, new_id
from recorder.domain.kinds import KindsByDay
from recorder.kinds import stated_kinds

__all__ = [
    "PlacementMeaning",
    "Settings",
    "change_setting",
    "read_settings",
    "setting_history",
    "settle_description",
    "settled_descriptions",
]

LOG_PAGE = 1000
_Least0 = Annotated[int, msgspec.Meta(ge=0)]
_Percent = Annotated[int, msgspec.Meta(ge=0, le=100)]


class PlacementMeaning(msgspec.Struct, frozen=True, kw_only=True):
    """What a pair of return codes means to this authority; ``provider`` "" is any. ``free`` costs nothing."""

    place: str
    provider: str = ""
    placement_type: str
    sector: str = "unknown"
    s251_line: str = ""
    free: bool = False
    valid_from: date = date(1900, 1, 1)


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """Every setting, with what holds where nobody has said otherwise.

    authority_name: the name on pages and reports.
    demonstration: the data are made up; every page says so.
    mileage_pence: pence a mile, priced only where a schema leaves out travel (F). None: miles are not priced.
    price_missing: a night without a fee takes its type's average, labelled; False leaves it unpriced.
    placement_map: own meanings of placement codes, whole; empty: the shipped table.
    work_lines: the S251 lines of work by process, each from a day on, whole; where none fits it is 3.3.1.
    price_indices: the authority's own series of price indices, each year of each.
    accept_shipped_descriptions: descriptions that exactly match the shipped list are taken as settled.
    coverage_percent: a team's month counts as wholly recorded from this share of its hours on.
    planning_days: how often care planning (CLA2) recurs where no plan is recorded.
    leaving_care_age: the birthday at which the transition to leaving care (CLA8) starts.
    full_time_weekly_minutes: a full-time week, for posts whose hours nobody gave.
    minutes_step: minutes are offered in steps of this many.
    fee_uplift_basis_points: the yearly rise of fees that a forecast assumes, 380 for 3.8%.
    approval_week_pence: a fee that changes by more than this a week waits for a second person; None: none does.
    approval_hour_pence: likewise a price of an hour that changes by more than this.
    approval_effect_units: likewise rates that move more than this (1/420 of a penny) of what is posted.
    approval_allowance_pence: likewise a rate of an allowance that changes by more than this a week.
    """

    authority_name: str = ""
    demonstration: bool = False
    mileage_pence: _Least0 | None = None
    price_missing: bool = True
    placement_map: tuple[PlacementMeaning, ...] = ()
    work_lines: tuple[WorkLine, ...] = ()
    price_indices: tuple[OwnIndex, ...] = ()
    accept_shipped_descriptions: bool = True
    coverage_percent: _Percent = 80
    planning_days: Annotated[int, msgspec.Meta(ge=1)] = 183
    leaving_care_age: Annotated[int, msgspec.Meta(ge=14, le=21)] = 16
    full_time_weekly_minutes: Annotated[int, msgspec.Meta(ge=1, le=7 * 24 * 60)] = 2220
    minutes_step: Annotated[int, msgspec.Meta(ge=1, le=60)] = 5
    fee_uplift_basis_points: Annotated[int, msgspec.Meta(ge=-10_000, le=10_000)] = 0
    approval_week_pence: _Least0 | None = 500_00
    approval_hour_pence: _Least0 | None = 5_00
    approval_effect_units: _Least0 | None = 10_000 * UNITS_PER_POUND
    approval_allowance_pence: _Least0 | None = 50_00


_FIELDS = {field.name: field for field in msgspec.structs.fields(Settings)}


def change_setting(
    recorder: Recorder,
    name: str,
    value: Any,
    valid_from: date,
    provenance: Provenance,
    known_at: datetime | None = None,
) -> Receipt:
    """A setting holds this value from a day on; said already, nothing is added. Raises ``Refused``."""
    try:
        wanted = msgspec.convert(msgspec.to_builtins(value), _FIELDS[name].type)
    except KeyError:
        raise Refused(("name", f"There is no setting called {name}")) from None
    except msgspec.ValidationError as wrong:
        raise Refused((name, f"This value does not fit the setting: {wrong}")) from wrong
    body = SettingChanged(name=name, value=msgspec.json.encode(wanted).decode(), valid_from=valid_from)
    stream = derived_id(AUTHORITY, "setting", name)
    past = recorder.history(stream)
    same_day = [e for e in past if isinstance(e.body, SettingChanged) and e.body.valid_from == valid_from]
    return _say(recorder, past, body, same_day, provenance, known_at, stream_name=("setting", name))


def read_settings(recorder: Recorder, on: date | None = None, known_at: datetime | None = None) -> Settings:
    """The settings that hold on a day (today where none is given), as known at an instant or now."""
    day = on or recorder.clock.today()
    values: dict[str, Any] = {}
    for said in sorted(setting_history(recorder, known_at=known_at), key=lambda s: s.valid_from):
        if said.name in _FIELDS and said.valid_from <= day:
            values[said.name] = msgspec.json.decode(said.value)
    return msgspec.convert(values, Settings)


def setting_history(
    recorder: Recorder, name: str | None = None, known_at: datetime | None = None
) -> list[SettingChanged]:
    """Every change, in the order in which they were known; of one setting where it is named."""
    bodies = [e.body for e in _facts(recorder, SettingChanged, known_at)]
    return [b for b in bodies if isinstance(b, SettingChanged) and name in (None, b.name)]


def settle_description(
    recorder: Recorder, phrase: str, code: str, provenance: Provenance, known_at: datetime | None = None
) -> Receipt:
    """A description means this kind of work from now on; ``code`` "" un-decides it. Raises ``Refused``.

    The phrase is compared without capitals and extra blanks, and without marks such as ``(cancelled)``.
    """
    plain = normalise(phrase)
    problems = [] if plain else [("phrase", "Enter the description")]
    found = KindsByDay(stated_kinds(recorder)).on(recorder.clock.today()).get(code)
    if code and found is None:
        problems.append(("kind", f"“{code}” is not a kind of work in use today"))
    elif found is not None and not found.offered:
        problems.append(("kind", "Select a kind of work that is still in use"))
    if problems:
        raise Refused(*problems)
    past = recorder.history(derived_id(AUTHORITY, "description", plain))
    body = DescriptionSettled(phrase=plain, kind=code)
    return _say(recorder, past, body, past, provenance, known_at, stream_name=("description", plain))


def settled_descriptions(recorder: Recorder) -> dict[str, str]:
    """What each settled description means: phrase to kind, un-decided ones left out."""
    meant: dict[str, str] = {}
    for event in _facts(recorder, DescriptionSettled, None):
        if isinstance(event.body, DescriptionSettled):
            meant[event.body.phrase] = event.body.kind
    return {phrase: code for phrase, code in meant.items() if code}


def _say(
    recorder: Recorder,
    past: list[Event],
    body: Body,
    alike: list[Event],
    provenance: Provenance,
    known_at: datetime | None,
    *,
    stream_name: tuple[str, str],
) -> Receipt:
    """Append the body unless the last of those alike says the same already."""
    if alike and max(alike, key=lambda e: (e.known_at, e.originator_version)).body == body:
        return Receipt(recorder.log_store.position(), len(past), repeated=True)
    stream = derived_id(AUTHORITY, *stream_name)
    event = recorder.event(stream, len(past) + 1, new_id(), body, provenance, known_at=known_at)
    return recorder.state_once(event)


def _facts(recorder: Recorder, body: type[Body], known_at: datetime | None) -> Iterator[Event]:
    """The facts of one name, in the order in which they were known."""
    pages = recorder.log_store.pages(0, LOG_PAGE, [body.topic])
    found = [event_of(row) for page in pages for row in page]
    known = [e for e in found if known_at is None or e.known_at <= known_at]
    yield from sorted(known, key=lambda e: e.known_at)
