"""Part programs over HTTP."""

from __future__ import annotations

from typing import Any

from starlette.responses import Response

from chargehand.api import answer
from chargehand.api.call import Call, taken
from chargehand.contracts.program import PROGRAM_BYTES_MAX, ProgramBody
from chargehand.fleet import programs
from chargehand.kernel import strictjson
from chargehand.kernel.canonical import record_bytes
from chargehand.kernel.idempotency import Answer
from chargehand.kernel.store import Session
from chargehand.kernel.writer import Transaction

BODY_BYTES_MAX = 2 * PROGRAM_BYTES_MAX + 4_096
"""A text in JSON: its line feeds take two bytes each, and a name stands beside it."""


async def put(call: Call) -> Response:
    """`POST /v1/programs`. Who stores is the credential."""
    body = await call.body(bytes_max=BODY_BYTES_MAX)
    given: ProgramBody = strictjson.decode_as(taken(body, BODY_BYTES_MAX), ProgramBody, bytes_max=BODY_BYTES_MAX)
    command = programs.put(given, call.caller.principal)

    def answered(transaction: Transaction) -> Answer:
        stored = command(transaction)
        return Answer(201, f"/v1/programs/{stored.sha256}", record_bytes(stored))

    return answer.kept(await call.commit_once(body.digest, answered))


async def list_programs(call: Call) -> Response:
    """`GET /v1/programs`, by digest."""
    limit = call.query["limit"]

    def reader(session: Session) -> tuple[list[Any], str | None]:
        found = programs.page(session, call.query["cursor"] or "", limit + 1)
        return found[:limit], found[limit - 1].sha256 if len(found) > limit else None

    return answer.page(*await call.read(reader))


async def show(call: Call) -> Response:
    """`GET /v1/programs/{id}`."""
    return answer.record(await call.read(lambda session: programs.find(session, call.path("id")), long=True))


HANDLERS = {"program.put": put, "program.list": list_programs, "program.show": show}
