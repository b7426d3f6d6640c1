"""What must hold after every step of a simulation, whatever was done and whenever the engine was killed.

Each check looks at the database and at the world outside, never at the engine's memory, and says what is wrong.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from itertools import chain
from typing import Any, NamedTuple

import msgspec

from chargehand.access.principals import PRINCIPAL
from chargehand.approvals.approval import APPROVAL
from chargehand.contracts.principal import IMPLIED, Role
from chargehand.contracts.verdict import PERMITTING
from chargehand.fleet.quarantine_entry import QUARANTINE
from chargehand.kernel import log
from chargehand.kernel.clock import parse_utc
from chargehand.kernel.reducer import differences
from chargehand.kernel.store import Session
from chargehand.ledger import inspection
from chargehand.ledger.signing_key import Signer
from chargehand.proposals.lifecycle import PROPOSAL
from chargehand.testing.world import World

_SIGNER = Signer("simulated/ledger", bytes(32))
MAY_PROPOSE: frozenset[Role] = frozenset({"operator", "agent"})


class Broken(AssertionError):  # noqa: N818 - it says what it found broken
    """A check that does not hold.

    Attributes:
        check: its name.
    """

    def __init__(self, check: str, detail: str) -> None:
        super().__init__(f"{check}: {detail}")
        self.check = check


class Event(NamedTuple):
    """An event, decoded."""

    seq: int
    kind: str
    key: str
    actor: str
    time_us: int
    data: Any


class View(NamedTuple):
    """What a check sees."""

    world: World
    session: Session
    events: list[Event]


def check(world: World, fences: dict[str, tuple[str, int]]) -> int:
    """Run every check; returns how long the log is.

    Args:
        world: the world.
        fences: holder and fence of each lease when last looked at; brought up to date.

    Raises:
        Broken: the first check that does not hold.
    """
    with world.engine.store.read() as session:
        view = View(world, session, _events(session))
        for name, found in CHECKS.items():
            for detail in found(view):
                raise Broken(name, detail)
        for detail in _fences(session, fences):
            raise Broken("fences", detail)
    return len(view.events)


def _acknowledged(view: View) -> Iterator[str]:
    for told in view.world.told:
        if not told.holds(view.session):
            yield f"was told and is not so: {told.what}"


def _ledger(view: View) -> Iterator[str]:
    for finding in inspection.verify(view.session, [_SIGNER.key]).findings:
        yield f"{finding.code}: {finding.detail}"


def _order(view: View) -> Iterator[str]:
    if [event.seq for event in view.events] != list(range(1, len(view.events) + 1)):
        yield "the log has a gap"
    if log.head(view.session) != len(view.events):
        yield "the head is not the newest event"


def _projections(view: View) -> Iterator[str]:
    session = view.session
    for found in chain(
        differences(PROPOSAL, session),
        differences(APPROVAL, session),
        differences(PRINCIPAL, session),
        differences(QUARANTINE, session),
    ):
        yield f"{found.subject} is not what its events say: {found.expected} expected, {found.found} found"


def _permits(view: View) -> Iterator[str]:
    """Every execution spends the newest permit of a decision that permits, once, in time, by its holder."""
    permits: dict[str, Event] = {}
    decided: dict[str, Event] = {}
    begun: Counter[str] = Counter()
    consumed = {event.data["decision_id"] for event in view.events if event.kind == "approval.consumed"}
    approved = {
        event.key for event in view.events if event.kind == "approval.decided" and event.data["status"] == "approved"
    }
    for event in view.events:
        if event.kind == "proposal.decided":
            decided[event.key] = event
        elif event.kind == "proposal.permitted":
            permits[event.key] = event
        elif event.kind == "proposal.executing":
            begun[event.key] += 1
            yield from _permit_faults(event, permits.get(event.key))
            verdict = decided[event.key].data["verdict"]
            by_approval = verdict["approval_id"] in approved and verdict["id"] in consumed
            if verdict["verdict"] not in PERMITTING and not by_approval:
                yield f"{event.key} was executed on the verdict {verdict['verdict']}"
    for key, count in begun.items():
        if count > 1:
            yield f"{key} was executed {count} times"


def _permit_faults(executing: Event, permit: Event | None) -> Iterator[str]:
    if permit is None or permit.data["permit_digest"] != executing.data["permit_digest"]:
        yield f"{executing.key} was executed without its newest permit"
    elif parse_utc(permit.data["expires_at"]) <= executing.time_us:
        yield f"{executing.key} was executed on a permit that had run out"
    elif permit.data["holder"] != executing.actor:
        yield f"{executing.key} was executed by {executing.actor} on another's permit"


def _writes(view: View) -> Iterator[str]:
    """What was done outside was begun in the log first, at most once, under the machine's lease, within its card."""
    digests = {event.key: event.data["digest"] for event in view.events if event.kind == "proposal.submitted"}
    begun = Counter(digests[event.key] for event in view.events if event.kind == "proposal.executing")
    for digest, count in Counter(performed.digest for performed in view.world.performed).items():
        if count > begun[digest]:
            yield f"{digest} was performed {count} times and begun {begun[digest]} times"
    for performed in view.world.performed:
        if not performed.leased:
            yield f"{performed.digest} was performed by an engine that did not hold the machine's lease"
    changes = {
        event.key
        for event in view.events
        if event.kind == "proposal.submitted" and event.data["proposal"]["kind"] == "machine.change"
    }
    applied = sum(
        event.kind == "proposal.executed" and event.key in changes and event.data["outcome"]["status"] == "applied"
        for event in view.events
    )
    if applied > len(view.world.writes):
        yield f"{applied} outcomes are said to be applied; the machines took {len(view.world.writes)} writes"


def _limits(view: View) -> Iterator[str]:
    cards = {machine.card.id: machine.card for machine in view.world.machines}
    for machine_id, setup in view.world.writes:
        card = cards[machine_id]
        if setup.spindle_speed is not None and not 0 <= setup.spindle_speed <= card.spindle_speed_max:
            yield f"{machine_id} was set to {setup.spindle_speed} rev/min"
        if setup.feed_rate is not None and not 0 <= setup.feed_rate <= card.feed_rate_max:
            yield f"{machine_id} was set to {setup.feed_rate} mm/min"


def _roles(view: View) -> Iterator[str]:
    """Whoever acted had the role for it, and nobody approved what was their own."""
    roles = {event.key: IMPLIED[event.data["role"]] for event in view.events if event.kind == "principal.added"}
    proposers = {event.data["proposal_id"]: event for event in view.events if event.kind == "approval.requested"}
    requested = {event.key: event.data["requested_by"] for event in proposers.values()}
    for event in view.events:
        if event.kind == "approval.decided":
            if "approver" not in roles.get(event.actor, frozenset()):
                yield f"{event.actor} decided {event.key} and is no approver"
            if event.data["status"] == "approved" and event.actor == requested[event.key]:
                yield f"{event.actor} approved their own {event.key}"
        elif event.kind == "proposal.submitted" and not MAY_PROPOSE & roles.get(event.actor, frozenset()):
            yield f"{event.actor} proposed {event.key} and may not"


def _fences(session: Session, fences: dict[str, tuple[str, int]]) -> Iterator[str]:
    """A fence never falls, and a new holder has a higher one."""
    for machine in PROBED_LEASES:
        row = session.one("lease.read", {"name": machine})
        if row is None:
            continue
        owner, fence = str(row[0]), int(row[1])
        before = fences.get(machine, (owner, 0))
        if fence < before[1] or (owner != before[0] and fence == before[1]):
            yield f"lease {machine}: {before} became {(owner, fence)}"
        fences[machine] = (owner, fence)


PROBED_LEASES = ("machine/CNC-001", "machine/CNC-002", "machine/CNC-003")

CHECKS: dict[str, Callable[[View], Iterator[str]]] = {
    "order": _order,
    "ledger": _ledger,
    "acknowledged": _acknowledged,
    "projections": _projections,
    "permits": _permits,
    "writes": _writes,
    "limits": _limits,
    "roles": _roles,
}
"""Every check by name; `fences` is the ninth."""


def _events(session: Session) -> list[Event]:
    events: list[Event] = []
    after = 0
    while page := log.read(session, after, log.PAGE_MAX):
        after = page[-1].seq
        for entry in page:
            envelope = msgspec.json.decode(entry.envelope)
            data = None if entry.data is None else msgspec.json.decode(entry.data)
            key = entry.subject.partition("/")[2]
            events.append(Event(entry.seq, entry.kind, key, envelope["actor"], parse_utc(envelope["time"]), data))
    return events
