"""Machine changes as the spine sees them: what they are judged on, what must not change, and how they are written.

The basis of a verdict is the telemetry instance and the digest of the set-up. Writing compares the set-up's revision
and sets it in one step, so of two changes that stand on the same set-up at most one is ever written.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import msgspec

from chargehand.auditor.cards import LoadedCard
from chargehand.auditor.change import CUTTING
from chargehand.auditor.evidence import NO_EVIDENCE, Evidence, list_bytes, state_bytes
from chargehand.contracts.card import MachineCard
from chargehand.contracts.machine import MachineState
from chargehand.contracts.problems import RefusedError, RequestError
from chargehand.contracts.proposal import MachineChange, Outcome, Proposal
from chargehand.contracts.quarantine import Quarantine
from chargehand.fleet.fleet import Fleet, UnknownMachineError
from chargehand.fleet.ownership import Ownership
from chargehand.kernel.canonical import canonical_bytes, sha256_text
from chargehand.kernel.clock import iso_utc
from chargehand.kernel.store import Session
from chargehand.proposals.executor import Grounds, Kept

SUBJECT = "machine/"
Programs = Callable[[str], bytes | None]
"""Gives the text of a part program by its digest in 64 hexadecimal digits, or None if it is not held."""
Quarantines = Callable[[], tuple[Quarantine, ...]]
"""Gives the entries in force; the very same tuple as long as nothing has changed."""
_WITH_PROGRAM = CUTTING | {"program_load"}
"""Operations that are judged on the text of the program that will run."""


class _Seen(NamedTuple):
    state: MachineState
    grounds: Grounds


class _Loaded(NamedTuple):
    state: MachineState
    program: Kept | None


class _Barred(NamedTuple):
    entries: tuple[Quarantine, ...]
    kept: Kept


class MachineExecutor:
    """Serves proposals of kind `machine.change`.

    Args:
        fleet: the machines.
        cards: their cards by machine id, with digests.
        ownership: which of them this node drives.
        programs: the part programs that are held.
        quarantines: what is barred.
    """

    def __init__(
        self,
        fleet: Fleet,
        cards: Mapping[str, LoadedCard[MachineCard]],
        ownership: Ownership,
        *,
        programs: Programs = lambda _digest: None,
        quarantines: Quarantines = lambda: (),
    ) -> None:
        self._fleet = fleet
        self._ownership = ownership
        self._cards = cards
        self._programs = programs
        self._quarantines = quarantines
        self._seen: dict[str, _Seen] = {}
        self._loaded: dict[str, _Loaded] = {}
        self._barred: _Barred | None = None

    def grounds(self, proposal: Proposal) -> Grounds:
        """The machine's card and its state at this moment, with the program and the entries that bar.

        What another node drives is refused, not denied.
        """
        machine_id = _machine_id(proposal)
        card = self._cards.get(machine_id)
        if card is None:
            return Grounds(NO_EVIDENCE, [], None)
        self._ownership.check_driven_here(machine_id)
        grounds = self._newest(machine_id, card)
        more: dict[str, Any] = {}
        kept: list[Kept] = []
        if sampled_us := self._named_sample(machine_id, proposal):
            samples = canonical_bytes({str(seq): arrival_us for seq, arrival_us in sampled_us.items()})
            more["sampled_us"] = sampled_us
            kept.append(Kept("samples", sha256_text(samples), samples))
        assert grounds.evidence.state is not None
        digests: dict[str, str] = {}
        if (program := self._program(machine_id, proposal, grounds.evidence.state)) is not None:
            more["program"] = program.body
            digests["program"] = program.digest
            kept.append(program)
        if entries := self._quarantines():
            barred = self._kept_entries(entries)
            more["quarantines"] = entries
            digests["quarantines"] = barred.digest
            kept.append(barred)
        if not more:
            return grounds
        evidence = msgspec.structs.replace(grounds.evidence, digests=digests, **more)
        return Grounds(evidence, [*grounds.kept, *kept], grounds.basis)

    def _newest(self, machine_id: str, card: LoadedCard[MachineCard]) -> Grounds:
        """What the newest state gives, made once per state: proposals come in bursts, states ten a second."""
        state = self._fleet.state(machine_id)
        seen = self._seen.get(machine_id)
        if seen is None or seen.state is not state:
            body = state_bytes(state)
            digest = sha256_text(body)
            evidence = Evidence(machine=card, state=state, state_digest=digest)
            kept = [Kept("state", digest, body), Kept("machine", card.digest, card.body)]
            seen = self._seen[machine_id] = _Seen(state, Grounds(evidence, kept, _basis(state)))
        return seen.grounds

    def _program(self, machine_id: str, proposal: Proposal, state: MachineState) -> Kept | None:
        """The program that the action names, else the loaded one; None where the act runs none, or it is not held.

        The loaded one is looked for once per state, because most changes of a burst name none.
        """
        action: dict[str, Any] = proposal.body["action"]
        operation = action.get("operation")
        if type(operation) is not str or operation not in _WITH_PROGRAM:
            return None
        named = action.get("program_sha256")
        if named is not None:
            return self._held(named)
        loaded = self._loaded.get(machine_id)
        if loaded is None or loaded.state is not state:
            loaded = self._loaded[machine_id] = _Loaded(state, self._held(state.setup.program_sha256))
        return loaded.program

    def _held(self, wanted: object) -> Kept | None:
        if type(wanted) is not str:
            return None
        key = wanted.removeprefix("sha256:")
        text = self._programs(key)
        if text is None:
            return None
        digest = sha256_text(text)
        # What is held under another digest than its own is not the program that was asked for.
        return Kept("program", digest, text) if digest == f"sha256:{key}" else None

    def _kept_entries(self, entries: tuple[Quarantine, ...]) -> Kept:
        """The list as decisions keep it, made once per list."""
        barred = self._barred
        if barred is None or barred.entries is not entries:
            body = list_bytes(entries)
            barred = self._barred = _Barred(entries, Kept("quarantines", sha256_text(body), body))
        return barred.kept

    def _named_sample(self, machine_id: str, proposal: Proposal) -> dict[int, int]:
        """When the sample arrived that the proposal says it is based on: all that its age is judged by."""
        based_on = proposal.body.get("based_on")
        named = based_on.get("seq") if isinstance(based_on, dict) else None
        if type(named) is not int:
            return {}
        arrived_us = self._fleet.arrived_us(machine_id, named)
        return {} if arrived_us is None else {named: arrived_us}

    def check_performable(self, proposal: Proposal, session: Session) -> None:
        """Refuse machines that take no writes, or that another node drives."""
        machine = self._cards.get(_machine_id(proposal))
        if machine is None:
            raise RequestError("FLEET.MACHINE_UNKNOWN", f"no such machine: {proposal.subject}")
        if not machine.card.writable:
            raise RefusedError(
                "FLEET.NOT_WRITABLE", f"{proposal.subject} is {machine.card.source}: it is judged, never written"
            )
        self._ownership.hold(session, machine.card.id)

    def perform(self, proposal: Proposal, basis: str | None, now_us: int) -> Outcome:
        """Write the change if the set-up is still the one the verdict stood on."""
        machine_id = _machine_id(proposal)
        at = iso_utc(now_us)
        try:
            state = self._fleet.state(machine_id)
        except UnknownMachineError:
            return Outcome(status="failed", at=at, code="FLEET.MACHINE_UNKNOWN")
        if _basis(state) != basis:
            return Outcome(status="failed", at=at, code="REV.STATE_CHANGED")
        change = msgspec.convert(proposal.body["action"], MachineChange)
        result = self._fleet.write(machine_id, change, state.setup.revision, now_us)
        detail = {"text": result.text, "setup_revision": result.setup.revision if result.setup else None}
        if result.status == "applied":
            return Outcome(status="applied", at=at, detail=detail)
        return Outcome(
            status="failed" if result.status == "refused" else "unknown", at=at, code=result.code, detail=detail
        )


def _machine_id(proposal: Proposal) -> str:
    return proposal.subject.removeprefix(SUBJECT) if proposal.subject.startswith(SUBJECT) else ""


def _basis(state: MachineState) -> str:
    return f"{state.instance_id}:{state.setup_digest}"
