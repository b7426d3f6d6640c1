"""WebSocket routes. A refused handshake is answered with a problem, like everything else that is refused."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from typing import TYPE_CHECKING, Any

from starlette.routing import BaseRoute, WebSocketRoute
from starlette.websockets import WebSocket

from chargehand.api import answer, events
from chargehand.api.audience import Audience, Seat
from chargehand.api.call import authenticate, read_query
from chargehand.api.delivery import Delivery, Reader
from chargehand.api.failures import as_problem
from chargehand.api.feed import Filter
from chargehand.api.telemetry import LiveTelemetry, event_position, watch
from chargehand.contracts.operations import STREAMS
from chargehand.contracts.problems import AuthError

if TYPE_CHECKING:
    from chargehand.services import Services

Serve = Callable[[WebSocket, dict[str, Any], Seat], Awaitable[None]]
MAY_NOT = 1008
"""Close code of a socket whose reader may read no more; the reason is the code of the problem."""
FAILED = 1011


def socket_routes(services: Services, live: LiveTelemetry, audience: Audience) -> list[BaseRoute]:
    """A route per stream of the registry."""

    async def watch_machine(socket: WebSocket, query: dict[str, Any], seat: Seat) -> None:
        machine_id = str(socket.path_params["machine_id"])
        services.fleet.machine(machine_id)
        reader = Reader(live, machine_id, query["instance_id"], query["after"])
        position = event_position(query["after_event"], live.feed)
        delivery = Delivery(socket, lambda: (reader,), batch=query["batch"])
        await watch(socket, live, delivery, machine_id, position=position, seat=seat)

    async def watch_fleet(socket: WebSocket, query: dict[str, Any], seat: Seat) -> None:
        readers: dict[str, Reader] = {}

        def everyone() -> Iterable[Reader]:
            for machine_id in services.fleet.machine_ids:
                if machine_id not in readers:
                    readers[machine_id] = Reader(live, machine_id, None, None)
            return readers.values()

        position = event_position(query["after_event"], live.feed)
        delivery = Delivery(socket, everyone, every_ms=query["every_ms"], batch=query["batch"])
        await watch(socket, live, delivery, None, position=position, seat=seat)

    async def watch_events(socket: WebSocket, query: dict[str, Any], seat: Seat) -> None:
        wanted = Filter.parse(query["types"], query["subject"])
        await events.watch(socket, live.feed, wanted, query["after"], clock=services.clock, seat=seat)

    serve: dict[str, Serve] = {
        "machine.watch": watch_machine,
        "fleet.watch": watch_fleet,
        "event.watch": watch_events,
    }
    assert set(serve) == set(STREAMS), f"sockets and streams differ: {set(serve) ^ set(STREAMS)}"
    return [_route(services, audience, name, serve[name]) for name in STREAMS]


def _route(services: Services, audience: Audience, name: str, serve: Serve) -> WebSocketRoute:
    stream = STREAMS[name]

    async def endpoint(socket: WebSocket) -> None:
        try:
            await authenticate(services, socket, stream.roles)
            query = read_query(stream.query, socket)
            with audience.seat(socket, stream.roles) as seat:
                await serve(socket, query, seat)
        except Exception as error:  # noqa: BLE001 - a refused handshake is answered, a failed stream is closed
            await refuse(socket, error)

    return WebSocketRoute(stream.path, endpoint, name=name)


async def refuse(socket: WebSocket, error: Exception) -> None:
    """Answer a handshake with a problem; close a socket that is open already."""
    problem = as_problem(error)
    request_id = socket.scope["chargehand.request_id"]
    if socket.application_state.name == "CONNECTING":
        await socket.send_denial_response(answer.problem(problem, request_id, socket.url.path))
    elif socket.application_state.name == "CONNECTED":
        await socket.close(MAY_NOT if isinstance(problem, AuthError) else FAILED, problem.code)
