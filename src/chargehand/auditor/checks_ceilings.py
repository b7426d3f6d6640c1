"""Ceiling checks: what the cut asks for through its force, held against what tool and holder bear.

A limit that is exceeded at the material's nominal figures denies. One that is exceeded only at the worst figures that a
source gives for the material is not this auditor's to decide: a person is asked, and told which quantity it is.
"""

from __future__ import annotations

import math

from chargehand.auditor.boxes import path_to
from chargehand.auditor.case import NOT_APPLICABLE, Case, Outcome, Question, box_findings, question
from chargehand.auditor.ceilings import CEILINGS, Ceiling
from chargehand.auditor.checks_cutting import of_cut
from chargehand.auditor.cut import Cut
from chargehand.auditor.finding import Finding
from chargehand.contracts.verdict import Remedy
from chargehand.machining.cutting import Demand

SPREAD = "CUT.SPREAD_ABOVE_LIMIT"
LIGHTER = ("feed_override", "feed_rate", "axial_depth", "radial_depth", "spindle_override", "spindle_speed")
"""Parameters by which a cut is made lighter, the first choice first."""

_APPROVAL = [Remedy(kind="request_approval", gate="operator")]


def ask_ceiling(case: Case, cut: Cut, demand: Demand, ceiling: Ceiling) -> Outcome | None:
    """Whether a cut stays under a ceiling, at the nominal figures and at the worst ones."""
    borne = ceiling.borne(cut)
    if borne is None:
        return NOT_APPLICABLE
    asked = ceiling.asked(cut, demand)
    if not asked <= borne:
        case.found += exceeded(case, cut, ceiling, asked, borne)
        return None
    over = [worse for worse in (ceiling.asked(cut, upper) for upper in case.upper) if not worse <= borne]
    if over:
        case.found += [at_worst(finding) for finding in exceeded(case, cut, ceiling, max(over), borne)]
    return None


def exceeded(
    case: Case, cut: Cut, ceiling: Ceiling, asked: float, borne: float, *, code: str | None = None
) -> list[Finding]:
    """The ground that a ceiling gives; by default with its own code."""
    code = code or ceiling.code
    machine = ceiling.check in ("cut.power", "cut.torque")
    return box_findings(
        ceiling.field,
        asked,
        (-math.inf, borne),
        (code, code),
        unit=ceiling.unit,
        path=path_to(case, LIGHTER),
        rule_id=f"machine:{cut.card.id}:spindle_curve" if machine else f"tool:{cut.tool.id}:{ceiling.check[4:]}",
    )


def at_worst(finding: Finding) -> Finding:
    """The same ground where only the worst figures of the sources give it: a person is asked."""
    finding.code = SPREAD
    finding.weight = "approve"
    finding.remedies = _APPROVAL
    return finding


def _question(ceiling: Ceiling) -> Question:
    def ask(case: Case, cut: Cut, demand: Demand) -> Outcome | None:
        return ask_ceiling(case, cut, demand, ceiling)

    return question(ceiling.check, of_cut(ask))


OF_TOOL = tuple(_question(ceiling) for ceiling in CEILINGS if ceiling.check not in ("cut.power", "cut.torque"))
"""The ceilings that the tool, its tip and its holder set; those of the drive are the duty checks'."""
