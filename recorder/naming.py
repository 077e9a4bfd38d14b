"""How a child is named in what people type and load: by id, by an identifier, or by name."""

from __future__ import annotations

import re
from collections.abc import Iterable
from uuid import UUID

from recorder.child_record import ChildRecord

__all__ = ["Naming"]

MASK = "[erased]"
_NAMES = ("first_name", "family_name")
# A shorter number is as likely to be minutes or a day.
_SHORTEST = 6
# Names that are everyday words name somebody only where they have their capital.
_EVERYDAY = {
    "april", "august", "bill", "black", "brown", "day", "dawn", "grace", "green", "hall", "home", "hope", "joy",
    "june", "long", "mark", "may", "rose", "summer", "west", "white", "will", "wood", "young",
}  # fmt: skip


class Naming:
    """Tells whether a text names one child, by its id, an identifier or a word of its name.

    A name counts as a whole word, however it is written: people write *hv ruby*. That finds others of the same name
    too: it is asked when a child is erased, where too much is better than too little.
    """

    def __init__(self, child: UUID, names: Iterable[str] = (), identifiers: Iterable[str] = ()) -> None:
        self.child, self.identifiers = child, tuple(identifiers)
        called = [re.escape(name) if name.casefold() in _EVERYDAY else f"(?i:{re.escape(name)})"
                  for each in names if (name := each.strip())]  # fmt: skip
        numbers = [f"(?i:{re.escape(each)})" for each in self.identifiers if len(each) >= _SHORTEST]
        self._all = _words([*called, *numbers])

    @classmethod
    def of(cls, record: ChildRecord) -> Naming:
        """The naming of a child as its record stands; of one that is erased already, by its id alone."""
        names = (record.personal.get(name, "") for name in _NAMES)
        return cls(record.child_id, names, (each.value for each in record.identifiers))

    def within(self, texts: Iterable[str]) -> bool:
        """Whether any of these texts names the child."""
        mine = str(self.child)
        return any(mine in text or bool(self._all and self._all.search(text)) for text in texts)

    def masked(self, text: str) -> str:
        """The text without the child's names and identifiers, for what is about somebody else."""
        return self._all.sub(MASK, text) if self._all else text


def _words(parts: list[str]) -> re.Pattern[str] | None:
    return re.compile(rf"(?<!\w)(?:{'|'.join(parts)})(?!\w)") if parts else None
