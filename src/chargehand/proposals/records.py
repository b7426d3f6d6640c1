"""Reading the spine: proposals, verdicts byte for byte as they were given, and their explanation."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import msgspec

from chargehand.approvals.approval import APPROVAL
from chargehand.contracts.explanation import ExplainedReason, Explanation, View
from chargehand.contracts.machine import LastDecision
from chargehand.contracts.problems import RequestError
from chargehand.contracts.proposal import Outcome, ProposalExecuted, ProposalRecord, ProposalStatus
from chargehand.contracts.reasons import reason_code
from chargehand.contracts.verdict import Reason, Verdict
from chargehand.kernel import log
from chargehand.kernel.clock import iso_utc
from chargehand.kernel.reducer import load
from chargehand.kernel.store import Session
from chargehand.proposals.lifecycle import PROPOSAL, REFUSALS_MAX, ProposalState

_AFTER_APPROVAL: dict[str, ProposalStatus] = {
    "pending": "awaiting_approval",
    "approved": "approved",
    "denied": "refused",
    "rework": "refused",
    "expired": "expired",
}


class DecidedPayload(msgspec.Struct, frozen=True):
    """`proposal.decided` with its verdict left as the bytes it was recorded in."""

    evidence: dict[str, str]
    verdict: msgspec.Raw


class _Verdict(msgspec.Struct, frozen=True):
    clamped_proposal: msgspec.Raw
    evaluated_at: str


class _Decided(msgspec.Struct, frozen=True):
    verdict: _Verdict
    took_us: int | None = None


class _Body(msgspec.Struct, frozen=True):
    intent: Any = None


class _Submitted(msgspec.Struct, frozen=True):
    proposal: _Body


class Told(NamedTuple):
    """What a list tells of a proposal and only its events know; None of what was erased or never recorded."""

    intent: str | None = None
    evaluated_at: str | None = None
    clamped: bool | None = None
    took_us: int | None = None


_submitted = msgspec.json.Decoder(_Submitted)
_decided = msgspec.json.Decoder(_Decided)


def page(session: Session, before: str | None, limit: int, now_us: int, **filters: str | None) -> list[ProposalState]:
    """Proposals, newest first, before one. Filters: subject, kind, verdict, code, proposer, and the status as shown."""
    names = ("subject", "kind", "verdict", "code", "status", "proposer")
    assert set(filters) <= set(names)
    row = {"before": before, "limit": limit, "now_us": now_us, **{name: filters.get(name) for name in names}}
    return [PROPOSAL.state(found) for found in session.all("proposal.newest_page", row)]


def listed(session: Session, states: Sequence[ProposalState], now_us: int) -> list[ProposalRecord]:
    """The lifecycles of these proposals as a list has them, without the proposals themselves."""
    found = told(session, states)
    return [to_record(session, state, now_us, whole=False, said=found[state.id]) for state in states]


def told(session: Session, states: Iterable[ProposalState]) -> dict[str, Told]:
    """What the events of these proposals tell, by proposal, in one query."""
    found = {state.id: Told() for state in states}
    ids = msgspec.json.encode(list(found)).decode()
    for subject, revision, data in session.all("proposal.read_openings", {"ids": ids}):
        if data is None:
            continue
        key = str(subject).partition("/")[2]
        if revision == 1:
            # A proposer may have put anything there; only words are shown as such.
            intent = _submitted.decode(data).proposal.intent
            found[key] = found[key]._replace(intent=intent if isinstance(intent, str) else None)
        else:
            decided = _decided.decode(data)
            found[key] = found[key]._replace(
                evaluated_at=decided.verdict.evaluated_at,
                clamped=bytes(decided.verdict.clamped_proposal) != b"null",
                took_us=decided.took_us,
            )
    return found


def newest_decisions(session: Session, machine_ids: Iterable[str]) -> dict[str, LastDecision]:
    """The newest recorded verdict about each machine that there is one about, in one query."""
    subjects = msgspec.json.encode([f"machine/{machine_id}" for machine_id in machine_ids]).decode()
    return {
        str(subject).partition("/")[2]: LastDecision(
            id=decision_id,
            proposal_id=key,
            verdict=verdict,
            primary_code=primary_code,
            reason_codes=reason_codes.split(),
            evaluated_at=iso_utc(submitted_us),
        )
        for subject, key, decision_id, verdict, primary_code, reason_codes, submitted_us in session.all(
            "proposal.newest_by_subject", {"subjects": subjects}
        )
    }


def find(session: Session, proposal_id: str) -> ProposalState:
    """A proposal's state.

    Raises:
        RequestError: there is no such proposal.
    """
    state = load(PROPOSAL, session, proposal_id)
    if state is None:
        raise RequestError("REQ.NOT_FOUND", f"no such proposal: {proposal_id!r}")
    return state


def find_decision(session: Session, decision_id: str) -> ProposalState:
    """The proposal of a decision.

    Raises:
        RequestError: there is no such decision.
    """
    row = session.one("proposal.by_decision", {"decision_id": decision_id})
    if row is None:
        raise RequestError("REQ.NOT_FOUND", f"no such decision: {decision_id!r}")
    return PROPOSAL.state(row)


def last_applied(session: Session, subject: str) -> str | None:
    """The decision that was carried out last on a subject; None if none was."""
    row = session.one("proposal.last_applied", {"subject": subject})
    return None if row is None else str(row[0])


def decided(session: Session, state: ProposalState) -> DecidedPayload:
    """The verdict on a proposal, its bytes unchanged, with the digests of what it was judged on.

    Raises:
        RequestError: its content was erased.
    """
    entries = log.read_subject(session, f"proposal/{state.id}", 2, 1)
    assert entries, f"proposal {state.id} has no verdict"
    if entries[0].data is None:
        raise RequestError("REQ.NOT_FOUND", f"the content of {state.decision_id} was erased")
    return msgspec.json.decode(entries[0].data, type=DecidedPayload)


def verdicts(session: Session, states: Iterable[ProposalState]) -> list[bytes]:
    """The verdicts on these proposals, their bytes unchanged; one whose content is gone is passed over."""
    found: list[bytes] = []
    for state in states:
        entries = log.read_subject(session, f"proposal/{state.id}", 2, 1)
        if entries and entries[0].data is not None:
            found.append(bytes(msgspec.json.decode(entries[0].data, type=DecidedPayload).verdict))
    return found


def submitted(session: Session, state: ProposalState) -> dict[str, Any] | None:
    """The proposal as it was submitted; None once its content was erased."""
    entries = log.read_subject(session, f"proposal/{state.id}", 1, 1)
    data = entries[0].data if entries else None
    if data is None:
        return None
    body: dict[str, Any] = msgspec.json.decode(data)["proposal"]
    return body


def to_record(
    session: Session, state: ProposalState, now_us: int, *, whole: bool, said: Told | None = None
) -> ProposalRecord:
    """A proposal's lifecycle as others read it; with the proposal itself if `whole`.

    Args:
        session: where it is read.
        state: the proposal's row.
        now_us: the time.
        whole: whether the proposal itself is wanted.
        said: what its events tell, if that was read already.
    """
    said = said or told(session, [state])[state.id]
    permitted = state.status == "permitted" and state.permit_expires_us is not None
    return ProposalRecord(
        id=state.id,
        kind=state.kind,
        subject=state.subject,
        status=_status(session, state, now_us),
        revision=state.revision,
        proposer=state.proposer,
        submitted_at=iso_utc(state.submitted_us),
        decision_id=state.decision_id,
        verdict=state.verdict,
        primary_code=state.primary_code,
        approval_id=state.approval_id,
        permit_expires_at=iso_utc(state.permit_expires_us) if permitted and state.permit_expires_us else None,
        outcome=_outcome(session, state),
        proposal=submitted(session, state) if whole else None,
        intent=said.intent,
        reason_codes=state.reason_codes.split(),
        policy_digest=state.policy_digest,
        evaluated_at=said.evaluated_at,
        clamped=said.clamped,
        took_us=said.took_us,
    )


def explain(session: Session, state: ProposalState, view: View) -> Explanation:
    """The verdict in words: what to do for a caller, what to look at for an operator."""
    payload = decided(session, state)
    verdict = msgspec.json.decode(payload.verdict, type=Verdict)
    count = len(verdict.reasons)
    first = reason_code(verdict.primary_code)
    more = "" if count == 1 else f" and {count - 1} more"
    return Explanation(
        view=view,
        summary=f"{verdict.verdict}: {first.title} ({verdict.primary_code}){more}",
        reasons=[_explained(reason, view) for reason in verdict.reasons],
        evidence=payload.evidence,
        verdict=verdict,
    )


def _outcome(session: Session, state: ProposalState) -> Outcome | None:
    """What came of it, with what the executor reported; None before it was executed."""
    if state.outcome_status is None:
        return None
    # Nothing but refusals follows an outcome, and they are bounded.
    first = max(1, state.revision - REFUSALS_MAX)
    for entry in log.read_subject(session, f"proposal/{state.id}", first, REFUSALS_MAX + 1):
        if entry.kind == "proposal.executed" and entry.data is not None:
            return msgspec.json.decode(entry.data, type=ProposalExecuted).outcome
    assert state.outcome_us is not None
    return Outcome(status=state.outcome_status, at=iso_utc(state.outcome_us), code=state.outcome_code)


def _status(session: Session, state: ProposalState, now_us: int) -> ProposalStatus:
    """The status with what time and the approval have made of it."""
    if state.status == "awaiting_approval":
        assert state.approval_id is not None
        approval = load(APPROVAL, session, state.approval_id)
        assert approval is not None
        return _AFTER_APPROVAL.get(approval.status, "awaiting_approval")
    if state.status in ("allowed", "permitted") and state.valid_until_us <= now_us:
        return "expired"
    assert state.status != "submitted"
    return state.status


def _explained(reason: Reason, view: View) -> ExplainedReason:
    entry = reason_code(reason.code)
    operator = view == "operator"
    return ExplainedReason(
        code=reason.code,
        title=entry.title,
        text=entry.operator_text if operator else entry.caller_text,
        severity=reason.severity,
        retry=reason.retry,
        owner=reason.owner,
        path=reason.path,
        params=reason.params,
        remedies=[remedy for remedy in reason.remedies if operator or remedy.kind != "edit_policy"],
        rule_id=reason.rule_id if operator else None,
    )
