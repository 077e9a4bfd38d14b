"""The script and styles of the entry form, served under an address that names their content."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

from flask import Blueprint, Response, abort, url_for

from web.account.access import public
from web.design.whole_files import content_hash, whole_answer, whole_file

__all__ = ["ENTRY", "add_assets", "asset_address"]

_FOLDER = Path(__file__).parent / "static"
_NAMES = (
    "my_day.css",
    "my_day.js",
    "drafts.js",
    "session.js",
    "timer.js",
    "measure.js",
    "offline_store.js",
    "offline.js",
    "offline_page.js",
    "offline_week.js",
    "offline_waiting.js",
    "nicknames.js",
    "grid.css",
    "grid.js",
)


# What My day runs, in this order, as one file: over a slow connection each file of its own costs a round trip.
ENTRY = "entry.js"
_TOGETHER = ("session.js", "offline_store.js", "offline.js", "my_day.js", "drafts.js", "timer.js", "measure.js")


def add_assets(blueprint: Blueprint) -> None:
    """Serve them from the journey's own blueprint."""
    blueprint.add_url_rule("/my-day/assets/<digest>/<name>", "assets", public(_send))
    blueprint.app_context_processor(lambda: {"record_asset": asset_address})


def asset_address(name: str) -> str:
    """The address of a file, which changes with its content."""
    return url_for("record.assets", digest=_digest(name), name=name)


def _digest(name: str) -> str:
    if name == ENTRY:
        return sha256("".join(_digest(each) for each in _TOGETHER).encode()).hexdigest()[:16]
    return content_hash(_FOLDER / name)


def _send(digest: str, name: str) -> Response:
    if name == ENTRY:
        changed = max((_FOLDER / each).stat().st_mtime_ns for each in _TOGETHER)
        # Each in a block, as in a module of its own: what one names is not seen by the others.
        blocks = [b"{\n%s\n}\n" % (_FOLDER / each).read_bytes() for each in _TOGETHER]
        response = whole_answer(b"".join(blocks), name, changed)
    elif name in _NAMES:
        response = whole_file(_FOLDER, name)
    else:
        abort(404)
    current = digest == _digest(name)
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable" if current else "no-cache, max-age=0"
    return response
