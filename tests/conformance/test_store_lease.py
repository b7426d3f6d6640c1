"""Leases on every store: one holder, a fence that rises with every change of holder, and no late write."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from chargehand.kernel.lease import Lease, LeaseHeldError, LeaseLostError, claim, hold, release, renew
from chargehand.kernel.store import Query, Store, StoreError

if TYPE_CHECKING:
    from chargehand.kernel.postgres import PostgresStore

NOW, TTL = 1_790_000_000_000_000, 5_000_000


def taken(store: Store, owner: str, now_us: int, ttl_us: int = TTL) -> Lease:
    with store.write() as session:
        return claim(session, "machine/CNC-001", owner, now_us, ttl_us)


def test_a_free_lease_is_taken_with_fence_one(store: Store) -> None:
    assert taken(store, "n1", NOW) == Lease("machine/CNC-001", "n1", 1, NOW + TTL)


def test_a_held_lease_is_refused_and_stays_as_it_was(store: Store) -> None:
    held = taken(store, "n1", NOW)
    with pytest.raises(LeaseHeldError, match="'n1'"):
        taken(store, "n2", NOW + TTL - 1)
    with store.write() as session:
        hold(session, held, NOW + TTL - 1)
    assert LeaseHeldError.code == "REV.LEASE_HELD_BY_OTHER"


def test_the_holder_claims_again_and_keeps_its_fence(store: Store) -> None:
    taken(store, "n1", NOW)
    assert taken(store, "n1", NOW + 1).fence == 1
    assert taken(store, "n1", NOW + 2).expires_us == NOW + 2 + TTL


def test_one_microsecond_decides(store: Store) -> None:
    held = taken(store, "n1", NOW)
    with store.write() as session:
        hold(session, held, held.expires_us - 1)
        with pytest.raises(LeaseLostError):
            hold(session, held, held.expires_us)
    with pytest.raises(LeaseHeldError):
        taken(store, "n2", held.expires_us - 1)
    assert taken(store, "n2", held.expires_us).fence == 2


def test_every_change_of_holder_raises_the_fence(store: Store) -> None:
    fences = [taken(store, owner, NOW + step * TTL).fence for step, owner in enumerate(("n1", "n2", "n1", "n3"))]
    assert fences == [1, 2, 3, 4]


def test_a_holder_that_let_it_run_out_comes_back_as_somebody_else(store: Store) -> None:
    stale = taken(store, "n1", NOW)
    fresh = taken(store, "n1", stale.expires_us)
    assert fresh.fence == stale.fence + 1
    with store.write() as session:
        hold(session, fresh, stale.expires_us)
        with pytest.raises(LeaseLostError):
            hold(session, stale, stale.expires_us)


def test_renewing_prolongs_and_keeps_the_fence(store: Store) -> None:
    held = taken(store, "n1", NOW)
    with store.write() as session:
        longer = renew(session, held, NOW + 1, TTL)
        assert longer == held._replace(expires_us=NOW + 1 + TTL)
        hold(session, longer, NOW + TTL)


def test_renewing_too_late_is_losing(store: Store) -> None:
    held = taken(store, "n1", NOW)
    with store.write() as session, pytest.raises(LeaseLostError):
        renew(session, held, held.expires_us, TTL)
    assert LeaseLostError.code == "REV.LEASE_LOST"


def test_a_stale_holder_neither_renews_nor_holds_nor_releases(store: Store) -> None:
    stale = taken(store, "n1", NOW)
    fresh = taken(store, "n2", stale.expires_us)
    now_us = stale.expires_us + 1
    with store.write() as session:
        with pytest.raises(LeaseLostError):
            renew(session, stale, now_us, TTL)
        with pytest.raises(LeaseLostError):
            hold(session, stale, now_us)
        with pytest.raises(LeaseLostError):
            hold(session, fresh._replace(fence=stale.fence), now_us)
        release(session, stale)
        hold(session, fresh, now_us)


def test_released_is_free_at_once_and_the_fence_still_rises(store: Store) -> None:
    held = taken(store, "n1", NOW)
    with store.write() as session:
        release(session, held)
        with pytest.raises(LeaseLostError):
            hold(session, held, NOW + 1)
    assert taken(store, "n2", NOW + 2).fence == 2


def test_nobody_holds_what_was_never_claimed(store: Store) -> None:
    with store.write() as session, pytest.raises(LeaseLostError):
        hold(session, Lease("machine/none", "n1", 1, NOW), NOW - 1)


def test_leases_do_not_mix(store: Store) -> None:
    with store.write() as session:
        one = claim(session, "a", "n1", NOW, TTL)
        two = claim(session, "b", "n2", NOW, TTL)
        hold(session, one, NOW)
        hold(session, two, NOW)


def test_a_claim_that_was_rolled_back_was_never_made(store: Store) -> None:
    def claim_and_fail() -> None:
        with store.write() as session:
            claim(session, "a", "n1", NOW, TTL)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        claim_and_fail()
    with store.write() as session:
        assert claim(session, "a", "n2", NOW, TTL).fence == 1


def claim_in_a_hurry(store: PostgresStore, held: Lease) -> None:
    """Claim a lease that has run out, and give up rather than wait for a lock."""
    store._queries["test.hurry"] = Query("SET LOCAL lock_timeout = '50ms'", ())
    with store.write() as session:
        session.run("test.hurry")
        claim(session, held.name, "n2", held.expires_us, TTL)


@pytest.mark.postgres
def test_nobody_takes_over_while_a_protected_write_is_under_way(open_postgres: Callable[[], PostgresStore]) -> None:
    one, two = open_postgres(), open_postgres()
    held = taken(one, "n1", NOW)
    with one.write() as session:
        hold(session, held, held.expires_us - 1)
        # The write stalls here for so long that the lease runs out, and another node wants it.
        with pytest.raises(StoreError, match="LockNotAvailable"):
            claim_in_a_hurry(two, held)
        session.run("log.save_cursor", ("protected", 1))
    assert taken(two, "n2", held.expires_us).fence == 2
    with one.write() as session, pytest.raises(LeaseLostError):
        hold(session, held, held.expires_us - 1)
