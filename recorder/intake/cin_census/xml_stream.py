"""The header and the children of a census file, one at a time, straight from the parser.

The parser is expat itself, with document types and entities refused: a census has none, and they are how
an XML file attacks its reader. What has been handed on is forgotten, so memory does not grow with the file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from xml.parsers import expat

__all__ = ["Broken", "Node", "read_nodes"]

READ_AT_ONCE = 1 << 16
ELEMENTS_A_CHILD = 20_000
TEXT_KEPT = 500
_TAKEN = frozenset({"Header", "Child"})


class Broken(ValueError):
    """The file cannot be read on: the rule that says why, and the words it needs."""

    def __init__(self, rule: str, **words: object) -> None:
        super().__init__(rule)
        self.rule = rule
        self.words = words


class Node:
    """An element: its name without prefix, its own text, the line it starts on, and the elements in it."""

    __slots__ = ("children", "line", "name", "text")

    def __init__(self, name: str, line: int) -> None:
        self.name = name
        self.line = line
        self.text = ""
        self.children: list[Node] = []


class _Handler:
    """Builds one header or child at a time, and puts it where the reader finds it once it is complete."""

    def __init__(self, parser: Any) -> None:
        self.complete: list[Node] = []
        self._parser = parser
        self._open: list[Node] = []
        self._held = 0
        parser.buffer_text = True
        parser.StartElementHandler = self.start
        parser.EndElementHandler = self.end
        parser.CharacterDataHandler = self.text
        for refused in ("StartDoctypeDeclHandler", "EntityDeclHandler", "UnparsedEntityDeclHandler"):
            setattr(parser, refused, self.refuse)
        parser.ExternalEntityRefHandler = self.refuse

    def start(self, tag: str, _: dict[str, str]) -> None:
        name = tag.rpartition(" ")[2]
        if self._open:
            self._held += 1
            if self._held > ELEMENTS_A_CHILD:
                line = self._parser.CurrentLineNumber
                raise Broken("too_big", count=f"{ELEMENTS_A_CHILD:,}", line=f"{line:,}")
            node = Node(name, self._parser.CurrentLineNumber)
            self._open[-1].children.append(node)
            self._open.append(node)
        elif name in _TAKEN:
            self._held = 0
            self._open.append(Node(name, self._parser.CurrentLineNumber))

    def end(self, _: str) -> None:
        if self._open:
            node = self._open.pop()
            if not self._open:
                self.complete.append(node)

    def text(self, data: str) -> None:
        if self._open:
            node = self._open[-1]
            node.text = (node.text + data)[:TEXT_KEPT]

    def refuse(self, *_: object) -> None:
        raise Broken("entities", line=f"{self._parser.CurrentLineNumber:,}")


def read_nodes(path: Path, done: Callable[[int], None]) -> Iterator[Node]:
    """Each Header and Child of the file, as soon as it is complete; ``done`` is told the bytes read.

    Raises ``Broken`` where the file cannot be read on, after everything complete was handed out, and
    OSError where it cannot be opened.
    """
    parser = expat.ParserCreate(namespace_separator=" ")
    handler = _Handler(parser)
    broken: Broken | None = None
    with path.open("rb") as stream:
        while broken is None:
            block = stream.read(READ_AT_ONCE)
            try:
                parser.Parse(block, not block)
            except Broken as why:
                broken = why
            except expat.ExpatError as why:
                broken = Broken("not_xml", line=f"{why.lineno:,}", why=expat.ErrorString(why.code))
            except (LookupError, ValueError):
                broken = Broken("not_xml", line="1", why="its encoding is not known")
            yield from handler.complete
            handler.complete.clear()
            done(stream.tell())
            if not block:
                break
    if broken is not None:
        raise broken
