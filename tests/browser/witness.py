"""Watches a browser while a story is played, and fails the story for what its user would not have seen.

What counts: errors on the console, exceptions nobody caught, violations of the content policy, and any request to
another origin. A story that provokes one says so before (`expect`), as a regular expression.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Request, WebError, WebSocket

VIOLATION = "content policy violated:"
_REPORT = (
    "addEventListener('securitypolicyviolation', (event) => console.error("
    f"'{VIOLATION}', event.effectiveDirective, event.blockedURI, event.sample));"
)
CUT_OFF = r"net::ERR_|WebSocket connection to .* failed|EventSource"
"""What a browser itself writes on the console when an engine is gone."""


class Witness:
    """What was seen in one browser context.

    Attributes:
        seen: everything that speaks against the page, in order.
        origins: origins of all requests, WebSockets included.
    """

    def __init__(self, context: BrowserContext, origin: str) -> None:
        self.seen: list[str] = []
        self.origins: set[str] = set()
        self._home = urlsplit(origin).netloc
        self._expected: list[str] = []
        context.add_init_script(_REPORT)
        context.on("console", self._console)
        context.on("weberror", self._error)
        context.on("request", self._request)
        context.on("page", self._page)

    def expect(self, pattern: str) -> None:
        """Let pass what matches; for a story that provokes it."""
        self._expected.append(pattern)

    @property
    def complaints(self) -> list[str]:
        """What was seen and not expected."""
        return [text for text in self.seen if not any(re.search(pattern, text) for pattern in self._expected)]

    @property
    def violations(self) -> list[str]:
        """Violations of the content policy."""
        return [text for text in self.seen if VIOLATION in text]

    def _page(self, page: Page) -> None:
        page.on("websocket", self._socket)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.seen.append(f"console: {message.text} ({message.location.get('url', '')})")

    def _error(self, error: WebError) -> None:
        self.seen.append(f"uncaught: {error.error}")

    def _request(self, request: Request) -> None:
        self._went_to(request.url)

    def _socket(self, socket: WebSocket) -> None:
        self._went_to(socket.url)

    def _went_to(self, url: str) -> None:
        parts = urlsplit(url)
        self.origins.add(f"{parts.scheme}://{parts.netloc}")
        if parts.scheme not in {"blob", "about"} and parts.netloc != self._home:
            self.seen.append(f"another origin: {url[:200]}")
