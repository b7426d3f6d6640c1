"""Principals and sessions: who may call."""

from __future__ import annotations

from chargehand.contracts.calls.parameters import PAGED
from chargehand.contracts.calls.record import Operation
from chargehand.contracts.page import Page
from chargehand.contracts.principal import Principal, PrincipalAddBody, PrincipalToken, SessionBody, SessionRecord

OPERATIONS = (
    Operation(
        name="principal.add",
        method="POST",
        path="/v1/principals",
        summary="Add a principal and show its token once.",
        input=PrincipalAddBody,
        output=PrincipalToken,
        status=201,
        roles=("admin",),
        effect="write",
        location="/v1/principals/{id}",
    ),
    Operation(
        name="principal.list",
        method="GET",
        path="/v1/principals",
        summary="List principals, the revoked ones too.",
        output=Page[Principal],
        roles=("admin",),
        query=PAGED,
    ),
    Operation(
        name="principal.revoke",
        method="DELETE",
        path="/v1/principals/{id}",
        summary="Revoke a principal at once, with its token and its sessions.",
        status=204,
        roles=("admin",),
        effect="write",
    ),
    Operation(
        name="session.create",
        method="POST",
        path="/v1/session",
        summary="Swap a token or the code of a one-time link for a session cookie.",
        input=SessionBody,
        output=SessionRecord,
        status=201,
        roles=(),
        effect="write",
        location="/v1/session",
    ),
    Operation(
        name="session.show",
        method="GET",
        path="/v1/session",
        summary="Show who the caller is.",
        output=SessionRecord,
    ),
    Operation(
        name="session.delete",
        method="DELETE",
        path="/v1/session",
        summary="Sign out.",
        status=204,
        roles=(),
        effect="write",
    ),
)
