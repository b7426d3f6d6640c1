"""Which node drives which machine: one lease per machine, and a fence that every write on its behalf must pass.

With SQLite there is one process and it owns every machine; on PostgreSQL a machine belongs to whichever node holds its
lease, and moves to another when that node falls silent. Times are the store's, the only clock that nodes share.
"""

from __future__ import annotations

from collections.abc import Iterable

from chargehand.contracts.problems import RefusedError, UnavailableError
from chargehand.kernel.clock import SECOND_US
from chargehand.kernel.lease import Lease, LeaseHeldError, LeaseLostError, claim, hold, release
from chargehand.kernel.store import Session, Store
from chargehand.kernel.writer import Transaction, Writer

LEASE_US = 5 * SECOND_US
RENEW_US = SECOND_US


class Ownership:
    """The machines that this node drives.

    Args:
        store: whose clock counts.
        writer: claims and renews through it.
        owner: this node; names where it can be reached, so that others can say so.
        machine_ids: machines that this node could drive.
        shared: other nodes may drive them; without, this process drives all it has.
    """

    def __init__(
        self, store: Store, writer: Writer, owner: str, machine_ids: Iterable[str], *, shared: bool = False
    ) -> None:
        self._shared = shared
        self._store = store
        self._writer = writer
        self._owner = owner
        self._machine_ids = tuple(machine_ids)
        self._held: dict[str, Lease] = {}
        self._renewed_us: int | None = None

    @property
    def owned(self) -> frozenset[str]:
        """Machines that this node drives at present."""
        return frozenset(self._held)

    def step(self, now_us: int) -> frozenset[str]:
        """Claim what is free and renew what is ours, once a second; returns what is owned."""
        if self._renewed_us is None or not 0 <= now_us - self._renewed_us < RENEW_US:
            self._held = self._writer.call(self._claim_all)
            self._renewed_us = now_us
        return self.owned

    def check_driven_here(self, machine_id: str) -> None:
        """Refuse to judge a machine that another node drives: its state is there, and not here.

        Raises:
            UnavailableError: another node drives it, or none does.
        """
        if self._shared and machine_id not in self._held:
            now_us = self._store.now_us()
            with self._store.read() as session:
                holder = _holder(session, machine_id, now_us)
            raise UnavailableError("FLEET.OWNED_ELSEWHERE", f"{machine_id} is driven by {holder}")

    def hold(self, session: Session, machine_id: str) -> None:
        """Refuse unless this node drives the machine, in the transaction of what is done on its behalf.

        Raises:
            RefusedError: another node drives it, or none does.
        """
        lease = self._held.get(machine_id)
        if lease is None:
            holder = _holder(session, machine_id, self._store.now_us())
            raise RefusedError("FLEET.OWNED_ELSEWHERE", f"{machine_id} is driven by {holder}")
        try:
            hold(session, lease, self._store.now_us())
        except LeaseLostError as error:
            raise RefusedError("REV.LEASE_LOST", str(error)) from error

    def give_back(self) -> None:
        """Release every machine at once, so that another node need not wait."""

        def command(transaction: Transaction) -> None:
            for lease in self._held.values():
                release(transaction.session, lease)

        self._writer.call(command)
        self._held = {}

    def _claim_all(self, transaction: Transaction) -> dict[str, Lease]:
        now_us = self._store.now_us()
        held: dict[str, Lease] = {}
        for machine_id in self._machine_ids:
            try:
                held[machine_id] = claim(transaction.session, _name(machine_id), self._owner, now_us, LEASE_US)
            except LeaseHeldError:
                continue
        return held


def _name(machine_id: str) -> str:
    return f"machine/{machine_id}"


def _holder(session: Session, machine_id: str, now_us: int) -> str:
    row = session.one("lease.read", {"name": _name(machine_id)})
    # A lease that was given back or ran out still names its last holder, who must not be asked any more.
    if row is None or row[2] <= now_us:
        return "no node at present: ask again shortly"
    return f"the node {row[0]!r}: ask there"
