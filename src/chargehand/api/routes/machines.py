"""Machines over HTTP."""

from __future__ import annotations

import msgspec
from starlette.responses import Response

from chargehand.api import answer
from chargehand.api.call import Call


async def list_machines(call: Call) -> Response:
    """`GET /v1/machines`, by id, without their state."""
    limit, cursor = call.query["limit"], call.query["cursor"] or ""
    site, cell = call.query["site"], call.query["cell"]
    found = [
        machine
        for machine in call.services.fleet.machines()
        if machine.id > cursor and site in (None, machine.site) and cell in (None, machine.cell)
    ]
    return answer.page(found[:limit], found[limit - 1].id if len(found) > limit else None)


async def show_machine(call: Call) -> Response:
    """`GET /v1/machines/{id}`, with its present state."""
    fleet, machine_id = call.services.fleet, call.path("id")
    return answer.record(msgspec.structs.replace(fleet.machine(machine_id), state=fleet.state(machine_id)))


HANDLERS = {"machine.list": list_machines, "machine.show": show_machine}
