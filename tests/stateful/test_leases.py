"""Leases against a tiny model: whatever nodes do, at most one holds a fence, and no stale one gets through."""

from __future__ import annotations

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from chargehand.kernel.lease import Lease, LeaseHeldError, LeaseLostError, claim, hold, release, renew
from chargehand.kernel.sqlite import SqliteStore
from chargehand.testing.clock import SimClock

NAMES, OWNERS = ("a", "b"), ("n1", "n2", "n3")
TTL = 100

names, owners = st.sampled_from(NAMES), st.sampled_from(OWNERS)


class Leases(RuleBasedStateMachine):
    """Three nodes, two leases, and every lease that anybody ever held."""

    def __init__(self) -> None:
        super().__init__()
        self.clock = SimClock()
        self.store = SqliteStore.open(":memory:", self.clock)
        self.held: list[Lease] = []
        self.holder: dict[str, Lease] = {}
        self.fence = dict.fromkeys(NAMES, 0)

    def teardown(self) -> None:
        self.store.close()

    def live(self, name: str) -> Lease | None:
        lease = self.holder.get(name)
        return lease if lease is not None and lease.expires_us > self.clock.now_us() else None

    @rule(by_us=st.sampled_from([1, TTL - 1, TTL]))
    def pass_time(self, by_us: int) -> None:
        self.clock.advance(by_us)

    @rule(name=names, owner=owners)
    def claims(self, name: str, owner: str) -> None:
        now_us, present = self.clock.now_us(), self.live(name)
        with self.store.write() as session:
            try:
                taken = claim(session, name, owner, now_us, TTL)
            except LeaseHeldError:
                assert present is not None
                assert present.owner != owner
                return
        assert present is None or present.owner == owner
        assert taken.fence == self.fence[name] + (present is None)
        self.fence[name] = taken.fence
        self.held.append(taken)
        self.holder[name] = taken

    @precondition(lambda self: self.held)
    @rule(data=st.data())
    def renews(self, data: st.DataObject) -> None:
        lease = data.draw(st.sampled_from(self.held))
        present = self.live(lease.name)
        with self.store.write() as session:
            try:
                longer = renew(session, lease, self.clock.now_us(), TTL)
            except LeaseLostError:
                assert present is None or present.fence != lease.fence
                return
        assert present is not None
        assert (present.owner, present.fence) == (lease.owner, lease.fence)
        self.held.append(longer)
        self.holder[lease.name] = longer

    @precondition(lambda self: self.held)
    @rule(data=st.data())
    def releases(self, data: st.DataObject) -> None:
        lease = data.draw(st.sampled_from(self.held))
        with self.store.write() as session:
            release(session, lease)
        present = self.holder.get(lease.name)
        if present is not None and (present.owner, present.fence) == (lease.owner, lease.fence):
            del self.holder[lease.name]

    @invariant()
    def only_the_present_holder_may_write(self) -> None:
        now_us = self.clock.now_us()
        with self.store.write() as session:
            for lease in self.held:
                present = self.live(lease.name)
                rightful = present is not None and (present.owner, present.fence) == (lease.owner, lease.fence)
                try:
                    hold(session, lease, now_us)
                except LeaseLostError:
                    assert not rightful
                else:
                    assert rightful

    @invariant()
    def a_fence_belongs_to_one_node(self) -> None:
        holders: dict[tuple[str, int], str] = {}
        for lease in self.held:
            assert holders.setdefault((lease.name, lease.fence), lease.owner) == lease.owner


TestLeases = Leases.TestCase
TestLeases.settings = settings(stateful_step_count=30)
