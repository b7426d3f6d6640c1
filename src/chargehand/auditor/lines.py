"""Where in a TOML text each key stands, because the parser of the standard library forgets it.

It reads a text that the parser has already accepted, so it only has to find keys, not to judge them. A table within an
array is found at its own line; other keys inside an inline table or an array at the line of the key that holds them.
"""

from __future__ import annotations

import re

_KEY = re.compile(r"""\s*(?:"((?:[^"\\]|\\.)*)"|'([^']*)'|([A-Za-z0-9_-]+))\s*""")
_STRINGS = re.compile(r'"""|\'\'\'|"(?:[^"\\]|\\.)*"|\'[^\']*\'|[\[\]{}#,]')

Path = tuple[str | int, ...]


class LineIndex:
    """Line numbers, from 1, by path: `("rule", 0, "when")`."""

    def __init__(self, text: str) -> None:
        self._lines: dict[Path, int] = {}
        self._tables: dict[Path, int] = {}
        self._table: Path = ()
        self._depth = 0
        self._array: Path = ()
        self._place = 0
        self._quote: str | None = None
        for number, line in enumerate(text.split("\n"), start=1):
            self._read(line, number)

    def find(self, path: Path) -> int | None:
        """Line of a key, or of the nearest key that holds it; None for the empty path."""
        while path:
            line = self._lines.get(path)
            if line is not None:
                return line
            path = path[:-1]
        return None

    def _read(self, line: str, number: int) -> None:
        if self._quote is not None or self._depth:
            self._skip(line, number)
            return
        stripped = line.strip()
        if not stripped or stripped.startswith("#"):
            return
        if stripped.startswith("["):
            self._enter(stripped, number)
            return
        keys, rest = _keys(line)
        for size in range(1, len(keys) + 1):
            self._lines.setdefault(self._table + keys[:size], number)
        self._array, self._place = self._table + keys, 0
        self._skip(rest, number)

    def _enter(self, header: str, number: int) -> None:
        many = header.startswith("[[")
        keys, _ = _keys(header.lstrip("["))
        path: Path = ()
        for place, key in enumerate(keys):
            path = (*path, key)
            if many and place == len(keys) - 1:
                self._tables[path] = self._tables.get(path, -1) + 1
            self._lines.setdefault(path, number)
            if path in self._tables:
                path = (*path, self._tables[path])
                self._lines.setdefault(path, number)
        self._table = path

    def _skip(self, text: str, number: int) -> None:
        """Follow strings and brackets: whether the value goes on in the next line, and where the tables in it stand."""
        at = 0
        while True:
            if self._quote is not None:
                end = text.find(self._quote, at)
                if end < 0:
                    return
                at, self._quote = end + 3, None
            found = _STRINGS.search(text, at)
            if found is None or found[0] == "#":
                return
            at = found.end()
            if found[0] in ('"""', "'''"):
                self._quote = found[0]
            elif found[0] in "[{":
                if found[0] == "{" and self._depth == 1:
                    self._lines.setdefault((*self._array, self._place), number)
                self._depth += 1
            elif found[0] in "]}":
                self._depth -= 1
            elif found[0] == "," and self._depth == 1:
                self._place += 1


def _keys(text: str) -> tuple[Path, str]:
    """The dotted key at the start of a text, and what follows it."""
    keys: list[str | int] = []
    at = 0
    while (found := _KEY.match(text, at)) is not None:
        keys.append(next(part for part in found.groups() if part is not None))
        at = found.end()
        if text[at : at + 1] != ".":
            break
        at += 1
    return tuple(keys), text[at:]
