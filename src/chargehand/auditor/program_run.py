"""A program's text run and judged, once per text and conditions.

Reading 50,000 blocks takes long beside everything else that a verdict asks, and the same program is judged again at
every retry, permit and re-check. So what came of it is remembered by the digests of all that it was judged on, within
bounds; a verdict stays a function of its inputs. It reads bytes and cards, and knows no proposal.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

from chargehand.auditor.cards import LoadedCard
from chargehand.auditor.program_extent import smallest_radius
from chargehand.auditor.program_limits import AXES, Conditions, Findings, Offsets, Violation, judge_program, zeros
from chargehand.auditor.program_path import Bounds
from chargehand.auditor.program_regime import Breach
from chargehand.contracts.card import MachineCard, MaterialCard, ToolCard
from chargehand.contracts.machine import Setup
from chargehand.contracts.program import PROGRAM_BYTES_MAX
from chargehand.machining.gcode.interpreter import run
from chargehand.machining.gcode.moves import Frame, Point, Program

BLOCKS_MAX = 100_000
"""Blocks that are run, repeated subprograms counted every time."""
JUDGED_MAX = 64
"""Judgements that are remembered; beyond, all are forgotten and made anew."""
_LENGTH_NUMBER = re.compile(r"H[ \t]*0*(\d{1,8})", re.IGNORECASE)
_NEAR_MM = 1e-6


class Judged(NamedTuple):
    """What came of a program.

    Attributes:
        violations: the first findings of each code, by line.
        counts: how often each code was found, in all.
        radius: mm, the smallest radius under feed, or None where all of it is straight.
        blocks: lines that were run.
        moves: moves that they made.
        tools: tool numbers in the order of their changes.
    """

    violations: tuple[Violation, ...]
    counts: Mapping[str, int]
    radius: float | None
    blocks: int
    moves: int
    tools: tuple[int, ...]


# One entry is added or all are dropped as a whole, so threads that judge at once see an entry or none, never a half.
_judged: dict[tuple[str, str, str, str | None, tuple[tuple[str, float], ...]], Judged] = {}


def judged(
    text: bytes,
    machine: LoadedCard[MachineCard],
    tool: LoadedCard[ToolCard],
    material: LoadedCard[MaterialCard] | None,
    setup: Setup,
) -> Judged:
    """What comes of a program on a machine as it is set up."""
    offsets = tuple(sorted((axis.upper(), float(value)) for axis, value in setup.offsets.items()))
    key = (digest(text), machine.digest, tool.digest, None if material is None else material.digest, offsets)
    found = _judged.get(key)
    if found is None:
        conditions = Conditions(
            card=machine.card,
            tool=tool.card,
            material=None if material is None else material.card,
            offsets=offsets_of(machine.card, dict(offsets)),
        )
        found = judge_text(text, conditions)
        if len(_judged) >= JUDGED_MAX:
            _judged.clear()
        _judged[key] = found
    return found


def judge_text(text: bytes, conditions: Conditions) -> Judged:
    """What comes of a program under any conditions. Nothing is remembered."""
    return examine(text, conditions)[0]


def examine(text: bytes, conditions: Conditions) -> tuple[Judged, Program | None]:
    """What comes of a program, and what it does; None where it could not be read at all."""
    if len(text) > PROGRAM_BYTES_MAX:
        size, most = float(len(text)), float(PROGRAM_BYTES_MAX)
        return _unread(Breach("PROG.TOO_LONG", "program", size, most, "bytes"), "more bytes than are judged")
    try:
        decoded = text.decode()
    except UnicodeDecodeError as error:
        return _unread(Breach("PROG.TEXT_INVALID", "program"), f"not UTF-8 at byte {error.start}")
    program = run_from_home(decoded, conditions)
    findings = judge_program(program, conditions)
    return _result(findings, program), program


def run_from_home(text: str, conditions: Conditions) -> Program:
    """Run a program whose tool stands at the machine's home, whichever frame its first motion is in."""
    known = zeros(conditions.card, conditions.offsets)
    home, reach = _home(conditions.card), conditions.tool.stickout
    # The program cuts with one tool, so whatever number its offset has is that tool's.
    lengths = {int(number): reach for number in _LENGTH_NUMBER.findall(text)}

    def from_home(frame: Frame, length: float) -> Program:
        zero = known.get(frame, (0.0, 0.0, 0.0))
        x, y, z = home or zero
        return run(
            text,
            tools=lengths,
            start=(x - zero[0], y - zero[1], z - zero[2] - length),
            home=home,
            offsets=known,
            block_delete=None,
            blocks_max=BLOCKS_MAX,
        )

    program = from_home("G54", 0.0)
    first = next((move for move in program.moves if move.kind != "dwell"), None)
    if first is None or home is None:
        return program
    if first.frame != "G53":
        length = reach if first.length_offset else 0.0
        return program if (first.frame, length) == ("G54", 0.0) else from_home(first.frame, length)
    # In machine coordinates the move itself does not say which frame was in force; the one that leads home was.
    for frame in known:
        for length in (0.0, reach):
            again = from_home(frame, length)
            begun = next(move for move in again.moves if move.kind != "dwell")
            if all(abs(begun.start[axis] - home[axis]) <= _NEAR_MM for axis in range(3)):
                return again
    return program


def offsets_of(card: MachineCard, setup: Mapping[str, float]) -> Offsets:
    """Where the work zeros lie: what the set-up says of G54 wins over the card, axis by axis."""
    found = {frame: dict(axes) for frame, axes in card.work_offsets.items()}
    if setup:
        found["G54"] = {**found.get("G54", {}), **setup}
    return found


def stock_of(corners: tuple[float, ...]) -> Bounds:
    """A box from its two corners, in any order."""
    low = tuple(min(corners[axis], corners[axis + 3]) for axis in range(3))
    high = tuple(max(corners[axis], corners[axis + 3]) for axis in range(3))
    return Bounds((low[0], low[1], low[2]), (high[0], high[1], high[2]))


@lru_cache(maxsize=16)
def digest(text: bytes) -> str:
    """SHA-256 of a text, 64 hexadecimal digits."""
    return hashlib.sha256(text).hexdigest()


def _home(card: MachineCard) -> Point | None:
    if any(axis in card.axes and axis not in card.home for axis in AXES):
        return None
    return (card.home.get("X", 0.0), card.home.get("Y", 0.0), card.home.get("Z", 0.0))


def _unread(breach: Breach, text: str) -> tuple[Judged, None]:
    return Judged((Violation(0, breach, text),), {breach.code: 1}, None, 0, 0, ()), None


def _result(findings: Findings, program: Program) -> Judged:
    return Judged(
        violations=tuple(sorted(findings.kept, key=lambda found: found.line)),
        counts=findings.counts,
        radius=smallest_radius(program),
        blocks=program.blocks,
        moves=len(program.moves),
        tools=tuple(program.tools),
    )
