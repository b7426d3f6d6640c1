"""The engine about itself."""

from __future__ import annotations

import platform

from starlette.responses import Response

from chargehand.api import answer
from chargehand.api.call import Call
from chargehand.contracts.reasons import REGISTRY
from chargehand.contracts.system import Health, Version
from chargehand.kernel import log
from chargehand.kernel.clock import iso_utc


async def health(call: Call) -> Response:
    """`GET /v1/health`."""
    services = call.services
    machines: dict[str, int] = {}
    driven = services.ownership.owned
    for machine in services.fleet.machines():
        state = machine.connection if machine.id in driven else "elsewhere"
        machines[state] = machines.get(state, 0) + 1
    well = set(machines) <= {"online", "elsewhere"}
    found = Health(
        status="ok" if well else "degraded",
        role="active",
        time=iso_utc(services.clock.now_us()),
        seq=await call.read(log.head),
        machines=machines,
    )
    return answer.record(found)


async def version(call: Call) -> Response:
    """`GET /v1/version`."""
    services = call.services
    found = Version(
        version=services.version,
        contracts=1,
        registry=max(entry.since for entry in REGISTRY.values()),
        dialect=services.store.dialect,
        source=services.source,
        python=platform.python_version(),
    )
    return answer.record(found)


HANDLERS = {"system.health": health, "system.version": version}
