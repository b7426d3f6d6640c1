"""An alarm at a machine bars what it was doing, through a whole engine: noticed, recorded, denied, lifted, signed."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from chargehand.access.callers import LOCAL_ROLES, Caller
from chargehand.contracts.quarantine import Quarantine
from chargehand.contracts.verdict import Verdict
from chargehand.fleet.simulated import simulated_fleet
from chargehand.fleet.simulator import Simulator
from chargehand.kernel.canonical import canonical_bytes
from chargehand.kernel.log import read_subject
from chargehand.kernel.writer import OverloadedError
from chargehand.ledger import verify
from chargehand.proposals import intake, records
from chargehand.proposals.execution import Begun
from chargehand.proposals.rejudge import rejudge
from chargehand.services import Services, record_machine_facts
from chargehand.testing.clock import SimClock
from tests.surfaces.kept import opened
from tests.surfaces.proposals import ALLOWED, change

STEP_US = 100_000
ANNA = "human:anna"


class Plant:
    """An engine whose clock and machines are a test's."""

    def __init__(self, services: Services, clock: SimClock, machines: list[Simulator]) -> None:
        self.services = services
        self.clock = clock
        self.machines = {machine.card.id: machine for machine in machines}
        self.step(3)

    def step(self, count: int = 1) -> None:
        for _ in range(count):
            record_machine_facts(self.services, self.clock.advance(STEP_US))

    def ask(self, body: dict[str, Any]) -> Verdict:
        command = self.services.submissions.submit(intake.parse(msgspec.json.encode(body)), ANNA)
        return self.services.writer.call(command).verdict

    def carry_out(self, decision_id: str) -> None:
        """A decision permitted and performed by the one who asked for it."""
        caller, executions, call = Caller(ANNA, LOCAL_ROLES), self.services.executions, self.services.writer.call
        permit = call(executions.permit(decision_id, caller)).permit
        begun = call(executions.begin(decision_id, permit, caller))
        assert isinstance(begun, Begun)
        outcome = executions.perform(begun, self.clock.now_us())
        assert outcome.status == "applied"
        call(executions.finish(begun.state.id, outcome, ANNA))

    def entries(self) -> tuple[Quarantine, ...]:
        return self.services.quarantines.in_force()


@pytest.fixture
def plant(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Plant]:
    made: list[Simulator] = []

    def remembered(*cards: Any, **rest: Any) -> list[Simulator]:
        made.extend(simulated_fleet(*cards, **rest))
        return list(made)

    monkeypatch.setattr("chargehand.services.simulated_fleet", remembered)
    clock = SimClock()
    with opened(tmp_path / "data", clock) as services:
        yield Plant(services, clock, made)


def test_an_alarm_bars_its_own_set_up_and_nothing_else_until_a_person_lifts_it(plant: Plant) -> None:
    machine, setup = plant.machines["CNC-001"], plant.services.fleet.state("CNC-001").setup
    assert plant.ask(ALLOWED).verdict == "allow"
    machine.inject("alarm", plant.clock.now_us())
    plant.step(2)
    (entry,) = plant.entries()
    assert entry.program_sha256 == (setup.program_sha256 or "").removeprefix("sha256:")
    assert (entry.material, entry.tool, entry.reason) == (setup.material, setup.tool, "alarm 2041: spindle drive")
    machine.clear("alarm", plant.clock.now_us())
    plant.step(2)
    denied = plant.ask(ALLOWED)
    assert denied.reason_codes == ["FLEET.PROGRAM_QUARANTINED"]
    assert denied.reasons[0].rule_id == entry.id
    assert plant.ask(change(feed_rate=650)).verdict == "allow"
    plant.services.writer.call(plant.services.quarantines.override(entry.id, "the belt was tightened", ANNA))
    assert plant.ask(ALLOWED).verdict == "allow"
    with plant.services.store.read() as session:
        state = records.find_decision(session, denied.id or "")
        assert rejudge(session, state) == denied


def test_an_entry_names_the_decision_that_was_carried_out_last(plant: Plant) -> None:
    machine = plant.machines["CNC-001"]
    faster = plant.ask(change(feed_rate=790))
    assert faster.id is not None
    plant.carry_out(faster.id)
    plant.step(2)
    machine.inject("alarm", plant.clock.now_us())
    plant.step(2)
    (entry,) = plant.entries()
    assert entry.source == faster.id
    assert entry.region["feed_rate"].low < 790 < entry.region["feed_rate"].high


def test_what_says_nothing_against_the_program_bars_nothing(plant: Plant) -> None:
    """An emergency stop is a person's act, and a pump without flow has no code of the control's own."""
    for fault in ("estop", "coolant_failed", "feed_hold", "door_open"):
        plant.machines["CNC-001"].inject(fault, plant.clock.now_us())
    plant.step(2)
    assert plant.entries() == ()


def test_an_alarm_that_stands_when_the_machine_is_first_met_bars_too(plant: Plant) -> None:
    machine = plant.machines["CNC-002"]
    machine.inject("connection_lost", plant.clock.now_us())
    plant.step(2)
    machine.inject("alarm", plant.clock.now_us())
    machine.clear("connection_lost", plant.clock.now_us())
    plant.step(80)
    assert [entry.material for entry in plant.entries()] == ["steel-qt-250hb"]


def test_an_alarm_that_meets_a_full_queue_is_recorded_at_the_next_step(
    plant: Plant, monkeypatch: pytest.MonkeyPatch
) -> None:
    plant.machines["CNC-001"].inject("alarm", plant.clock.now_us())

    def full(_command: Any) -> Any:
        raise OverloadedError("full")

    with monkeypatch.context() as patch:
        patch.setattr(plant.services.writer, "call", full)
        with pytest.raises(OverloadedError):
            plant.step()
    assert plant.entries() == ()
    plant.step()
    assert len(plant.entries()) == 1
    with plant.services.store.read() as session:
        conditions = [
            event for event in read_subject(session, "machine/CNC-001", 1, 100) if b'"2041"' in (event.data or b"")
        ]
    assert len(conditions) == 1


def test_an_override_is_verified_with_nothing_but_the_published_key_and_verify_py(plant: Plant) -> None:
    """As docs/ledger.md says it."""
    plant.machines["CNC-001"].inject("alarm", plant.clock.now_us())
    plant.step(2)
    (entry,) = plant.entries()
    lifted = plant.services.writer.call(plant.services.quarantines.override(entry.id, "new belt", ANNA))
    override = lifted.override
    assert override is not None
    assert override.key == plant.services.signer.key.text
    said = {"at": override.at, "by": override.by, "quarantine": lifted.id, "reason": override.reason}
    text = canonical_bytes({**said, "revision": lifted.revision - 1})
    key = verify.parse_key(override.key)
    signature = base64.b64decode(override.signature)
    assert verify.ed25519_verify(key.public, text, signature)
    assert not verify.ed25519_verify(key.public, text.replace(b"new", b"old"), signature)
