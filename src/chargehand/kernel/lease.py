"""Leases with fencing numbers: at most one holder at a time, and a late write of an earlier holder is told apart.

Times are compared with the store's clock only. A fence rises whenever the holder changes; every write that a lease
protects calls `hold` inside its own transaction, which fails once the lease has moved on.
"""

from __future__ import annotations

from typing import NamedTuple

from chargehand.kernel.store import Session


class LeaseHeldError(Exception):
    """Somebody else holds the lease. Wait until it runs out."""

    code = "REV.LEASE_HELD_BY_OTHER"


class LeaseLostError(Exception):
    """The lease has passed to another holder, so this write must not happen."""

    code = "REV.LEASE_LOST"


class Lease(NamedTuple):
    """A held lease: its name, holder, fence, and the instant it ends on the store's clock."""

    name: str
    owner: str
    fence: int
    expires_us: int


def claim(session: Session, name: str, owner: str, now_us: int, ttl_us: int) -> Lease:
    """Take a lease that is free, has run out, or is ours.

    Raises:
        LeaseHeldError: another holder's lease has not run out.
    """
    assert ttl_us > 0
    row = {"name": name, "owner": owner, "now_us": now_us, "expires_us": now_us + ttl_us}
    taken = session.run("lease.claim", row)
    found = session.one("lease.read", {"name": name})
    assert found is not None, "a claimed lease has a row"
    if taken == 0:
        raise LeaseHeldError(f"lease {name!r} is held by {found[0]!r}")
    assert found[0] == owner
    return Lease(name, found[0], int(found[1]), int(found[2]))


def renew(session: Session, lease: Lease, now_us: int, ttl_us: int) -> Lease:
    """Prolong a lease that is still ours.

    Raises:
        LeaseLostError: it ran out or passed on.
    """
    row = {
        "name": lease.name,
        "owner": lease.owner,
        "fence": lease.fence,
        "now_us": now_us,
        "expires_us": now_us + ttl_us,
    }
    if session.run("lease.renew", row) == 0:
        raise LeaseLostError(f"lease {lease.name!r} with fence {lease.fence} is no longer ours")
    return lease._replace(expires_us=now_us + ttl_us)


def hold(session: Session, lease: Lease, now_us: int) -> None:
    """Refuse to go on unless the lease is ours at this instant. Call it in the transaction that it protects.

    The lease's row stays locked until that transaction ends, so that nobody can take over in between.

    Raises:
        LeaseLostError: it ran out or passed on.
    """
    row = session.one("lease.hold", {"name": lease.name})
    if row is None or (row[0], row[1]) != (lease.owner, lease.fence) or row[2] <= now_us:
        raise LeaseLostError(f"lease {lease.name!r} with fence {lease.fence} is no longer ours")


def release(session: Session, lease: Lease) -> None:
    """Give it back early. Harmless when it has already passed on."""
    session.run("lease.release", {"name": lease.name, "owner": lease.owner, "fence": lease.fence})
