"""What is wrong with a file that a person wrote: which file, which line, in which words.

A policy or card file is refused as a whole; nothing of it is used in part. All defects that can be told apart are
listed, so that one reading mends the file.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple, TypeGuard

from chargehand.auditor.lines import LineIndex

_TOML_LINE = re.compile(r"at line (\d+)")
FILE_CHARACTERS_MAX = 4 * 1024 * 1024
"""Largest policy or card file that is read."""


NUMBER_MAX = 2**53 - 1
"""Largest magnitude of a number in such a file: beyond it whole numbers are rounded by readers."""


class Defect(NamedTuple):
    """One thing wrong with a file.

    Attributes:
        file: the file's name, as it was given.
        line: line number from 1, or None where the file as a whole is meant.
        message: what is wrong and what would be right.
    """

    file: str
    line: int | None
    message: str

    def __str__(self) -> str:
        where = self.file if self.line is None else f"{self.file}:{self.line}"
        return f"{where}: {self.message}"


class DefectiveFileError(ValueError):
    """A file that was refused at load.

    Attributes:
        code: ENG.POLICY_INVALID or FLEET.CARD_INVALID.
        defects: everything that was found, in file order.
    """

    def __init__(self, code: str, defects: list[Defect]) -> None:
        super().__init__("\n".join(map(str, defects)))
        self.code = code
        self.defects = tuple(defects)


class Document:
    """A parsed file that knows its lines and collects what is wrong with it.

    Attributes:
        tree: the parsed file.
        defects: what was noted so far.
    """

    def __init__(self, tree: dict[str, Any], file: str, code: str, lines: LineIndex | None = None) -> None:
        """Take a parsed tree, as a recorded policy is one; without `lines` defects name no line.

        Raises:
            DefectiveFileError: it holds a number that is not finite, or a date.
        """
        self.tree = tree
        self.defects: list[Defect] = []
        self._file = file
        self._code = code
        self._lines = lines
        for path, value in _leaves((), tree):
            if isinstance(value, int | float) and not abs(value) <= NUMBER_MAX:
                self.fault(path, f"{_name(path)} must be finite and at most 2**53, not {value!r}")
            elif not isinstance(value, str | int | float):
                self.fault(path, f"{_name(path)} must be text, a number, true or false, not {type(value).__name__}")
        self.refuse_if_faulty()

    @classmethod
    def parse(cls, text: str, file: str, code: str) -> Document:
        """Parse TOML.

        Raises:
            DefectiveFileError: the text is no TOML, is too large, or holds what no such file may hold.
        """
        if len(text) > FILE_CHARACTERS_MAX:
            raise DefectiveFileError(code, [Defect(file, None, f"longer than {FILE_CHARACTERS_MAX} characters")])
        try:
            tree = tomllib.loads(text)
        except (tomllib.TOMLDecodeError, RecursionError) as error:
            found = _TOML_LINE.search(str(error))
            line = int(found[1]) if found else None
            raise DefectiveFileError(code, [Defect(file, line, f"not TOML: {error}")]) from error
        return cls(tree, file, code, LineIndex(text))

    def fault(self, path: tuple[str | int, ...], message: str) -> None:
        """Note a defect at a key."""
        line = None if self._lines is None else self._lines.find(path)
        self.defects.append(Defect(self._file, line, message))

    def closed(self, path: tuple[str | int, ...], table: Mapping[str, Any], allowed: frozenset[str]) -> None:
        """Note every key of a table that is not allowed there."""
        for key in table:
            if key not in allowed:
                self.fault((*path, key), f"unknown key {key!r}; known here: {', '.join(sorted(allowed))}")

    def refuse_if_faulty(self) -> None:
        """Refuse the file if anything was noted.

        Raises:
            DefectiveFileError: with all that was noted.
        """
        if self.defects:
            raise DefectiveFileError(self._code, sorted(self.defects, key=lambda defect: defect.line or 0))


def is_number(value: Any) -> TypeGuard[int | float]:
    """Whether a parsed value is a number; true and false are none."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def _leaves(path: tuple[str | int, ...], value: Any) -> Iterator[tuple[tuple[str | int, ...], Any]]:
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _leaves((*path, key), item)
    elif isinstance(value, list):
        for place, item in enumerate(value):
            yield from _leaves((*path, place), item)
    else:
        yield path, value


def _name(path: tuple[str | int, ...]) -> str:
    return ".".join(str(part) for part in path)
