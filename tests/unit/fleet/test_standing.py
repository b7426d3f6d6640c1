"""Since when a machine does what it does: told by the engine's own time, and unknown where nobody saw it begin."""

from __future__ import annotations

import msgspec

from chargehand.contracts.machine import SignalValue
from chargehand.fleet.adapter import Batch
from chargehand.fleet.machine import Worker
from chargehand.kernel.clock import iso_utc
from chargehand.kernel.ids import SeededIds
from tests.unit.fleet.cards import T0, machine_card
from tests.unit.fleet.scripted import Scripted, heard, sample

S = 1_000_000


def doing(execution: str, load: float = 10.0) -> Batch:
    """A batch of one sample of a machine that does this."""
    found = sample(load)
    values = {**found.values, "execution": SignalValue(v=execution, q="good")}
    return heard(msgspec.structs.replace(found, values=values))


def worker(*plan: Batch | Exception) -> Worker:
    adapter = Scripted(*plan, card=machine_card(sensors=["spindle_load", "execution", "mode"]))
    return Worker(adapter, SeededIds(1), lambda *_: None, lambda *_: None)


def since(made: Worker) -> str | None:
    return made.seen()[1]


def at(seconds: float) -> str:
    return iso_utc(T0 + int(seconds * S))


def test_nobody_knows_since_when_before_the_first_step() -> None:
    made = worker()
    state, since = made.seen()
    assert (state.connection, since) == ("offline", None)


def test_a_machine_that_goes_on_as_it_was_keeps_its_time() -> None:
    made = worker(doing("ACTIVE", 1), doing("ACTIVE", 2), doing("ACTIVE", 3))
    for step in range(3):
        made.step(T0 + step * S)
        assert since(made) == at(0)
    assert made.seen()[0] is made.state


def test_time_begins_anew_with_what_it_does() -> None:
    made = worker(doing("ACTIVE"), doing("FEED_HOLD"), doing("FEED_HOLD"), doing("ACTIVE"))
    found = []
    for step in range(4):
        made.step(T0 + step * S)
        found.append(since(made))
    assert found == [at(0), at(1), at(1), at(3)]


def test_time_begins_anew_with_its_connection() -> None:
    made = worker(doing("ACTIVE"))
    made.step(T0)
    made.step(T0 + S)
    assert (made.state.connection, since(made)) == ("online", at(0))
    made.step(T0 + 5 * S)
    assert (made.state.connection, since(made)) == ("stale", at(5))
    made.step(T0 + 9 * S)
    assert since(made) == at(5)


def test_an_adapter_that_fails_begins_anew_and_failing_again_does_not() -> None:
    made = worker(doing("ACTIVE"), ValueError("broken"))
    made.step(T0)
    made.step(T0 + S)
    assert (made.state.connection, since(made)) == ("faulted", at(1))
    made.step(T0 + S + 1)
    assert since(made) == at(1)


def test_a_machine_that_is_let_go_stands_since_then() -> None:
    made = worker(doing("ACTIVE"))
    made.step(T0)
    made.let_go(T0 + 3 * S)
    assert (made.state.connection, since(made)) == ("offline", at(3))
    made.let_go(T0 + 4 * S)
    assert since(made) == at(3)


def test_a_machine_that_another_node_drives_from_the_start_has_no_time() -> None:
    made = worker(doing("ACTIVE"))
    made.let_go(T0)
    assert since(made) is None


def test_a_clock_that_is_set_back_gives_no_earlier_time() -> None:
    made = worker(doing("ACTIVE"), doing("READY"))
    made.step(T0 + 10 * S)
    made.step(T0)
    assert (made.state.execution, since(made)) == ("READY", at(10))


def test_a_state_whose_beginning_is_not_noted_yet_has_no_time() -> None:
    """Another thread may look while a step is under way; it is never told the time of the state before."""
    made = worker(doing("ACTIVE"))
    made.step(T0)
    made.state = msgspec.structs.replace(made.state, execution="STOPPED")
    assert since(made) is None
