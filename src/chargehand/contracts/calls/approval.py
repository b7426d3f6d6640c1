"""Approvals: the inbox of what a person has to decide."""

from __future__ import annotations

from chargehand.contracts.approval import Approval, DecideBody
from chargehand.contracts.calls.parameters import IF_MATCH, PAGED, SUBJECT
from chargehand.contracts.calls.record import Operation, Parameter
from chargehand.contracts.page import Page

OPERATIONS = (
    Operation(
        name="approval.list",
        method="GET",
        path="/v1/approvals",
        summary="List approvals, newest first.",
        docs="However many are pending, one page has 500 at most; read on by `cursor`. What is requested, decided or "
        "runs out is pushed, by `/ws/events?types=approval.*`, so nobody has to ask again and again.",
        output=Page[Approval],
        query=(
            *PAGED,
            Parameter(
                name="status",
                choices=("pending", "approved", "denied", "rework", "expired", "consumed"),
                docs="Only this status.",
            ),
            SUBJECT,
        ),
    ),
    Operation(
        name="approval.show",
        method="GET",
        path="/v1/approvals/{id}",
        summary="Show an approval.",
        docs="`ETag` carries the record's revision.",
        output=Approval,
    ),
    Operation(
        name="approval.decide",
        method="POST",
        path="/v1/approvals/{id}/decide",
        summary="Approve, deny or send back.",
        docs="A decision is final. Denying and sending back need a reason in words.",
        input=DecideBody,
        output=Approval,
        roles=("approver",),
        effect="write",
        headers=(IF_MATCH,),
    ),
)
