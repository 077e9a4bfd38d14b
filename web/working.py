"""Work in the background of this process, for pages that ask again: how far it is, and what it came to.

What is held can be worked out again at any time, so that nothing is lost with the process.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from flask import Response, current_app, make_response

__all__ = ["Working", "looking_again", "work_on"]

_EXTENSION = "daybook_working"
_NAP = 0.02
_LOOK_AGAIN_SECONDS = 2
_log = logging.getLogger(__name__)
_lock = threading.Lock()
_T = TypeVar("_T")
Progress = Callable[[int, int | None], None]


@dataclass
class Working(Generic[_T]):
    """One piece of work: how far it is, what it came to, or that it failed; ``refused`` says why in words."""

    done: int = 0
    total: int = 0
    found: _T | None = None
    failed: bool = False
    refused: tuple[str, ...] = ()
    ended: threading.Event = field(default_factory=threading.Event)

    @property
    def percent(self) -> int:
        """How much of it is done."""
        return min(100 * self.done // self.total, 100) if self.total else 0


def work_on(
    what: str,
    key: Hashable,
    work: Callable[[Progress], _T],
    *,
    patience: float,
    held: int = 4,
    refusing: tuple[type[Exception], ...] = (),
) -> Working[_T]:
    """The work of a key, begun now if it was not; waits up to ``patience`` seconds for it.

    Of each ``what`` the results asked for last are held. Work that failed is begun again when it is next asked for.
    An exception of ``refusing`` is an answer: its ``problems`` are told.
    """
    kept: dict[str, OrderedDict[Hashable, Working[_T]]] = current_app.extensions.setdefault(_EXTENSION, {})
    with _lock:
        ours = kept.setdefault(what, OrderedDict())
        going = ours.get(key)
        if going is None or going.failed:
            going = ours[key] = Working()
            threading.Thread(target=_do, args=(what, going, work, refusing), daemon=True).start()
        ours.move_to_end(key)
        while len(ours) > held:
            ours.popitem(last=False)
    until = time.monotonic() + patience
    while not going.ended.is_set() and time.monotonic() < until:
        going.ended.wait(_NAP)
    return going


def looking_again(page: str, going: Working[Any]) -> Response:
    """A page that says how far the work is, which looks again by itself unless it failed or was refused."""
    answer = make_response(page, 503 if going.failed else 200)
    if not (going.failed or going.refused):
        answer.headers["Refresh"] = str(_LOOK_AGAIN_SECONDS)
    return answer


def _do(what: str, going: Working[_T], work: Callable[[Progress], _T], refusing: tuple[type[Exception], ...]) -> None:
    def progress(done: int, total: int | None) -> None:
        going.done, going.total = done, total or going.total

    try:
        going.found = work(progress)
    except refusing as refused:
        going.refused = tuple(getattr(refused, "problems", [str(refused)]))
    except Exception:
        going.failed = True
        _log.exception("Work could not be done: %s", what)
    finally:
        going.ended.set()
