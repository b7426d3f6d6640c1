"""The world outside the engine: machines that go on whatever becomes of it, and a witness of what was written to them.

A crash of the engine is none of theirs. The witness sees every write as the machine sees it, so that what the log says
can be held against what was done.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from chargehand.auditor.auditor import Auditor
from chargehand.auditor.cards import Cards, LoadedCard, load_cards, loaded
from chargehand.auditor.policy_file import shipped_policy
from chargehand.auditor.rulebook import Rulebook
from chargehand.contracts.card import MachineCard
from chargehand.contracts.machine import Setup
from chargehand.contracts.proposal import MachineChange
from chargehand.fleet.adapter import Batch, WriteResult
from chargehand.fleet.simulated import simulated_fleet
from chargehand.fleet.simulator import Simulator


class Write(NamedTuple):
    """A write that a machine took: which machine, and what it is set to since."""

    machine_id: str
    setup: Setup


class WitnessedMachine:
    """A simulated machine whose applied writes are remembered.

    Attributes:
        card: its card.
        simulator: the machine itself.
    """

    def __init__(self, simulator: Simulator, writes: list[Write]) -> None:
        self.card = simulator.card
        self.simulator = simulator
        self._writes = writes

    def connect(self, now_us: int) -> None:
        """Begin to sample."""
        self.simulator.connect(now_us)

    def step(self, now_us: int) -> Batch:
        """What has become due."""
        return self.simulator.step(now_us)

    def write(self, change: MachineChange, expected_revision: int, now_us: int) -> WriteResult:
        """Apply a change, and remember it if the machine took it."""
        result = self.simulator.write(change, expected_revision, now_us)
        if result.setup is not None:
            self._writes.append(Write(self.card.id, result.setup))
        return result

    def close(self) -> None:
        """Stop sampling."""
        self.simulator.close()


@lru_cache(maxsize=1)
def shipped_cards() -> Cards:
    """The cards that the engine ships."""
    return load_cards()


@lru_cache(maxsize=1)
def shipped_auditor() -> Auditor:
    """An auditor with the shipped policy and cards."""
    cards = shipped_cards()
    return Auditor(Rulebook(shipped_policy(), tools=cards.tools, materials=cards.materials, engine_version="simulated"))


def machines(seed: int, writes: list[Write]) -> list[WitnessedMachine]:
    """The simulated fleet under witness."""
    cards = shipped_cards()
    simulators = simulated_fleet(
        [entry.card for entry in cards.machines.values()],
        {key: entry.card for key, entry in cards.tools.items()},
        {key: entry.card for key, entry in cards.materials.items()},
        seed=seed,
    )
    return [WitnessedMachine(simulator, writes) for simulator in simulators]


def machine_cards() -> dict[str, LoadedCard[MachineCard]]:
    """The cards of the simulated fleet, by id."""
    return {key: loaded(entry.card) for key, entry in shipped_cards().machines.items()}
