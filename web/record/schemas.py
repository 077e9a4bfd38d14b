"""What the page's script asks while the form is filled in, and what it is answered, as JSON."""

from __future__ import annotations

from marshmallow import EXCLUDE, Schema, fields

__all__ = ["DraftSent", "ProcessAnswer", "ProcessQuestion", "SaidAnswer", "process_answer", "said_answer"]


class ProcessQuestion(Schema):
    """Which process would this work go to? ``on`` is as typed: a date, ``yesterday`` or blank for today."""

    class Meta:
        """Anything else the form holds is passed over."""

        unknown = EXCLUDE

    kind = fields.String(load_default="")
    on = fields.String(load_default="")
    child = fields.List(fields.UUID(), load_default=list)


class ProcessAnswer(Schema):
    """The names of the processes, in words; blank where nothing can be said yet."""

    text = fields.String(required=True)


def process_answer(text: str) -> dict[str, str]:
    """The answer as it is sent."""
    answer: dict[str, str] = ProcessAnswer().dump({"text": text})
    return answer


class SaidAnswer(Schema):
    """What a sentence comes to: the answers of the form by question, and what it left open, in words."""

    children = fields.List(fields.String(), required=True)
    kind = fields.String(required=True)
    when = fields.String(required=True)
    day = fields.List(fields.String(), required=True)
    minutes = fields.String(required=True)
    travel = fields.String(required=True)
    miles = fields.String(required=True)
    outcome = fields.String(required=True)
    colleagues = fields.List(fields.String(), required=True)
    seen = fields.Dict(keys=fields.String(), values=fields.String(), required=True)
    told = fields.List(fields.String(), required=True)


def said_answer(found: dict[str, object]) -> dict[str, object]:
    """The answers as they are sent."""
    answer: dict[str, object] = SaidAnswer().dump(found)
    return answer


class DraftSent(Schema):
    """A draft as the page's script sends it: pairs of name and value, in the order of the form."""

    page = fields.String(required=True)
    key = fields.String(required=True)
    version = fields.Integer(load_default=0)
    field = fields.String(load_default="")
    fields_ = fields.List(
        fields.Tuple((fields.String(), fields.String())), required=True, data_key="fields", attribute="fields"
    )
