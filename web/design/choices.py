"""Closed questions: one of a list, one of a few, any of a few."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup
from wtforms.validators import ValidationError

from web.design.drawn import DrawnField

_NOT_ONE = "Choose one of the answers shown"


@dataclass(frozen=True)
class Choice:
    """One answer of a closed question. `value` is what is sent and stored."""

    value: str
    text: str
    hint: str = ""
    group: str = ""
    exclusive: bool = False


class ChoiceField(DrawnField):
    """A closed question. `choices` are `Choice`s or (value, text) pairs, and may be set on the bound field."""

    def __init__(
        self,
        label: str,
        validators: Sequence[Any] = (),
        *,
        choices: Iterable[Any] = (),
        not_one: str = _NOT_ONE,
        **options: Any,
    ) -> None:
        super().__init__(label, validators, **options)
        self.choices: list[Choice] = [as_choice(choice) for choice in choices]
        self.not_one = not_one

    def process_formdata(self, valuelist: list[str]) -> None:
        """Take the answer; an empty one is none."""
        self.data = (str(valuelist[0]) or None) if valuelist else None

    def pre_validate(self, form: Any) -> None:
        """Raise for a missing answer, or for one that was not offered."""
        super().pre_validate(form)
        offered = {as_choice(choice).value for choice in self.choices}
        if not set(self.chosen()) <= offered:
            raise ValidationError(self.not_one)

    def chosen(self) -> list[str]:
        """The values answered, as text."""
        return [] if self.data is None else [str(self.data)]

    def shown(self) -> str:
        """The value answered."""
        return next(iter(self.chosen()), "")


class SelectField(ChoiceField):
    """One of a list. `blank` is the text of the empty first entry; `autocomplete=True` makes it a box to type in."""

    macro = "select"

    def __init__(
        self, label: str, validators: Sequence[Any] = (), *, blank: str | None = "Choose one", **options: Any
    ) -> None:
        super().__init__(label, validators, **options)
        self.blank = blank

    def arguments(self) -> dict[str, Any]:
        """The list, with the empty entry first."""
        first = [] if self.blank is None else [{"value": "", "text": self.blank, "group": ""}]
        listed = [{"value": c.value, "text": c.text, "group": c.group} for c in map(as_choice, self.choices)]
        return super().arguments() | {"options": first + listed}


class RadioField(ChoiceField):
    """One of a few. In the template, `conditional={value: markup}` puts a question under an answer."""

    macro = "radios"

    def __call__(self, *, conditional: Mapping[str, Markup] | None = None, **options: Any) -> Markup:
        """The question with its answers, as markup."""
        items = [_item(as_choice(choice), conditional or {}) for choice in self.choices]
        return super().__call__(items=options.pop("items", items), **options)

    def arguments(self) -> dict[str, Any]:
        """The legend and the answer."""
        return {"legend": self.label.text, "hint": self.description, "value": self.shown()}


class CheckboxesField(RadioField):
    """Any of a few: a list of values, empty when none is ticked."""

    macro = "checkboxes"

    def process_data(self, value: Any) -> None:
        """Start with the values given, none for None."""
        self.data = [str(one) for one in value or []]

    def process_formdata(self, valuelist: list[str]) -> None:
        """Take all that are ticked, each once."""
        self.data = [str(value) for value in dict.fromkeys(valuelist)]

    def chosen(self) -> list[str]:
        """The values ticked."""
        return list(self.data or [])

    def answered(self) -> bool:
        """Whether any is ticked."""
        return bool(self.data)

    def arguments(self) -> dict[str, Any]:
        """The legend and the answers."""
        return {"legend": self.label.text, "hint": self.description, "values": self.chosen()}


def as_choice(choice: Any) -> Choice:
    """A `Choice` from itself, a (value, text) pair or a text."""
    if isinstance(choice, Choice):
        return choice
    if isinstance(choice, str):
        return Choice(choice, choice)
    value, text, *_ = choice
    return Choice(str(value), str(text))


def _item(choice: Choice, conditional: Mapping[str, Markup]) -> dict[str, Any]:
    return {
        "value": choice.value,
        "text": choice.text,
        "hint": choice.hint,
        "exclusive": choice.exclusive,
        "conditional": conditional.get(choice.value),
    }
