"""The judgement: every check asked, every ground collected, one verdict assembled.

A pure function: the same proposal, evidence, rulebook, moment and identifiers give the same bytes. It never raises: a
check that fails to run makes the verdict indeterminate, which is enforced as a denial and counted apart.
"""

from __future__ import annotations

import hashlib
from typing import Any

import msgspec

from chargehand.auditor.case import NOT_APPLICABLE, Case, Question
from chargehand.auditor.ceilings import motor_power
from chargehand.auditor.checks_call import CALL
from chargehand.auditor.checks_ceilings import OF_TOOL
from chargehand.auditor.checks_chatter import CHATTER
from chargehand.auditor.checks_content import CALL_CONTENT, CHANGE_CONTENT, OTHER_CONTENT
from chargehand.auditor.checks_cutting import CUT
from chargehand.auditor.checks_duty import DUTY
from chargehand.auditor.checks_edge import EDGE
from chargehand.auditor.checks_heat import HEAT
from chargehand.auditor.checks_limits import LIMITS
from chargehand.auditor.checks_machine import KNOWN, MACHINE
from chargehand.auditor.checks_path import PATH
from chargehand.auditor.checks_program import PROGRAM
from chargehand.auditor.checks_quarantine import QUARANTINE
from chargehand.auditor.checks_rules import CALL_RULES, CHANGE_RULES
from chargehand.auditor.checks_setup import SETUP
from chargehand.auditor.checks_telemetry import TELEMETRY
from chargehand.auditor.clamp import clamp
from chargehand.auditor.evidence import PARTICULARS, Evidence, Ids, particulars, state_digest
from chargehand.auditor.finding import Finding, order, reason, trait
from chargehand.auditor.foregone import foregone
from chargehand.auditor.risk import risk
from chargehand.auditor.rulebook import Rulebook
from chargehand.contracts.approval import Risk
from chargehand.contracts.proposal import Proposal
from chargehand.contracts.verdict import Check, Obligation, Verdict, VerdictName
from chargehand.kernel.canonical import number
from chargehand.kernel.clock import SECOND_US, iso_utc

REASONS_MAX = 64
"""Most reasons that one verdict repeats; the last one says how many more there were. So the verdict on the largest
proposal still fits into an event."""

QUESTIONS: dict[str, tuple[Question, ...]] = {
    "machine.change": (
        *CHANGE_CONTENT,
        KNOWN,
        *TELEMETRY,
        *MACHINE,
        *SETUP,
        *PROGRAM,
        *QUARANTINE,
        *LIMITS,
        CUT,
        *DUTY,
        *OF_TOOL,
        *EDGE,
        *PATH,
        CHATTER,
        *HEAT,
        *CHANGE_RULES,
    ),
    "tool.call": (*CALL_CONTENT, *CALL, *CALL_RULES),
}
"""Every check by kind, in the order in which it is asked."""


class Assessment(msgspec.Struct, frozen=True):
    """A verdict with what its caller needs beside it.

    Attributes:
        verdict: the verdict.
        evidence: digests of what it was judged on, by role: policy, state, machine, tool, material, and where there
            are any, commitments, program and quarantines.
        change: what an executor has to set, in working units; empty unless it is a machine change.
        risk: how grave the act is, for an approval.
        load: motor power of the cut as a share of the drive's continuous rating, or its torque if that is a greater
            share, where the cut ends; else None.
        cut_time: how long the cut lasts, in seconds; None for endless.
    """

    verdict: Verdict
    evidence: dict[str, str]
    change: dict[str, float]
    risk: Risk
    load: float | None = None
    cut_time: float | None = None


def judge(proposal: Proposal, evidence: Evidence, book: Rulebook, now_us: int, ids: Ids) -> Verdict:
    """The verdict on a proposal.

    Args:
        proposal: the proposal as it was submitted.
        evidence: what is known about its subject.
        book: policy and cards.
        now_us: the moment of judging.
        ids: identifiers for the verdict; `DRY_RUN` for none.
    """
    return assess(proposal, evidence, book, now_us, ids).verdict


def assess(proposal: Proposal, evidence: Evidence, book: Rulebook, now_us: int, ids: Ids) -> Assessment:
    """The verdict, with the digests of the evidence, the change in working units, and the risk."""
    case = Case(proposal=proposal, evidence=evidence, book=book, now_us=now_us, found=[])
    checks, failed = ask(case, QUESTIONS.get(proposal.kind, OTHER_CONTENT))
    clamped = None
    if not failed and any(finding.box for finding in case.found):
        clamped = _clamped(case)
        failed = case.found[-1].code == "ENG.CHECK_FAILED"
    name = _name(case, failed=failed)
    digests = _digests(case)
    verdict = _verdict(case, name, checks, clamped, digests=digests, ids=ids)
    change = {} if case.change is None else {key: given.value for key, given in case.change.params.items()}
    operation = None if case.change is None else case.change.operation
    effect = None if case.call_tool is None else case.call_tool.effect
    grave = risk(operation=operation, effect=effect, codes=tuple(verdict.reason_codes))
    load, cut_time = _ending(case)
    return Assessment(verdict, digests, change, grave, load, cut_time)


def ask(case: Case, questions: tuple[Question, ...]) -> tuple[list[Check], bool]:
    """Ask every question of a case. Answers its checks, and whether any of them failed to run."""
    known = foregone(case, questions)
    case.card, case.state, case.ingest_us = known.card, known.state, known.ingest_us
    checks = known.checks.copy()
    found = case.found
    before = 0
    failed = False
    for place, name, put, passed, not_applicable in known.left:
        try:
            outcome = put(case)
        except Exception as error:  # noqa: BLE001  (whatever a check raises, the answer is a denial and not a crash)
            found.append(_check_failed(name, type(error).__name__))
            checks[place] = Check(name=name, status="not_evaluable", code="ENG.CHECK_FAILED")
            before = len(found)
            failed = True
            continue
        if len(found) > before:
            checks[place] = _answered(name, found[before:])
            before = len(found)
        elif outcome is None:
            checks[place] = passed
        elif outcome is NOT_APPLICABLE:
            checks[place] = not_applicable
        else:
            checks[place] = Check(name=name, status=outcome.status, code=outcome.code)
    if not failed and all(finding.weight != "deny" for finding in found):
        # A question that could not be asked is always preceded by the denial that says why; if it is not, fail closed.
        # A gap is another matter: the registry itself says of its code that it is for information, and it is told.
        unasked = [check.name for check in checks if check.status == "not_evaluable" and not _told(check.code)]
        found += [_check_failed(name, "not evaluable") for name in unasked]
        failed = bool(unasked)
    return checks, failed


def _told(code: str | None) -> bool:
    return code is not None and trait(code).severity == "info"


def _answered(name: str, findings: list[Finding]) -> Check:
    against = [finding for finding in findings if finding.weight != "note"]
    code = min(against or findings, key=order).code
    return Check(name=name, status="failed" if against else "passed", code=code)


def _check_failed(name: str, error: str) -> Finding:
    return Finding(code="ENG.CHECK_FAILED", field=name, observed=error)


def _clamped(case: Case) -> dict[str, Any] | None:
    def denied_again(body: dict[str, Any]) -> bool:
        proposal = Proposal(kind=case.proposal.kind, subject=case.proposal.subject, body=body, digest="")
        again = Case(proposal=proposal, evidence=case.evidence, book=case.book, now_us=case.now_us, found=[])
        _, failed = ask(again, QUESTIONS[proposal.kind])
        return _name(again, failed=failed) in ("deny", "indeterminate")

    try:
        return clamp(case, denied_again)
    except Exception as error:  # noqa: BLE001  (as for a check)
        case.found.append(_check_failed("clamp", type(error).__name__))
        return None


def _name(case: Case, *, failed: bool) -> VerdictName:
    if failed:
        return "indeterminate"
    weights = {finding.weight for finding in case.found}
    if "deny" in weights:
        return "deny"
    if "approve" in weights:
        return "needs_approval"
    return "allow_with_obligations" if _obligations(case) else "allow"


def _obligations(case: Case) -> list[Obligation]:
    """What allowing rules attach, and the longest time that the drive bears the cut for.

    Whoever approves is told of them too: an approved cut has to keep them like an allowed one.
    """
    if case.longest_s is None:
        return case.obligations
    return [*case.obligations, Obligation(kind="max_duration", seconds=number(case.longest_s))]


def _ending(case: Case) -> tuple[float | None, float | None]:
    """What the cut asks of the drive and for how long, if it ends."""
    cut = case.cut
    if cut is None or cut.cut_time is None:
        return None, None
    if cut.ratings is None or not cut.ratings.power_s1 > 0:
        return None, cut.cut_time
    demand = cut.nominal()
    load = motor_power(cut, demand) / cut.ratings.power_s1
    # Where the torque is what the drive gives more of than for ever, that is what heats it.
    return max(load, demand.torque / cut.ratings.torque) if cut.ratings.torque > 0 else load, cut.cut_time


def _digests(case: Case) -> dict[str, str]:
    digests = {"policy": case.book.policy.digest}
    evidence = case.evidence
    if evidence.machine is not None:
        digests["machine"] = evidence.machine.digest
    if evidence.state is not None:
        digests["state"] = evidence.state_digest or state_digest(evidence.state)
        material = case.book.materials.get(evidence.state.setup.material or "")
        if material is not None:
            digests["material"] = material.digest
    if case.tool is not None:
        digests["tool"] = case.book.tools[case.tool.id].digest
    digests.update(particulars(evidence))
    return digests


def _verdict(
    case: Case,
    name: VerdictName,
    checks: list[Check],
    clamped: dict[str, Any] | None,
    *,
    digests: dict[str, str],
    ids: Ids,
) -> Verdict:
    allowed = name in ("allow", "allow_with_obligations")
    findings = case.found
    if allowed:
        ground = "OK.WITHIN_LIMITS" if case.proposal.kind == "machine.change" else "OK.WITHIN_POLICY"
        findings = [*findings, Finding(code=ground, weight="note")]
    else:
        findings = [finding for finding in findings if finding.weight != "note"]
    if len(findings) > 1:
        findings = sorted(findings, key=order)
    if len(findings) > REASONS_MAX:
        findings[REASONS_MAX - 1].detail = {"omitted": len(findings) - REASONS_MAX}
        findings = findings[:REASONS_MAX]
    policy = case.book.policy
    reasons = [reason(finding, policy.digest) for finding in findings]
    life_s = policy.approval_ttl_s if name == "needs_approval" else policy.verdict_ttl_s
    until_us = case.now_us + life_s * SECOND_US
    if case.expires_us is not None:
        until_us = min(until_us, case.expires_us)
    if allowed and case.longest_s is not None:
        until_us = min(until_us, case.now_us + int(min(case.longest_s, life_s) * SECOND_US))
    return Verdict(
        approval_id=ids.approval if name == "needs_approval" else None,
        checks=checks,
        clamped_proposal=clamped,
        engine_version=case.book.engine_version,
        evaluated_at=iso_utc(case.now_us),
        id=ids.decision,
        input_digest=_input_digest(case, digests),
        obligations=_obligations(case) if allowed or name == "needs_approval" else [],
        policy_digest=policy.digest,
        primary_code=reasons[0].code,
        proposal_id=ids.proposal,
        reason_codes=[item.code for item in reasons],
        reasons=reasons,
        valid_until=iso_utc(until_us),
        verdict=name,
    )


def _input_digest(case: Case, digests: dict[str, str]) -> str:
    """sha256 over one line `role digest` each for proposal, state, machine, tool, material, policy and engine.

    Lines for commitments, program and quarantines follow where there are any.
    """
    get = digests.get
    text = (
        f"proposal {case.proposal.digest}\nstate {get('state')}\nmachine {get('machine')}\ntool {get('tool')}\n"
        f"material {get('material')}\npolicy {get('policy')}\nengine {case.book.engine_version}\n"
    )
    text += "".join(f"{role} {digests[role]}\n" for role in PARTICULARS if role in digests)
    return "sha256:" + hashlib.sha256(text.encode()).hexdigest()
