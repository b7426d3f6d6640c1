"""Part programs: store one, read them."""

from __future__ import annotations

from chargehand.contracts.calls.parameters import PAGED
from chargehand.contracts.calls.record import Operation
from chargehand.contracts.page import Page
from chargehand.contracts.program import ProgramBody, ProgramRecord, ProgramText

OPERATIONS = (
    Operation(
        name="program.put",
        method="POST",
        path="/v1/programs",
        summary="Store a part program by the digest of its text.",
        docs="Idempotent by content: who stores a text again gets the record that is there, first name included. "
        "Storing judges nothing; a `program_load` of the digest is judged on the text.",
        input=ProgramBody,
        output=ProgramRecord,
        status=201,
        roles=("operator", "agent"),
        effect="write",
        location="/v1/programs/{id}",
    ),
    Operation(
        name="program.list",
        method="GET",
        path="/v1/programs",
        summary="List stored programs by digest.",
        output=Page[ProgramRecord],
        query=PAGED,
    ),
    Operation(
        name="program.show",
        method="GET",
        path="/v1/programs/{id}",
        summary="Show a program with its text.",
        docs="The id is the digest of the text, 64 hexadecimal digits.",
        output=ProgramText,
    ),
)
