"""The quarantine list: what failed once and is not tried again unseen."""

from __future__ import annotations

from chargehand.contracts.calls.parameters import IF_MATCH, PAGED
from chargehand.contracts.calls.record import Operation, Parameter
from chargehand.contracts.page import Page
from chargehand.contracts.quarantine import OverrideBody, Quarantine, QuarantineBody

OPERATIONS = (
    Operation(
        name="quarantine.open",
        method="POST",
        path="/v1/quarantines",
        summary="Bar a program, material, tool or region of parameters.",
        docs="It bars until `expires_at` or until it is overridden. At least one thing has to be named.",
        input=QuarantineBody,
        output=Quarantine,
        status=201,
        roles=("operator",),
        effect="write",
        location="/v1/quarantines/{id}",
    ),
    Operation(
        name="quarantine.list",
        method="GET",
        path="/v1/quarantines",
        summary="List entries, newest first.",
        output=Page[Quarantine],
        query=(
            *PAGED,
            Parameter(name="status", choices=("active", "overridden", "expired"), docs="Only this status."),
        ),
    ),
    Operation(
        name="quarantine.show",
        method="GET",
        path="/v1/quarantines/{id}",
        summary="Show an entry.",
        docs="`ETag` carries the record's revision.",
        output=Quarantine,
    ),
    Operation(
        name="quarantine.override",
        method="POST",
        path="/v1/quarantines/{id}/override",
        summary="Lift an entry by a person's word, signed by the engine.",
        docs="Final: to bar it again, open another. It needs a reason in words.",
        input=OverrideBody,
        output=Quarantine,
        roles=("approver",),
        effect="write",
        headers=(IF_MATCH,),
    ),
)
