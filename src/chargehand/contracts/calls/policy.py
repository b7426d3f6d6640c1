"""Policies and reason codes: what the auditor goes by."""

from __future__ import annotations

from chargehand.contracts.calls.parameters import PAGED
from chargehand.contracts.calls.record import Operation, Parameter
from chargehand.contracts.codes.record import ReasonCode
from chargehand.contracts.page import Page
from chargehand.contracts.policy import PolicyRecord

OPERATIONS = (
    Operation(
        name="policy.list",
        method="GET",
        path="/v1/policies",
        summary="List loaded policies.",
        docs="The one in force, then the others that decisions of this log were judged by, newest first, so that every "
        "`policy_digest` can be told by name and version.",
        output=Page[PolicyRecord],
        query=PAGED,
    ),
    Operation(
        name="policy.show",
        method="GET",
        path="/v1/policies/{name}",
        summary="Show a policy as it was parsed.",
        output=PolicyRecord,
        roles=("operator",),
    ),
    Operation(
        name="reason.list",
        method="GET",
        path="/v1/reason-codes",
        summary="List the reason codes.",
        docs="Open to anybody: whoever is refused must be able to look up why.",
        output=Page[ReasonCode],
        roles=(),
        query=(*PAGED, Parameter(name="family", docs="Only this family, `MACH`.")),
    ),
    Operation(
        name="reason.show",
        method="GET",
        path="/v1/reason-codes/{code}",
        summary="Show a reason code.",
        output=ReasonCode,
        roles=(),
    ),
)
