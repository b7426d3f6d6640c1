"""Permit, re-check, write, outcome: the only way from a verdict to the world.

A permit works once, for its holder, for its decision. Using it judges the proposal again on the state of that moment,
inside the transaction that spends the permit; what the verdict stood on must not have changed. The write happens
between two durable records, so that after a crash it is known that its outcome is not.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import NamedTuple

import msgspec
import structlog

from chargehand.access.callers import Caller
from chargehand.approvals import approval as approvals
from chargehand.approvals import inbox
from chargehand.auditor.auditor import Auditor
from chargehand.auditor.evidence import DRY_RUN
from chargehand.contracts.problems import RefusedError, RequestError
from chargehand.contracts.proposal import Outcome, PermitRecord, Proposal, ProposalRefused
from chargehand.contracts.verdict import PERMITTING, Obligation, Verdict
from chargehand.kernel import faults, log
from chargehand.kernel.canonical import sha256_text
from chargehand.kernel.clock import SECOND_US, iso_utc
from chargehand.kernel.reducer import Fact, record
from chargehand.kernel.store import Session
from chargehand.kernel.writer import Command, Transaction
from chargehand.proposals import records
from chargehand.proposals.commitments import promised
from chargehand.proposals.executor import Executor
from chargehand.proposals.lifecycle import (
    PROPOSAL,
    REFUSALS_MAX,
    Begin,
    Finish,
    Permit,
    ProposalState,
    check_permit,
    decide,
)

EXECUTION_US_MAX = 60 * SECOND_US
"""An execution without an outcome after this long has lost its engine."""
_logger = structlog.get_logger(__name__)


class Begun(NamedTuple):
    """A spent permit: what is to be performed now, and for whom."""

    state: ProposalState
    proposal: Proposal
    actor: str


class Executions:
    """Issues permits, spends them, performs, and records what came of it.

    Args:
        auditor: judges by the active policy.
        executors: by kind of proposal.
    """

    def __init__(self, auditor: Auditor, executors: Mapping[str, Executor]) -> None:
        self._auditor = auditor
        self._executors = executors

    def permit(self, decision_id: str, caller: Caller) -> Command[PermitRecord]:
        """Command: issue a permit. A new one voids the one before it.

        Raises:
            RequestError: no such decision.
            RefusedError: the verdict, its approval or the machine does not allow it, or it is somebody else's.
        """

        def command(transaction: Transaction) -> PermitRecord:
            state = _by_decision(transaction.session, decision_id)
            _check_holder(state, caller)
            secret = "chp_" + transaction.ids.secret()
            life_us = self._auditor.rulebook.policy.permit_ttl_s * SECOND_US
            expires_us = min(transaction.now_us + life_us, state.valid_until_us)
            digest = sha256_text(secret.encode())
            facts = decide(state, Permit(caller.principal, digest, expires_us, transaction.now_us))
            self._executor(state.kind).check_performable(_proposal(transaction.session, state), transaction.session)
            _usable_approval(transaction, state)
            _record(transaction, state, facts, caller.principal)
            return PermitRecord(permit=secret, expires_at=iso_utc(expires_us))

        return command

    def begin(self, decision_id: str, permit: str, caller: Caller) -> Command[Begun | RefusedError]:
        """Command: spend a permit. A refusal is a result, because it is recorded and a raised one could not be.

        Raises:
            RequestError: no such decision.
        """

        def command(transaction: Transaction) -> Begun | RefusedError:
            state = _by_decision(transaction.session, decision_id)
            try:
                return self._begin(transaction, state, permit, caller)
            except RefusedError as refusal:
                shown = sha256_text(permit.encode())
                # Whoever shows no permit of this decision learns that, and fills no log with it.
                if shown == state.permit_digest and state.refusals < REFUSALS_MAX:
                    refused = ProposalRefused(
                        decision_id=decision_id,
                        code=refusal.code,
                        reason_codes=refusal.reason_codes or [refusal.code],
                        permit_digest=shown,
                    )
                    _record(transaction, state, [Fact("proposal.refused", refused)], caller.principal)
                return refusal

        return command

    def perform(self, begun: Begun, now_us: int) -> Outcome:
        """Write to the world. Call it after `begin` is durable, and `finish` with what it returns."""
        faults.point("execute.before_write")
        executor = self._executor(begun.state.kind)
        try:
            outcome = executor.perform(begun.proposal, begun.state.basis, now_us)
        except Exception:
            # Whatever was raised was raised on the way: the write may have happened.
            _logger.exception("execution.failed", proposal=begun.state.id)
            outcome = Outcome(status="unknown", at=iso_utc(now_us), code="ENG.OUTCOME_UNKNOWN")
        faults.point("execute.after_write")
        return outcome

    def finish(self, proposal_id: str, outcome: Outcome, actor: str) -> Command[Outcome]:
        """Command: record what came of an execution."""

        def command(transaction: Transaction) -> Outcome:
            state = _load(transaction.session, proposal_id)
            _record(transaction, state, decide(state, Finish(outcome)), actor)
            return outcome

        return command

    def abandon_lost(self, actor: str, *, older_than_us: int = EXECUTION_US_MAX) -> Command[int]:
        """Command: executions whose engine stopped between write and record get the outcome `unknown`.

        They are never repeated: whether the write happened has to be looked at by a person.
        """

        def command(transaction: Transaction) -> int:
            at = iso_utc(transaction.now_us)
            lost = 0
            for row in transaction.session.all("proposal.executing", {"limit": log.PAGE_MAX}):
                state = PROPOSAL.state(row)
                assert state.executing_us is not None, "the schema says so"
                if state.executing_us + older_than_us <= transaction.now_us:
                    outcome = Outcome(status="unknown", at=at, code="ENG.OUTCOME_UNKNOWN")
                    _record(transaction, state, decide(state, Finish(outcome)), actor)
                    lost += 1
            return lost

        return command

    def _begin(self, transaction: Transaction, state: ProposalState, permit: str, caller: Caller) -> Begun:
        permit_digest = sha256_text(permit.encode())
        check_permit(state, caller.principal, permit_digest, transaction.now_us)
        approval = _usable_approval(transaction, state)
        proposal = _proposal(transaction.session, state)
        executor = self._executor(state.kind)
        executor.check_performable(proposal, transaction.session)
        recheck = self._recheck(transaction, executor, proposal, state)
        facts = decide(
            state,
            Begin(caller.principal, permit_digest, recheck.verdict, recheck.input_digest, transaction.now_us),
        )
        state = _record(transaction, state, facts, caller.principal)
        if approval is not None:
            spent = approvals.Consume(state.decision_id, state.digest, transaction.now_us)
            inbox.consume(transaction, approval, approvals.decide(approval, spent), caller.principal)
        return Begun(state, proposal, caller.principal)

    def _recheck(
        self, transaction: Transaction, executor: Executor, proposal: Proposal, state: ProposalState
    ) -> Verdict:
        """Judge again on the state of this moment. An approved proposal may still need its approval; nothing else."""
        now_us = transaction.now_us
        grounds = promised(executor.grounds(proposal), proposal, transaction.session, now_us, state)
        # The basis is compared here, exactly; the age of what the proposer once read was judged by the verdict.
        bare = {name: value for name, value in proposal.body.items() if name != "based_on"}
        bound = msgspec.structs.replace(proposal, body=bare)
        assessment = self._auditor.assess(bound, grounds.evidence, now_us, DRY_RUN)
        verdict = assessment.verdict
        given = msgspec.json.decode(records.decided(transaction.session, state).verdict, type=Verdict)
        approved = verdict.verdict == "needs_approval" and _covers(given, verdict)
        if verdict.verdict not in PERMITTING and not approved:
            raise RefusedError(
                "GATE.RECHECK_REFUSED",
                f"judged again just before the write, the proposal is {verdict.verdict}: {verdict.primary_code}",
                reason_codes=["GATE.RECHECK_REFUSED", *verdict.reason_codes],
            )
        if not all(_told(obligation, given, assessment.cut_time) for obligation in verdict.obligations):
            raise RefusedError("GATE.RECHECK_REFUSED", f"{state.id} now carries obligations that nobody was told of")
        if grounds.basis != state.basis:
            raise RefusedError("REV.STATE_CHANGED", f"what the verdict on {state.id} stood on has changed since")
        return verdict

    def _executor(self, kind: str) -> Executor:
        executor = self._executors.get(kind)
        if executor is None:
            raise RefusedError("PROP.KIND_NOT_SERVED", f"this engine judges {kind!r} and does not perform it")
        return executor


def _check_holder(state: ProposalState, caller: Caller) -> None:
    """An operator may carry out what somebody else proposed, but must have shown who they are."""
    if caller.principal != state.proposer and not ("operator" in caller.roles and caller.proven):
        raise RefusedError("GATE.PERMIT_FOREIGN", f"{caller.principal} did not propose this and is no known operator")


def _covers(given: Verdict, recheck: Verdict) -> bool:
    """Whether an approval given for one verdict answers everything that the re-check asks an approval for."""
    if given.verdict != "needs_approval":
        return False
    asked = {(reason.code, reason.rule_id) for reason in given.reasons}
    return all((reason.code, reason.rule_id) in asked for reason in recheck.reasons)


def _told(obligation: Obligation, given: Verdict, cut_time: float | None) -> bool:
    """Whether an obligation of the re-check was told with the verdict.

    How long a drive bears a cut changes with its heat from moment to moment. Whoever was told of such a bound needs no
    new one where the bound that was told, or the cut's own time, which was judged again, lies within the present one.
    """
    if obligation in given.obligations:
        return True
    if obligation.kind != "max_duration" or obligation.seconds is None:
        return False
    told = [known.seconds for known in given.obligations if known.kind == "max_duration" and known.seconds is not None]
    return bool(told) and min([*told, math.inf if cut_time is None else cut_time]) <= obligation.seconds


def _usable_approval(transaction: Transaction, state: ProposalState) -> approvals.ApprovalState | None:
    """The approval that this proposal needs, checked; None where it needs none."""
    if state.approval_id is None:
        return None
    approval = inbox.find(transaction.session, state.approval_id)
    approvals.check_usable(approval, state.digest, transaction.now_us)
    return approval


def _by_decision(session: Session, decision_id: str) -> ProposalState:
    row = session.one("proposal.by_decision", {"decision_id": decision_id})
    if row is None:
        raise RequestError("REQ.NOT_FOUND", f"no such decision: {decision_id!r}")
    return PROPOSAL.state(row)


def _load(session: Session, proposal_id: str) -> ProposalState:
    row = session.one("proposal.get", {"id": proposal_id})
    if row is None:
        raise RequestError("REQ.NOT_FOUND", f"no such proposal: {proposal_id!r}")
    return PROPOSAL.state(row)


def _proposal(session: Session, state: ProposalState) -> Proposal:
    """The proposal as it was submitted, checked against the digest that was judged."""
    entries = log.read_subject(session, f"proposal/{state.id}", 1, 1)
    assert entries, f"proposal {state.id} has no event"
    data = entries[0].data
    if data is None:
        raise RefusedError("GATE.DIGEST_MISMATCH", f"the content of {state.id} was erased")
    body = msgspec.json.decode(data)["proposal"]
    canonical = msgspec.json.decode(data, type=dict[str, msgspec.Raw])["proposal"]
    if sha256_text(bytes(canonical)) != state.digest:
        raise RefusedError("GATE.DIGEST_MISMATCH", f"the recorded content of {state.id} is not what was judged")
    return Proposal(kind=state.kind, subject=state.subject, body=body, digest=state.digest, canonical=bytes(canonical))


def _record(transaction: Transaction, state: ProposalState, facts: list[Fact], actor: str) -> ProposalState:
    return record(
        PROPOSAL,
        transaction,
        state.id,
        state,
        facts,
        actor=actor,
        topic=state.subject,
        correlationid=state.id,
    )
