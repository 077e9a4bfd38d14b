"""What came of saving a week, told in the boxes themselves: on the page that is shown next, and once."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable
from datetime import date

from flask import session

from web.record.grid_rows import Row

__all__ = ["changes", "keep_outcome", "show_outcome"]

_KEPT = "week_saved"
_BYTES = 3
_MARK = 4  # characters that three bytes come to


def changes(count: int) -> str:
    """So many changes, in words."""
    return f"{count} {'change' if count == 1 else 'changes'}"


def keep_outcome(rows: Iterable[Row]) -> None:
    """Remember which boxes were saved. The session lies with the browser: it holds marks of them and no child."""
    session[_KEPT] = "".join(_mark(row, cell.on) for row in rows for cell in row.cells if cell.saved)


def show_outcome(rows: Iterable[Row]) -> bool:
    """Mark the boxes that were saved just before; whether the week was."""
    found = session.pop(_KEPT, None)
    kept = found or ""
    marks = {kept[place : place + _MARK] for place in range(0, len(kept), _MARK)}
    for row in rows if marks else ():
        for cell in row.cells:
            cell.saved = _mark(row, cell.on) in marks
    return found is not None


def _mark(row: Row, on: date) -> str:
    digest = hashlib.blake2s(f"{row.key} {on}".encode(), digest_size=_BYTES).digest()
    return base64.urlsafe_b64encode(digest).decode()
