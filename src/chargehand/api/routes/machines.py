"""Machines over HTTP."""

from __future__ import annotations

import msgspec
from starlette.responses import Response

from chargehand.api import answer
from chargehand.api.call import Call
from chargehand.contracts.limit import MachineLimits
from chargehand.contracts.machine import Machine
from chargehand.fleet.limits import held_to
from chargehand.proposals import records


async def list_machines(call: Call) -> Response:
    """`GET /v1/machines`, by id, without their state unless it is asked for."""
    limit, cursor = call.query["limit"], call.query["cursor"] or ""
    site, cell = call.query["site"], call.query["cell"]
    found = [
        machine
        for machine in call.services.fleet.machines()
        if machine.id > cursor and site in (None, machine.site) and cell in (None, machine.cell)
    ]
    page = found[:limit]
    if call.query["with_state"]:
        page = await _whole(call, page)
    return answer.page(page, found[limit - 1].id if len(found) > limit else None)


async def show_machine(call: Call) -> Response:
    """`GET /v1/machines/{id}`, with its present state."""
    (found,) = await _whole(call, [call.services.fleet.machine(call.path("id"))])
    return answer.record(found)


async def show_limits(call: Call) -> Response:
    """`GET /v1/machines/{id}/limits`: the machine's card, and the policy's limits where they are stricter."""
    machine_id = call.path("id")
    card = call.services.fleet.card(machine_id)
    items = held_to(card, call.services.auditor.rulebook.limits(machine_id))
    return answer.record(MachineLimits(machine_id=machine_id, items=items))


async def _whole(call: Call, machines: list[Machine]) -> list[Machine]:
    """Machines with their state, since when it is so, and the newest verdict about them."""
    ids = [machine.id for machine in machines]
    decisions = await call.read(lambda session: records.newest_decisions(session, ids))
    found = []
    for machine in machines:
        state, since = call.services.fleet.seen(machine.id)
        found.append(
            msgspec.structs.replace(
                machine,
                connection=state.connection,
                state=state,
                state_since=since,
                last_decision=decisions.get(machine.id),
            )
        )
    return found


HANDLERS = {"machine.list": list_machines, "machine.show": show_machine, "machine.limits": show_limits}
