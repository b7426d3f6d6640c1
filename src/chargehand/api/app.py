"""The application: every operation of the registry at its path, every stream at its own, and nothing besides.

An operation without a handler, or a handler without an operation, stops the engine from starting. The outermost layer
is plain ASGI, so that its headers are on every answer, errors and unknown paths included.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Match, Route
from starlette.types import Message, Receive, Scope, Send
from starlette.websockets import WebSocket

from chargehand.api import answer, events, telemetry
from chargehand.api.audience import Audience
from chargehand.api.call import Call, authenticate
from chargehand.api.failures import as_problem
from chargehand.api.feed import EventFeed
from chargehand.api.mailbox import LoopMailbox
from chargehand.api.pages import page_routes
from chargehand.api.routes import (
    approvals,
    ledger,
    machines,
    policies,
    principals,
    programs,
    proposals,
    quarantines,
    system,
)
from chargehand.api.sockets import refuse, socket_routes
from chargehand.api.telemetry import LiveTelemetry
from chargehand.api.tokenless import Tokenless
from chargehand.api.ui import load_ui, wants_page
from chargehand.contracts.operations import OPERATIONS, Operation
from chargehand.contracts.problems import ProblemError, RequestError

if TYPE_CHECKING:
    from chargehand.services import Services

Handler = Callable[[Call], Awaitable[Response]]
HEADER_BYTES_MAX = 64 * 1024
"""Names and values of a request's headers together. The parser below has read them then: this bounds what follows."""
_TRIED_FIRST = ("proposal.submit", "decision.permit", "decision.execute")
"""Routes are tried in turn, half a microsecond each, so what machines wait for stands in front."""


class Api:
    """The ASGI application of an engine.

    Attributes:
        services: the engine.
        feed: the tail of its log.
        live: its machines' frames.
        audience: who reads its streams.
        on_started: called once connections are served.
    """

    def __init__(self, services: Services) -> None:
        self.services = services
        self.feed = EventFeed(services)
        self.live = LiveTelemetry(services, self.feed)
        self.audience = Audience(services, self.feed)
        self.on_started: Callable[[], None] = lambda: None
        self._mailbox: LoopMailbox | None = None
        self._tokenless = Tokenless(services)
        handlers = self._handlers()
        assert set(handlers) == set(OPERATIONS), f"handlers and operations differ: {set(handlers) ^ set(OPERATIONS)}"
        names = [*_TRIED_FIRST, *(name for name in OPERATIONS if name not in _TRIED_FIRST)]
        routes: list[BaseRoute] = [self._route(OPERATIONS[name], handlers[name]) for name in names]
        routes += socket_routes(services, self.live, self.audience)
        self._ui = load_ui(services.config)
        routes += page_routes(services) if self._ui is None else [*self._ui.routes(), *page_routes(services)]
        self._inner = Starlette(
            routes=routes, lifespan=self._lifespan, exception_handlers={HTTPException: self._unrouted}
        )
        self._inner.router.redirect_slashes = False
        self._inner.router.default = self._elsewhere

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection: name the request, and put the security headers on whatever is answered."""
        if scope["type"] == "lifespan":
            await self._inner(scope, receive, send)
            return
        request_id = self.services.ids.new("req", self.services.clock.now_us())
        scope["chargehand.request_id"] = request_id
        named = (b"x-request-id", request_id.encode())

        async def send_with_headers(message: Message) -> None:
            # A refused handshake of a WebSocket is answered like any request.
            if message["type"] in ("http.response.start", "websocket.http.response.start"):
                given = {name for name, _ in message["headers"]}
                added = [header for header in answer.SECURITY_HEADERS if header[0] not in given]
                message["headers"] = [*message["headers"], *added, named]
            await send(message)

        size = sum(len(name) + len(value) for name, value in scope["headers"])
        if size > HEADER_BYTES_MAX:
            await self._refuse(scope, receive, send_with_headers, size)
        else:
            await self._inner(scope, receive, send_with_headers)

    def _handlers(self) -> dict[str, Handler]:
        async def stream_events(call: Call) -> Response:
            return await events.stream(call, self.feed, self.audience)

        async def machine_telemetry(call: Call) -> Response:
            return await telemetry.page(call, self.live, self.audience)

        handlers: dict[str, Handler] = {"event.stream": stream_events, "machine.telemetry": machine_telemetry}
        for room in (proposals, approvals, machines, programs, quarantines, policies, ledger, principals, system):
            handlers.update(room.HANDLERS)
        return handlers

    def _route(self, operation: Operation, handler: Handler) -> Route:
        async def endpoint(request: Request) -> Response:
            assert self._mailbox is not None, "the application was not started"
            try:
                caller = await authenticate(self.services, request, operation.roles, self._tokenless)
                return await handler(Call(self.services, self._mailbox, operation, request, caller))
            except Exception as error:  # noqa: BLE001 - every failure leaves as a problem with a code
                return _failed(request, as_problem(error))

        return Route(operation.path, endpoint, methods=[operation.method], name=operation.name)

    @asynccontextmanager
    async def _lifespan(self, _app: Starlette) -> AsyncIterator[None]:
        self._mailbox = LoopMailbox(asyncio.get_running_loop())
        await self.feed.start()
        self.live.start()
        self._tokenless.start()
        self.on_started()
        yield
        await self.live.stop()
        await self.feed.stop()

    async def _refuse(self, scope: Scope, receive: Receive, send: Send, size: int) -> None:
        detail = f"the headers have {size} bytes; at most {HEADER_BYTES_MAX} are taken"
        refusal = RequestError("REQ.TOO_LARGE", detail, hint="send fewer or shorter headers")
        if scope["type"] == "websocket":
            await refuse(WebSocket(scope, receive, send), refusal)
        else:
            await _failed(Request(scope), refusal)(scope, receive, send)

    async def _elsewhere(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            socket = WebSocket(scope, receive, send)
            await refuse(socket, RequestError("REQ.NOT_FOUND", f"no stream is at {socket.url.path}"))
        else:
            await self._inner.router.not_found(scope, receive, send)

    def _unrouted(self, request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        if error.status_code != 405:
            if self._ui is not None and wants_page(request):
                return self._ui.page(request, 404)
            return _failed(request, RequestError("REQ.NOT_FOUND", f"nothing is at {request.url.path}"))
        refusal = RequestError("REQ.METHOD_NOT_ALLOWED", f"{request.method} is not taken at {request.url.path}")
        response = _failed(request, refusal)
        # Several operations share a path, and each route knows of its own method only.
        at_path = [route for route in self._inner.routes if route.matches(request.scope)[0] is not Match.NONE]
        methods = {method for route in at_path if isinstance(route, Route) for method in route.methods or ()}
        response.headers["allow"] = ", ".join(sorted(methods))
        return response


def _failed(request: Request, error: ProblemError) -> Response:
    return answer.problem(error, request.scope["chargehand.request_id"], request.url.path)
