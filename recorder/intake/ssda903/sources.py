"""The files of a return folder: which there are, how they are written, and their fingerprint."""

from __future__ import annotations

import codecs
import hashlib
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

__all__ = ["Source", "digest_of", "files_in", "survey"]

READ_ENDINGS = frozenset({".csv", ".txt", ".tsv", ".xml"})
_CHUNK = 1 << 16
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig", "byte_order_mark"),
    (codecs.BOM_UTF16_LE, "utf-16", "utf_16"),
    (codecs.BOM_UTF16_BE, "utf-16", "utf_16"),
)


class Source(NamedTuple):
    """A file: its encoding, the rule that says what is odd about it ('' if nothing), whether it holds XML."""

    path: Path
    size: int
    digest: str
    encoding: str
    odd: str
    xml: bool


def files_in(path: Path) -> tuple[list[Path], list[Path]]:
    """The files to read and those passed over, by name; hidden files and sub-folders are not looked at."""
    found = [path] if path.is_file() else sorted(p for p in path.iterdir() if p.is_file() and p.name[0] != ".")
    read = [p for p in found if p.suffix.lower() in READ_ENDINGS]
    return read, [p for p in found if p not in read]


def survey(path: Path) -> Source:
    """Read a file through once, in pieces: its fingerprint, and the encoding that all of it fits."""
    hashed = hashlib.sha256()
    utf_8 = codecs.getincrementaldecoder("utf-8")()
    fits, start, size = True, b"", 0
    with path.open("rb") as handle:
        while piece := handle.read(_CHUNK):
            start = start or piece[:200]
            size += len(piece)
            hashed.update(piece)
            if fits:
                try:
                    utf_8.decode(piece)
                except UnicodeDecodeError:
                    fits = False
    try:
        utf_8.decode(b"", final=True)
    except UnicodeDecodeError:
        fits = False
    encoding, odd = _encoding(start, fits)
    xml = start.decode(encoding, errors="replace").lstrip("\ufeff \t\r\n").startswith("<")
    return Source(path, size, hashed.hexdigest(), encoding, odd, xml)


def _encoding(start: bytes, fits_utf_8: bool) -> tuple[str, str]:
    for mark, encoding, odd in _MARKS:
        if start.startswith(mark):
            return encoding, odd
    # Latin text in UTF-16 without a mark shows as every second byte zero.
    if start[1:2] == b"\0":
        return "utf-16-le", "utf_16"
    if start[:1] == b"\0":
        return "utf-16-be", "utf_16"
    return ("utf-8", "") if fits_utf_8 else ("cp1252", "other_encoding")


def digest_of(sources: Iterable[Source]) -> str:
    """One fingerprint of a folder, from the bytes of its files whatever they are called."""
    return hashlib.sha256("".join(sorted(s.digest for s in sources)).encode()).hexdigest()
