"""The answers of a closed question as the macros of fields draw them.

An entry form holds several hundred: they are put together here, where each costs a tenth of what it costs in a
template. The words of the page stay in the templates.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from markupsafe import Markup, escape

__all__ = ["Answer", "answers_of", "option_list"]


class Answer(NamedTuple):
    """One box or button of a question, everything said of it; ``divider`` stands alone."""

    id: str
    value: str
    text: Any
    chosen: bool
    divider: str = ""
    hint: Any = ""
    conditional: Any = ""
    disabled: bool = False
    exclusive: bool = False
    attributes: Mapping[str, Any] = {}


def answers_of(items: Iterable[Mapping[str, Any]], field_id: str, chosen: Iterable[str]) -> list[Answer]:
    """The items of radios or checkboxes; the first has the id of the field, so that an error link finds it."""
    found, count, marked = [], 0, set(chosen)
    for item in items:
        if item.get("divider"):
            found.append(Answer("", "", "", False, item["divider"]))
            continue
        count += 1
        value = str(item.get("value", ""))
        found.append(
            Answer(
                id=field_id if count == 1 else f"{field_id}-{count}",
                value=value,
                text=item.get("text", ""),
                chosen=value in marked,
                hint=item.get("hint") or "",
                conditional=item.get("conditional") or "",
                disabled=bool(item.get("disabled")),
                exclusive=bool(item.get("exclusive")),
                attributes=item.get("attributes") or {},
            )
        )
    return found


def option_list(options: Iterable[Any], value: Any = None) -> Markup:
    """The options of a select, in their groups; the one whose value is ``value`` is selected.

    Each is a pair (value, text), or a mapping with value, text, and perhaps group and also.
    """
    asked = None if value is None else str(value)
    parts: list[str] = []
    opened = ""
    for option in options:
        said = option if isinstance(option, Mapping) else {"value": option[0], "text": option[1]}
        group = said.get("group") or ""
        if group != opened:
            parts.append("</optgroup>" if opened else "")
            parts.append(f'<optgroup label="{escape(group)}">' if group else "")
            opened = group
        selected = " selected" if asked is not None and str(said["value"]) == asked else ""
        also = f' data-also="{escape(said["also"])}"' if said.get("also") else ""
        parts.append(f'<option value="{escape(said["value"])}"{selected}{also}>{escape(said["text"])}</option>')
    parts.append("</optgroup>" if opened else "")
    return Markup("".join(parts))  # noqa: S704 - every part of it is escaped above
