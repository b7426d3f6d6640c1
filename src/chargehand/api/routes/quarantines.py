"""The quarantine list over HTTP."""

from __future__ import annotations

from typing import Any

from starlette.responses import Response

from chargehand.api import answer
from chargehand.api.call import Call, check_revision
from chargehand.contracts.quarantine import OverrideBody, QuarantineBody
from chargehand.fleet import quarantine_list
from chargehand.fleet.quarantine_entry import to_quarantine
from chargehand.kernel.canonical import canonical_bytes, record_bytes, sha256_text
from chargehand.kernel.idempotency import Answer
from chargehand.kernel.store import Session
from chargehand.kernel.writer import Transaction


async def open_quarantine(call: Call) -> Response:
    """`POST /v1/quarantines`. Who bars is the credential."""
    body: QuarantineBody = await call.record()
    command = call.services.quarantines.open(body, call.caller.principal)

    def answered(transaction: Transaction) -> Answer:
        opened = command(transaction)
        return Answer(201, f"/v1/quarantines/{opened.id}", record_bytes(opened))

    return answer.kept(await call.commit_once(sha256_text(canonical_bytes(body)), answered))


async def list_quarantines(call: Call) -> Response:
    """`GET /v1/quarantines`, newest first."""
    limit = call.query["limit"]

    def reader(session: Session) -> tuple[list[Any], str | None]:
        found = quarantine_list.page(session, call.query["cursor"], limit + 1, call.query["status"])
        return found[:limit], found[limit - 1].id if len(found) > limit else None

    return answer.page(*await call.read(reader, long=call.query["status"] is not None))


async def show_quarantine(call: Call) -> Response:
    """`GET /v1/quarantines/{id}`."""
    found = await call.read(lambda session: to_quarantine(quarantine_list.find(session, call.path("id"))))
    return answer.record(found, headers={"etag": f'"{found.revision}"'})


async def override(call: Call) -> Response:
    """`POST /v1/quarantines/{id}/override`. Who lifts it is the credential."""
    body: OverrideBody = await call.record()
    key = call.path("id")
    command = call.services.quarantines.override(key, body.reason, call.caller.principal)

    def answered(transaction: Transaction) -> Answer:
        check_revision(call.request, quarantine_list.find(transaction.session, key).revision)
        return Answer(200, None, record_bytes(command(transaction)))

    return answer.kept(await call.commit_once(sha256_text(canonical_bytes([key, body.reason])), answered))


HANDLERS = {
    "quarantine.open": open_quarantine,
    "quarantine.list": list_quarantines,
    "quarantine.show": show_quarantine,
    "quarantine.override": override,
}
