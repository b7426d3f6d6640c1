"""SHDR, the text that machine adapters speak: `time|key|value|key|value...`, one line at a time.

The parser splits and classifies; it knows how many fields an item has and nothing of what they mean. It never raises
and never drops in silence: what it cannot read is handed back as quarantined with a code. Lines without a time are
lawful inside an asset's text and as adapter commands (`* ...`); an observation with an empty time is taken without one.

Source: MTConnect standard, part 2 and the C++ agent's description of the adapter protocol.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from functools import lru_cache
from typing import Literal, NamedTuple

from chargehand.fleet.adapter import QUARANTINE_TEXT_MAX, Quarantined
from chargehand.kernel.clock import parse_utc

LINE_CHARS_MAX = 65_536
ASSET_LINES_MAX = 5_000
"""Lines of one asset; an asset whose end never comes would otherwise swallow the rest of the stream."""
MULTILINE = "--multiline--"

Shape = Literal["value", "condition", "time_series", "message", "alarm"]
FIELDS: dict[Shape, int] = {"value": 1, "condition": 5, "time_series": 3, "message": 2, "alarm": 5}
"""Fields after the key. A condition has level, native code, native severity, qualifier and text."""
LineKind = Literal["observations", "asset", "asset_text", "asset_end", "command", "blank", "corrupt"]

_TIME = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d)?(?:@\d+(?:\.\d+)?)?")
_ESCAPED = re.compile(r'"(?:[^"\\]|\\.)*"|[^|]*')


class Observation(NamedTuple):
    """One item's report: its key without device prefix, and its fields, as many as its shape has."""

    key: str
    fields: tuple[str, ...]


class Line(NamedTuple):
    """What one line turned out to be.

    Attributes:
        kind: its class.
        ts_us: its time, or None.
        observations: its items, in order.
        quarantined: what could not be read.
    """

    kind: LineKind
    ts_us: int | None = None
    observations: tuple[Observation, ...] = ()
    quarantined: tuple[Quarantined, ...] = ()


class ShdrParser:
    """Reads lines of one device, in order.

    Attributes:
        lines: how many have been read.
        kinds: how many of each kind.
        timed: how many began with a time.
        foreign: items that were addressed to another device; they are not ours to judge.
    """

    def __init__(self, shape_of: Callable[[str], Shape | None], device: frozenset[str], others: frozenset[str]) -> None:
        """Prepare to read.

        Args:
            shape_of: the shape of an item by key; None for a key that the device does not have.
            device: names by which the device may be addressed.
            others: names of the other devices on this line.
        """
        self._shape_of = shape_of
        self._device = device
        self._others = others
        self._asset_end: str | None = None
        self._asset_lines = 0
        self._last_us: int | None = None
        self.lines = 0
        self.timed = 0
        self.foreign = 0
        self.kinds: Counter[LineKind] = Counter()

    def feed(self, text: str) -> Line:
        """Read one line, without its line feed. Never raises."""
        self.lines += 1
        line = self._read(text.rstrip("\r"))
        self.kinds[line.kind] += 1
        return line

    def restart(self) -> None:
        """The stream begins again: no open asset and no time before; the counts go on."""
        self._asset_end = None
        self._last_us = None

    def _read(self, text: str) -> Line:
        if self._asset_end is not None:
            return self._in_asset(text)
        if len(text) > LINE_CHARS_MAX or "\0" in text:
            return self._corrupt(text)
        if not text.strip():
            return Line("blank")
        if text.startswith("*"):
            return Line("command")
        stamp, bar, rest = text.partition("|")
        if not bar:
            return self._corrupt(text)
        ts_us: int | None = None
        quarantined: list[Quarantined] = []
        if stamp.strip():
            ts_us = time_us(stamp.strip())
            if ts_us is None:
                return self._corrupt(text)
            self.timed += 1
            if self._last_us is not None and ts_us < self._last_us:
                quarantined.append(self._note("TELEM.TIME_BACKWARDS", "", stamp))
            self._last_us = ts_us
        else:
            quarantined.append(self._note("TELEM.TIME_MISSING", "", text))
        if rest.startswith("@"):
            return self._asset(rest, ts_us, quarantined)
        found = self._items(split_fields(rest), quarantined)
        return Line("observations", ts_us, tuple(found), tuple(quarantined))

    def _items(self, fields: list[str], quarantined: list[Quarantined]) -> list[Observation]:
        found: list[Observation] = []
        at = 0
        while at < len(fields):
            key = fields[at].strip()
            local, ours = self._local(key)
            shape = self._shape_of(local) if ours else "value"
            count = FIELDS[shape or "value"]
            taken = fields[at + 1 : at + 1 + count]
            at += 1 + count
            if not ours:
                self.foreign += 1
            elif not key or not taken:
                quarantined.append(self._note("TELEM.LINE_CORRUPT", key, "|".join([key, *taken])))
            elif shape is None:
                quarantined.append(self._note("TELEM.KEY_UNKNOWN", key, taken[0]))
            else:
                # Adapters leave out a condition's empty fields at the end of a line.
                found.append(Observation(local, (*taken, *[""] * (count - len(taken)))))
        return found

    def _local(self, key: str) -> tuple[str, bool]:
        prefix, colon, local = key.partition(":")
        if not colon or self._shape_of(key) is not None:
            return key, True
        if prefix in self._device:
            return local, True
        return key, prefix not in self._others

    def _asset(self, rest: str, ts_us: int | None, quarantined: list[Quarantined]) -> Line:
        marker = rest.rpartition("|")[2].strip()
        if marker.startswith(MULTILINE):
            self._asset_end = marker
            self._asset_lines = 0
        return Line("asset", ts_us, (), tuple(quarantined))

    def _in_asset(self, text: str) -> Line:
        if text.strip() == self._asset_end:
            self._asset_end = None
            return Line("asset_end")
        self._asset_lines += 1
        if self._asset_lines > ASSET_LINES_MAX:
            self._asset_end = None
            return self._corrupt(text)
        return Line("asset_text")

    def _corrupt(self, text: str) -> Line:
        return Line("corrupt", None, (), (self._note("TELEM.LINE_CORRUPT", "", text),))

    def _note(self, code: str, key: str, text: str) -> Quarantined:
        return Quarantined(code=code, key=key[:QUARANTINE_TEXT_MAX], text=text[:QUARANTINE_TEXT_MAX], line=self.lines)


def time_us(stamp: str) -> int | None:
    """Microseconds of an SHDR time, rounded down; without a zone it is UTC. None if it is not a time."""
    match = _TIME.fullmatch(stamp)
    if match is None:
        return None
    second_us = _second_us(match[1], match[3] or "Z")
    return None if second_us is None else second_us + int((match[2] or "0").ljust(6, "0")[:6])


@lru_cache(maxsize=64)
def _second_us(text: str, zone: str) -> int | None:
    # Most lines fall into the second of the line before; parsing one costs ten times the look-up.
    try:
        return parse_utc(text + zone)
    except (ValueError, OverflowError):
        return None


def split_fields(rest: str) -> list[str]:
    r"""Fields of a line. A field in double quotes may hold `\|`, which is a bar of its own."""
    if '"' not in rest or "\\|" not in rest:
        return rest.split("|")
    fields: list[str] = []
    at = 0
    while at <= len(rest):
        match = _ESCAPED.match(rest, at)
        assert match is not None, "the pattern matches the empty text"
        end = match.end()
        if end < len(rest) and rest[end] != "|":
            # Text after a closing quote: the quotes were part of a plain field.
            end = len(rest) if (bar := rest.find("|", at)) < 0 else bar
        field = rest[at:end]
        quoted = len(field) > 1 and field[0] == field[-1] == '"'
        fields.append(field[1:-1].replace("\\|", "|") if quoted else field)
        at = end + 1
    return fields
