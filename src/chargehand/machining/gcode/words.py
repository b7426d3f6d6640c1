"""Reads one line of a program into its words, each checked for being a number and for being there once.

A line may hold comments in parentheses or after a semicolon, spaces and tabs anywhere, and letters of either case;
none of these means anything. What is refused: numbers with two points, an exponent or digits of another script;
letters, G codes and M codes outside of the subset; parameters and expressions; two codes of one modal group; a letter
that stands twice; control characters, in a comment too, because another control may take one for the end of the line.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from chargehand.machining.gcode.codes import G_GROUPS, LETTERS, M_GROUPS
from chargehand.machining.gcode.refusal import RefusalError

LINE_LENGTH_MAX = 256
"""Characters of a line without its comments, as in the RS-274/NGC report."""
NUMBER_MAX = 1e9
"""Largest magnitude of a number; past it sums of lengths stop being exact to a nanometre long before."""
OFFENDER_LENGTH_MAX = 40
"""How much of an offending text is repeated in a message."""

_WORD = re.compile(r"([A-Z])([+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+))")
_COMMENT = re.compile(r"\([^()]*\)")
_MARK = re.compile(r"[();]")
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f-\x9f]")
_O_WORD = re.compile(r"(?:N[0-9]+)?O(?:([0-9]+)|<([^<>]*)>)(.*)")
_O_LINE = re.compile(r"(?:N[0-9]+)?O")
_EXPRESSION = re.compile(r"[#\[\]=]")
_SPACE = str.maketrans("", "", " \t")


class Label(NamedTuple):
    """An O-word.

    Attributes:
        name: its number without leading zeros, or its name in lower case.
        keyword: `sub`, `endsub`, `call` or `return`; empty for a label alone (`O1000`).
    """

    name: str
    keyword: str


class Block(NamedTuple):
    """The words of a line.

    Attributes:
        numbers: by letter, without G, M and N.
        g: G codes by modal group, times ten (91.1 is 911).
        m: M codes by modal group.
        texts: how each letter of `numbers` was written.
    """

    numbers: dict[str, float]
    g: dict[int, int]
    m: dict[int, int]
    texts: dict[str, str]


def bare(line: str) -> str:
    """A line without comments, spaces and tabs, in upper case; ASCII only.

    Raises:
        RefusalError: PROG.SYNTAX.
    """
    if _CONTROL.search(line):
        raise RefusalError("PROG.SYNTAX", "the line holds a control character")
    if "(" in line or ")" in line or ";" in line:
        line = _without_comments(line)
    if not line.isascii():
        raise RefusalError("PROG.SYNTAX", f"not ASCII: {_shown(line.strip())!r}", observed=_shown(line.strip()))
    line = line.translate(_SPACE).upper()
    if len(line) > LINE_LENGTH_MAX:
        raise RefusalError(
            "PROG.SYNTAX",
            f"a line of {len(line)} characters is longer than {LINE_LENGTH_MAX}",
            observed=float(len(line)),
            limit=float(LINE_LENGTH_MAX),
        )
    return line


def _without_comments(line: str) -> str:
    kept: list[str] = []
    at = 0
    while mark := _MARK.search(line, at):
        kept.append(line[at : mark.start()])
        if mark[0] == ";":
            return "".join(kept)
        comment = _COMMENT.match(line, mark.start())
        if comment is None:
            raise RefusalError("PROG.SYNTAX", "a comment is not closed, not opened, or holds another", observed=mark[0])
        at = comment.end()
    kept.append(line[at:])
    return "".join(kept)


def label(code: str) -> Label | None:
    """The O-word of a bare line; None if the line holds none.

    Raises:
        RefusalError: PROG.SYNTAX, PROG.CODE_UNSUPPORTED (loops, conditions, arguments).
    """
    if not _O_LINE.match(code):
        return None
    found = _O_WORD.fullmatch(code)
    if found is None:
        raise RefusalError("PROG.SYNTAX", f"not a label: {_shown(code)!r}", observed=_shown(code))
    number, name, rest = found.groups()
    if rest not in ("", "SUB", "ENDSUB", "CALL", "RETURN"):
        raise RefusalError(
            "PROG.CODE_UNSUPPORTED", f"{_shown(rest)!r} after a label is not read", observed=_shown(rest)
        )
    if number is None and not name:
        raise RefusalError("PROG.SYNTAX", "a label without a name", observed="O<>")
    if number is None and rest == "":
        raise RefusalError("PROG.SYNTAX", f"a named label without a keyword: {_shown(code)!r}", observed=_shown(code))
    return Label(number.lstrip("0") or "0" if number is not None else name.lower(), rest.lower())


def words(code: str) -> Block:
    """The words of a bare line that holds no O-word.

    Raises:
        RefusalError: PROG.SYNTAX, PROG.CODE_UNSUPPORTED, PROG.MODAL_CONFLICT.
    """
    numbers: dict[str, float] = {}
    texts: dict[str, str] = {}
    g: dict[int, int] = {}
    m: dict[int, int] = {}
    at = 0
    for word in _WORD.finditer(code):
        if word.start() != at:
            break
        at = word.end()
        letter, digits = word.groups()
        number = float(digits)
        if not abs(number) <= NUMBER_MAX:
            raise RefusalError(
                "PROG.SYNTAX",
                f"{_shown(word[0])} is beyond {NUMBER_MAX:g}",
                observed=_shown(word[0]),
                limit=NUMBER_MAX,
            )
        if letter == "G":
            _enter(g, G_GROUPS, "G", number * 10, digits)
        elif letter == "M":
            _enter(m, M_GROUPS, "M", number, digits)
        elif letter not in LETTERS:
            raise RefusalError(*_unknown_letter(word[0]), observed=_shown(word[0]))
        elif letter in numbers:
            raise RefusalError("PROG.SYNTAX", f"{letter} stands twice: {_shown(word[0])}", observed=_shown(word[0]))
        else:
            numbers[letter] = number
            texts[letter] = _shown(word[0])
    if at != len(code):
        raise _not_a_word(code[at:])
    if "N" in numbers:
        _line_number(code, texts["N"])
        del numbers["N"], texts["N"]
    return Block(numbers, g, m, texts)


def _enter(codes: dict[int, int], groups: dict[int, int], letter: str, number: float, digits: str) -> None:
    """Put a G or M code under its modal group; G codes come times ten."""
    code = round(number)
    # 91.1 times ten is 911 to the last bit; a code with more digits than any code has is no code.
    group = groups.get(code) if code == number and digits[0] not in "+-" else None
    shown = letter + _shown(digits)
    if group is None:
        raise RefusalError("PROG.CODE_UNSUPPORTED", f"{shown} is not in the checked subset", observed=shown)
    if codes.setdefault(group, code) != code:
        raise RefusalError(
            "PROG.MODAL_CONFLICT",
            f"{shown} stands in one line with another code of its modal group",
            observed=shown,
        )


def _unknown_letter(word: str) -> tuple[str, str]:
    if word[0] == "E":
        return "PROG.SYNTAX", f"{_shown(word)}: a number has no exponent"
    return "PROG.CODE_UNSUPPORTED", f"the letter {word[0]} is not in the checked subset: {_shown(word)}"


def _not_a_word(rest: str) -> RefusalError:
    shown = _shown(rest)
    if _EXPRESSION.search(rest):
        return RefusalError(
            "PROG.CODE_UNSUPPORTED", f"parameters and expressions are not read: {shown!r}", observed=shown
        )
    return RefusalError("PROG.SYNTAX", f"not a word: {shown!r}", observed=shown)


def _line_number(code: str, text: str) -> None:
    """A line number is digits alone and stands first."""
    if not code.startswith("N") or not text[1:].isdigit():
        raise RefusalError("PROG.SYNTAX", f"a line number is digits, and stands first: {text}", observed=text)


def _shown(text: str) -> str:
    return text if len(text) <= OFFENDER_LENGTH_MAX else text[: OFFENDER_LENGTH_MAX - 1] + "~"
