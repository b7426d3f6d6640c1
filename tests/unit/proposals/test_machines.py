"""The spine on simulated machines: what is executed was judged on the machine as it is, and written at most once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from chargehand.access.callers import Caller
from chargehand.contracts.principal import IMPLIED
from chargehand.contracts.problems import RefusedError
from chargehand.contracts.proposal import Outcome
from chargehand.contracts.verdict import Verdict
from chargehand.kernel.clock import SECOND_US
from chargehand.proposals.execution import Begun
from chargehand.proposals.intake import from_value
from chargehand.proposals.records import find_decision
from chargehand.testing.world import World

PLANNER = Caller("agent:planner", IMPLIED["agent"])
MACHINE = "CNC-001"


class Shop:
    """A world with one planner in it."""

    def __init__(self, world: World) -> None:
        self.world = world

    @property
    def engine(self) -> Any:
        return self.world.engine

    def pass_time(self, by_us: int = 100_000) -> None:
        self.world.clock.advance(by_us)
        self.engine.step()

    def propose(self, machine: str = MACHINE, **params: tuple[float, str]) -> Verdict:
        change = {name: {"value": value, "unit": unit} for name, (value, unit) in params.items()}
        value = {
            "kind": "machine.change",
            "subject": f"machine/{machine}",
            "action": {"operation": "parameter_set", "params": change},
        }
        verdict: Verdict = self.engine.writer.call(
            self.engine.submissions.submit(from_value(value), PLANNER.principal)
        ).verdict
        return verdict

    def permit(self, verdict: Verdict) -> str:
        permit: str = self.engine.writer.call(self.engine.executions.permit(verdict.id, PLANNER)).permit
        return permit

    def begin(self, verdict: Verdict, permit: str) -> Begun | RefusedError:
        begun: Begun | RefusedError = self.engine.writer.call(self.engine.executions.begin(verdict.id, permit, PLANNER))
        return begun

    def perform(self, begun: Begun | RefusedError) -> Outcome:
        assert isinstance(begun, Begun), begun
        outcome = self.engine.executions.perform(begun, self.world.clock.now_us())
        self.engine.writer.call(self.engine.executions.finish(begun.state.id, outcome, begun.actor))
        assert isinstance(outcome, Outcome)
        return outcome

    def setup(self, machine: str = MACHINE) -> Any:
        return self.engine.fleet.state(machine).setup


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    world = World(tmp_path / "world", 11)
    yield Shop(world)
    world.close()


def code(answer: Begun | RefusedError) -> str:
    assert isinstance(answer, RefusedError)
    return answer.code


def test_a_change_reaches_the_machine_once(shop: Shop) -> None:
    verdict = shop.propose(feed_rate=(700, "mm/min"))
    permit = shop.permit(verdict)
    outcome = shop.perform(shop.begin(verdict, permit))
    assert (outcome.status, outcome.detail["setup_revision"]) == ("applied", 2)
    assert (shop.setup().feed_rate, shop.setup().revision) == (700, 2)
    assert code(shop.begin(verdict, permit)) == "GATE.PERMIT_CONSUMED"
    assert [(write.machine_id, write.setup.feed_rate) for write in shop.world.writes] == [(MACHINE, 700)]


def test_units_are_the_proposers_and_the_machine_gets_its_own(shop: Shop) -> None:
    verdict = shop.propose(feed_rate=(30, "in/min"))
    shop.perform(shop.begin(verdict, shop.permit(verdict)))
    assert shop.setup().feed_rate == 762


def test_two_that_are_legal_alone_are_not_both_executed(shop: Shop) -> None:
    """Both stand on the same set-up; the second would stack on what the first has changed."""
    speed, feed = shop.propose(spindle_speed=(2700, "rev/min")), shop.propose(feed_rate=(700, "mm/min"))
    assert {speed.verdict, feed.verdict} == {"allow"}
    permits = [shop.permit(speed), shop.permit(feed)]
    shop.perform(shop.begin(speed, permits[0]))
    answer = shop.begin(feed, permits[1])
    assert code(answer) in {"REV.STATE_CHANGED", "GATE.RECHECK_REFUSED"}
    assert len(shop.world.writes) == 1
    assert (shop.setup().spindle_speed, shop.setup().revision) == (2700, 2)


def test_two_that_were_both_begun_are_not_both_written(shop: Shop) -> None:
    """The last guard is the machine's own: what the verdict stood on is compared in the write itself."""
    speed, feed = shop.propose(spindle_speed=(2700, "rev/min")), shop.propose(feed_rate=(700, "mm/min"))
    begun = [shop.begin(verdict, shop.permit(verdict)) for verdict in (speed, feed)]
    outcomes = [shop.perform(one) for one in begun]
    assert [(one.status, one.code) for one in outcomes] == [("applied", None), ("failed", "REV.STATE_CHANGED")]
    assert len(shop.world.writes) == 1
    assert shop.setup().feed_rate == 764


def test_changes_of_two_machines_do_not_mix(shop: Shop) -> None:
    one, two = shop.propose("CNC-001", feed_rate=(700, "mm/min")), shop.propose("CNC-002", feed_rate=(900, "mm/min"))
    for verdict in (one, two):
        assert shop.perform(shop.begin(verdict, shop.permit(verdict))).status == "applied"
    assert [shop.setup(machine).feed_rate for machine in ("CNC-001", "CNC-002", "CNC-003")] == [700, 900, 150]


@pytest.mark.parametrize(("fault", "reason"), [("alarm", "MACH.ALARM_ACTIVE"), ("door_open", "MACH.DOOR_OPEN")])
def test_a_machine_that_has_stopped_since_is_not_written_to(shop: Shop, fault: Any, reason: str) -> None:
    verdict = shop.propose(feed_rate=(700, "mm/min"))
    permit = shop.permit(verdict)
    shop.world.machines[0].simulator.inject(fault, shop.world.clock.now_us())
    shop.pass_time()
    answer = shop.begin(verdict, permit)
    assert code(answer) == "GATE.RECHECK_REFUSED"
    assert isinstance(answer, RefusedError)
    assert reason in (answer.reason_codes or [])
    assert shop.world.writes == []


def test_a_machine_that_fell_silent_is_not_written_to(shop: Shop) -> None:
    verdict = shop.propose(feed_rate=(700, "mm/min"))
    permit = shop.permit(verdict)
    shop.world.clock.advance(3 * SECOND_US)
    assert code(shop.begin(verdict, permit)) == "GATE.RECHECK_REFUSED"
    assert shop.world.writes == []


def test_a_machine_that_stops_after_the_last_look_refuses_the_write_itself(shop: Shop) -> None:
    verdict = shop.propose(feed_rate=(700, "mm/min"))
    begun = shop.begin(verdict, shop.permit(verdict))
    shop.world.machines[0].simulator.inject("estop", shop.world.clock.now_us())
    outcome = shop.perform(begun)
    assert (outcome.status, outcome.code) == ("failed", "FLEET.WRITE_FAILED")
    assert shop.world.writes == []


def test_a_restart_is_another_instance_and_ends_every_verdict(shop: Shop) -> None:
    verdict = shop.propose(feed_rate=(700, "mm/min"))
    permit = shop.permit(verdict)
    shop.world.restart()
    assert code(shop.begin(verdict, permit)) == "REV.STATE_CHANGED"
    again = shop.propose(feed_rate=(700, "mm/min"))
    assert shop.perform(shop.begin(again, shop.permit(again))).status == "applied"


@pytest.mark.parametrize("written", [False, True])
def test_an_engine_that_dies_around_the_write_says_so_and_repeats_nothing(shop: Shop, *, written: bool) -> None:
    verdict = shop.propose(feed_rate=(700, "mm/min"))
    permit = shop.permit(verdict)
    begun = shop.begin(verdict, permit)
    assert isinstance(begun, Begun)
    if written:
        shop.engine.executions.perform(begun, shop.world.clock.now_us())
    shop.world.crash()
    with shop.engine.store.read() as session:
        assert verdict.id is not None
        state = find_decision(session, verdict.id)
    assert (state.status, state.outcome_code) == ("unknown", "ENG.OUTCOME_UNKNOWN")
    assert code(shop.begin(verdict, permit)) == "GATE.PERMIT_CONSUMED"
    assert len(shop.world.writes) == written


def test_a_node_that_lost_the_machine_does_not_write(shop: Shop, usurp: Callable[[Shop], None]) -> None:
    verdict = shop.propose(feed_rate=(700, "mm/min"))
    permit = shop.permit(verdict)
    usurp(shop)
    assert code(shop.begin(verdict, permit)) in {"REV.LEASE_LOST", "FLEET.OWNED_ELSEWHERE"}
    assert shop.world.writes == []


@pytest.fixture
def usurp() -> Callable[[Shop], None]:
    """Another node takes the machine while this one's lease has run out unnoticed."""
    from chargehand.kernel.lease import claim

    def take(shop: Shop) -> None:
        now_us = shop.world.clock.advance(6 * SECOND_US)
        with shop.engine.store.write() as session:
            claim(session, f"machine/{MACHINE}", "node-b", now_us, 60 * SECOND_US)
        shop.engine.fleet.step(now_us)

    return take
