"""What travels packed (gzip), so that a page opens quickly over a slow connection: styles, scripts, and most pages.

The length of a packed page that holds a secret beside words of the asker tells something of the secret (BREACH). So
a page is packed only where its address has no place for words: no query but a log position, no part of the path but
numbers and ids. Styles and scripts are the same for everybody and hold nothing.
"""

from __future__ import annotations

import gzip
from functools import lru_cache
from uuid import UUID

from flask import Flask, Response, request

__all__ = ["install"]

_PUBLIC_FILES = frozenset({"design.assets", "record.assets"})
_TEXT = frozenset({"text/css", "text/javascript", "application/javascript", "image/svg+xml", "text/plain"})
# Half the packing of the best in a tenth of its time: a page is packed each time it is asked for.
_QUICK = 4
_LEAST = 512  # bytes; below it the header of the packing eats what it saves


def install(app: Flask) -> None:
    """Pack the public files and the pages of the app for browsers that take them packed."""
    app.after_request(_pack)


def _pack(response: Response) -> Response:
    if request.endpoint not in _PUBLIC_FILES:
        return _pack_page(response)
    response.vary.add("Accept-Encoding")
    tag, weak = response.get_etag()
    if tag is not None and not weak:
        # The same file in either form: only a weak tag may say so, and it still answers "not modified".
        response.set_etag(tag, weak=True)
    if response.status_code != 200 or request.method != "GET" or response.mimetype not in _TEXT:
        return response
    if not request.accept_encodings["gzip"]:
        return response
    plain = response.get_data()
    if len(plain) >= _LEAST:
        response.set_data(_packed(plain))
        response.content_encoding = "gzip"
    return response


def _pack_page(response: Response) -> Response:
    """A page whose address has no words of the asker, packed for browsers that take it so."""
    if response.mimetype != "text/html" or response.status_code != 200 or not response.is_sequence:
        return response
    response.vary.add("Accept-Encoding")
    if request.method == "GET" and _wordless() and request.accept_encodings["gzip"]:
        response.set_data(gzip.compress(response.get_data(), compresslevel=_QUICK, mtime=0))
        response.content_encoding = "gzip"
    return response


def _wordless() -> bool:
    """Whether nothing in the address can be words that somebody else put there."""
    placed = (request.view_args or {}).values()
    asked = request.args.to_dict(flat=False)
    positions = asked.pop("at", [])
    return not asked and all(each.isdecimal() for each in positions) and all(isinstance(p, UUID | int) for p in placed)


@lru_cache(maxsize=64)
def _packed(plain: bytes) -> bytes:
    return gzip.compress(plain, compresslevel=9, mtime=0)
