"""Runs a part program: line by line, with the modal state and the stack of calls, into moves.

It answers with what the program does as far as that is certain. At the first thing that is not, it stops with a fault
that names the line; the moves until there are kept. No text makes it raise, and none makes it run for ever: every line
that is run, every repetition and every peck of a cycle counts, and what may be counted is bounded.

Radius compensation (G41, G42) is put down beside each move and not applied: the moves are then the contour as written.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from chargehand.machining.gcode import codes
from chargehand.machining.gcode.frames import place
from chargehand.machining.gcode.modal import Modal
from chargehand.machining.gcode.motion import run_motion
from chargehand.machining.gcode.moves import Fault, Frame, Point, Program
from chargehand.machining.gcode.plain import PLAIN, run_plain
from chargehand.machining.gcode.refusal import RefusalError
from chargehand.machining.gcode.settings import settle, whole
from chargehand.machining.gcode.subprograms import Call, Calls
from chargehand.machining.gcode.words import Label, bare, label, words

BLOCKS_MAX = 1_000_000
LABEL_NUMBER_MAX = 9999
"""Of M98: in longer numbers controls put the repetitions before the label, or not."""
_NONE: Mapping[int, float] = MappingProxyType({})
_NOWHERE: Mapping[Frame, Point] = MappingProxyType({})
_NO_TEXTS: Mapping[str, str] = MappingProxyType({})


def run(
    text: str,
    *,
    tools: Mapping[int, float] | None = None,
    start: Point = (0.0, 0.0, 0.0),
    nose: Point | None = None,
    home: Point | None = None,
    offsets: Mapping[Frame, Point] | None = None,
    block_delete: bool | None = None,
    blocks_max: int = BLOCKS_MAX,
    subprograms: Mapping[str, str] = _NO_TEXTS,
) -> Program:
    """Run a program.

    Args:
        text: the program; lines end with a line feed, or with carriage return and line feed.
        tools: mm of length by the offset number that G43 H names.
        start: where the tool's tip stands before the first motion, in the frame of that motion, mm.
        nose: instead of `start`, where the spindle nose stands in the machine's frame, mm; an axis whose offset
            or tool length was not handed in is then not known.
        home: where G28 leads, in the machine's frame, mm; None refuses G28.
        offsets: the machine's coordinates of each work frame's origin, mm; a change between frames that are not in it
            leaves a position that nobody knows.
        block_delete: whether the control's block-delete switch is on; None refuses a line that begins with `/`.
        blocks_max: lines that may be run, repetitions and pecks of cycles included.
        subprograms: texts beside the program, by number or name.

    Returns:
        The moves, with the fault that ended the reading if one did. Never raises for any text.
    """
    state = Modal(
        start, nose=nose, offsets=offsets or _NOWHERE, lengths=tools or _NONE, home=home, blocks_max=blocks_max
    )
    place(state)
    calls = Calls(text, subprograms)
    fault = None
    try:
        _run_lines(state, calls, block_delete=block_delete)
    except RefusalError as refused:
        within = calls.top.text.name
        said = f"in subprogram {within}: {refused.text}" if within else refused.text
        fault = Fault(refused.code, state.line, said, refused.observed, refused.limit, refused.unit)
    return Program(state.moves, fault, state.blocks, state.tools, state.spins)


def _run_lines(state: Modal, calls: Calls, *, block_delete: bool | None) -> None:
    """Run until the program ends.

    Raises:
        RefusalError: at the first line that is not certain.
    """
    call = calls.top
    ended = False
    while not ended:
        lines = call.text.lines
        if call.at >= len(lines):
            raise RefusalError("PROG.NOT_ENDED", _missing_end(call))
        line = lines[call.at]
        call.at += 1
        state.line = call.at
        state.blocks += 1
        state.within()
        plain = PLAIN.fullmatch(line)
        if plain is not None and call.begun and run_plain(state, plain):
            continue
        code = bare(line.removesuffix("\r"))
        if code.startswith("/"):
            if block_delete is None:
                raise RefusalError("PROG.CODE_UNSUPPORTED", "a block delete, and nobody said if it is on", observed="/")
            code = "" if block_delete else code[1:]
        if not code:
            continue
        if code == "%":
            ended = _percent(calls)
        elif (mark := label(code)) is not None:
            _run_label(calls, mark)
        else:
            ended = _run_words(state, calls, code)
        call.begun = call.begun or code != "%"
        call = calls.top


def _percent(calls: Calls) -> bool:
    """The sign that begins and ends a tape; whether the program ends with it."""
    call = calls.top
    if call.first == 0 and not call.begun and not call.taped:
        call.taped = True
        return False
    if call.label is not None:
        raise RefusalError("PROG.NOT_ENDED", _missing_end(call), observed="%")
    if not call.taped and any(line.strip() for line in call.text.lines[call.at :]):
        # Where a tape's first % follows some text, controls skip that text and run what comes behind.
        raise RefusalError("PROG.NOT_ENDED", "% within a program that did not begin with one", observed="%")
    return True


def _run_label(calls: Calls, mark: Label) -> None:
    """Enter, leave or step over a subprogram; a label alone is the program's own name, on its first line."""
    call = calls.top
    if mark.keyword == "call":
        calls.enter(mark)
    elif mark.keyword == "sub":
        end = call.text.ends.get(call.at - 1)
        if end is None:
            raise RefusalError("PROG.SYNTAX", f"subprogram {mark.name} has no endsub of its own", observed=mark.name)
        call.at = end + 1
    elif mark.keyword:
        if not (call.ngc and call.label == mark.name):
            raise RefusalError("PROG.SYNTAX", f"{mark.keyword} outside of subprogram {mark.name}", observed=mark.name)
        calls.leave()
    elif call.first != 0 or call.begun:
        raise RefusalError("PROG.NOT_ENDED", f"{_missing_end(call)}: it runs into O{mark.name}", observed=mark.name)


def _run_words(state: Modal, calls: Calls, code: str) -> bool:
    """Run a line of words; whether the program ends with it."""
    block = words(code)
    settle(state, block)
    run_motion(state, block)
    stop = block.m.get(codes.STOPPING)
    if stop == 98:
        if "P" not in block.numbers:
            raise RefusalError("PROG.SYNTAX", "M98 without P", observed="M98")
        number = whole(block, "P")
        if number > LABEL_NUMBER_MAX:
            raise RefusalError(
                "PROG.CODE_UNSUPPORTED",
                f"{block.texts['P']}: a label has at most four digits here, and repetitions stand in L",
                observed=block.texts["P"],
                limit=float(LABEL_NUMBER_MAX),
            )
        calls.enter_label(str(number), whole(block, "L") if "L" in block.numbers else 1)
    elif stop == 99:
        call = calls.top
        if call.label is None:
            raise RefusalError("PROG.NOT_ENDED", "M99 in the program itself runs it again for ever", observed="M99")
        if call.ngc:
            raise RefusalError("PROG.SYNTAX", "M99 in a subprogram that ends with endsub", observed="M99")
        calls.leave()
    return stop in (2, 30)


def _missing_end(call: Call) -> str:
    if call.label is None:
        return "the program has no end (M2, M30 or %)"
    return f"subprogram {call.label} has no end ({'endsub' if call.ngc else 'M99'})"
