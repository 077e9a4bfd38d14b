"""The parts that every field of a form has: label, hint, problem, and what is read out with it.

A page may hold fifty fields; here a part costs a tenth of what it costs in a template.
"""

from __future__ import annotations

from typing import Any

from markupsafe import Markup, escape

__all__ = ["described_of", "help_of", "label_of"]


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
