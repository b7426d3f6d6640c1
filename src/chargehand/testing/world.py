"""A world with an engine in it that can be killed at any moment: what its clients were told, and what the machines saw.

A kill takes the database as it lies on the disk at that instant, into a new folder, and starts a new engine on it: the
old one's memory is gone, and so is whatever had not been committed.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from chargehand.contracts.proposal import Outcome, Proposal
from chargehand.kernel import faults
from chargehand.kernel.folder import DATABASE_FILE
from chargehand.kernel.store import Session
from chargehand.kernel.writer import Command
from chargehand.proposals.executor import Executor, Grounds
from chargehand.testing.clock import SimClock
from chargehand.testing.engine import OWNER, Engine
from chargehand.testing.machines import Write, machines

RESTART_US = 200_000
OnAnswer = Callable[[Any], None]
Holds = Callable[[Session], bool]


class SimulatedCrash(BaseException):
    """The process is gone. No `except Exception` of the engine may catch it, as none survives a kill."""


class Told(NamedTuple):
    """Something a client was told, and how to see in the database that it is so."""

    what: str
    holds: Holds


class Performed(NamedTuple):
    """An act as the outside saw it: digest of its proposal, and whether this engine held the lease it takes, if any."""

    digest: str
    leased: bool


class World:
    """Clock, disk, machines and clients around one engine.

    Attributes:
        clock: time.
        writes: what the machines took.
        performed: what executors were asked to perform.
        told: everything that was acknowledged.
        machines: the machines.
        engine: the present run.
        crashes: how many runs were killed.
    """

    def __init__(self, folder: Path, seed: int) -> None:
        self.clock = SimClock()
        self.writes: list[Write] = []
        self.performed: list[Performed] = []
        self.told: list[Told] = []
        self.machines = machines(seed, self.writes)
        self.crashes = 0
        self._seed = seed
        self._folder = folder
        self._runs = 0
        self._frozen = False
        self._answers = _Answers()
        self._disk().mkdir(parents=True)
        self.engine = self._start()

    def ask(self, command: Command[Any], on_answer: OnAnswer) -> None:
        """Queue a command; `on_answer` is called with its result or error once the writer has answered."""
        self.engine.writer.post(command, self._answers, on_answer)

    def drain(self) -> None:
        """Let the writer do what is queued. Raises what an `on_answer` raised."""
        self.engine.writer.drain()
        if self._answers.raised:
            raise self._answers.raised.pop()

    def arm(self, point: str, passes: int) -> None:
        """Kill the engine at the n-th passage of a crash point."""
        left = passes

        def count_down() -> None:
            nonlocal left
            left -= 1
            if left <= 0:
                self._freeze()
                raise SimulatedCrash(point)

        faults.disarm()
        faults.arm(point, count_down)

    def crash(self) -> None:
        """Kill the engine, unless it was killed already, and start another on what lies on the disk."""
        faults.disarm()
        if not self._frozen:
            self._freeze()
        self._frozen = False
        self.crashes += 1
        self.engine.close()
        shutil.rmtree(self._disk(-1))
        self.engine = self._start()

    def restart(self) -> None:
        """Stop the engine in order, and start it again."""
        faults.disarm()
        self.engine.ownership.give_back()
        self.engine.close()
        self.engine = self._start()

    def close(self) -> None:
        """End of the story."""
        faults.disarm()
        self.engine.close()

    def _disk(self, step: int = 0) -> Path:
        return self._folder / f"disk-{self.crashes + step}"

    def _freeze(self) -> None:
        """Take the files as they are now: the instant of the kill."""
        target = self._disk(1)
        target.mkdir()
        for name in (DATABASE_FILE, f"{DATABASE_FILE}-wal"):
            if (self._disk() / name).exists():
                shutil.copyfile(self._disk() / name, target / name)
        self._frozen = True

    def _start(self) -> Engine:
        self._runs += 1
        engine = Engine(self._disk() / DATABASE_FILE, self.clock, self.machines, 1_000 * self._seed + self._runs)
        for kind, executor in list(engine.executors.items()):
            engine.executors[kind] = _Witness(executor, self, engine)
        engine.step()
        # Machines that were just connected have sent nothing yet.
        self.clock.advance(RESTART_US)
        engine.step()
        return engine


class _Witness:
    """An executor that is watched."""

    def __init__(self, executor: Executor, world: World, engine: Engine) -> None:
        self._executor = executor
        self._world = world
        self._engine = engine

    def grounds(self, proposal: Proposal) -> Grounds:
        return self._executor.grounds(proposal)

    def check_performable(self, proposal: Proposal, session: Session) -> None:
        self._executor.check_performable(proposal, session)

    def perform(self, proposal: Proposal, basis: str | None, now_us: int) -> Outcome:
        leased = True
        if proposal.kind == "machine.change":
            with self._engine.store.read() as session:
                lease = session.one("lease.read", {"name": proposal.subject})
            leased = lease is not None and lease[0] == OWNER and lease[2] > now_us
        self._world.performed.append(Performed(proposal.digest, leased))
        return self._executor.perform(proposal, basis, now_us)


class _Answers:
    """Hands every answer to the callback that is its ticket, and keeps what a callback raises from the writer."""

    def __init__(self) -> None:
        self.raised: list[Exception] = []

    def deliver(self, answers: Sequence[tuple[Any, Any, BaseException | None]]) -> None:
        for on_answer, result, error in answers:
            try:
                on_answer(result if error is None else error)
            except Exception as raised:  # noqa: BLE001 - the writer would log it and go on
                self.raised.append(raised)
