"""Part programs (1400 on): what is wrong with a program's text, and which limits its moves do not keep.

`line` is the line of the program, from 1, and 0 for the program as a whole; `count` says how often the code was found
in all, where that is more than once.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from chargehand.contracts.codes.record import Example, ReasonCode, bound

_PROOF = "tests/unit/auditor/test_program_codes.py"
_ASKED = "tests/unit/auditor/test_checks_program.py"
_LINE = {"line": "integer", "count": "integer"}
_WORD = {"field": "string", "text": "string", "observed": "string", "limit": "string", "unit": "string", **_LINE}
"""What is said of a word: also numbers are written as they stand in the program."""
_NAMED = {"field": "string", "observed": "string", "limit": "string", **_LINE}


def _bound(unit: str) -> dict[str, str]:
    return {**bound(unit), **_LINE}


def _examples(
    positive: str,
    negative: str,
    *,
    given: str = f"{_PROOF}::test_positive_case_gives_the_code",
    spared: str = f"{_PROOF}::test_nearest_case_does_not",
) -> dict[str, Any]:
    return {"positive": Example(when=positive, test=given), "negative": Example(when=negative, test=spared)}


_prog = partial(
    ReasonCode, family="PROG", since=2, severity="block", retry="after_change", owner="agent", safety_relevant=True
)
_text = partial(_prog, params=_WORD, remedies=("supply",), references=("RS-274/NGC (NISTIR 6556)",))
_unknown = partial(_prog, owner="machine_owner", retry="after_time")

CODES: tuple[ReasonCode, ...] = (
    _prog(
        code="PROG.NOT_HELD",
        wire_id=1400,
        params=_NAMED,
        title="The program is not held here",
        caller_text="Store its text first: `chargehand program put FILE`, or `POST /v1/programs`.",
        operator_text="A program is judged by its text. Nobody has stored a text with this digest.",
        remedies=("supply",),
        **_examples(
            "A digest whose text nobody has stored.",
            "The text is stored.",
            given=f"{_ASKED}::test_program_that_is_not_held_is_denied",
            spared=f"{_ASKED}::test_program_within_every_limit_is_allowed",
        ),
    ),
    _text(
        code="PROG.SYNTAX",
        wire_id=1401,
        title="A line cannot be read",
        caller_text="Correct the line: `text` says what is wrong with it.",
        operator_text="The program does not follow RS-274.",
        **_examples("A letter without its number.", "Letter and number."),
    ),
    _text(
        code="PROG.CODE_UNSUPPORTED",
        wire_id=1402,
        title="A code outside the checked subset",
        caller_text="Write the line without this code.",
        operator_text="What the auditor does not know it does not guess: the program ends here for it.",
        **_examples("A probing cycle.", "A straight feed."),
    ),
    _text(
        code="PROG.MODAL_CONFLICT",
        wire_id=1403,
        title="Two codes of one group in a line",
        caller_text="Write one of them, or two lines.",
        operator_text="Controls differ in which of them wins.",
        **_examples("G0 and G1 in one line.", "One motion in a line."),
    ),
    _text(
        code="PROG.UNITS_MISSING",
        wire_id=1404,
        title="No unit before the first length",
        caller_text="Begin with G21 or G20.",
        operator_text="Whether the control starts in mm or inches is its own setting, and a factor of 25.",
        **_examples("A move without G20 or G21 before it.", "G21 before the first move."),
    ),
    _text(
        code="PROG.UNITS_MIXED",
        wire_id=1405,
        title="The unit changes within the program",
        caller_text="Use one unit throughout.",
        operator_text="Controls differ in what a change of unit does to offsets and feeds in force.",
        **_examples("G20 after G21.", "G21 twice."),
    ),
    _text(
        code="PROG.FEED_MISSING",
        wire_id=1406,
        title="A feed move without a feed",
        caller_text="Give F in the line, or before it.",
        operator_text="The control would use whatever feed was left over.",
        **_examples("G1 before any F.", "F before the first G1."),
    ),
    _text(
        code="PROG.ARC_INVALID",
        wire_id=1407,
        title="An arc that is no circle",
        caller_text="Correct end, centre or radius.",
        operator_text="The two ends do not lie on one circle, or nothing says which circle.",
        **_examples("Ends at different distances from the centre.", "Ends on the circle."),
    ),
    _text(
        code="PROG.SUBPROGRAM_UNKNOWN",
        wire_id=1408,
        title="A subprogram that is not there",
        caller_text="Put the subprogram's text into the same program.",
        operator_text="What the control has stored under this number is not known here.",
        **_examples("M98 of a number that no O word names.", "The subprogram stands in the same text."),
    ),
    _text(
        code="PROG.NESTING_TOO_DEEP",
        wire_id=1409,
        title="Subprograms call each other too deep",
        caller_text="Call them less deep.",
        operator_text="A subprogram that calls itself never ends.",
        **_examples("A subprogram that calls itself.", "A call within a call."),
    ),
    _text(
        code="PROG.TOO_LONG",
        wire_id=1410,
        title="More blocks or bytes than are judged",
        caller_text="Split the program.",
        operator_text="`limit` is the bound of this engine; repeated subprograms count every time.",
        **_examples("A subprogram repeated beyond the bound.", "Fewer repetitions."),
    ),
    _text(
        code="PROG.NOT_ENDED",
        wire_id=1411,
        title="The program does not end",
        caller_text="End it with M2, M30 or a last %.",
        operator_text="The text may have been cut off on its way.",
        **_examples("A text without M2 or M30.", "The same text with M30."),
    ),
    _unknown(
        code="PROG.OFFSET_UNKNOWN",
        wire_id=1412,
        params=_WORD,
        title="A zero point or the home is not known",
        caller_text="Use a work frame whose zero is known, or propose to write its offset.",
        operator_text="`field` names what is missing in the set-up and on the card: where the part lies is not known.",
        remedies=("supply",),
        **_examples("G55, of which nothing is known.", "G54, whose zero the card gives."),
    ),
    _prog(
        code="PROG.TRAVEL_EXCEEDED",
        wire_id=1413,
        params=_bound("mm"),
        title="Beyond the travel of an axis",
        caller_text="Keep `field` within `limit`, in machine coordinates; Z is the spindle's nose.",
        operator_text="Either the program is for another machine, or the zero point is wrong.",
        **_examples("X beyond the card's travel.", "X exactly at its end."),
    ),
    _prog(
        code="PROG.KEEP_OUT_ENTERED",
        wire_id=1414,
        params=_NAMED,
        title="The tool enters a box that it must keep out of",
        caller_text="Go around `observed`, or above it.",
        operator_text="Compare `keep_out` of the machine card with what stands on the table.",
        **_examples("A line through the box.", "The same line above it."),
    ),
    _prog(
        code="PROG.RAPID_IN_MATERIAL",
        wire_id=1415,
        params=_bound("mm"),
        title="A rapid below the top of the stock",
        caller_text="Feed there, or retract first. Without a box, stock is all below the highest zero in use.",
        operator_text="`observed` is how deep the tip gets. Admitted are rapids straight up, straight down to where "
        "the tool has been, and back along one cut.",
        **_examples("G0 to below the work's zero.", "G0 to the work's zero."),
    ),
    _prog(
        code="PROG.FEED_ABOVE_MAX",
        wire_id=1416,
        params=_bound("mm/min"),
        title="Feed above the machine's maximum",
        caller_text="Lower F to `limit`.",
        operator_text="The programmed feed is judged, at 100 % override.",
        **_examples("F above the card's greatest feed.", "Exactly the greatest."),
    ),
    _prog(
        code="PROG.SPEED_ABOVE_MAX",
        wire_id=1417,
        params=_bound("rev/min"),
        title="Spindle speed above machine, tool or holder",
        caller_text="Lower S to `limit`.",
        operator_text="`rule_id` names the card that sets the limit.",
        **_examples("S above the tool's rating.", "Exactly the rating."),
    ),
    _prog(
        code="PROG.SPEED_BELOW_MIN",
        wire_id=1418,
        params=_bound("rev/min"),
        title="Spindle speed below machine or tool",
        caller_text="Raise S to `limit` for the cut.",
        operator_text="`rule_id` names the card that sets the limit.",
        **_examples("A cut with S below the tool's rating.", "Exactly the rating."),
    ),
    _prog(
        code="PROG.SPINDLE_STANDS",
        wire_id=1419,
        params=_NAMED,
        title="A cut with the spindle off or turning the wrong way",
        caller_text="Start it clockwise, M3 with S, before the cut.",
        operator_text="The tool would be pushed through the material, or its edges would be torn off.",
        **_examples("A feed below the top before M3.", "M3 before it."),
    ),
    _prog(
        code="PROG.CORNER_ACCELERATION",
        wire_id=1420,
        params=_bound("mm/min"),
        title="An arc asks for more acceleration than the axes have",
        caller_text="Lower F on this arc to `limit`, or widen it.",
        operator_text="v^2/R against the acceleration of the plane's axes.",
        **_examples("A small circle at a high feed.", "The same circle at a low feed."),
    ),
    _prog(
        code="PROG.CHIP_LOAD_ABOVE_MAX",
        wire_id=1421,
        params=_bound("mm/tooth"),
        title="Feed per tooth above the tool's use",
        caller_text="Lower F or raise S until the feed per tooth is `limit`.",
        operator_text="The tool's card gives the limit for this group of materials.",
        **_examples("F for twice the greatest chip.", "Exactly the greatest chip."),
    ),
    _prog(
        code="PROG.SPEED_ABOVE_BAND",
        wire_id=1422,
        params=_bound("m/min"),
        title="Cutting speed above the tool's use",
        caller_text="Lower S until the cutting speed is `limit`.",
        operator_text="The tool's card gives the band for this group of materials.",
        **_examples("S for a speed above the band.", "A speed within the band."),
    ),
    _prog(
        code="PROG.TOOL_MISMATCH",
        wire_id=1423,
        params=_NAMED,
        title="More than one tool, or a length offset of another tool",
        caller_text="Propose one program per tool; H has the number of the tool.",
        operator_text="Which card belongs to which number is not known, so only the tool of the set-up is judged.",
        **_examples("T1 and later T2.", "T1 alone."),
    ),
    _prog(
        code="PROG.RADIUS_COMPENSATION",
        wire_id=1424,
        params=_NAMED,
        title="Cutter radius compensation",
        caller_text="Program the path of the tool's centre, under G40.",
        operator_text="The path then depends on a table of the control that is not known here.",
        **_examples("G41 in force on a move.", "G40."),
    ),
    _unknown(
        code="PROG.DYNAMICS_MISSING",
        wire_id=1425,
        params=_NAMED,
        title="The card has no acceleration or jerk for an arc",
        caller_text="Write the path without arcs, or wait until the card says more.",
        operator_text="Give acceleration and jerk of the axes on the machine card.",
        **_examples("An arc on a machine of unknown dynamics.", "A straight cut there."),
    ),
    _prog(
        code="PROG.COOLANT_OFF",
        wire_id=1426,
        params=_NAMED,
        title="A dry cut where tool or material needs coolant",
        caller_text="Switch it on, M8, before the cut.",
        operator_text="The tool's use or the material's card asks for coolant.",
        **_examples("A cut after M9.", "A cut after M8."),
    ),
    _prog(
        code="PROG.LENGTH_OFFSET_OFF",
        wire_id=1427,
        params=_NAMED,
        title="No tool length offset in force",
        caller_text="Write G43 with H before the first move in Z.",
        operator_text="Without it the numbers move the spindle's nose, and the tool hangs below it.",
        **_examples("A move in Z under G49.", "The same under G43."),
    ),
    _prog(
        code="PROG.AXIS_MISSING",
        wire_id=1428,
        params=_NAMED,
        title="The machine has no such axis",
        caller_text="Propose the program for a machine that has the axis.",
        operator_text="The program was made for another machine.",
        **_examples("A move in Y on a machine without Y.", "Its axes only."),
    ),
    _unknown(
        code="PROG.MACHINE_UNSUPPORTED",
        wire_id=1429,
        retry="never",
        params=_NAMED,
        title="Programs of this kind of machine are not judged",
        caller_text="Do not propose programs for it here.",
        operator_text="The checked subset is milling; turning programs mean other things by the same words.",
        **_examples("A lathe.", "A mill."),
    ),
    _unknown(
        code="PROG.BAND_UNKNOWN",
        wire_id=1430,
        params=_NAMED,
        title="The tool's card says nothing about the material",
        caller_text="Propose a tool that is made for the material.",
        operator_text="Give the tool an entry in `uses` for the material's group.",
        **_examples("A tool without a use for the group.", "A tool with one."),
    ),
    _prog(
        code="PROG.CORNER_JERK",
        wire_id=1431,
        params=_bound("mm/min"),
        title="An arc asks for more jerk than the axes have",
        caller_text="Lower F on this arc to `limit`, or widen it.",
        operator_text="v^3/R^2 against the jerk of the plane's axes.",
        **_examples("A small circle at a high feed.", "The same circle at a low feed."),
    ),
    _prog(
        code="PROG.SPEED_BELOW_BAND",
        wire_id=1432,
        params=_bound("m/min"),
        title="Cutting speed below the tool's use",
        caller_text="Raise S until the cutting speed is `limit`.",
        operator_text="The tool's card gives the band for this group of materials.",
        **_examples("S for a speed below the band.", "A speed within the band."),
    ),
    _prog(
        code="PROG.DIGEST_DIFFERS",
        wire_id=1433,
        owner="platform",
        params=_NAMED,
        title="The held text is not the program that is proposed",
        caller_text="Store the text again.",
        operator_text="`observed` is the digest of what is held: the database or its reader is at fault.",
        remedies=("supply",),
        **_examples(
            "A text under another text's digest.",
            "A text under its own digest.",
            given=f"{_ASKED}::test_text_under_another_digest_is_denied",
            spared=f"{_ASKED}::test_program_within_every_limit_is_allowed",
        ),
    ),
    _text(
        code="PROG.TEXT_INVALID",
        wire_id=1434,
        title="The program is no text",
        caller_text="Store it as UTF-8 without control characters.",
        operator_text="Its bytes are not UTF-8, or it contains characters that no program has.",
        **_examples(
            "Bytes that are not UTF-8.",
            "A text.",
            given=f"{_PROOF}::test_what_is_no_text_is_said_once",
            spared=f"{_ASKED}::test_program_within_every_limit_is_allowed",
        ),
    ),
)
