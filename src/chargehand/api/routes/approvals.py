"""Approvals over HTTP."""

from __future__ import annotations

from typing import Any

from starlette.responses import Response

from chargehand.api import answer
from chargehand.api.call import Call, check_revision
from chargehand.approvals import inbox
from chargehand.approvals.approval import ApprovalState, to_approval, told
from chargehand.contracts.approval import DecideBody
from chargehand.contracts.problems import ConflictError
from chargehand.kernel.canonical import canonical_bytes, record_bytes, sha256_text
from chargehand.kernel.idempotency import Answer
from chargehand.kernel.store import Session
from chargehand.kernel.writer import Transaction


async def list_approvals(call: Call) -> Response:
    """`GET /v1/approvals`, newest first."""
    limit = call.query["limit"]

    def reader(session: Session) -> tuple[list[Any], str | None]:
        found = inbox.page(session, call.query["cursor"], limit + 1, call.query["status"], call.query["subject"])
        return found[:limit], found[limit - 1].id if len(found) > limit else None

    filtered = call.query["status"] is not None or call.query["subject"] is not None
    return answer.page(*await call.read(reader, long=filtered))


async def show_approval(call: Call) -> Response:
    """`GET /v1/approvals/{id}`."""
    found = await call.read(lambda session: to_approval(inbox.find(session, call.path("id"))))
    return answer.record(found, headers={"etag": f'"{found.revision}"'})


async def decide(call: Call) -> Response:
    """`POST /v1/approvals/{id}/decide`. Who decides is the credential; of two at once one wins."""
    body: DecideBody = await call.record()
    key = call.path("id")
    command = inbox.answer(
        key,
        body.decision,
        body.reason,
        call.caller.principal,
        single_operator=call.services.auditor.single_operator,
    )

    def answered(transaction: Transaction) -> Answer:
        _check_seen(call, inbox.find(transaction.session, key))
        return Answer(200, None, record_bytes(command(transaction)))

    return answer.kept(await call.commit_once(sha256_text(canonical_bytes(body)), answered))


def _check_seen(call: Call, state: ApprovalState) -> None:
    """Refuse a decision on another revision than the present one, and say who has decided since.

    Raises:
        ConflictError: `If-Match` names another revision.
    """
    try:
        check_revision(call.request, state.revision)
    except ConflictError as error:
        if state.status == "pending":
            raise
        detail = f"{error.detail}: approval {state.id} {told(state)}"
        raise ConflictError(error.code, detail, current_revision=state.revision) from None


HANDLERS = {"approval.list": list_approvals, "approval.show": show_approval, "approval.decide": decide}
