"""The forms of Daybook and every field they use: import fields from here.

class VisitForm(Form):
    happened = DatePartsField("When did it happen?", subject="Date", required="Enter the date")
    minutes = MinutesField("Time spent", parser=parse_minutes, hint="Like 75, 1h15 or 1:15")
    contact = RadioField("How?", choices=[("phone", "By phone"), Choice("met", "In person", hint="…")])

{{ form.hidden_tag() }} {{ form.happened() }} {{ form.contact(inline=true) }}
"""

from collections.abc import Mapping
from typing import Any

from flask_wtf import FlaskForm
from wtforms.fields.core import UnboundField

from web.design.choices import CheckboxesField, Choice, ChoiceField, RadioField, SelectField
from web.design.date_parts import DatePartsField, DateProblem, read_date
from web.design.drawn import DrawnField, HiddenField, MinutesField, TextareaField, TextField, UploadField

__all__ = [
    "CheckboxesField",
    "Choice",
    "ChoiceField",
    "DatePartsField",
    "DateProblem",
    "DrawnField",
    "FilterForm",
    "Form",
    "HiddenField",
    "MinutesField",
    "RadioField",
    "SelectField",
    "TextField",
    "TextareaField",
    "UploadField",
    "read_date",
]


class Form(FlaskForm):  # type: ignore[misc]  # Flask-WTF carries no types
    """A form of Daybook, protected against forged posts.

    A field may not be called `process`, `data`, `errors`, `validate`, `meta`, `populate_obj`: WTForms uses them.
    """

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        taken = [
            name for name, value in vars(cls).items() if isinstance(value, UnboundField) and hasattr(FlaskForm, name)
        ]
        if taken:
            raise TypeError(f"{cls.__name__} cannot have a field called {', '.join(taken)}; WTForms uses that name.")

    def error_list(self) -> list[dict[str, str]]:
        """All problems in the order of the page, as {text, href} for the error summary and the layout."""
        found: list[dict[str, str]] = []
        for field in self:
            if hasattr(field, "error_items"):
                found += field.error_items()
            elif field.errors:
                found += [{"text": text, "href": f"#{field.id}"} for text in _flat(field.errors)]
        return found + [{"text": str(error), "href": "#main-content"} for error in self.form_errors]


class FilterForm(Form):
    """A form sent with GET; it changes nothing, so it needs no token. Make it with `FilterForm(request.args)`."""

    class Meta:
        """No token in the address."""

        csrf = False


def _flat(errors: Any) -> list[str]:
    if isinstance(errors, Mapping):
        return [text for inner in errors.values() for text in _flat(inner)]
    if isinstance(errors, list | tuple):
        return [text for inner in errors for text in _flat(inner)]
    return [str(errors)]
