"""A program's text run and judged, once per text and conditions.

Reading 50,000 blocks takes long beside everything else that a verdict asks, and the same program is judged again at
every retry, permit and re-check. So what came of it is remembered by the digests of all that it was judged on, within
bounds; a verdict stays a function of its inputs. It reads bytes and cards, and knows no proposal.
"""

from __future__ import annotations

import hashlib
import re
from collections import OrderedDict
from collections.abc import Mapping
from functools import lru_cache
from operator import is_
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
from chargehand.machining.gcode.moves import Point, Program

BLOCKS_MAX = 100_000
"""Blocks that are run, repeated subprograms counted every time."""
JUDGED_MAX = 64
"""Judgements that are remembered; beyond, the oldest is forgotten and made anew where it is asked for."""
MACHINES_MAX = 1_024
"""Machines whose newest run is remembered; beyond, all are forgotten and asked for anew."""
_LENGTH_NUMBER = re.compile(r"H[ \t]*0*(\d{1,8})", re.IGNORECASE)


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


class Run(NamedTuple):
    """All that the judgement of a program in a proposal depends on.

    Attributes:
        text: the program.
        machine: its card.
        tool: card of the tool in the spindle.
        material: card of the work's material, or None if nobody knows it.
        setup: how the machine is set up.
    """

    text: bytes
    machine: LoadedCard[MachineCard]
    tool: LoadedCard[ToolCard]
    material: LoadedCard[MaterialCard] | None
    setup: Setup


_Key = tuple[str, str, str, str | None, tuple[tuple[str, float], ...]]
# Each step on it is one of the interpreter's, so threads that judge at once see an entry or none, never a half.
_judged: OrderedDict[_Key, Judged] = OrderedDict()
# A machine is asked about the very same program for as long as its set-up stands; its key need not be made each time.
_newest: dict[str, tuple[Run, Judged]] = {}


def judged(asked: Run) -> Judged:
    """What comes of a program on a machine as it is set up."""
    found = _same(asked)
    if found is None:
        found = _remembered(asked)
        if len(_newest) >= MACHINES_MAX:
            _newest.clear()
        _newest[asked.machine.card.id] = asked, found
    return found


def _same(asked: Run) -> Judged | None:
    """What came of the machine's newest run, if this is of the very same objects."""
    newest = _newest.get(asked.machine.card.id)
    return newest[1] if newest is not None and all(map(is_, newest[0], asked)) else None


def _remembered(asked: Run) -> Judged:
    key = _key(asked)
    found = _judged.get(key)
    if found is None:
        conditions = Conditions(
            card=asked.machine.card,
            tool=asked.tool.card,
            material=None if asked.material is None else asked.material.card,
            offsets=offsets_of(asked.machine.card, dict(key[-1])),
        )
        found = judge_text(asked.text, conditions)
        _judged[key] = found
        if len(_judged) > JUDGED_MAX:
            _judged.popitem(last=False)
    return found


def is_judged(asked: Run) -> bool:
    """Whether `judged` would answer from memory."""
    return _same(asked) is not None or _key(asked) in _judged


def _key(asked: Run) -> _Key:
    offsets = tuple(sorted((axis.upper(), float(value)) for axis, value in asked.setup.offsets.items()))
    material = None if asked.material is None else asked.material.digest
    return digest(asked.text), asked.machine.digest, asked.tool.digest, material, offsets


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
    home, reach = _home(conditions.card), conditions.tool.stickout
    return run(
        text,
        # The program cuts with one tool, so whatever number its offset has is that tool's.
        tools={int(number): reach for number in _LENGTH_NUMBER.findall(text)},
        nose=home,
        home=home,
        offsets=zeros(conditions.card, conditions.offsets),
        block_delete=None,
        blocks_max=BLOCKS_MAX,
    )


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
