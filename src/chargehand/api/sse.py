"""An event stream as an answer: it leaves its reader's place when it ends, and ends with the problem if it failed."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing

from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from chargehand.api.audience import Seat
from chargehand.api.call import Call
from chargehand.api.failures import as_problem
from chargehand.contracts.operations import SSE
from chargehand.contracts.problems import to_problem
from chargehand.kernel.canonical import record_bytes


class EventStream(StreamingResponse):
    """Messages to one reader, until one of the two has enough."""

    def __init__(self, call: Call, seat: Seat, messages: AsyncGenerator[bytes, None]) -> None:
        super().__init__(_concluded(call, messages), 200, {"x-accel-buffering": "no"}, SSE)
        self._seat = seat
        self._messages = messages

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve the reader."""
        with self._seat:
            async with aclosing(self._messages):
                await super().__call__(scope, receive, send)


async def _concluded(call: Call, messages: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    try:
        async for message in messages:
            yield message
    except Exception as error:  # noqa: BLE001 - the status was sent long ago, so the stream itself says what happened
        request_id = call.request.scope["chargehand.request_id"]
        problem = to_problem(as_problem(error), request_id, call.request.url.path)
        yield b"event: problem\ndata: %b\n\n" % record_bytes(problem)
