"""The way back from the writer's thread into an event loop: one wake-up per batch, not one per answer.

Waking the loop once per future costs a third of the rate at which answers can be given (measured: 0.66 of a bare echo
against 0.93), so a batch's answers travel together.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any, TypeVar

from chargehand.contracts.problems import RequestError, UnavailableError
from chargehand.kernel.writer import Command, OverloadedError, StoppedError, Writer

T = TypeVar("T")


class LoopMailbox:
    """Hands a batch's answers to the futures of one event loop."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop

    def deliver(self, answers: Sequence[tuple[Any, Any, BaseException | None]]) -> None:
        """Called from the writer's thread, once per batch."""
        hand_over(self._loop, _resolve, answers)


def hand_over(loop: asyncio.AbstractEventLoop, call: Callable[..., object], *arguments: Any) -> None:
    """Call something in the loop's thread, from any other. Once the loop has closed nobody waits for it any more."""
    with suppress(RuntimeError):
        loop.call_soon_threadsafe(call, *arguments)


async def commit(writer: Writer, mailbox: LoopMailbox, command: Command[T]) -> T:
    """Run a command in the writer and wait until it is durable. Raises what the command raised.

    Raises:
        RequestError: the engine is so far behind that waiting makes no sense.
        UnavailableError: the engine is stopping.
    """
    future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
    try:
        writer.post(command, mailbox, future)
    except OverloadedError as error:
        raise RequestError("REQ.OVERLOADED", str(error), retry_after_s=1) from error
    except StoppedError as error:
        raise UnavailableError("ENG.STOPPING", str(error)) from error
    return await future


def _resolve(answers: Sequence[tuple[Any, Any, BaseException | None]]) -> None:
    for future, result, error in answers:
        if future.done():
            # The request was cancelled while its command became durable; there is nobody left to tell.
            continue
        if error is None:
            future.set_result(result)
        else:
            future.set_exception(error)
