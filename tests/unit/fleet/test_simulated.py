"""The fleet out of the box: the shipped cards, three machines that differ, a cut that each can bear."""

from __future__ import annotations

import pytest

from chargehand.auditor.cards import load_cards
from chargehand.contracts.card import MachineCard
from chargehand.fleet.cut import side_cut
from chargehand.fleet.plant import Machine, demand
from chargehand.fleet.simulated import COOLANT_L_PER_MIN, SETUPS, simulated_fleet
from tests.unit.fleet.cards import EM12, STEEL, T0, machine_card

TOOLS = {EM12.id: EM12}
MATERIALS = {STEEL.id: STEEL}


@pytest.fixture(scope="module")
def shipped() -> list[MachineCard]:
    return [card.card for card in load_cards().machines.values()]


def test_there_are_three_machines_that_differ(shipped: list[MachineCard]) -> None:
    machines = simulated_fleet(shipped, TOOLS, MATERIALS, seed=1)
    assert [machine.card.id for machine in machines] == ["CNC-001", "CNC-002", "CNC-003"]
    assert len({machine.card.kind for machine in machines}) == 3
    loads = []
    for machine in machines:
        machine.connect(T0)
        batches = [machine.step(T0 + second * 1_000_000) for second in range(40)]
        loads.append(max(float(sample.values["spindle_load"].v or 0) for one in batches for sample in one.samples))
    assert len(set(loads)) == 3
    assert all(1 < load < 60 for load in loads)


def test_the_turn_mill_lacks_sensors(shipped: list[MachineCard]) -> None:
    machines = {machine.card.id: machine for machine in simulated_fleet(shipped, TOOLS, MATERIALS, seed=1)}
    sent = {}
    for name, machine in machines.items():
        machine.connect(T0)
        sent[name] = set(machine.step(T0).samples[0].values)
    assert sent["CNC-003"] < sent["CNC-001"]


@pytest.mark.parametrize("machine_id", sorted(SETUPS))
def test_each_cut_is_sane(shipped: list[MachineCard], machine_id: str) -> None:
    card = next(card for card in shipped if card.id == machine_id)
    setup = SETUPS[machine_id]
    wanted = demand(Machine(card, EM12, STEEL, 1, 100_000), setup)
    assert 0.04 <= wanted.cut.feed_per_tooth <= 0.08
    assert 0.01 <= wanted.load <= 0.6
    assert card.spindle_speed_min <= wanted.spindle_speed <= min(card.spindle_speed_max, EM12.spindle_speed_max)
    assert card.feed_rate_min <= wanted.feed_rate <= card.feed_rate_max
    assert COOLANT_L_PER_MIN[machine_id] >= card.coolant_flow_min


def test_the_first_machine_runs_the_documented_cut() -> None:
    setup = SETUPS["CNC-001"]
    assert (setup.spindle_speed, setup.feed_rate, setup.axial_depth, setup.radial_depth) == (3183, 764, 3, 3)
    assert (setup.tool, setup.material, setup.revision) == ("EM12-4", "steel-qt-250hb", 1)
    assert side_cut(EM12, STEEL, spindle_speed=3183, feed_rate=764, axial_depth=3, radial_depth=3).power > 0.4


def test_cards_of_live_or_unknown_machines_are_left_alone() -> None:
    cards = [machine_card("CNC-001", source="live"), machine_card("CNC-999")]
    assert simulated_fleet(cards, TOOLS, MATERIALS, seed=1) == []


def test_a_missing_tool_card_is_an_error() -> None:
    with pytest.raises(KeyError):
        simulated_fleet([machine_card("CNC-001")], {}, MATERIALS, seed=1)
