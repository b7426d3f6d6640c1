"""The inbox: what waits for a person, deciding it, and letting it run out."""

from __future__ import annotations

from chargehand.approvals.approval import APPROVAL, ApprovalState, Decide, Expire, decide, to_approval
from chargehand.contracts.approval import Approval, ApprovalDecision, ApprovalRequested, ApprovalStatus
from chargehand.contracts.problems import RequestError
from chargehand.kernel.reducer import Fact, load, record
from chargehand.kernel.store import Session
from chargehand.kernel.writer import Command, Transaction

EXPIRE_BATCH_MAX = 200
"""Approvals that one sweep lets run out; the next sweep takes the rest."""
REASON_CHARACTERS_MAX = 4_000


def request(transaction: Transaction, key: str, requested: ApprovalRequested, actor: str) -> None:
    """Open an approval in the transaction of the verdict that asks for it."""
    record(
        APPROVAL,
        transaction,
        key,
        None,
        [Fact("approval.requested", requested)],
        actor=actor,
        topic=requested.subject,
        correlationid=requested.proposal_id,
    )


def answer(
    key: str, decision: ApprovalDecision, reason: str, actor: str, *, single_operator: bool
) -> Command[Approval]:
    """Command: decide an approval. Of two that decide at once one wins, and the other is told who did.

    Raises:
        RequestError: there is no such approval, or the reason is no text that can be kept.
        RefusedError: it is decided, run out, one's own, or lacks a reason.
    """
    if len(reason) > REASON_CHARACTERS_MAX or "\0" in reason:
        detail = f"a reason has at most {REASON_CHARACTERS_MAX} characters, none of them NUL"
        raise RequestError("REQ.BODY_INVALID", detail, field="/reason")

    def command(transaction: Transaction) -> Approval:
        state = find(transaction.session, key)
        facts = decide(state, Decide(decision, reason, actor, transaction.now_us, single_operator))
        return to_approval(_record(transaction, state, facts, actor))

    return command


def expire_due(actor: str) -> Command[int]:
    """Command: let approvals run out whose time has passed; returns how many."""

    def command(transaction: Transaction) -> int:
        row = {"now_us": transaction.now_us, "limit": EXPIRE_BATCH_MAX}
        due = transaction.session.all("approval.due", row)
        for found in due:
            state = APPROVAL.state(found)
            _record(transaction, state, decide(state, Expire(transaction.now_us)), actor)
        return len(due)

    return command


def consume(transaction: Transaction, state: ApprovalState, facts: list[Fact], actor: str) -> None:
    """Record that an approval was spent, in the transaction of the execution that spends it."""
    _record(transaction, state, facts, actor)


def find(session: Session, key: str) -> ApprovalState:
    """An approval's state.

    Raises:
        RequestError: there is no such approval.
    """
    state = load(APPROVAL, session, key)
    if state is None:
        raise RequestError("REQ.NOT_FOUND", f"no such approval: {key!r}")
    return state


def page(
    session: Session, before: str | None, limit: int, status: ApprovalStatus | None = None, subject: str | None = None
) -> list[Approval]:
    """Approvals before one, newest first; of one status or subject if asked."""
    row = {"before": before, "limit": limit, "status": status, "subject": subject}
    return [to_approval(APPROVAL.state(found)) for found in session.all("approval.list_page", row)]


def _record(transaction: Transaction, state: ApprovalState, facts: list[Fact], actor: str) -> ApprovalState:
    return record(
        APPROVAL,
        transaction,
        state.id,
        state,
        facts,
        actor=actor,
        topic=state.subject,
        correlationid=state.proposal_id,
    )
