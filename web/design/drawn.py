"""Form fields that draw themselves with our macros: a line or lines of text, a time, a file.

A field is drawn by calling it in a template, `{{ form.name() }}`; keyword arguments of the call go to its macro
in `design/fields.html` (`hint`, `label_size`, `width`, `small`, …) and win over those given when it was made.
A blank answer is None (an empty list for many), never zero. Whatever was typed is given back as it was.
"""

from collections.abc import Callable, Sequence
from typing import Any, ClassVar

from flask import current_app
from markupsafe import Markup
from wtforms import Field
from wtforms.validators import StopValidation
from wtforms.widgets import HiddenInput

from web.design import formats

_TO_WTFORMS = ("default", "name", "filters", "id", "_form", "_prefix", "_translations", "_meta")


class DrawnField(Field):  # type: ignore[misc]  # WTForms carries no types
    """A field drawn by one of our macros.

    `required` is the sentence shown when nothing is answered; without it a blank is allowed. Everything else
    by keyword (`hint`, `width`, `rows`, …) goes to the macro.
    """

    macro: ClassVar[str]
    data: Any

    def __init__(
        self, label: str, validators: Sequence[Any] = (), *, required: str = "", hint: str = "", **options: Any
    ) -> None:
        own: dict[str, Any] = {key: options.pop(key) for key in _TO_WTFORMS if key in options}
        super().__init__(label, validators, description=hint, **own)
        self.required = required
        self.options = options

    def __call__(self, **options: Any) -> Markup:
        """The field with its label, hint and errors, as markup."""
        template = current_app.jinja_env.get_template("design/fields.html")
        given = self.options | self.arguments() | options
        macro = getattr(template.module, self.macro)
        return Markup(macro(name=self.name, id=self.id, error=list(self.errors) or None, **given))  # noqa: S704

    def arguments(self) -> dict[str, Any]:
        """What the macro needs from the state of the field."""
        return {"label": self.label.text, "hint": self.description, "value": self.shown()}

    def shown(self) -> str:
        """What stands in the box: exactly what was typed, else the value it started with."""
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else self.written(self.data)

    def written(self, value: Any) -> str:
        """A starting value as someone would type it."""
        return str(value)

    def answered(self) -> bool:
        """Whether there is an answer at all."""
        return self.data is not None

    def pre_validate(self, form: Any) -> None:
        """Raise StopValidation for a blank where an answer is required."""
        if self.required and not self.process_errors and not self.answered():
            raise StopValidation(self.required)

    def error_items(self) -> list[dict[str, str]]:
        """The errors for the summary, each with the place to go to."""
        return [{"text": str(error), "href": f"#{self.first_input()}"} for error in self.errors]

    def first_input(self) -> str:
        """The id of the input that an error leads to."""
        return str(self.id)


class TextField(DrawnField):
    """A line of text, without the spaces round it; None when blank. A password is never given back."""

    macro = "text_input"

    def process_formdata(self, valuelist: list[str]) -> None:
        """Take what was typed."""
        typed = str(valuelist[0]) if valuelist else ""
        self.data = (typed if self.options.get("type") == "password" else typed.strip()) or None

    def shown(self) -> str:
        """What was typed, but for a password."""
        return "" if self.options.get("type") == "password" else super().shown()


class TextareaField(TextField):
    """Lines of text; None when blank."""

    macro = "textarea"


class MinutesField(DrawnField):
    """A time spent, as people write it, in whole minutes; None when blank.

    `parser` takes the text and gives minutes, or None for a blank; its ValueError is shown as the error.
    """

    macro = "text_input"

    def __init__(
        self, label: str, validators: Sequence[Any] = (), *, parser: Callable[[str], int | None], **options: Any
    ) -> None:
        super().__init__(label, validators, **{"width": "5", "autocomplete": "off"} | options)
        self.parser = parser

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the time; a ValueError of the parser becomes the error of the field."""
        self.data = None
        if valuelist:
            self.data = self.parser(str(valuelist[0]))

    def written(self, value: Any) -> str:
        """Minutes as 1h 15m."""
        return formats.minutes(value)


class HiddenField(TextField):
    """A value the page carries along."""

    macro = "hidden"
    widget = HiddenInput()  # by which Form.hidden_tag() finds it

    def __call__(self, **_options: Any) -> Markup:
        """The hidden input."""
        template: Any = current_app.jinja_env.get_template("design/fields.html").module
        return Markup(template.hidden(self.name, self.shown(), self.id))  # noqa: S704

    def first_input(self) -> str:
        """Nobody can be led to a hidden input; the main part of the page stands for it."""
        return "main-content"


class UploadField(DrawnField):
    """Files from the person's own device: a list of werkzeug FileStorage, empty when none was chosen."""

    macro = "file_input"

    def arguments(self) -> dict[str, Any]:
        """Label and hint; a browser never takes a file name back."""
        return {"label": self.label.text, "hint": self.description}

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Keep what is a file with a name."""
        self.data = [sent for sent in valuelist if getattr(sent, "filename", "")]

    def answered(self) -> bool:
        """Whether any file was chosen."""
        return bool(self.data)
