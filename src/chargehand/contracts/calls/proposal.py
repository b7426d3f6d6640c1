"""Proposals: submit one, read them."""

from __future__ import annotations

from typing import get_args

from chargehand.contracts.calls.parameters import PAGED, SUBJECT, VERDICT
from chargehand.contracts.calls.record import Operation, Parameter
from chargehand.contracts.page import Page
from chargehand.contracts.proposal import ProposalBody, ProposalRecord, ProposalStatus
from chargehand.contracts.verdict import Verdict

OPERATIONS = (
    Operation(
        name="proposal.submit",
        method="POST",
        path="/v1/proposals",
        summary="Submit a proposal and get its verdict.",
        docs="Whatever has a kind, a subject and an action is recorded and judged, however wrong its content is. "
        "The answer is the verdict. A dry run answers 200, stores nothing and has null ids.",
        input=ProposalBody,
        output=Verdict,
        status=201,
        roles=("operator", "agent"),
        effect="write",
        query=(Parameter(name="dry_run", type="boolean", default=False, docs="Judge only; record nothing."),),
        location="/v1/proposals/{id}",
    ),
    Operation(
        name="proposal.list",
        method="GET",
        path="/v1/proposals",
        summary="List proposals, newest first.",
        output=Page[ProposalRecord],
        query=(
            *PAGED,
            Parameter(name="kind", docs="Only this kind."),
            SUBJECT,
            Parameter(name="status", choices=get_args(ProposalStatus), docs="Only what is shown with this status now."),
            Parameter(name="proposer", docs="Only what this principal proposed."),
            VERDICT,
            Parameter(name="code", docs="Only what was given this reason code."),
        ),
    ),
    Operation(
        name="proposal.show",
        method="GET",
        path="/v1/proposals/{id}",
        summary="Show a proposal and where it stands.",
        docs="`ETag` carries the record's revision.",
        output=ProposalRecord,
    ),
)
