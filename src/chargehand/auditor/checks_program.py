"""Program checks: the text behind a digest is held, is the text it says, can be read to its end, and keeps every limit.

They are asked when a program is loaded, and when one that is held is started. A program whose text nobody has stored is
not loaded: what cannot be read cannot be judged. A start of such a program is judged by its set-up alone.
"""

from __future__ import annotations

from collections.abc import Callable

from chargehand.auditor.cards import LoadedCard
from chargehand.auditor.case import NOT_APPLICABLE, Case, Outcome, not_evaluable, question
from chargehand.auditor.checks_telemetry import NOT_RECEIVED
from chargehand.auditor.finding import NO_REMEDY, Finding, choose, supply
from chargehand.auditor.program_limits import Violation
from chargehand.auditor.program_run import Judged, Run, digest, is_judged, judged
from chargehand.contracts.card import MaterialCard, ToolCard
from chargehand.contracts.verdict import Scalar

PATH = "/action/program_sha256"
READING = frozenset(
    {
        "PROG.SYNTAX",
        "PROG.CODE_UNSUPPORTED",
        "PROG.MODAL_CONFLICT",
        "PROG.UNITS_MISSING",
        "PROG.UNITS_MIXED",
        "PROG.FEED_MISSING",
        "PROG.ARC_INVALID",
        "PROG.SUBPROGRAM_UNKNOWN",
        "PROG.NESTING_TOO_DEEP",
        "PROG.TOO_LONG",
        "PROG.NOT_ENDED",
        "PROG.TEXT_INVALID",
    }
)
"""Codes of a program that cannot be read to its end; every other code is of a limit."""
MARGIN_BELOW = frozenset({"PROG.SPEED_BELOW_MIN", "PROG.SPEED_BELOW_BAND"})
"""Codes whose limit is a least value."""

_CONTENT = not_evaluable("PROP.FIELD_MISSING")
_NO_TEXT = not_evaluable("PROG.NOT_HELD")
_NO_TOOL = not_evaluable("TOOL.CARD_UNKNOWN")
_NO_MATERIAL = not_evaluable("MACH.MATERIAL_UNKNOWN")


def _held(case: Case) -> Outcome | None:
    asked = _asked(case)
    if asked is not None:
        return asked
    assert case.change is not None
    wanted, text = case.change.program_sha256, case.evidence.program
    if text is None:
        case.deny("PROG.NOT_HELD", PATH, field="program", observed=wanted, remedies=supply(PATH))
    elif digest(text) != wanted:
        found = digest(text)
        case.deny("PROG.DIGEST_DIFFERS", PATH, field="program", observed=found, limit=wanted, remedies=supply(PATH))
    return None


def _tool(case: Case) -> Outcome | None:
    """A program is judged with a tool and a material; the set-up checks ask for them only where the machine cuts."""
    asked = _asked(case)
    if asked is not None or case.state is None or case.change is None:
        return asked or NOT_RECEIVED
    if case.change.operation != "program_load":
        return NOT_APPLICABLE
    name = case.state.setup.tool or case.change.tool
    if name is None:
        case.deny("MACH.SETTING_UNKNOWN", None, field="tool", remedies=supply("/action/tool"))
    elif name not in case.book.tools:
        case.deny("TOOL.CARD_UNKNOWN", "/action/tool", observed=name, remedies=choose("/action/tool", case.book.tools))
    name = case.state.setup.material or case.change.material
    if name is None or name not in case.book.materials:
        path = "/action/material"
        remedies = supply(path) if name is None else choose(path, case.book.materials)
        case.deny("MACH.MATERIAL_UNKNOWN", path, observed=name, remedies=remedies)
    return None


def _violations(of_reading: bool) -> Callable[[Case], Outcome | None]:
    def ask(case: Case) -> Outcome | None:
        asked = _asked(case)
        if asked is not None:
            return asked
        result = judgement(case)
        if isinstance(result, Outcome):
            return result
        seen: set[str] = set()
        for violation in result.violations:
            code = violation.breach.code
            if (code in READING) is of_reading:
                # How often a code was found stands on its first finding.
                count = 0 if code in seen else result.counts[code]
                case.found.append(finding_of(violation, count))
                seen.add(code)
        return None

    return ask


def judgement(case: Case) -> Judged | Outcome:
    """What comes of the held program on this machine, with the tool and in the material of the set-up; or why not.

    The text may be that of the program that is being loaded, or of the one that is loaded now.
    """
    asked = _run_of(case)
    return judged(asked) if isinstance(asked, Run) else asked


def pending(case: Case) -> Run | None:
    """The run of a program that the checks of a case will ask for and that is not remembered yet; else None.

    The case needs its change and its state, and no more.
    """
    asked = _run_of(case)
    return asked if isinstance(asked, Run) and not is_judged(asked) else None


def _run_of(case: Case) -> Run | Outcome:
    """What is to be run, and on what; or why nothing is."""
    text, machine, state = case.evidence.program, case.evidence.machine, case.state
    if text is None:
        return _NO_TEXT
    if machine is None or state is None:
        return NOT_RECEIVED
    tool = _tool_card(case)
    if tool is None:
        return _NO_TOOL
    material = _material_card(case)
    if material is None:
        return _NO_MATERIAL
    return Run(text, machine, tool, material, state.setup)


def path_radius(case: Case) -> float | None:
    """Smallest radius under feed of the held program, in mm; None where none is held or all of it is straight.

    It is that of the program which a proposal names, or else of the loaded one, and of no other.
    """
    if case.state is None or case.change is None or case.evidence.program is None:
        return None
    wanted = case.change.program_sha256 or (case.state.setup.program_sha256 or "").removeprefix("sha256:")
    if digest(case.evidence.program) != wanted:
        return None
    result = judgement(case)
    return result.radius if isinstance(result, Judged) else None


def finding_of(violation: Violation, count: int = 0) -> Finding:
    """The finding of a verdict that a violation becomes; `count` of 2 and more is told."""
    breach = violation.breach
    detail: dict[str, Scalar] = {"line": violation.line}
    if count > 1:
        detail["count"] = count
    observed, limit = breach.observed, breach.limit
    if violation.text is not None:
        # A fault speaks of words of the program, so its figures are told as text.
        detail["text"] = violation.text
        observed = None if observed is None else f"{observed:g}" if isinstance(observed, float) else observed
        limit = None if limit is None else f"{limit:g}" if isinstance(limit, float) else limit
    return Finding(
        code=breach.code,
        path=PATH,
        field=breach.field,
        observed=observed,
        limit=limit,
        unit=breach.unit,
        margin=margin_of(violation),
        detail=detail,
        rule_id=breach.rule_id,
        remedies=supply(PATH) if breach.code in READING else NO_REMEDY,
    )


def margin_of(violation: Violation) -> float | None:
    """How far inside its limit; negative, because it is violated. None where there is no such figure."""
    code, _, observed, limit = violation.breach[:4]
    if violation.text is not None or not isinstance(observed, float | int) or not isinstance(limit, float | int):
        return None
    if code == "PROG.TRAVEL_EXCEEDED":
        return -abs(observed - limit)
    if code == "PROG.RAPID_IN_MATERIAL" or code in MARGIN_BELOW:
        return observed - limit
    return limit - observed


def _asked(case: Case) -> Outcome | None:
    """Why the question does not arise; None where it does."""
    change = case.change
    if change is None or change.operation is None:
        return _CONTENT
    if change.operation not in ("program_load", "start"):
        return NOT_APPLICABLE
    if change.program_sha256 is None:
        return _CONTENT
    if change.operation == "start" and case.evidence.program is None:
        return NOT_APPLICABLE
    return None


def _tool_card(case: Case) -> LoadedCard[ToolCard] | None:
    assert case.state is not None
    name = case.state.setup.tool or (case.change.tool if case.change is not None else None)
    return case.book.tools.get(name or "")


def _material_card(case: Case) -> LoadedCard[MaterialCard] | None:
    assert case.state is not None
    name = case.state.setup.material or (case.change.material if case.change is not None else None)
    return case.book.materials.get(name or "")


PROGRAM = (
    question("program.held", _held),
    question("program.setup", _tool),
    question("program.text", _violations(of_reading=True)),
    question("program.limits", _violations(of_reading=False)),
)
