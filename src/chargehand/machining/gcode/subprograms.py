"""Where a program's subprograms stand, and the stack of the calls that are open.

Two manners are read. NGC: `O100 sub` to `O100 endsub`, called by `O100 call`; names may be `O<name>`. Fanuc: a label
`O1000` alone, its lines up to M99, called by `M98 P1000 L2`. A text that the caller hands in beside the program is
called either way, and without a label of its own it is one subprogram from its first line. What is called twice the
same way in one text is not called at all: nobody says which one is meant.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from chargehand.machining.gcode.refusal import RefusalError
from chargehand.machining.gcode.words import Label, bare, label

NESTING_MAX = 10

_O_LINE = re.compile(r"^[ \t]*(?:\([^()\n]*\)[ \t]*)*(?:N[ \t0-9]+)?O[^\n]*", re.IGNORECASE | re.MULTILINE)


class Text:
    """A program's lines and the labels in them.

    Attributes:
        name: how the caller handed it in; empty for the program itself.
        lines: without their ends.
        labels: line indices of labels alone, by name.
        bodies: line indices of `sub`, by name.
        ends: index of the `endsub` that belongs to a `sub`.
    """

    def __init__(self, text: str, name: str = "") -> None:
        self.name = name
        self.lines = text.split("\n")
        self.labels: dict[str, list[int]] = {}
        self.bodies: dict[str, list[int]] = {}
        self.ends: dict[int, int] = {}
        self._index(text)

    def _index(self, text: str) -> None:
        opened: tuple[str, int] | None = None
        line, counted = 0, 0
        for found in _O_LINE.finditer(text):
            line += text.count("\n", counted, found.start())
            counted = found.start()
            try:
                mark = label(bare(found[0].removesuffix("\r")))
            except RefusalError:
                continue
            if mark is None:
                continue
            if mark.keyword == "" and opened is None:
                self.labels.setdefault(mark.name, []).append(line)
            elif mark.keyword == "sub" and opened is None:
                opened = (mark.name, line)
            elif mark.keyword == "endsub" and opened is not None and opened[0] == mark.name:
                self.bodies.setdefault(mark.name, []).append(opened[1])
                self.ends[opened[1]] = line
                opened = None


class Call:
    """An open call: which text is being run from where, and how often more.

    Attributes:
        text: the text.
        first: index of the first line of its body.
        at: index of the line to run next.
        repeats: how often the body is run again when it ends.
        label: what was called; None for the program itself.
        ngc: whether it ends with `endsub` rather than M99.
        begun: whether anything but `%` was met yet.
        taped: whether the `%` that begins a tape was met.
    """

    __slots__ = ("at", "begun", "first", "label", "ngc", "repeats", "taped", "text")

    def __init__(self, text: Text, first: int, *, label: str | None, ngc: bool = False, repeats: int = 0) -> None:
        self.text = text
        self.first = first
        self.at = first
        self.label = label
        self.ngc = ngc
        self.repeats = repeats
        self.begun = False
        self.taped = False


class Calls:
    """The stack of open calls; the program itself lies at its bottom."""

    def __init__(self, text: str, subprograms: Mapping[str, str]) -> None:
        self._main = Text(text)
        self._given = {_name(name): given for name, given in subprograms.items()}
        self._read: dict[str, Text] = {}
        self.stack = [Call(self._main, 0, label=None)]

    @property
    def top(self) -> Call:
        """The call whose lines are being run."""
        return self.stack[-1]

    def enter(self, mark: Label) -> None:
        """Open an NGC call.

        Raises:
            RefusalError: PROG.SUBPROGRAM_UNKNOWN, PROG.NESTING_TOO_DEEP.
        """
        for text in self._texts(mark.name):
            if mark.name in text.bodies:
                self._push(Call(text, _only(text.bodies, mark.name) + 1, label=mark.name, ngc=True))
                return
        raise _unknown(mark.name)

    def enter_label(self, name: str, times: int) -> None:
        """Open a call by M98.

        Raises:
            RefusalError: PROG.SUBPROGRAM_UNKNOWN, PROG.NESTING_TOO_DEEP, PROG.SYNTAX for no times at all.
        """
        if times < 1:
            raise RefusalError("PROG.SYNTAX", "a subprogram is called no times", observed=f"L{times}")
        for text in self._texts(name):
            if name in text.labels:
                self._push(Call(text, _only(text.labels, name) + 1, label=name, repeats=times - 1))
                return
            if text.name == name and not text.labels and not text.bodies:
                self._push(Call(text, 0, label=name, repeats=times - 1))
                return
        raise _unknown(name)

    def leave(self) -> None:
        """Close the top call, or run its body again if it is to be repeated."""
        if self.top.repeats:
            self.top.repeats -= 1
            self.top.at = self.top.first
            self.top.begun = False
            self.top.taped = False
            return
        self.stack.pop()

    def _push(self, call: Call) -> None:
        if len(self.stack) > NESTING_MAX:
            raise RefusalError(
                "PROG.NESTING_TOO_DEEP",
                f"the call of {call.label} is more than {NESTING_MAX} deep",
                observed=float(len(self.stack)),
                limit=float(NESTING_MAX),
            )
        self.stack.append(call)

    def _texts(self, name: str) -> list[Text]:
        """Where a name is looked for: in the calling text, in the program, in the text handed in under it."""
        texts = [self.top.text]
        if self._main is not self.top.text:
            texts.append(self._main)
        if name in self._given:
            if name not in self._read:
                self._read[name] = Text(self._given[name], name)
            texts.append(self._read[name])
        return texts


def _name(name: str) -> str:
    name = "".join(name.split()).lower()
    return name.lstrip("0") or "0" if name.isascii() and name.isdigit() else name


def _only(places: Mapping[str, list[int]], name: str) -> int:
    if len(places[name]) > 1:
        raise RefusalError("PROG.SUBPROGRAM_UNKNOWN", f"{name} stands twice in the program", observed=name)
    return places[name][0]


def _unknown(name: str) -> RefusalError:
    return RefusalError("PROG.SUBPROGRAM_UNKNOWN", f"no subprogram {name}", observed=name)
