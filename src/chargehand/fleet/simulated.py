"""The simulated fleet out of the box: three machines that differ, each with a sane roughing cut of its own part.

Their cards are the auditor's to load; this file says only what they are set to on the first morning, and holds the
texts of the programs they run.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from chargehand.contracts.card import MachineCard, MaterialCard, ToolCard
from chargehand.contracts.machine import Setup
from chargehand.fleet.plant import Held
from chargehand.fleet.simulator import Simulator, holds_nothing
from chargehand.fleet.twin import parts
from chargehand.kernel.canonical import sha256_text

TOOL = "EM12-4"
TURNING_TOOL = "TT25-SN12"
MATERIAL = "steel-qt-250hb"
_CUTTER_MM = 12.0


def _setup(program: str, speed: int, feed: int, axial: float, **more: object) -> Setup:
    fields: dict[str, object] = {
        "axial_depth": axial,
        "coolant": True,
        "feed_override": 100,
        "feed_rate": feed,
        "material": MATERIAL,
        "program": program,
        "program_sha256": None,
        "revision": 1,
        "spindle_override": 100,
        "spindle_speed": speed,
        "tool": TOOL,
    }
    bare = Setup(**(fields | more))  # type: ignore[arg-type]
    return Setup(**(fields | more | {"program_sha256": sha256_text(_text(bare))}))  # type: ignore[arg-type]


def _text(setup: Setup) -> bytes:
    if setup.program == "SHAFT-R1":
        return parts.shaft(setup).text
    make = parts.impeller if setup.program == "IMPELLER-R2" else parts.bracket
    return make(setup, _CUTTER_MM).text


SETUPS: dict[str, Setup] = {
    "CNC-001": _setup("BRACKET-R1", 3183, 764, 3, radial_depth=3),
    "CNC-002": _setup("IMPELLER-R2", 3979, 955, 2, radial_depth=4),
    "CNC-003": _setup("SHAFT-R1", 750, 150, 2, radial_depth=None, tool=TURNING_TOOL, workpiece_diameter=60),
}
"""What each machine is set to: 0.06 mm per tooth at 120-150 m/min, and 0.2 mm per turn at 140."""
PROGRAMS: dict[str, bytes] = {str(setup.program): _text(setup) for setup in SETUPS.values()}
"""The texts of the programs that the machines run on the first morning, by name."""
COOLANT_L_PER_MIN = {"CNC-001": 20.0, "CNC-002": 30.0, "CNC-003": 15.0}
_BY_DIGEST = {sha256_text(text): text for text in PROGRAMS.values()}


def simulated_fleet(
    cards: Iterable[MachineCard],
    tools: Mapping[str, ToolCard],
    materials: Mapping[str, MaterialCard],
    *,
    seed: int,
    held: Held = holds_nothing,
) -> list[Simulator]:
    """A simulator for every card whose source is `simulated` and that is known here.

    Args:
        cards: of the machines.
        tools: cards by id.
        materials: cards by id.
        seed: of their noise.
        held: the programs that can be loaded besides those that come with the machines.

    Raises:
        KeyError: the tool or the material that one is set up with has no card.
    """

    def text(digest: str) -> bytes | None:
        return _BY_DIGEST.get(digest) or held(digest)

    return [
        Simulator(
            card,
            SETUPS[card.id],
            tools[str(SETUPS[card.id].tool)],
            materials[MATERIAL],
            seed=seed,
            coolant_flow=COOLANT_L_PER_MIN[card.id],
            held=text,
        )
        for card in cards
        if card.source == "simulated" and card.id in SETUPS
    ]
