"""From an item's text to a signal's value, or to the code that says why it is none.

Nothing is clipped or guessed: a text that is no number, is not finite, or lies beyond what any machine can report
becomes a value of quality `bad` without a number.
"""

from __future__ import annotations

import math
import re
from typing import NamedTuple

from chargehand.contracts.machine import SIGNAL_UNITS, SignalValue
from chargehand.fleet.signals import POSSIBLE, VOCABULARY, Route

TEXT_CHARS_MAX = 256
UNAVAILABLE = "UNAVAILABLE"
_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,4})?")


class Reading(NamedTuple):
    """A signal's value, and the code under which its text is to be quarantined, or None."""

    value: SignalValue
    code: str | None = None


def read_value(name: str, route: Route, text: str) -> Reading:
    """The value of a signal.

    Args:
        name: the signal.
        route: the conversion from the machine's unit.
        text: what the machine sent.
    """
    unit = SIGNAL_UNITS[name]
    if text.upper() == UNAVAILABLE or (unit is not None and not text):
        return Reading(SignalValue(v=None, u=unit, q="unavailable"))
    if unit is None:
        return _read_text(name, text)
    value = parse_number(text)
    if value is not None:
        value = value * route.factor + route.offset
    low, high = POSSIBLE[name]
    if value is None:
        return Reading(SignalValue(v=None, u=unit, q="bad"), "TELEM.VALUE_IMPOSSIBLE")
    if not math.isfinite(value):
        return Reading(SignalValue(v=None, u=unit, q="bad"), "TELEM.NOT_FINITE")
    if not low <= value <= high:
        return Reading(SignalValue(v=None, u=unit, q="bad"), "TELEM.VALUE_IMPOSSIBLE")
    return Reading(SignalValue(v=plain(round(value, 6)), u=unit, q="good"))


def plain(value: float) -> int | float:
    """The same number without a needless fraction or a negative zero."""
    return int(value) if value == int(value) else value


def parse_number(text: str) -> float | None:
    """A decimal number, infinite or not a number where the text says so; None if it is none of these.

    Python's own reading is wider: it takes underscores and digits of other scripts.
    """
    if _NUMBER.fullmatch(text):
        return float(text)
    plain = text.lower().lstrip("+-")
    return math.nan if plain == "nan" else math.inf if plain in ("inf", "infinity") else None


def _read_text(name: str, text: str) -> Reading:
    allowed = VOCABULARY.get(name)
    if len(text) > TEXT_CHARS_MAX or (allowed is not None and text.upper() not in allowed):
        return Reading(SignalValue(v=None, q="bad"), "TELEM.VALUE_IMPOSSIBLE")
    return Reading(SignalValue(v=text.upper() if allowed else text, q="good"))
