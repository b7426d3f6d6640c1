"""The ways by which a page gets a machine's data, each of which a story can cut, mend and put words on."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any, Literal

from playwright.sync_api import BrowserContext, Route, WebSocketRoute

Rung = Literal["machine-ws", "fleet-ws", "machine-sse", "poll"]
RUNGS: tuple[Rung, ...] = ("machine-ws", "fleet-ws", "machine-sse", "poll")
"""Best first."""
GONE = 1012
"""Close code of a socket that is cut: the service restarts."""
_SOCKETS: dict[Rung, re.Pattern[str]] = {
    "machine-ws": re.compile(r"/ws/telemetry/[^/?]+(\?|$)"),
    "fleet-ws": re.compile(r"/ws/telemetry(\?|$)"),
}
_PAGE = re.compile(r"/v1/machines/[^/]+/telemetry(\?|$)")


class Lines:
    """Stands between the pages of a browser and the engine. Nothing is changed on the way until it is said so.

    Attributes:
        cut: the ways that are cut at present.
        opened: every way that was opened, in order.
    """

    def __init__(self, context: BrowserContext) -> None:
        self.cut: set[Rung] = set()
        self.opened: list[Rung] = []
        self._sockets: dict[Rung, list[WebSocketRoute]] = {rung: [] for rung in _SOCKETS}
        for rung, path in _SOCKETS.items():
            context.route_web_socket(path, self._socket(rung))
        context.route(_PAGE, self._http)

    def break_off(self, *rungs: Rung) -> None:
        """Cut ways: what is open on them ends, and nothing new opens until they are mended."""
        self.cut.update(rungs)
        for rung in rungs:
            open_now, self._sockets[rung] = self._sockets.get(rung, []), []
            for socket in open_now:
                socket.close(code=GONE)

    def mend(self, *rungs: Rung) -> None:
        """Let ways be opened again."""
        self.cut.difference_update(rungs)

    def say(self, rung: Rung, frame: dict[str, Any]) -> None:
        """Put a message on the newest open socket of a way, as if the engine had sent it."""
        self._sockets[rung][-1].send(json.dumps(frame))

    def _socket(self, rung: Rung) -> Callable[[WebSocketRoute], None]:
        def opened(socket: WebSocketRoute) -> None:
            if rung in self.cut:
                socket.close(code=GONE)
                return
            self.opened.append(rung)
            self._sockets[rung].append(socket)
            socket.connect_to_server()

        return opened

    def _http(self, route: Route) -> None:
        streams = "text/event-stream" in route.request.headers.get("accept", "")
        rung: Rung = "machine-sse" if streams else "poll"
        if rung in self.cut:
            route.abort("connectionfailed")
            return
        self.opened.append(rung)
        route.continue_()
