"""What a simulated machine is, what it is set to since its last change, and what can go wrong with it.

Records only. What follows from them is worked out by `twin/`: a stretch and a tick say everything, so any tick can be
had alone. Nothing here is judged; a set-up that no auditor would allow is run all the same.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, NamedTuple

from chargehand.contracts.card import MachineCard, MaterialCard, ToolCard
from chargehand.contracts.machine import Setup

Fault = Literal[
    "estop",
    "door_open",
    "alarm",
    "feed_hold",
    "manual_mode",
    "coolant_failed",
    "load_unavailable",
    "connection_lost",
    "tool_broken",
    "stalled",
    "unattended",
]
"""What can go wrong as a whole. `unattended`: nobody changes a worn edge, which then wears until it breaks."""
HALTING: frozenset[Fault] = frozenset(
    {"estop", "door_open", "alarm", "feed_hold", "manual_mode", "tool_broken", "stalled"}
)
DisturbanceKind = Literal["stuck", "drift", "silent", "dropouts", "late", "skew", "harder", "chatter"]

AMBIENT_DEG_C = 22.0

Held = Callable[[str], bytes | None]
"""Gives the text of a program by its `sha256:` digest, or None if it is not held."""


class Disturbance(NamedTuple):
    """A fault with a size.

    Attributes:
        kind: stuck (the sensor repeats what it read when this began), drift (it strays by `amount` units an hour),
            silent (it is unavailable), dropouts (it is, with probability `amount`), late (by `amount` seconds more),
            skew (the machine's clock is `amount` seconds ahead), harder (the work takes `amount` times the force, of
            whatever material it may be), chatter (the tool is stable down to `amount` times its usual depth only).
        signal: the sensor it befalls; empty for the machine as a whole.
        amount: its size.
        tick: when it began.
    """

    kind: DisturbanceKind
    signal: str = ""
    amount: float = 0.0
    tick: int = 0


class Machine(NamedTuple):
    """What does not change about a simulated machine.

    Attributes:
        card: its card.
        tool: the cutter in the spindle, whatever the set-up says.
        material: what it cuts, whatever the set-up says.
        seed: of its noise.
        tick_us: time between two samples.
        held: the programs that its control can load.
        scenario: what is played with it; another one has other noise.
    """

    card: MachineCard
    tool: ToolCard
    material: MaterialCard
    seed: int
    tick_us: int
    held: Held
    scenario: str = ""


class Stretch(NamedTuple):
    """The time since the last change.

    Attributes:
        tick: where it begins.
        setup: what the machine is set to.
        coolant_flow: L/min when the pump runs.
        faults: what is wrong.
        disturbances: what is wrong by how much.
        begun_s: place in the part's cycle at its beginning.
        rise: K over ambient at its beginning.
        theta: heat of the drive at its beginning, as a share of what it bears.
        wear: mm at its beginning.
        worn: mm at the beginning of the part that was in work then.
    """

    tick: int
    setup: Setup
    coolant_flow: float
    faults: frozenset[Fault] = frozenset()
    disturbances: tuple[Disturbance, ...] = ()
    begun_s: float = 0.0
    rise: float = 0.0
    theta: float = 0.0
    wear: float = 0.0
    worn: float = 0.0

    def amount(self, kind: DisturbanceKind, neutral: float) -> float:
        """The size of a disturbance of the whole machine, or what stands for none."""
        return next((found.amount for found in self.disturbances if found.kind == kind), neutral)
