"""A public file answered whole from memory, so that no file stays open behind a connection that breaks.

A server that finds the connection gone while it clears up may leave an answer unclosed; an answer that
holds an open file then keeps it until the collector comes by. Our styles and scripts are small: they are read at once.
"""

from __future__ import annotations

import mimetypes
from datetime import UTC, datetime
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from flask import Response, abort, request
from werkzeug.security import safe_join

__all__ = ["content_hash", "whole_answer", "whole_file"]


def whole_file(folder: Path, name: str) -> Response:
    """The file `name` of `folder` as an answer that knows its tag and date; 304 to a browser that has it.

    Aborts with 404 where there is no such file, and for a name that would lead out of the folder.
    """
    path = safe_join(str(folder), name)
    if path is None or not Path(path).is_file():
        abort(404)
    changed = Path(path).stat().st_mtime_ns
    return whole_answer(_read(path, changed), name, changed)


def whole_answer(content: bytes, name: str, changed: int) -> Response:
    """Content that has the type of files of this name and last changed then (nanoseconds); 304 likewise."""
    response = Response(content, mimetype=mimetypes.guess_type(name)[0] or "application/octet-stream")
    response.last_modified = datetime.fromtimestamp(changed // 1_000_000_000, tz=UTC)
    response.set_etag(_hash(content))
    response.make_conditional(request)
    return response


def content_hash(path: Path) -> str:
    """The first sixteen hex digits of the SHA-256 of a file. Raises FileNotFoundError where there is none."""
    return _hash(_read(str(path), path.stat().st_mtime_ns))


@lru_cache(maxsize=64)
def _read(path: str, _changed: int) -> bytes:
    return Path(path).read_bytes()


@lru_cache(maxsize=64)
def _hash(content: bytes) -> str:
    return sha256(content).hexdigest()[:16]
