"""The quarantine list over every store, and on two nodes that share one."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from chargehand.contracts.examples import STATE
from chargehand.contracts.machine import MachineCondition
from chargehand.contracts.quarantine import Quarantine, QuarantineBody, Region
from chargehand.fleet import quarantine_list
from chargehand.fleet.quarantine_entry import QUARANTINE
from chargehand.fleet.quarantine_list import QuarantineList, after_alarm
from chargehand.kernel.clock import iso_utc
from chargehand.kernel.reducer import differences
from chargehand.kernel.store import Store
from chargehand.kernel.writer import Command
from chargehand.ledger.signing_key import Signer
from chargehand.testing.clock import SimClock
from tests.conformance.nodes import writer_of

if TYPE_CHECKING:
    from chargehand.kernel.postgres import PostgresStore

ANNA = "human:anna"
LIFE_US = 1_000_000
SIGNER = Signer("chargehand/test", b"\7" * 32)
ALARM = MachineCondition(condition="alarm", level="fault", native_code="2041", text="spindle drive")


class Node:
    """A list with a writer of its own."""

    def __init__(self, store: Store, clock: SimClock, seed: int = 1) -> None:
        self.clock = clock
        self.list = QuarantineList(store, SIGNER)
        self._writer = writer_of(store, clock=clock, seed=seed, on_commit=lambda _head: self.list.changed())

    def run(self, command: Command[Any]) -> Any:
        (answer,) = self._writer.run_batch([command])
        if answer.error is not None:
            raise answer.error
        return answer.result

    def open(self, **body: Any) -> Quarantine:
        body = {"reason": "chatter", "expires_at": iso_utc(self.clock.now_us() + LIFE_US), **body}
        opened: Quarantine = self.run(self.list.open(QuarantineBody(**body), ANNA))
        return opened


def test_an_entry_is_kept_lifted_and_run_out(store: Store) -> None:
    clock = SimClock()
    node = Node(store, clock)
    opened = node.open(tool="T1", region={"spindle_speed": Region(low=1, high=2.5)})
    assert node.list.in_force() == (opened,)
    lifted = node.run(node.list.override(opened.id, "new holder", ANNA))
    second = node.open(material="steel-qt-250hb")
    clock.advance(LIFE_US)
    assert node.run(node.list.expire_due("engine")) == 1
    assert node.list.in_force() == ()
    with store.read() as session:
        assert {entry.id: entry.status for entry in quarantine_list.page(session, None, 10)} == {
            lifted.id: "overridden",
            second.id: "expired",
        }
        assert list(differences(QUARANTINE, session)) == []


def test_an_alarm_bars_once(store: Store) -> None:
    node = Node(store, SimClock())
    for _ in range(2):
        node.run(lambda transaction: after_alarm(transaction, STATE.setup, ALARM, "engine", machine="CNC-001"))
    assert [entry.tool for entry in node.list.in_force()] == ["EM12-4"]


@pytest.mark.postgres
def test_what_one_node_bars_or_lifts_the_other_knows_from_the_answer_on(
    open_postgres: Callable[[], PostgresStore],
) -> None:
    clock = SimClock()
    here, there = Node(open_postgres(), clock, 1), Node(open_postgres(), clock, 2)
    assert there.list.in_force() == ()
    opened = here.open(tool="T1")
    assert there.list.in_force() == (opened,)
    assert there.list.in_force() is there.list.in_force()
    there.run(there.list.override(opened.id, "new holder", ANNA))
    assert here.list.in_force() == ()
