"""What happened to a child in words, a year after another; a statement that changed shows what it said before."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from itertools import groupby
from typing import Any

from costing.calendar import london_date, return_year
from costing.money import units_of_pence
from projections.queries.timeline import Moment, Version
from web.design.formats import hours, month_name, number, pounds, uk_date, uk_date_short
from web.words import FUNDERS, NEEDS, code_words

__all__ = ["in_words"]

# What finance needs to understand a cost; needs and reviews it does not.
_FOR_FINANCE = frozenset({"episode", "fee", "work", "registered"})


def in_words(
    moments: Iterable[Moment], *, pseudonymous: bool, horizon: date | None
) -> list[tuple[str, list[dict[str, Any]]]]:
    """April years, the latest first, each with its moments as items of a timeline."""
    shown = [moment for moment in moments if not pseudonymous or moment.what in _FOR_FINANCE]
    years = groupby(shown, key=lambda moment: return_year(moment.on))
    return [(year, [_item(moment, horizon) for moment in group]) for year, group in years]


def _item(moment: Moment, horizon: date | None) -> dict[str, Any]:
    title, text = _WORDS[moment.what](moment.values)
    when = month_name(moment.values["month"]) if moment.what == "work" else uk_date(moment.on)
    if horizon is not None and moment.on > horizon:
        when += " (still to come)"
    versions = moment.versions if moment.what in {"episode", "fee"} else ()
    last = moment.versions[-1].said if moment.versions else None
    return {
        "title": title,
        "when": when,
        "datetime": moment.on.isoformat(),
        "text": text,
        "versions": [_version(moment, number_) for number_ in range(len(versions))] if len(versions) > 1 else [],
        "known": f"Known {uk_date_short(london_date(last.known_at))}, recorded by {last.by or 'not known'}"
        if last
        else None,
        "changed": len(versions) - 1 if versions else 0,
    }


def _version(moment: Moment, place: int) -> dict[str, str]:
    version = moment.versions[place]
    before = moment.versions[place - 1].values if place else {}
    changed = [name for name, value in version.values.items() if before.get(name) != value and name != "return_year"]
    said = (
        _said_first(moment, version)
        if place == 0
        else "; ".join(_change(name, before, version.values) for name in changed)
    )
    return {
        "when": f"Known {uk_date(london_date(version.said.known_at))}",
        "what": version.said.what,
        "text": said or "nothing that bears on cost changed",
        "now": "as known now" if place == len(moment.versions) - 1 else "",
    }


def _said_first(moment: Moment, version: Version) -> str:
    title, text = _WORDS[moment.what](version.values)
    return ". ".join(filter(None, (title, text)))


_NAMES = {
    "decom": "start", "dec": "end", "rne": "reason for the new episode", "ls": "legal status", "place": "placement",
    "provider": "provider", "rec": "reason it ended", "valid_from": "from", "valid_to": "until", "weekly": "weekly fee",
    "social_care": "social care share", "education": "education share", "health": "health share",
    "placement_ref": "reference", "stops_on": "nights stop on", "withdrawn": "withdrawn",
}  # fmt: skip


def _change(name: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> str:
    if name == "withdrawn":
        return "withdrawn: stated in error"
    return f"{_NAMES.get(name, name)}: {_value(name, before.get(name))} → {_value(name, after.get(name))}"


def _value(name: str, value: Any) -> str:
    if isinstance(value, date):
        return uk_date(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return pounds(units_of_pence(value))
    if value in {None, ""}:
        return "none"
    sets = {"place": "PLACE", "provider": "PLACE_PROVIDER", "ls": "LS", "rec": "REC", "rne": "RNE"}
    return f"{code_words(sets[name], str(value))} ({value})" if name in sets else str(value)


def _episode(values: Mapping[str, Any]) -> tuple[str, str]:
    title = f"In care: {code_words('PLACE', values['place'])}"
    said = [f"{code_words('LS', values['ls'])} ({values['ls']})"] if values["ls"] else []
    if values["provider"]:
        said.append(f"{code_words('PLACE_PROVIDER', values['provider'])} ({values['provider']})")
    if values.get("withdrawn"):
        said.append("withdrawn")
    elif values["dec"]:
        said.append(f"until {uk_date(values['dec'])}")
    elif values.get("stops_on"):
        said.append(f"left out of the next return: nights stop on {uk_date(values['stops_on'])}")
    else:
        said.append("still open")
    return title, ", ".join(said)


def _fee(values: Mapping[str, Any]) -> tuple[str, str]:
    parts = [f"{FUNDERS[name].lower()} {pounds(units_of_pence(values[name]))}" for name in FUNDERS if values.get(name)]
    until = f"until {uk_date(values['valid_to'])}" if values["valid_to"] else "until superseded"
    shared = f"{', '.join(parts)}, " if len(parts) > 1 else ""
    return f"Fee: {pounds(units_of_pence(values['weekly']))} a week", shared + until


def _work(values: Mapping[str, Any]) -> tuple[str, str]:
    entries = values["entries"]
    unknown = f", {values['unknown']} with no time given" if values["unknown"] else ""
    title = f"{number(entries)} activit{'y' if entries == 1 else 'ies'} recorded"
    return title, f"{hours(values['seconds'])} of staff time{unknown}"


def _allocated(values: Mapping[str, Any]) -> tuple[str, str]:
    ends = f"until {uk_date(values['ends'])}" if values["ends"] else ""
    role = "" if values["role"] == "allocated" else f" as {values['role'].replace('_', ' ')}"
    return f"Allocated to {values['worker']}{role}", ends


def _need(values: Mapping[str, Any]) -> tuple[str, str]:
    return f"Need: {NEEDS.get(values['need'], values['need'])}", ""


def _need_ended(values: Mapping[str, Any]) -> tuple[str, str]:
    return f"Need ended: {NEEDS.get(values['need'], values['need'])}", ""


def _review(values: Mapping[str, Any]) -> tuple[str, str]:
    code = values["participation"]
    return "Review held", f"{code_words('REVIEW_CODE', code)} ({code})" if code else ""


def _registered(_: Mapping[str, Any]) -> tuple[str, str]:
    return "Became known to Daybook", ""


_WORDS = {
    "episode": _episode,
    "fee": _fee,
    "work": _work,
    "allocated": _allocated,
    "need": _need,
    "need_ended": _need_ended,
    "review": _review,
    "registered": _registered,
}
