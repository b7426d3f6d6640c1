"""Who reads a stream: so many at once and no more, and each only for as long as they may.

A stream outlives the first look at its reader's credential. So it is looked at again at every heartbeat, and at once
when the log tells that a principal came or went; who may no longer read is sent away with the code that says why.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Self

from starlette.requests import HTTPConnection

from chargehand.api.call import authenticate
from chargehand.api.feed import EventFeed
from chargehand.contracts.principal import Role
from chargehand.contracts.problems import RequestError

if TYPE_CHECKING:
    from chargehand.services import Services

STREAMS_MAX = 2_000
"""Streams that one engine serves at once, event streams and sockets together."""
FULL_RETRY_S = 5


class Audience:
    """Everybody who reads a stream of this engine at present."""

    def __init__(self, services: Services, feed: EventFeed) -> None:
        self.services = services
        self.feed = feed
        self.present = 0

    def seat(self, connection: HTTPConnection, roles: tuple[Role, ...]) -> Seat:
        """A place for a reader that was authenticated just now, to be left in the end.

        Raises:
            RequestError: every place is taken.
        """
        if self.present >= STREAMS_MAX:
            raise RequestError(
                "REQ.OVERLOADED", f"{STREAMS_MAX} streams are open, and no more are served", retry_after_s=FULL_RETRY_S
            )
        return Seat(self, connection, roles)


class Seat:
    """One reader's place."""

    def __init__(self, audience: Audience, connection: HTTPConnection, roles: tuple[Role, ...]) -> None:
        self._audience = audience
        self._connection = connection
        self._roles = roles
        self._seen = audience.feed.principals_seq
        audience.present += 1

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_failure: object) -> None:
        self._audience.present -= 1

    async def confirm(self) -> None:
        """Look at the credential again.

        Raises:
            AuthError: it was revoked, has run out, or no longer carries the role that the stream takes.
        """
        self._seen = self._audience.feed.principals_seq
        await authenticate(self._audience.services, self._connection, self._roles)

    async def confirm_if_changed(self) -> None:
        """Look again if principals have changed since. Raises as `confirm`."""
        if self._audience.feed.principals_seq != self._seen:
            await self.confirm()


class Pulse:
    """When a stream's heartbeats are due: the first at once, then one a period, however much else is sent."""

    def __init__(self, period_s: float) -> None:
        self._loop = asyncio.get_running_loop()
        self._period_s = period_s
        self._due_at = self._loop.time()

    def beats(self) -> bool:
        """Whether a heartbeat is due. If so it counts as sent."""
        now = self._loop.time()
        if now < self._due_at:
            return False
        self._due_at = now + self._period_s
        return True

    def left_s(self) -> float:
        """Seconds until the next one."""
        return max(0.0, self._due_at - self._loop.time())
