"""Who a call without a token is on this machine, looked up once for as long as the log stands still.

What such a call may do hangs on the principals, and every change to them is an event. So what was read after the last
growth of the log is what another read would say. The log counts as grown before any command of the batch is answered,
so nobody who was told of a new agent can meet the roles from before it. It refuses to remember where other processes
write the log, whose growth is heard of late.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from chargehand.access.callers import Caller

if TYPE_CHECKING:
    from chargehand.services import Services


class Tokenless:
    """The caller behind local calls without a token. Until it is started, every one is looked up."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._listening = False
        self._growth = 0
        self._known: Caller | None = None
        self._known_at = -1

    def start(self) -> None:
        """Listen to the log, if all that changes it can be heard at once."""
        self._services.on_log_growth(self._grown)
        self._listening = not self._services.store.reads_block

    async def caller(self, look_up: Callable[[], Awaitable[Caller]]) -> Caller:
        """The caller, from memory or looked up. A refusal is raised and never remembered."""
        growth = self._growth
        if self._known is not None and self._known_at == growth and self._listening:
            return self._known
        found = await look_up()
        # The growth from before the look-up: what was committed meanwhile is looked up by the next call.
        self._known, self._known_at = found, growth
        return found

    def _grown(self) -> None:
        """Called by the writer's thread alone."""
        self._growth += 1
