"""Decisions: the verdict, its explanation, its permit, its execution."""

from __future__ import annotations

from chargehand.contracts.calls.parameters import PAGED, SUBJECT, VERDICT
from chargehand.contracts.calls.record import Operation, Parameter
from chargehand.contracts.explanation import Explanation, Rejudgement
from chargehand.contracts.page import Page
from chargehand.contracts.proposal import ExecuteBody, Outcome, PermitRecord
from chargehand.contracts.verdict import Verdict

OPERATIONS = (
    Operation(
        name="decision.list",
        method="GET",
        path="/v1/decisions",
        summary="List verdicts, newest first.",
        output=Page[Verdict],
        query=(
            *PAGED,
            VERDICT,
            Parameter(name="code", docs="Only verdicts that carry this reason code."),
            SUBJECT,
        ),
    ),
    Operation(
        name="decision.show",
        method="GET",
        path="/v1/decisions/{id}",
        summary="Show a verdict.",
        docs="The bytes are those of the answer to the submission, of every stream and of the ledger export.",
        output=Verdict,
    ),
    Operation(
        name="decision.explain",
        method="GET",
        path="/v1/decisions/{id}/explain",
        summary="Explain a verdict in words.",
        docs="The operator's view names rules and needs the role operator.",
        output=Explanation,
        query=(
            Parameter(name="view", choices=("caller", "operator"), default="caller", docs="For whom it is explained."),
        ),
    ),
    Operation(
        name="decision.rejudge",
        method="GET",
        path="/v1/decisions/{id}/rejudge",
        summary="Judge a decision again on what was recorded with it.",
        docs="State, cards and policy are those of the decision; only the auditor is today's. Nothing is changed.",
        output=Rejudgement,
        roles=("operator",),
    ),
    Operation(
        name="decision.permit",
        method="POST",
        path="/v1/decisions/{id}/permit",
        summary="Ask for the one-shot permit of an allowed or approved decision.",
        docs="The permit is shown this once, belongs to the caller, and is good for one execution.",
        output=PermitRecord,
        roles=("operator", "agent"),
        effect="write",
    ),
    Operation(
        name="decision.execute",
        method="POST",
        path="/v1/decisions/{id}/execute",
        summary="Carry out a decision under its permit.",
        docs="The proposal is judged again just before the act; a refusal carries every reason code.",
        input=ExecuteBody,
        output=Outcome,
        roles=("operator", "agent"),
        effect="write",
    ),
)
