"""The real writer without its thread: batches are formed, committed and answered when a test says so."""

from __future__ import annotations

from typing import TypeVar, cast

from chargehand.kernel.writer import Command, Writer

T = TypeVar("T")


class InlineWriter(Writer):
    """A writer that is stepped. Never start it."""

    def drain(self) -> int:
        """Commit what is queued, batch by batch, and hand the answers back; returns how many commands there were."""
        count = 0
        while not self._orders.empty():
            first = self._orders.get_nowait()
            assert first is not None, "an inline writer is not stopped"
            orders = [first]
            self._take_waiting(orders)
            self._answer(orders, self._commit([order.command for order in orders]))
            count += len(orders)
        return count

    def call(self, command: Command[T]) -> T:
        """Run a command by itself. Raises what the command raised."""
        (answer,) = self.run_batch([command])
        if answer.error is not None:
            raise answer.error
        return cast("T", answer.result)
