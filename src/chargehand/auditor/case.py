"""One proposal being judged: what was read from it, what it is merged with, and what the checks have found.

Checks read a case and add findings; what an earlier check understood (the change, the cards) is here for later ones.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import msgspec

from chargehand.auditor.call import Call
from chargehand.auditor.change import Change
from chargehand.auditor.cut import Cut
from chargehand.auditor.evidence import Evidence
from chargehand.auditor.finding import Finding
from chargehand.auditor.reach import Reach
from chargehand.auditor.rulebook import CallTool, Rulebook
from chargehand.contracts.card import MachineCard, ToolCard
from chargehand.contracts.machine import MachineState
from chargehand.contracts.proposal import BasedOn, Proposal
from chargehand.contracts.verdict import Check, CheckStatus, Obligation
from chargehand.machining.cutting import Demand


class Outcome(msgspec.Struct, frozen=True):
    """What a check returns when "passed unless it found something" is not the answer.

    Attributes:
        status: its status.
        code: the code that goes with it.
    """

    status: CheckStatus
    code: str | None = None


UNASKED = Outcome("not_evaluable", "ENG.CHECK_FAILED")
"""What stands until somebody has said better."""


class Case(msgspec.Struct, kw_only=True):
    """A proposal with everything it is judged on.

    Attributes:
        proposal: the proposal.
        evidence: what is known about its subject.
        book: what it is judged by.
        now_us: the moment of judging.
        found: findings so far.
        card: the machine's card, once the subject names it.
        state: the machine's state.
        ingest_us: arrival of its newest sample.
        expires_us: the proposal's own end, or None.
        based_on: the state the proposer saw, or None.
        change: the machine change.
        call: the tool call.
        tool: card of the cutting tool in the merged set-up.
        cut: the cut that the merged set-up makes, once the checks have put it together.
        demand: what the cut asks for by the material's nominal figures.
        upper: what it asks for by the worst figures of each source.
        uncut: why there is no cut; it answers every check of the cut.
        longest_s: seconds that the drive bears the cut for, or None for ever.
        values: merged settings in working units, with effective speed and feed; what is unknown is absent.
        call_tool: the declared tool of a call.
        reach: every place and address that the call names, once its tool is known.
        obligations: what allowing rules attach.
        allowed_by_rule: whether an allowing rule replaced the default answer.
    """

    proposal: Proposal
    evidence: Evidence
    book: Rulebook
    now_us: int
    found: list[Finding]
    card: MachineCard | None = None
    state: MachineState | None = None
    ingest_us: int | None = None
    expires_us: int | None = None
    based_on: BasedOn | None = None
    change: Change | None = None
    call: Call | None = None
    tool: ToolCard | None = None
    values: dict[str, float] = {}
    cut: Cut | None = None
    demand: Demand | None = None
    upper: Sequence[Demand] = ()
    uncut: Outcome = UNASKED
    longest_s: float | None = None
    call_tool: CallTool | None = None
    reach: Reach | None = None
    obligations: list[Obligation] = []
    allowed_by_rule: bool = False

    def deny(self, code: str, path: str | None = None, **rest: Any) -> None:
        """Add a ground that denies."""
        self.found.append(Finding(code=code, path=path, **rest))


NOT_APPLICABLE = Outcome("not_applicable")


class Question(NamedTuple):
    """A named check.

    Attributes:
        name: stable name in `checks[]`.
        ask: adds findings to the case; returns None or an outcome of its own.
        passed: the record of having passed.
        not_applicable: the record of not applying.
        standing: it reads the machine's state and card and nothing else, so its answer stands while they do.
    """

    name: str
    ask: Callable[[Case], Outcome | None]
    passed: Check
    not_applicable: Check
    standing: bool


def question(name: str, ask: Callable[[Case], Outcome | None], *, standing: bool = False) -> Question:
    """A check under its name. Its two common answers are made once, because every verdict lists them all."""
    passed, not_applicable = Check(name=name, status="passed"), Check(name=name, status="not_applicable")
    return Question(name, ask, passed, not_applicable, standing)


def not_evaluable(code: str) -> Outcome:
    """The check could not be made for want of something whose absence has been given this code."""
    return Outcome("not_evaluable", code)


def noted(code: str) -> Outcome:
    """The check passed, and wants something to be known."""
    return Outcome("passed", code)


def box_findings(
    field: str,
    value: float,
    span: tuple[float, float],
    codes: tuple[str, str],
    *,
    unit: str,
    path: str | None,
    rule_id: str,
) -> list[Finding]:
    """Where a value leaves its box. Written so that NaN is outside of every box.

    Args:
        field: the judged field.
        value: its value.
        span: least and greatest admissible value.
        codes: code for below and for above.
        unit: unit of all three.
        path: the parameter in the proposal that the value comes from, or None.
        rule_id: the card entry or limit that speaks.
    """
    low, high = span
    if low <= value <= high:
        return []
    above = not value <= high
    limit = high if above else low
    margin = limit - value if above else value - limit
    return [
        Finding(
            code=codes[above],
            path=path,
            field=field,
            observed=value,
            limit=limit,
            unit=unit,
            margin=margin if math.isfinite(margin) else None,
            rule_id=rule_id,
            box=field,
        )
    ]
