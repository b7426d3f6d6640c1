"""Two nodes, one shop: every machine is driven by one of them, the other says by whom, and a late writer is refused."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest

from chargehand.contracts.problems import RefusedError, UnavailableError
from chargehand.fleet.ownership import LEASE_US, RENEW_US
from chargehand.kernel.sqlite import SqliteStore
from chargehand.kernel.store import Store
from chargehand.testing.clock import SimClock
from chargehand.testing.machines import Write, machines
from tests.conformance.nodes import every
from tests.unit.fleet.shop import TICK_US, Shop, change

if TYPE_CHECKING:
    from chargehand.kernel.postgres import PostgresStore

MACHINES = frozenset({"CNC-001", "CNC-002", "CNC-003"})


class Pair:
    """Two nodes on one database and one clock, and the machines that both could drive."""

    def __init__(self, stores: tuple[Store, Store]) -> None:
        self.clock = SimClock()
        self.writes: list[Write] = []
        there = machines(1, self.writes)
        self.a = Shop(stores[0], self.clock, there, name="node-a", seed=1, shared=True)
        self.b = Shop(stores[1], self.clock, there, name="node-b", seed=2, shared=True)

    def close(self) -> None:
        self.a.close()
        self.b.close()


@pytest.fixture(params=["file", pytest.param("postgres", marks=pytest.mark.postgres)])
def pair(
    request: pytest.FixtureRequest, open_sqlite: Callable[..., SqliteStore], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Pair]:
    """Two nodes; node A has driven every machine for a while."""
    opened: list[PostgresStore] = []
    if request.param == "postgres":
        from chargehand.kernel.postgres import PostgresStore

        dsn = request.getfixturevalue("postgres_dsn")
        opened = [PostgresStore.open(dsn), PostgresStore.open(dsn)]
        made = Pair((opened[0], opened[1]))
    else:
        store = open_sqlite("engine.db")
        made = Pair((store, store))
    # The store's clock counts. Here it is the test's, so that a lease ends when the test says so.
    for node in (made.a, made.b):
        monkeypatch.setattr(node.store, "now_us", made.clock.now_us)
    made.a.step(5)
    yield made
    made.close()
    for store_of_node in opened:
        store_of_node.close()


def hold(node: Shop, machine_id: str = "CNC-001") -> None:
    with node.store.write() as session:
        node.ownership.hold(session, machine_id)


def refused(node: Shop, machine_id: str = "CNC-001") -> str:
    with pytest.raises(RefusedError) as caught:
        hold(node, machine_id)
    return caught.value.code


def test_a_machine_is_driven_by_one_node(pair: Pair) -> None:
    assert pair.a.ownership.owned == MACHINES
    for _ in range(20):
        assert pair.b.step() == frozenset()
        assert pair.a.step() == MACHINES
    hold(pair.a)
    assert refused(pair.b) == "FLEET.OWNED_ELSEWHERE"


def test_only_the_owner_connects_to_the_machine(pair: Pair) -> None:
    pair.b.step(5)
    assert pair.a.fleet.state("CNC-001").connection == "online"
    assert pair.b.fleet.state("CNC-001").connection == "offline"


def test_the_other_node_refuses_to_judge_names_the_owner_and_records_nothing(pair: Pair) -> None:
    pair.b.step()
    before = every(pair.b.store)
    for ask in (
        lambda: pair.b.submit(change(feed_rate=700)),
        lambda: _dry_run(pair),
    ):
        with pytest.raises(UnavailableError) as caught:
            ask()
        assert (caught.value.code, caught.value.status) == ("FLEET.OWNED_ELSEWHERE", 503)
        assert "CNC-001 is driven by the node 'node-a': ask there" in caught.value.detail
    assert every(pair.b.store) == before
    assert pair.a.submit(change(feed_rate=700)).verdict == "allow"


def _dry_run(pair: Pair) -> None:
    with pair.b.store.read() as session:
        pair.b.submissions.dry_run(_proposal(), session, pair.clock.now_us())


def _proposal() -> Any:
    from chargehand.proposals.intake import from_value

    return from_value(change(feed_rate=700))


def test_what_is_no_machine_of_the_shop_is_judged_anywhere(pair: Pair) -> None:
    verdict = pair.b.submit(change("CNC-999", feed_rate=700))
    assert verdict.verdict == "deny"
    assert "FLEET.OWNED_ELSEWHERE" not in verdict.reason_codes


def test_a_machine_that_nobody_drives_is_said_to_be_nobodys(
    open_sqlite: Callable[..., SqliteStore],
) -> None:
    node = Shop(open_sqlite("engine.db"), SimClock(), machines(1, []), shared=True)
    with pytest.raises(UnavailableError, match="driven by no node at present"):
        node.ownership.check_driven_here("CNC-001")
    with pytest.raises(RefusedError, match="driven by no node at present"):
        hold(node)
    node.close()


def test_a_machine_that_was_given_back_is_said_to_be_nobodys(pair: Pair) -> None:
    pair.a.ownership.give_back()
    assert pair.a.ownership.owned == frozenset()
    with pytest.raises(UnavailableError, match="driven by no node at present"):
        pair.b.ownership.check_driven_here("CNC-001")
    assert refused(pair.a) == "FLEET.OWNED_ELSEWHERE"


def test_the_other_node_takes_over_when_the_owner_falls_silent(pair: Pair) -> None:
    silent_since = pair.clock.now_us()
    pair.b.step()
    taken_at: int | None = None
    while taken_at is None:
        if pair.b.step() == MACHINES:
            taken_at = pair.clock.now_us()
        assert pair.clock.now_us() - silent_since <= LEASE_US + RENEW_US + TICK_US
    # The owner's last renewal may be a second old, no older: nobody takes a lease that has not run out.
    assert taken_at - silent_since >= LEASE_US - RENEW_US
    hold(pair.b)
    pair.b.step(3)
    assert pair.b.fleet.state("CNC-001").connection == "online"
    assert pair.b.submit(change(feed_rate=700)).verdict == "allow"


def test_machines_that_are_given_back_are_taken_at_once(pair: Pair) -> None:
    pair.b.step()
    pair.a.ownership.give_back()
    pair.clock.advance(RENEW_US)
    assert pair.b.step() == MACHINES
    hold(pair.b)


def test_an_owner_that_comes_back_late_is_refused_and_learns_who_has_it(pair: Pair) -> None:
    """It still believes that it drives the machine; its own permits do not work any more, here or there."""
    verdict = pair.a.submit(change(feed_rate=700))
    permit = pair.a.permit(verdict)
    pair.clock.advance(LEASE_US)
    pair.b.step(3)
    assert pair.a.ownership.owned == MACHINES
    assert refused(pair.a) == "REV.LEASE_LOST"
    answer = pair.a.begin(verdict, permit)
    assert isinstance(answer, RefusedError)
    assert answer.code == "REV.LEASE_LOST"
    # The node that has the machine now sees another run of it than the one the verdict stood on.
    answer = pair.b.begin(verdict, permit)
    assert isinstance(answer, RefusedError)
    assert answer.code == "REV.STATE_CHANGED"
    assert pair.writes == []
    pair.clock.advance(RENEW_US)
    assert pair.a.step() == frozenset()
    with pytest.raises(UnavailableError, match="'node-b'"):
        pair.a.submit(change(feed_rate=700))
    assert pair.a.fleet.state("CNC-001").connection == "offline"


def test_a_lease_that_ran_out_is_not_held_even_when_nobody_took_it(pair: Pair) -> None:
    pair.clock.advance(LEASE_US)
    assert refused(pair.a) == "REV.LEASE_LOST"
    pair.a.step()
    hold(pair.a)


def test_no_permit_is_issued_for_a_machine_that_another_node_drives(pair: Pair) -> None:
    verdict = pair.a.submit(change(feed_rate=700))
    pair.b.step()
    with pytest.raises(RefusedError) as caught:
        pair.b.permit(verdict)
    assert caught.value.code == "FLEET.OWNED_ELSEWHERE"
    assert "'node-a'" in caught.value.detail
    assert pair.a.execute(verdict, pair.a.permit(verdict)).status == "applied"


def test_leases_are_renewed_once_a_second_and_when_the_clock_was_set_back(
    pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    claims: list[int] = []
    call = pair.a.writer.call

    def counted(command: Any) -> Any:
        claims.append(pair.clock.now_us())
        return call(command)

    pair.a.step(10)
    monkeypatch.setattr(pair.a.writer, "call", counted)
    pair.a.step(30)
    assert len(claims) == 3
    pair.clock.step_wall(-RENEW_US)
    pair.a.step()
    assert len(claims) == 4


def test_one_process_with_a_folder_of_its_own_judges_before_its_first_step(
    open_sqlite: Callable[..., SqliteStore],
) -> None:
    """With SQLite nobody else can drive anything: the state is not known yet, and that is a verdict, not a refusal."""
    node = Shop(open_sqlite(":memory:"), SimClock(), machines(1, []))
    verdict = node.submit(change(feed_rate=700))
    assert verdict.verdict in ("deny", "indeterminate")
    node.close()
