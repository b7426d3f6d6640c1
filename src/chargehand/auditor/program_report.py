"""What a check of a program outside of any proposal says: every finding with its line, and what the program comes to.

The same judgement as a verdict's, by the same code; only the machine's set-up is given in words, because no engine is
asked.
"""

from __future__ import annotations

from typing import Any

from chargehand.auditor.checks_program import margin_of
from chargehand.auditor.program_extent import Extent, extent_of
from chargehand.auditor.program_limits import Conditions, Violation
from chargehand.auditor.program_run import digest, examine
from chargehand.contracts.reasons import reason_code


def report(text: bytes, conditions: Conditions) -> dict[str, Any]:
    """Judge a program.

    Returns:
        `ok`; `sha256`; `machine`, `tool`, `material`; `findings`, the first of each code, by line, with `code`, `what`,
        `field`, `observed`, `limit`, `unit`, `margin` and `rule_id`; `counts`, of all findings by code; `blocks`,
        `moves`, `tools`; `extent`, least and greatest programmed coordinate by axis, mm; `cut_mm`, `rapid_mm`,
        `seconds` without acceleration, `planned_s` with it, and `radius_min`, mm; the last six null where the program
        could not be read at all.
    """
    found, program = examine(text, conditions)
    material = conditions.material
    return {
        "ok": not found.counts,
        "sha256": digest(text),
        "machine": conditions.card.id,
        "tool": conditions.tool.id,
        "material": None if material is None else material.id,
        "findings": [_finding(violation) for violation in found.violations],
        "counts": dict(sorted(found.counts.items())),
        "blocks": found.blocks,
        "moves": found.moves,
        "tools": list(found.tools),
        **_extent(None if program is None else extent_of(program, conditions.card)),
    }


def _finding(violation: Violation) -> dict[str, Any]:
    breach = violation.breach
    return {
        "line": violation.line,
        "code": breach.code,
        "what": violation.text or reason_code(breach.code).title,
        "field": breach.field,
        "observed": breach.observed,
        "limit": breach.limit,
        "unit": breach.unit,
        "margin": margin_of(violation),
        "rule_id": breach.rule_id,
    }


def _extent(extent: Extent | None) -> dict[str, Any]:
    if extent is None:
        return dict.fromkeys(("extent", "cut_mm", "rapid_mm", "seconds", "planned_s", "radius_min"))
    return {
        "extent": {axis: [low, extent.high[axis]] for axis, low in extent.low.items()},
        "cut_mm": extent.cut_mm,
        "rapid_mm": extent.rapid_mm,
        "seconds": extent.seconds,
        "planned_s": extent.planned_s,
        "radius_min": extent.radius,
    }
