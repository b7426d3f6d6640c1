"""The part of a line that moves: which motion its words belong to, and that no word is left over."""

from __future__ import annotations

from chargehand.machining.gcode import codes
from chargehand.machining.gcode.arcs import run_arc
from chargehand.machining.gcode.cycles import run_cycle
from chargehand.machining.gcode.frames import run_home, run_in_machine
from chargehand.machining.gcode.modal import AXES, Modal
from chargehand.machining.gcode.refusal import RefusalError
from chargehand.machining.gcode.words import Block

ARC_WORDS = frozenset("XYZIJKRP")
CYCLE_WORDS = {81: frozenset("XYZRL"), 82: frozenset("XYZRLP"), 83: frozenset("XYZRLQ")}
_AXIS_WORDS = frozenset(AXES)
_SETTING_WORDS = frozenset("FST")
_DWELL_WORDS = frozenset("P")
_LENGTH_WORDS = frozenset("H")
_RADIUS_WORDS = frozenset("D")
_PATH_WORDS = frozenset("PQ")
_CALL_WORDS = frozenset("PL")
_CALL = 98


def run_motion(state: Modal, block: Block) -> None:
    """Run the motion of a line, if it has one.

    Raises:
        RefusalError: any code of a motion; PROG.MODAL_CONFLICT and PROG.SYNTAX where words have no or two uses.
    """
    one_shot = block.g.get(codes.ONE_SHOT)
    if codes.MOTION in block.g:
        _change_motion(state, block.g[codes.MOTION] // 10)
    motion = _motion_of(state, block, one_shot)
    _no_word_left(block, state, one_shot, motion)
    if motion == "home":
        run_home(state, block.numbers)
    elif motion == "machine":
        run_in_machine(state, block.numbers)
    elif motion == "cycle":
        run_cycle(state, block.numbers)
    elif motion == "arc":
        run_arc(state, block.numbers)
    elif motion == "straight":
        end = state.target(block.numbers)
        if state.motion == 0:
            state.rapid(end)
        else:
            state.cut(end)


def _change_motion(state: Modal, motion: int) -> None:
    if motion not in codes.CYCLES:
        state.cycle.clear()
        state.initial = None
    state.motion = motion


def _motion_of(state: Modal, block: Block, one_shot: int | None) -> str:
    """Which motion the words of a line belong to; empty for none."""
    axes = not _AXIS_WORDS.isdisjoint(block.numbers)
    if one_shot == 280:
        if block.g.get(codes.MOTION, 800) != 800:
            raise RefusalError("PROG.MODAL_CONFLICT", "G28 and a motion in one line", observed="G28")
        return "home"
    if one_shot == 530:
        return "machine"
    if state.motion in codes.CYCLES:
        if not axes and codes.MOTION in block.g:
            raise RefusalError("PROG.SYNTAX", f"G{state.motion} without an axis", observed=f"G{state.motion}")
        return "cycle" if axes else ""
    if state.motion in (2, 3):
        return "" if ARC_WORDS.isdisjoint(block.numbers.keys() - {"P"}) else "arc"
    if axes and state.motion == 80:
        raise RefusalError("PROG.SYNTAX", "axes without a motion: no G0, G1, G2, G3 or cycle is in force")
    return "straight" if axes else ""


def _no_word_left(block: Block, state: Modal, one_shot: int | None, motion: str) -> None:
    """Every word has one use in its line, or the line is not understood."""
    users = [_SETTING_WORDS]
    if motion == "arc":
        users.append(ARC_WORDS)
    elif motion == "cycle":
        users.append(CYCLE_WORDS[state.motion])
    elif motion:
        users.append(_AXIS_WORDS)
    if one_shot == 40:
        users.append(_DWELL_WORDS)
    if block.g.get(codes.LENGTH) == 430:
        users.append(_LENGTH_WORDS)
    if block.g.get(codes.RADIUS) in (410, 420):
        users.append(_RADIUS_WORDS)
    if block.g.get(codes.PATH) == 640:
        users.append(_PATH_WORDS)
    if block.m.get(codes.STOPPING) == _CALL:
        users.append(_CALL_WORDS)
    for letter, text in block.texts.items():
        claims = sum(letter in user for user in users)
        if claims == 0:
            raise RefusalError("PROG.SYNTAX", f"{text} has no use in its line", observed=text)
        if claims > 1:
            raise RefusalError("PROG.MODAL_CONFLICT", f"{text} has two uses in its line", observed=text)
