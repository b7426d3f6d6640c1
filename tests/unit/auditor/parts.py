"""Part programs for tests: lines between a head that is in order and an end, judged on the reference cards."""

from __future__ import annotations

from typing import Any

import msgspec

from chargehand.auditor.program_limits import Conditions, Findings, judge_program
from chargehand.auditor.program_path import Bounds
from chargehand.auditor.program_run import Judged, judge_text, offsets_of
from chargehand.contracts.card import Axis, MachineCard, MaterialCard, ToolCard
from chargehand.contracts.examples import MACHINE_CARD, MATERIAL_CARD, TOOL_CARD
from chargehand.machining.gcode.moves import Arc, Move, Program

HEAD = ("G21 G90 G94 G17 G40 G49 G80 G98 G54", "G53 G0 Z0", "T1 M6", "S3183 M3 M8", "G0 G43 H1 Z50", "X0 Y0", "Z2")
"""Above the work's zero, with the spindle turning; the next line is line 8."""
FIRST = len(HEAD) + 1
"""Line of the first line that a test writes."""


def part(*lines: str, head: tuple[str, ...] = HEAD, end: str = "M30") -> str:
    """A program: the head, some lines, and the end."""
    return "\n".join((*head, *lines, end)) + "\n"


def machine(**given: Any) -> MachineCard:
    """The reference machine with other fields."""
    return msgspec.structs.replace(MACHINE_CARD, **given)


def axes(**given: dict[str, Any]) -> dict[str, Axis]:
    """The reference machine's axes, some with other fields."""
    return {name: msgspec.structs.replace(axis, **given.get(name, {})) for name, axis in MACHINE_CARD.axes.items()}


def conditions(
    *,
    card: MachineCard = MACHINE_CARD,
    tool: ToolCard = TOOL_CARD,
    material: MaterialCard | None = MATERIAL_CARD,
    setup: dict[str, float] | None = None,
    stock: Bounds | None = None,
) -> Conditions:
    """What the reference case is run in."""
    return Conditions(card, tool, material, offsets_of(card, setup or {}), stock)


def judged(text: str, **given: Any) -> Judged:
    """What comes of a program in the reference case, with other conditions."""
    return judge_text(text.encode(), conditions(**given))


def found(text: str, **given: Any) -> list[tuple[int, str]]:
    """Lines and codes of what was found."""
    return [(violation.line, violation.breach.code) for violation in judged(text, **given).violations]


def move(start: tuple[float, float, float], end: tuple[float, float, float], **given: Any) -> Move:
    """One move as the interpreter gives it: a cut in G54 in the reference case's settings, unless said otherwise."""
    fields: dict[str, Any] = {
        "kind": "feed",
        "line": 1,
        "start": start,
        "end": end,
        "frame": "G54",
        "feed": 764.0,
        "arc": None,
        "seconds": 0.0,
        "spindle_speed": 3183.0,
        "spindle": "clockwise",
        "coolant": True,
        "tool": 1,
        "length_offset": 1,
        "radius_side": 0,
    }
    return Move(**{**fields, **given})


def arc(centre: tuple[float, float, float], radius: float, angle: float, plane: str = "G17") -> Arc:
    """An arc."""
    return Arc(plane, centre, radius, angle)  # type: ignore[arg-type]


def findings(*moves: Move, **given: Any) -> Findings:
    """What is found of hand-made moves."""
    return judge_program(Program(list(moves), None, len(moves), [1]), conditions(**given))
