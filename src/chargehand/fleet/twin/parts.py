"""The parts that come with the twin: RS-274 text as a function of the set-up, and the blank that it is cut from.

Units are mm and mm/min, G54 lies on top (milling) or on the face (turning) of the blank, X of a turned part is a
radius. Depths beyond the blank are cut as deep as the blank is, widths beyond cutter or blank as wide as they are; else
a set-up is written as it is, sane or not. A set-up without a speed or a feed has no text.
"""

from __future__ import annotations

import math
from typing import NamedTuple

from chargehand.contracts.card import ToolCard
from chargehand.contracts.machine import Setup
from chargehand.machining.stock import Blank

STANDSTILL = 1e-3
"""Speeds in rev/min and feeds in mm/min below this stand still: no drive moves so slowly."""
CLEAR_MM = 2.0
"""Between the tool and the work when it comes at rapid."""
PARK_MM = 60.0
"""Over the work, where parts are changed."""
LEVELS = 2
RINGS = 2
"""One where the cut is so wide that a second would find no boss left."""
TURNS = 3
BAR_MM = 60.0
SHAFT_MM = 60.0
BRACKET_BLANK = Blank("box", 80.0, 50.0, PARK_MM)
IMPELLER_BLANK = Blank("round", 80.0, 80.0, PARK_MM)


class Part(NamedTuple):
    """A part.

    Attributes:
        text: its program.
        blank: what it is cut from.
    """

    text: bytes
    blank: Blank


def part(setup: Setup, tool: ToolCard) -> Part | None:
    """The part that a set-up names, cut as the set-up says; None if it names none of these or stands still."""
    if min(setup.spindle_speed or 0.0, setup.feed_rate or 0.0) < STANDSTILL:
        return None
    if tool.kind == "turning" and setup.program == "SHAFT-R1":
        return shaft(setup)
    if setup.program == "IMPELLER-R2":
        return impeller(setup, tool.diameter)
    return bracket(setup, tool.diameter) if setup.program in ("BRACKET-R1", "SHAFT-R1") else None


def park(blank: Blank) -> tuple[float, float, float]:
    """Where the tool waits while the part is changed."""
    return (blank.x / 2.0 + 20.0, 0.0, 20.0) if blank.shape == "bar" else (0.0, 0.0, PARK_MM)


def bracket(setup: Setup, diameter: float) -> Part:
    """A rectangular boss: closed rings around it, each a radial depth further in, on two levels."""
    blank, depth, radius = BRACKET_BLANK, _depth(setup), diameter / 2.0
    width, rings = _width(setup, diameter)
    x_out, y_out = blank.x / 2.0 + radius + CLEAR_MM, blank.y / 2.0 + radius + CLEAR_MM
    lines = _opening(setup, "BRACKET-R1", "G17")
    for level in range(1, LEVELS + 1):
        for ring in range(1, rings + 1):
            x, y = blank.x / 2.0 + radius - ring * width, blank.y / 2.0 + radius - ring * width
            lines += [
                f"G0 X{_n(-x)} Y{_n(-y_out)}",
                f"G0 Z{_n(CLEAR_MM)}",
                f"G1 Z{_n(-level * depth)} F{_n(setup.feed_rate)}",
                f"G1 Y{_n(y)}",
                f"G1 X{_n(x)}",
                f"G1 Y{_n(-y)}",
                f"G1 X{_n(-x_out)}",
                f"G0 Z{_n(CLEAR_MM)}",
            ]
    return Part(_closed(lines, blank), blank)


def impeller(setup: Setup, diameter: float) -> Part:
    """A round boss: full circles, each a radial depth further in, on two levels."""
    blank, depth, radius = IMPELLER_BLANK, _depth(setup), diameter / 2.0
    width, rings = _width(setup, diameter)
    out = blank.x / 2.0 + radius + CLEAR_MM
    lines = _opening(setup, "IMPELLER-R2", "G17")
    for level in range(1, LEVELS + 1):
        for ring in range(1, rings + 1):
            reach = blank.x / 2.0 + radius - ring * width
            lines += [
                f"G0 X{_n(-out)} Y{_n(reach)}",
                f"G0 Z{_n(CLEAR_MM)}",
                f"G1 Z{_n(-level * depth)} F{_n(setup.feed_rate)}",
                "G1 X0",
                f"G2 X0 Y{_n(-reach)} I0 J{_n(-reach)}",
                f"G2 X0 Y{_n(reach)} I0 J{_n(reach)}",
                f"G1 X{_n(out)}",
                f"G0 Z{_n(CLEAR_MM)}",
            ]
    return Part(_closed(lines, blank), blank)


def shaft(setup: Setup) -> Part:
    """A shaft: passes along Z, each a depth of cut further in."""
    stock = max(float(setup.workpiece_diameter or 0.0), 2.0) if setup.workpiece_diameter else BAR_MM
    blank = Blank("bar", stock, stock, SHAFT_MM + 20.0)
    depth = min(_depth(setup), stock / 2.0 / TURNS - 0.2)
    lines = _opening(setup, "SHAFT-R1", "G18")
    for turn in range(1, TURNS + 1):
        radius = stock / 2.0 - turn * depth
        lines += [
            f"G0 X{_n(radius)} Z{_n(CLEAR_MM)}",
            f"G1 Z{_n(-SHAFT_MM)} F{_n(setup.feed_rate)}",
            f"G1 X{_n(stock / 2.0 + CLEAR_MM)}",
            f"G0 Z{_n(CLEAR_MM)}",
        ]
    return Part(_closed(lines, blank), blank)


def _depth(setup: Setup) -> float:
    return min(max(0.0, float(setup.axial_depth or 0.0)), PARK_MM / LEVELS)


def _width(setup: Setup, diameter: float) -> tuple[float, int]:
    """The width of a ring in mm, and how many there are."""
    width = min(max(0.0, float(setup.radial_depth or 0.0)), diameter, BRACKET_BLANK.y)
    return width, RINGS if RINGS * width <= BRACKET_BLANK.y / 2.0 else 1


def _opening(setup: Setup, name: str, plane: str) -> list[str]:
    return [
        f"({name})",
        f"G21 G90 G94 {plane} G40 G54",
        "T1 M6",
        *(["G43 H1"] if plane == "G17" else []),
        f"S{_n(setup.spindle_speed)} M3",
        *(["M8"] if setup.coolant else []),
    ]


def _closed(lines: list[str], blank: Blank) -> bytes:
    x, y, z = park(blank)
    ending = [f"G0 Z{_n(z)}", f"G0 X{_n(x)} Y{_n(y)}" if blank.shape != "bar" else f"G0 X{_n(x)}"]
    numbered = [f"N{10 * (index + 1)} {line}" for index, line in enumerate([*lines[1:], *ending, "M9", "M5", "M30"])]
    return "\n".join([lines[0], *numbered, ""]).encode()


def _n(number: float | None) -> str:
    """A number as programs write it, to a tenth of a micrometre."""
    assert number is not None
    assert math.isfinite(number), "a set-up holds finite numbers"
    text = f"{number:.4f}".rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text
