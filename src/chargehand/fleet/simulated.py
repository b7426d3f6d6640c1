"""The simulated fleet out of the box: three machines that differ, each with a sane roughing cut.

Their cards are the auditor's to load; this file says only what they are set to on the first morning.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from chargehand.contracts.card import MachineCard, MaterialCard, ToolCard
from chargehand.contracts.machine import Setup
from chargehand.fleet.simulator import Simulator
from chargehand.kernel.canonical import sha256_text

TOOL = "EM12-4"
MATERIAL = "steel-qt-250hb"
_PROGRAMS = {
    "BRACKET-R1": b"G21 G90\nM6 T1\nS3183 M3\nG1 X150 F764\nG0 Z200\nM30\n",
    "IMPELLER-R2": b"G21 G90\nM6 T1\nS3979 M3\nG1 X150 F955\nG0 Z200\nM30\n",
    "SHAFT-R1": b"G21 G90\nM6 T1\nS2653 M3\nG1 X150 F531\nG0 Z200\nM30\n",
}


def _setup(program: str, speed: int, feed: int, axial: float, radial: float) -> Setup:
    return Setup(
        axial_depth=axial,
        coolant=True,
        feed_override=100,
        feed_rate=feed,
        material=MATERIAL,
        program=program,
        program_sha256=sha256_text(_PROGRAMS[program]),
        radial_depth=radial,
        revision=1,
        spindle_override=100,
        spindle_speed=speed,
        tool=TOOL,
    )


SETUPS: dict[str, Setup] = {
    "CNC-001": _setup("BRACKET-R1", 3183, 764, 3, 3),
    "CNC-002": _setup("IMPELLER-R2", 3979, 955, 2, 4),
    "CNC-003": _setup("SHAFT-R1", 2653, 531, 2.5, 2.4),
}
"""What each machine is set to: 0.05-0.06 mm per tooth at 100-150 m/min."""
COOLANT_L_PER_MIN = {"CNC-001": 20.0, "CNC-002": 30.0, "CNC-003": 15.0}


def simulated_fleet(
    cards: Iterable[MachineCard], tools: Mapping[str, ToolCard], materials: Mapping[str, MaterialCard], *, seed: int
) -> list[Simulator]:
    """A simulator for every card whose source is `simulated` and that is known here.

    Raises:
        KeyError: the cutter or the material that they are set up with has no card.
    """
    return [
        Simulator(
            card,
            SETUPS[card.id],
            tools[TOOL],
            materials[MATERIAL],
            seed=seed,
            coolant_flow=COOLANT_L_PER_MIN[card.id],
        )
        for card in cards
        if card.source == "simulated" and card.id in SETUPS
    ]
