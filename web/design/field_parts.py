"""The fields that a page may hold fifty of, and the parts that every field has: label, hint, problem.

The macros of ``design/fields.html`` say what their arguments mean, and draw the other fields. Drawn here, a field
costs a tenth of what it costs there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from jinja2 import Undefined
from markupsafe import Markup, escape

from web.design.answers import option_list

__all__ = ["described_of", "help_of", "label_of", "select", "text_input"]

_IN_CHARACTERS = frozenset({"2", "3", "4", "5", "10", "20", "30"})
_NONE: Mapping[str, Any] = {}


def label_of(field_id: str, label: Any, size: str | None = "s", hide: bool = False) -> Markup:
    """The label of an input; ``hide`` keeps it for screen readers alone."""
    kind = f" govuk-label--{escape(size)}" if size else ""
    kind += " govuk-visually-hidden" if hide else ""
    return Markup(f'<label class="govuk-label{kind}" for="{escape(field_id)}">{escape(label)}</label>')  # noqa: S704


def help_of(field_id: str, hint: Any = None, error: Any = None) -> Markup:
    """The hint and the problem of a field, whichever there are; the problem in words, or a list of them."""
    name, parts = escape(field_id), ""
    if hint:
        parts += f'\n<div id="{name}-hint" class="govuk-hint">{escape(hint)}</div>'
    if error:
        words = escape(error) if isinstance(error, str) else escape(" ").join(error)
        parts += (
            f'\n<p id="{name}-error" class="govuk-error-message">'
            f'<span class="govuk-visually-hidden">Error:</span> {words}</p>'
        )
    return Markup(parts)  # noqa: S704 - every part of it is escaped above


def described_of(field_id: str, hint: Any = None, error: Any = None, more: str | None = None) -> Markup:
    """What is read out with an input: something ``more``, its hint and its problem, whichever there are."""
    ids = [more, f"{field_id}-hint" if hint else None, f"{field_id}-error" if error else None]
    said = " ".join(each for each in ids if each)
    return Markup(f' aria-describedby="{escape(said)}"') if said else Markup("")  # noqa: S704


def text_input(
    name: str,
    label: Any,
    value: Any = "",
    hint: Any = None,
    error: Any = None,
    id: str | None = None,  # noqa: A002 - what templates call it
    type: str = "text",  # noqa: A002 - what templates call it
    width: Any = None,
    inputmode: str | None = None,
    autocomplete: str | None = None,
    spellcheck: bool | None = None,
    prefix: Any = None,
    suffix: Any = None,
    label_size: str | None = "s",
    hide_label: bool = False,
    described_by: str | None = None,
    attributes: Mapping[str, Any] = _NONE,
) -> Markup:
    """A line to type into. ``width``: 2, 3, 4, 5, 10, 20 or 30 characters, or full, two-thirds, one-half, one-third."""
    named = id or name
    kind = "width-" if str(width) in _IN_CHARACTERS else ""
    size = f" govuk-input--{kind}{width}" if kind else f" govuk-!-width-{width}" if width else ""
    classes = escape(f"govuk-input{size}{' govuk-input--error' if error else ''}")
    said = _said("value", value, empty=value is not None and value != "")
    more = _said("inputmode", inputmode) + _said("autocomplete", autocomplete)
    more += "" if spellcheck is None else f' spellcheck="{"true" if spellcheck else "false"}"'
    field = (
        f'<input class="{classes}" id="{escape(named)}" name="{escape(name)}" type="{escape(type)}"{said}'
        f"{described_of(named, hint, error, described_by)}{more}{_attributes(attributes)}>"
    )
    if prefix or suffix:
        before = f'\n<div class="govuk-input__prefix" aria-hidden="true">{escape(prefix)}</div>' if prefix else ""
        after = f'\n<div class="govuk-input__suffix" aria-hidden="true">{escape(suffix)}</div>' if suffix else ""
        field = f'<div class="govuk-input__wrapper">{before}\n{field}{after}\n</div>'
    return _group(label_of(named, label, label_size, hide_label), help_of(named, hint, error), field, error)


def select(
    name: str,
    label: Any,
    options: Iterable[Any],
    value: Any = None,
    hint: Any = None,
    error: Any = None,
    id: str | None = None,  # noqa: A002 - what templates call it
    autocomplete: bool = False,
    label_size: str | None = "s",
    hide_label: bool = False,
    attributes: Mapping[str, Any] = _NONE,
) -> Markup:
    """A list to choose one from; ``autocomplete`` makes a long one a box to type into."""
    named = id or name
    classes = f"govuk-select{' govuk-select--error' if error else ''}"
    typed = ' data-daybook="autocomplete"' if autocomplete else ""
    field = (
        f'<select class="{classes}" id="{escape(named)}" name="{escape(name)}"{described_of(named, hint, error)}'
        f"{typed}{_attributes(attributes)}>{option_list(options, value)}\n</select>"
    )
    return _group(label_of(named, label, label_size, hide_label), help_of(named, hint, error), field, error)


def _group(label: Markup, helped: Markup, field: str, error: Any) -> Markup:
    wrong = " govuk-form-group--error" if error else ""
    return Markup(f'<div class="govuk-form-group{wrong}">\n{label}\n{helped}\n{field}\n</div>')  # noqa: S704


def _said(name: str, value: Any, *, empty: bool = False) -> str:
    return f' {name}="{escape(value)}"' if value or empty else ""


def _attributes(attributes: Mapping[str, Any]) -> str:
    """As the templates' ``xmlattr``: what is none or not known is left out. The names are our own."""
    held = ((name, value) for name, value in attributes.items() if value is not None)
    return "".join(f' {escape(name)}="{escape(value)}"' for name, value in held if not isinstance(value, Undefined))
