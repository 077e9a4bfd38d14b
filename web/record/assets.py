"""The script and styles of the entry form, served under an address that names their content."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

from flask import Blueprint, Response, abort, send_from_directory, url_for

from web.account.access import public

__all__ = ["add_assets", "asset_address"]

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


def add_assets(blueprint: Blueprint) -> None:
    """Serve them from the journey's own blueprint."""
    blueprint.add_url_rule("/my-day/assets/<digest>/<name>", "assets", public(_send))
    blueprint.app_context_processor(lambda: {"record_asset": asset_address})


def asset_address(name: str) -> str:
    """The address of a file, which changes with its content."""
    return url_for("record.assets", digest=_digest(name, (_FOLDER / name).stat().st_mtime_ns), name=name)


@lru_cache(maxsize=32)
def _digest(name: str, _modified: int) -> str:
    return hashlib.sha256((_FOLDER / name).read_bytes()).hexdigest()[:16]


def _send(digest: str, name: str) -> Response:
    if name not in _NAMES:
        abort(404)
    response = send_from_directory(_FOLDER, name)
    current = digest == _digest(name, (_FOLDER / name).stat().st_mtime_ns)
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable" if current else "no-cache, max-age=0"
    return response
