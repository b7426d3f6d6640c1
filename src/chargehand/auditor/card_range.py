"""The range that each single figure of a card lies in, whatever the others say.

A figure outside of its range is a slip of the pen or of the unit, and some of those would open the gate: an elastic
modulus in Pa bends nothing, a specific force in kN/mm2 costs no power. So the ranges are as wide as the trade and no
wider. How figures go together is `card_domain.py`'s.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import msgspec

from chargehand.contracts.card import (
    Axis,
    DutyRating,
    Edition,
    Holder,
    MachineCard,
    MaterialCard,
    Modal,
    Resolution,
    SpindlePoint,
    ToolCard,
    ToolUse,
)

Path = tuple[str | int, ...]


class Range(NamedTuple):
    """From where to where a figure goes.

    Attributes:
        low: least; None for no end.
        high: greatest; None for no end.
        above: whether `low` itself is too little.
        below: whether `high` itself is too much.
    """

    low: float | None = None
    high: float | None = None
    above: bool = False
    below: bool = False

    def complaint(self, value: float) -> str | None:
        """What is wrong with a value, or None."""
        if self.low is not None and not (value > self.low if self.above else value >= self.low):
            if self.low == 0 and not self.above:
                return f"must not be negative, not {value!r}"
            return f"must be {'above' if self.above else 'at least'} {self.low:g}, not {value!r}"
        if self.high is not None and not (value < self.high if self.below else value <= self.high):
            return f"must be {'below' if self.below else 'at most'} {self.high:g}, not {value!r}"
        return None


POSITIVE = Range(low=0.0, above=True)
NOT_NEGATIVE = Range(low=0.0)
SHARE = Range(low=0.0, high=1.0, above=True, below=True)
"""Strictly between 0 and 1."""
PART = Range(low=0.0, high=1.0, above=True)
"""Above 0, at most the whole."""
EXPONENT = Range(low=0.0, high=0.99)
"""Of the specific force. Below 1, because a demand goes with the chip to the power 1 - mc: only so does every demand
grow with the feed, as it grows with speed and depths, and the clamp rests on that."""
SPECIFIC_FORCE = Range(low=50.0, high=20_000.0)
"""N/mm2; cutting metals takes 200 to 5,000."""

RANGES: dict[type[msgspec.Struct], dict[str, Range]] = {
    MachineCard: {
        "spindle_speed_min": NOT_NEGATIVE,
        "spindle_speed_max": POSITIVE,
        "feed_rate_min": NOT_NEGATIVE,
        "feed_rate_max": POSITIVE,
        "spindle_power_s1": POSITIVE,
        "eta": PART,
        "spindle_override_min": NOT_NEGATIVE,
        "spindle_override_max": POSITIVE,
        "feed_override_min": NOT_NEGATIVE,
        "feed_override_max": POSITIVE,
        "coolant_flow_min": NOT_NEGATIVE,
        "freshness_s": POSITIVE,
        "clock_skew_s": NOT_NEGATIVE,
        "spindle_temperature_max": POSITIVE,
        "temperature_rate_max": POSITIVE,
    },
    Axis: {"acceleration": POSITIVE, "jerk": POSITIVE, "rapid": POSITIVE},
    Resolution: dict.fromkeys(Resolution.__struct_fields__, POSITIVE),
    SpindlePoint: dict.fromkeys(SpindlePoint.__struct_fields__, POSITIVE),
    DutyRating: {"ratio": Range(low=1.0, above=True), "share": SHARE, "cycle_s": POSITIVE},
    ToolCard: {
        "diameter": POSITIVE,
        "teeth": POSITIVE,
        "flute_length": POSITIVE,
        "stickout": POSITIVE,
        "spindle_speed_min": NOT_NEGATIVE,
        "spindle_speed_max": POSITIVE,
        "lead_angle": Range(low=0.0, high=90.0, above=True),
        "helix": Range(low=0.0, high=90.0, below=True),
        "axial_depth_min": POSITIVE,
        "stickout_max": POSITIVE,
        "force_max": POSITIVE,
        # No tool is stiffer than diamond.
        "youngs_modulus": Range(low=10e3, high=1.2e6),
        "core_ratio": PART,
        "deflection_roughing": Range(low=0.0, high=0.1, above=True),
        "deflection_finishing": Range(low=0.0, high=1.0, above=True),
        "life_min": POSITIVE,
        "wear_max": Range(low=0.0, high=5.0, above=True),
    },
    ToolUse: {
        "cutting_speed_min": POSITIVE,
        "cutting_speed_max": POSITIVE,
        "feed_per_tooth_min": POSITIVE,
        "feed_per_tooth_max": POSITIVE,
        "taylor_n": SHARE,
        "taylor_c": POSITIVE,
    },
    Holder: {"speed_max": POSITIVE, "torque_max": POSITIVE},
    Modal: {"frequency": POSITIVE, "damping": SHARE, "stiffness": POSITIVE},
    MaterialCard: {"kc1_1": SPECIFIC_FORCE, "mc": EXPONENT, "vdi": Range(low=1.0, high=41.0)},
    Edition: {
        "kc1_1_min": SPECIFIC_FORCE,
        "kc1_1_max": SPECIFIC_FORCE,
        "mc_min": EXPONENT,
        "mc_max": EXPONENT,
    },
}

ORDERED: dict[type[msgspec.Struct], tuple[tuple[str, str], ...]] = {
    MachineCard: (
        ("spindle_speed_min", "spindle_speed_max"),
        ("feed_rate_min", "feed_rate_max"),
        ("spindle_override_min", "spindle_override_max"),
        ("feed_override_min", "feed_override_max"),
    ),
    SpindlePoint: (("power_s1", "power_peak"),),
    ToolCard: (
        ("spindle_speed_min", "spindle_speed_max"),
        ("flute_length", "stickout"),
        ("axial_depth_min", "flute_length"),
    ),
    ToolUse: (("cutting_speed_min", "cutting_speed_max"), ("feed_per_tooth_min", "feed_per_tooth_max")),
    Edition: (("kc1_1_min", "kc1_1_max"), ("mc_min", "mc_max")),
}
"""Pairs of which the first is not above the second."""


def complaints(card: msgspec.Struct) -> Iterator[tuple[Path, str]]:
    """Every figure out of its range and every pair upside down, at its path within the card."""
    for path, record in _records((), card):
        for key, span in RANGES.get(type(record), {}).items():
            value = getattr(record, key)
            said = None if value is None else span.complaint(value)
            if said is not None:
                yield (*path, key), f"{_dotted((*path, key))} {said}"
        for low, high in ORDERED.get(type(record), ()):
            least, most = getattr(record, low), getattr(record, high)
            if least > most:
                yield (*path, low), f"{_dotted((*path, low))} is above {high}: {least!r} > {most!r}"


def _records(path: Path, value: Any) -> Iterator[tuple[Path, msgspec.Struct]]:
    """A card and every record within it."""
    if isinstance(value, msgspec.Struct):
        yield path, value
        for key in value.__struct_fields__:
            yield from _records((*path, key), getattr(value, key))
    elif isinstance(value, dict):
        for name, item in value.items():
            yield from _records((*path, name), item)
    elif isinstance(value, list):
        for place, item in enumerate(value):
            yield from _records((*path, place), item)


def _dotted(path: Path) -> str:
    return ".".join(map(str, path))
