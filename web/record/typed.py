"""What somebody typed into the entry form, kept exactly as typed so that nothing is lost on an error."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from uuid import UUID

from werkzeug.datastructures import MultiDict

from recorder.domain.activity import ActivityDetails, ChildLine
from web.design.formats import minutes

__all__ = ["KEEP", "OTHER", "Typed", "as_typed", "from_form", "miles_text", "seen_code"]

OTHER = "other"
KEEP = "keep"  # the children's processes differ, and stay as they are
_TEXTS = ("kind", "other_kind", "when", "minutes", "travel", "outcome", "process", "note", "note_child", "reason",
          "miles", "another")  # fmt: skip


@dataclass
class Typed:
    """The answers of the entry form as text. Ids of children and workers are as sent, checked later."""

    children: list[str] = field(default_factory=list)
    kind: str = ""
    other_kind: str = ""
    when: str = "today"
    day: tuple[str, str, str] = ("", "", "")
    minutes: str = ""
    travel: str = ""
    miles: str = ""
    outcome: str = "held"
    process: str = ""
    note: str = ""
    note_child: str = ""
    reason: str = ""
    colleagues: list[str] = field(default_factory=list)
    their_minutes: dict[str, str] = field(default_factory=dict)
    seen: dict[str, str] = field(default_factory=dict)
    weights: dict[str, str] = field(default_factory=dict)
    another: str = ""

    @property
    def kind_code(self) -> str:
        """The kind chosen, from the kinds at hand or from all the others."""
        return self.other_kind if self.kind in {OTHER, ""} else self.kind


def from_form(form: MultiDict[str, str]) -> Typed:
    """What was sent."""
    given = {name: form.get(name, "") for name in _TEXTS}
    return Typed(
        **given,
        children=form.getlist("children"),
        colleagues=form.getlist("colleagues"),
        day=(form.get("day-day", ""), form.get("day-month", ""), form.get("day-year", "")),
        their_minutes=_prefixed(form, "their-minutes-"),
        seen=_prefixed(form, "seen-"),
        weights=_prefixed(form, "weight-"),
    )


def as_typed(details: ActivityDetails, me: UUID, today: date, note: str = "") -> Typed:
    """An entry as it would have been typed, for changing it."""
    mine = next((line for line in details.workers if line.worker == me), None)
    others = [line for line in details.workers if line.worker != me]
    near = {today: "today", today - timedelta(days=1): "yesterday"}.get(details.on, "another")
    chosen = {line.process for line in details.children}
    return Typed(
        children=[str(line.child) for line in details.children],
        kind=details.kind,
        other_kind=details.kind,
        when=near,
        day=(str(details.on.day), str(details.on.month), str(details.on.year)) if near == "another" else ("", "", ""),
        minutes=_time(mine.minutes if mine else None),
        travel=_time(mine.travel_minutes if mine else None),
        miles=miles_text(mine.miles_tenths if mine else None),
        outcome=details.outcome,
        process=KEEP if len(chosen) > 1 else next(iter(chosen), None) or "",
        note=note,
        note_child=str(details.note_child or ""),
        colleagues=[str(line.worker) for line in others],
        their_minutes={str(line.worker): _time(line.minutes) for line in others},
        seen={str(line.child): seen_code(line) for line in details.children},
        weights=_weights(details.children),
    )


def seen_code(line: ChildLine) -> str:
    """Whether a child was seen, as the form's answer."""
    if line.seen is None:
        return ""
    if not line.seen:
        return "no"
    return "alone" if line.seen_alone else "seen"


def _time(count: int | None) -> str:
    return "" if count is None else minutes(count)


def miles_text(tenths: int | None) -> str:
    """Miles as somebody would type them; blank where they are not known."""
    return "" if tenths is None else f"{tenths // 10}.{tenths % 10}".removesuffix(".0")


def _weights(lines: tuple[ChildLine, ...]) -> dict[str, str]:
    """The shares as typed: none where they are equal, as they are unless somebody says otherwise."""
    if len({line.weight for line in lines}) < 2:
        return {}
    return {str(line.child): str(line.weight) for line in lines}


def _prefixed(form: MultiDict[str, str], prefix: str) -> dict[str, str]:
    return {name.removeprefix(prefix): value for name, value in form.items() if name.startswith(prefix)}
