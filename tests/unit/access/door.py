"""Who comes in: principals are added, sign in and are revoked, and callers are told apart by what they carry."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

from chargehand.access.callers import Caller, identify
from chargehand.access.principals import add, revoke
from chargehand.access.signin import open_session
from chargehand.contracts.principal import Role
from chargehand.kernel.sqlite import SqliteStore
from chargehand.kernel.writer import Answer, Command
from chargehand.testing.clock import SimClock
from tests.conformance.nodes import writer_of

T = TypeVar("T")


class Door:
    """Commands on access, and the callers behind credentials."""

    def __init__(self, store: SqliteStore) -> None:
        self.store = store
        self.clock = SimClock()
        self._writer = writer_of(store, clock=self.clock)

    def batch(self, commands: Sequence[Command[Any]]) -> list[Answer[Any]]:
        """What commands that come at once are answered."""
        return self._writer.run_batch(commands)

    def run(self, command: Command[T]) -> T:
        (answer,) = self._writer.run_batch([command])
        if answer.error is not None:
            raise answer.error
        result: Any = answer.result
        return result  # type: ignore[no-any-return]

    def add(self, name: str, role: Role) -> str:
        """A principal's token."""
        return self.run(add(name, role, "human:local"))[1]

    def revoke(self, key: str) -> None:
        self.run(revoke(key, "human:local"))

    def sign_in(self, principal: str) -> str:
        """A session's secret."""
        return self.run(open_session(principal))[0]

    def caller(self, credential: str | None, *, local: bool = True, require_token: bool = False) -> Caller:
        with self.store.read() as session:
            return identify(session, credential, local=local, require_token=require_token, now_us=self.clock.now_us())
