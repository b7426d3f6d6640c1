"""The fleet out of the box: the shipped cards, three machines that differ, a cut that each can bear."""

from __future__ import annotations

import msgspec
import pytest

from chargehand.auditor.cards import load_cards
from chargehand.contracts.card import MachineCard
from chargehand.fleet.simulated import COOLANT_L_PER_MIN, PROGRAMS, SETUPS, simulated_fleet
from chargehand.fleet.simulator import Simulator
from chargehand.kernel.canonical import sha256_text
from chargehand.machining.gcode.interpreter import run
from tests.unit.fleet.cards import T0, machine_card

CARDS = load_cards()
TOOLS = {key: entry.card for key, entry in CARDS.tools.items()}
MATERIALS = {key: entry.card for key, entry in CARDS.materials.items()}
S = 1_000_000


@pytest.fixture
def fleet() -> dict[str, Simulator]:
    cards: list[MachineCard] = [entry.card for entry in CARDS.machines.values()]
    return {made.card.id: made for made in simulated_fleet(cards, TOOLS, MATERIALS, seed=1)}


def test_there_are_three_machines_that_differ(fleet: dict[str, Simulator]) -> None:
    assert list(fleet) == ["CNC-001", "CNC-002", "CNC-003"]
    assert len({machine.card.kind for machine in fleet.values()}) == 3
    powers = []
    for machine in fleet.values():
        machine.connect(T0)
        batches = [machine.step(T0 + second * S) for second in range(40)]
        powers.append(max(float(sample.values["cutting_power"].v or 0) for one in batches for sample in one.samples))
    assert len(set(powers)) == 3
    assert all(0.3 < power < 3 for power in powers)


def test_the_turn_mill_lacks_sensors(fleet: dict[str, Simulator]) -> None:
    sent = {}
    for name, machine in fleet.items():
        machine.connect(T0)
        sent[name] = set(machine.step(T0).samples[0].values)
    assert sent["CNC-003"] < sent["CNC-001"]


@pytest.mark.parametrize("machine_id", sorted(SETUPS))
def test_each_cut_is_sane(fleet: dict[str, Simulator], machine_id: str) -> None:
    """Nothing breaks, stalls or overloads in an hour of it, and every axis stays within its travel."""
    machine = fleet[machine_id]
    card, setup, tool = machine.card, SETUPS[machine_id], TOOLS[str(SETUPS[machine_id].tool)]
    states = [machine.twin.truth(tick) for tick in range(0, 36_000, 37)]
    assert not any(so.broken or so.execution == "INTERRUPTED" for so in states)
    assert max(so.theta for so in states) < 0.5
    assert max(so.load for so in states if so.cutting) < 0.5
    for axis, travel in card.axes.items():
        if axis in "XYZ":
            assert all(travel.min <= so.position["XYZ".index(axis)] <= travel.max for so in states)
    speed, feed = setup.spindle_speed, setup.feed_rate
    assert speed is not None
    assert feed is not None
    assert card.spindle_speed_min <= speed <= min(card.spindle_speed_max, tool.spindle_speed_max)
    assert card.feed_rate_min <= feed <= card.feed_rate_max
    use = next(use for use in tool.uses if use.group == MATERIALS[str(setup.material)].group)
    assert use.feed_per_tooth_min <= feed / (speed * tool.teeth) <= use.feed_per_tooth_max
    assert COOLANT_L_PER_MIN[machine_id] >= card.coolant_flow_min


def test_the_first_machine_runs_the_documented_cut() -> None:
    setup = SETUPS["CNC-001"]
    assert (setup.spindle_speed, setup.feed_rate, setup.axial_depth, setup.radial_depth) == (3183, 764, 3, 3)
    assert (setup.tool, setup.material, setup.revision) == ("EM12-4", "steel-qt-250hb", 1)


@pytest.mark.parametrize("machine_id", sorted(SETUPS))
def test_a_setup_names_the_text_it_runs(fleet: dict[str, Simulator], machine_id: str) -> None:
    """The digest is that of the text, the text runs to its end, and it is the one that the machine shows."""
    setup = SETUPS[machine_id]
    text = PROGRAMS[str(setup.program)]
    assert setup.program_sha256 == sha256_text(text)
    assert run(text.decode()).fault is None
    part = fleet[machine_id].twin._find(0).part
    assert part is not None
    assert "\n".join([*part.lines, ""]).encode() == text


@pytest.mark.parametrize("machine_id", sorted(SETUPS))
def test_its_own_program_loaded_by_digest_is_the_same_part(fleet: dict[str, Simulator], machine_id: str) -> None:
    machine = fleet[machine_id]
    machine.twin.change(0, setup=msgspec.structs.replace(SETUPS[machine_id], program=None))
    found = max(machine.twin.truth(tick).power for tick in range(0, 600, 5))
    assert found > 0.3


def test_other_programs_are_asked_for() -> None:
    asked: list[str] = []

    def held(digest: str) -> bytes | None:
        asked.append(digest)
        return None

    cards = [entry.card for entry in CARDS.machines.values()]
    machine = simulated_fleet(cards, TOOLS, MATERIALS, seed=1, held=held)[0]
    machine.twin.change(0, setup=msgspec.structs.replace(SETUPS["CNC-001"], program=None, program_sha256="sha256:00"))
    assert asked == ["sha256:00"]


def test_cards_of_live_or_unknown_machines_are_left_alone() -> None:
    cards = [machine_card("CNC-001", source="live"), machine_card("CNC-999")]
    assert simulated_fleet(cards, TOOLS, MATERIALS, seed=1) == []


def test_a_missing_tool_card_is_an_error() -> None:
    with pytest.raises(KeyError):
        simulated_fleet([machine_card("CNC-001")], {}, MATERIALS, seed=1)
