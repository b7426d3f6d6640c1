"""Every code of a program: a program that gets it at its line, and the nearest one that does not."""

from __future__ import annotations

import math
from typing import Any

import msgspec
import pytest

from chargehand.auditor.program_run import Judged, judge_text
from chargehand.contracts.card import Holder, KeepOut
from chargehand.contracts.codes.prog import CODES
from chargehand.contracts.examples import MATERIAL_CARD, TOOL_CARD
from tests.unit.auditor import parts
from tests.unit.auditor.parts import FIRST, axes, judged, machine, part

CUT = "G1 Z-3 F200"
Case = tuple[str, int, dict[str, Any]]
"""A program, the line at which the code is found, and the conditions that are not the reference's."""

_BAND = TOOL_CARD.uses[0]
_CHIP_MAX_FEED = _BAND.feed_per_tooth_max * TOOL_CARD.teeth * 3183
_POST = {"card": machine(keep_out=[KeepOut(name="post", low=(20, -5, -320), high=(30, 5, -250))])}
_NARROW = {"card": machine(axes=axes(X={"max": 40.0}))}
_SLOW = {"card": machine(feed_rate_max=764.0)}
_RATED = {"tool": msgspec.structs.replace(TOOL_CARD, spindle_speed_max=3183.0)}
_HELD = {"tool": msgspec.structs.replace(TOOL_CARD, holder=Holder(name="h", speed_max=3183.0, torque_max=50))}
_QUICK = {"tool": msgspec.structs.replace(TOOL_CARD, spindle_speed_min=3183.0)}
_WET = {"material": msgspec.structs.replace(MATERIAL_CARD, coolant=True)}
_TWO_AXES = {"card": machine(axes={name: axis for name, axis in axes().items() if name != "Y"}, home={"X": 0, "Z": 0})}
_CALM = {"card": machine(axes=axes(X={"jerk": 1e12}, Y={"jerk": 1e12}))}
_QUIET = {"card": machine(axes=axes(X={"acceleration": None}))}
_ROUND = ("G1 Z-1 F200", "G3 X2 Y0 I1 J0 F3000")


def _band(low: float | None = None, high: float | None = None) -> dict[str, Any]:
    use = msgspec.structs.replace(
        _BAND,
        cutting_speed_min=_BAND.cutting_speed_min if low is None else low,
        cutting_speed_max=_BAND.cutting_speed_max if high is None else high,
    )
    return {"tool": msgspec.structs.replace(TOOL_CARD, uses=[use])}


_AT_3183 = math.pi * 12 * 3183 / 1000
TABLE: dict[str, tuple[Case, Case]] = {
    "PROG.SYNTAX": ((part("G1 X"), FIRST, {}), (part(CUT), FIRST, {})),
    "PROG.CODE_UNSUPPORTED": ((part("G38.2 Z-3 F100"), FIRST, {}), (part(CUT), FIRST, {})),
    "PROG.MODAL_CONFLICT": ((part("G0 G1 X5 F100"), FIRST, {}), (part("G1 X5 F100"), FIRST, {})),
    "PROG.UNITS_MISSING": ((part(head=("G90 G54", "G0 X1")), 2, {}), (part(head=("G21 G90 G54", "G0 X1")), 2, {})),
    "PROG.UNITS_MIXED": ((part("G20", CUT), FIRST, {}), (part("G21", CUT), FIRST, {})),
    "PROG.FEED_MISSING": ((part("G1 X5"), FIRST, {}), (part("G1 X5 F200"), FIRST, {})),
    "PROG.ARC_INVALID": ((part("G2 X10 Y0 I4 J0 F200"), FIRST, {}), (part("G2 X10 Y0 I5 J0 F200"), FIRST, {})),
    "PROG.SUBPROGRAM_UNKNOWN": (
        (part("M98 P7"), FIRST, {}),
        (part("M98 P7", end="M30\nO7\nG0 Z3\nM99"), FIRST, {}),
    ),
    "PROG.NESTING_TOO_DEEP": (
        (part("M98 P7", end="M30\nO7\nM98 P7\nM99"), FIRST + 3, {}),
        (part("M98 P7", end="M30\nO7\nM98 P8\nM99\nO8\nG0 Z3\nM99"), FIRST + 3, {}),
    ),
    "PROG.TOO_LONG": (
        (part("M98 P7 L40000", end="M30\nO7\nG0 Z3\nG0 Z4\nM99"), FIRST + 5, {}),
        (part("M98 P7 L400", end="M30\nO7\nG0 Z3\nG0 Z4\nM99"), FIRST + 4, {}),
    ),
    "PROG.NOT_ENDED": ((part(CUT, end=""), FIRST + 2, {}), (part(CUT), FIRST + 1, {})),
    "PROG.OFFSET_UNKNOWN": ((part("G55 G0 X0 Y0 Z50"), FIRST, {}), (part("G54 G0 X0 Y0 Z50"), FIRST, {})),
    "PROG.TRAVEL_EXCEEDED": ((part("G0 X40.001"), FIRST, _NARROW), (part("G0 X40"), FIRST, _NARROW)),
    "PROG.KEEP_OUT_ENTERED": ((part("G1 X50 F600"), FIRST, _POST), (part("Z60", "G1 X50 F600"), FIRST + 1, _POST)),
    "PROG.RAPID_IN_MATERIAL": ((part("G0 Z-0.01"), FIRST, {}), (part("G0 Z0"), FIRST, {})),
    "PROG.FEED_ABOVE_MAX": ((part("G1 X5 F764.1"), FIRST, _SLOW), (part("G1 X5 F764"), FIRST, _SLOW)),
    "PROG.SPEED_ABOVE_MAX": ((part("S3183.1", "G0 Z3"), FIRST + 1, _RATED), (part("G0 Z3"), FIRST, _RATED)),
    "PROG.SPEED_BELOW_MIN": ((part("S3182", CUT), FIRST + 1, _QUICK), (part(CUT), FIRST, _QUICK)),
    "PROG.SPINDLE_STANDS": ((part("M5", CUT), FIRST + 1, {}), (part("M5", "M3", CUT), FIRST + 2, {})),
    "PROG.CORNER_ACCELERATION": (
        (part("G1 Z-1 F200", "G3 X2 Y0 I1 J0 F4243"), FIRST + 1, _CALM),
        (part("G1 Z-1 F200", "G3 X2 Y0 I1 J0 F4242"), FIRST + 1, _CALM),
    ),
    "PROG.CHIP_LOAD_ABOVE_MAX": (
        (part(CUT, f"X40 F{_CHIP_MAX_FEED + 1:.0f}"), FIRST + 1, {}),
        (part(CUT, f"X40 F{math.floor(_CHIP_MAX_FEED)}"), FIRST + 1, {}),
    ),
    "PROG.SPEED_ABOVE_BAND": (
        (part(CUT), FIRST, _band(high=_AT_3183 - 1e-9)),
        (part(CUT), FIRST, _band(high=_AT_3183)),
    ),
    "PROG.TOOL_MISMATCH": (
        (part("G0 Z50", "T2 M6", "G0 Z60"), FIRST + 2, {}),
        (part("G0 Z50", "T1 M6"), FIRST + 2, {}),
    ),
    "PROG.RADIUS_COMPENSATION": (
        (part("G41 D1 G1 X5 F200"), FIRST, {}),
        (part("G40 G1 X5 F200"), FIRST, {}),
    ),
    "PROG.DYNAMICS_MISSING": ((part(*_ROUND), FIRST + 1, _QUIET), (part("G1 Z-1 F200", "X2"), FIRST + 1, _QUIET)),
    "PROG.COOLANT_OFF": ((part("M9", CUT), FIRST + 1, _WET), (part(CUT), FIRST, _WET)),
    "PROG.LENGTH_OFFSET_OFF": (
        (part("G49 G0 Z60"), FIRST, {}),
        (part("G43 H1 G0 Z60"), FIRST, {}),
    ),
    "PROG.AXIS_MISSING": ((part("G0 Y1"), FIRST, _TWO_AXES), (part("G0 X1"), FIRST, _TWO_AXES)),
    "PROG.MACHINE_UNSUPPORTED": ((part(), 0, {"card": machine(kind="turning")}), (part(), 0, {})),
    "PROG.BAND_UNKNOWN": (
        (part(CUT), FIRST, {"tool": msgspec.structs.replace(TOOL_CARD, uses=[])}),
        (part(CUT), FIRST, {}),
    ),
    "PROG.CORNER_JERK": (
        (part("G1 Z-1 F200", "G3 X2 Y0 I1 J0 F2211"), FIRST + 1, {}),
        (part("G1 Z-1 F200", "G3 X2 Y0 I1 J0 F2210"), FIRST + 1, {}),
    ),
    "PROG.SPEED_BELOW_BAND": (
        (part(CUT), FIRST, _band(low=_AT_3183 + 1e-9)),
        (part(CUT), FIRST, _band(low=_AT_3183)),
    ),
}
ELSEWHERE = {"PROG.NOT_HELD", "PROG.DIGEST_DIFFERS", "PROG.TEXT_INVALID"}
"""Codes that are not of a text's lines; below."""


def test_every_code_has_a_case() -> None:
    assert {entry.code for entry in CODES} == TABLE.keys() | ELSEWHERE


@pytest.mark.parametrize("code", TABLE)
def test_positive_case_gives_the_code(code: str) -> None:
    text, line, given = TABLE[code][0]
    assert (line, code) in parts.found(text, **given)


@pytest.mark.parametrize("code", TABLE)
def test_nearest_case_does_not(code: str) -> None:
    text, _, given = TABLE[code][1]
    assert code not in judged(text, **given).counts


def test_the_holder_limits_the_speed_too() -> None:
    assert parts.found(part("S3183.1", "G0 Z3"), **_HELD) == [(FIRST + 1, "PROG.SPEED_ABOVE_MAX")]
    assert judged(part("G0 Z3"), **_HELD).counts == {}


def test_what_is_no_text_is_said_once() -> None:
    result: Judged = judge_text(b"G21\xff\n", parts.conditions())
    assert (dict(result.counts), result.radius) == ({"PROG.TEXT_INVALID": 1}, None)


def test_what_is_too_large_is_not_even_read() -> None:
    result = judge_text(b"(" + b"x" * 1024 * 1024 + b")\n", parts.conditions())
    assert (dict(result.counts), result.blocks) == ({"PROG.TOO_LONG": 1}, 0)
