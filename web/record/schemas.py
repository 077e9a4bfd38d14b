"""What the page's script asks while the form is filled in, and what it is answered, as JSON."""

from __future__ import annotations

from marshmallow import EXCLUDE, Schema, fields

__all__ = ["ProcessAnswer", "ProcessQuestion", "process_answer"]


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
