"""What a written change makes of a simulated machine, and that working it out holds up nobody."""

from __future__ import annotations

import threading
from typing import Any

import msgspec
import pytest

from chargehand.contracts.proposal import MachineChange, Quantity
from chargehand.fleet.adapter import WriteResult
from chargehand.fleet.machine import Worker
from chargehand.fleet.simulated import PROGRAMS
from chargehand.fleet.simulator import Simulator, changed
from chargehand.fleet.twin.score import score
from chargehand.kernel.canonical import sha256_text
from chargehand.kernel.ids import SeededIds
from tests.unit.fleet.cards import EM12, SETUP, STEEL, T0, TICK, change, machine_card, simulator


def test_a_long_program_is_worked_out_while_the_machine_is_stepped(monkeypatch: pytest.MonkeyPatch) -> None:
    """Loading it is a wait for the one who loads it, not for those who look at the machine."""
    text = PROGRAMS["BRACKET-R1"].replace(b"F764", b"F500")
    machine = Simulator(machine_card(), SETUP, EM12, STEEL, seed=7, held={sha256_text(text): text}.get)
    machine.connect(T0)
    worker = Worker(machine, SeededIds(1), lambda *_: None, lambda *_: None)
    worker.step(T0)
    begun, go_on = threading.Event(), threading.Event()

    def slow(*of: Any) -> Any:
        begun.set()
        assert go_on.wait(30)
        return score(*of)

    monkeypatch.setattr("chargehand.fleet.simulator.score", slow)
    load = MachineChange(operation="program_load", program_sha256=sha256_text(text))
    found: list[WriteResult] = []
    writer = threading.Thread(target=lambda: found.append(worker.write(load, 1, T0 + TICK)))
    writer.start()
    assert begun.wait(30)
    assert worker.step(T0 + 3 * TICK) == 3
    assert worker.arrived_us(1) is not None
    go_on.set()
    writer.join(30)
    assert [result.status for result in found] == ["applied"]
    monkeypatch.setattr("chargehand.fleet.twin.twin.score", None)
    assert worker.state.setup.program_sha256 == sha256_text(text)
    machine.prepare(load, T0 + 3 * TICK)


def test_what_cannot_be_prepared_is_not_written(monkeypatch: pytest.MonkeyPatch) -> None:
    machine = simulator()
    worker = Worker(machine, SeededIds(1), lambda *_: None, lambda *_: None)
    worker.step(T0)
    monkeypatch.setattr("chargehand.fleet.simulator.score", None)
    assert worker.write(change(feed_rate=(600, "mm/min")), 1, T0 + TICK).status == "refused"
    assert machine.twin.at(1).setup == SETUP


def test_what_cannot_be_written_needs_no_preparation() -> None:
    machine = simulator()
    machine.connect(T0)
    machine.prepare(change("macro"), T0)
    machine.prepare(change(feed_rate=(1, "furlong")), T0)
    assert machine.twin.at(0).setup == SETUP


def test_what_a_change_says_of_its_cut_stays_said() -> None:
    """The next change is judged with it."""
    machine = simulator()
    machine.connect(T0)
    said = MachineChange(
        operation="parameter_set",
        params={"feed_rate": Quantity(value=700, unit="mm/min")},
        cut_type="finishing",
        engagement="centred",
        workpiece_diameter=Quantity(value=2, unit="in"),
        path_radius=Quantity(value=5000, unit="um"),
    )
    assert machine.write(said, 1, T0).status == "applied"
    setup = machine.twin.at(1).setup
    assert (setup.cut_type, setup.engagement) == ("finishing", "centred")
    assert (setup.workpiece_diameter, setup.path_radius) == pytest.approx((50.8, 5.0))


def test_no_change_weakens_what_is_known_of_the_cut() -> None:
    known = msgspec.structs.replace(
        SETUP, cut_type="finishing", engagement="side", workpiece_diameter=60, path_radius=3.0
    )
    other = MachineChange(
        operation="parameter_set",
        cut_type="roughing",
        engagement="centred",
        workpiece_diameter=Quantity(value=20, unit="mm"),
        path_radius=Quantity(value=50, unit="mm"),
    )
    assert changed(known, other, 20.0)[0] == msgspec.structs.replace(known, revision=2)
    tighter = MachineChange(operation="parameter_set", path_radius=Quantity(value=1, unit="mm"))
    assert changed(known, tighter, 20.0)[0].path_radius == 1
    silent = MachineChange(operation="override", params={"feed_override": Quantity(value=90, unit="%")})
    assert changed(known, silent, 20.0)[0] == msgspec.structs.replace(known, feed_override=90, revision=2)
    assert changed(SETUP, other, 20.0)[0].cut_type == "roughing"


def test_another_program_has_another_path() -> None:
    known = msgspec.structs.replace(SETUP, path_radius=3.0)
    load = MachineChange(operation="program_load", program_sha256="sha256:01")
    assert changed(known, load, 20.0)[0].path_radius is None


@pytest.mark.parametrize("field", ["workpiece_diameter", "path_radius"])
@pytest.mark.parametrize("quantity", [Quantity(value=1, unit="rev/min"), Quantity(value=1, unit="furlong")])
def test_a_figure_of_the_cut_in_a_unit_that_is_none_is_refused(field: str, quantity: Quantity) -> None:
    asked = MachineChange(operation="parameter_set", **{field: quantity})  # type: ignore[arg-type]
    machine = simulator()
    machine.connect(T0)
    assert machine.write(asked, 1, T0).code == "FLEET.WRITE_FAILED"


@pytest.mark.parametrize("named", ["c0" * 32, "sha256:" + "c0" * 32])
def test_a_program_has_one_name_however_it_was_named(named: str) -> None:
    """A proposal may leave out the kind of digest; what others compare the set-up with never does."""
    load = MachineChange(operation="program_load", program_sha256=named)
    assert changed(SETUP, load, 20.0)[0].program_sha256 == "sha256:" + "c0" * 32
