"""Judge a recorded decision again, from nothing but what was recorded: the same inputs must give the same bytes.

State, cards, policy, the arrival of the named sample, promised cuts, program and quarantine list are fetched by digest;
the instant and the ids are the verdict's own. What was not kept, or was judged by another version of the auditor, is
said and not guessed.
"""

from __future__ import annotations

from typing import Any, TypeVar

import msgspec

from chargehand.auditor.cards import loaded
from chargehand.auditor.evidence import Commitment, Evidence, Ids
from chargehand.auditor.judge import judge
from chargehand.auditor.policy_file import policy_of_tree
from chargehand.auditor.rulebook import Rulebook
from chargehand.contracts.card import MachineCard, MaterialCard, ToolCard
from chargehand.contracts.machine import MachineState
from chargehand.contracts.problems import RequestError
from chargehand.contracts.proposal import Proposal
from chargehand.contracts.quarantine import Quarantine
from chargehand.contracts.verdict import Verdict
from chargehand.kernel.canonical import SAFE_INTEGER_MAX
from chargehand.kernel.clock import parse_utc
from chargehand.kernel.store import Session
from chargehand.proposals import records
from chargehand.proposals.lifecycle import ProposalState

KEPT = ("policy", "cards", "machine", "state", "samples", "commitments", "program", "quarantines")
"""What a judgement is made from; the other digests of a decision only name parts of these."""

T = TypeVar("T", Commitment, Quarantine)


class _Cards(msgspec.Struct, frozen=True):
    materials: dict[str, MaterialCard]
    tools: dict[str, ToolCard]


def rejudge(session: Session, state: ProposalState) -> Verdict:
    """The verdict that today's auditor gives on what was recorded.

    Raises:
        RequestError: the proposal's content was erased, or something it was judged on is not there any more.
    """
    payload = records.decided(session, state)
    given = msgspec.json.decode(payload.verdict, type=Verdict)
    body = records.submitted(session, state)
    if body is None:
        raise RequestError("REQ.NOT_FOUND", f"the content of {state.id} was erased")
    kept = {role: _fetch(session, role, digest) for role, digest in payload.evidence.items() if role in KEPT}
    cards = msgspec.json.decode(kept["cards"], type=_Cards)
    book = Rulebook(
        policy_of_tree(msgspec.json.decode(kept["policy"]), "recorded policy"),
        tools={key: loaded(card) for key, card in cards.tools.items()},
        materials={key: loaded(card) for key, card in cards.materials.items()},
        engine_version=given.engine_version,
    )
    evidence = Evidence(
        machine=loaded(msgspec.json.decode(kept["machine"], type=MachineCard)) if "machine" in kept else None,
        state=msgspec.json.decode(kept["state"], type=MachineState) if "state" in kept else None,
        sampled_us=msgspec.json.decode(kept["samples"], type=dict[int, int], strict=False) if "samples" in kept else {},
        commitments=_listed(kept, "commitments", Commitment),
        program=kept.get("program"),
        quarantines=_listed(kept, "quarantines", Quarantine),
        state_digest=payload.evidence.get("state"),
        digests=payload.evidence,
    )
    proposal = Proposal(kind=state.kind, subject=state.subject, body=_as_read(body), digest=state.digest)
    ids = Ids(decision=given.id, proposal=given.proposal_id, approval=given.approval_id)
    return judge(proposal, evidence, book, parse_utc(given.evaluated_at), ids)


def _listed(kept: dict[str, bytes], role: str, kind: type[T]) -> tuple[T, ...]:
    return msgspec.json.decode(kept[role], type=tuple[kind, ...]) if role in kept else ()  # type: ignore[valid-type]


def _as_read(value: Any) -> Any:
    """A recorded value as its door had read it: canonical JSON prints large doubles as whole numbers.

    The door takes no whole number beyond 2**53, so every one that is recorded was a double.
    """
    kind = type(value)
    if kind is int:
        return value if -SAFE_INTEGER_MAX <= value <= SAFE_INTEGER_MAX else float(value)
    if kind is dict:
        return {key: _as_read(item) for key, item in value.items()}
    return [_as_read(item) for item in value] if kind is list else value


def _fetch(session: Session, role: str, digest: str) -> bytes:
    row = session.one("proposal.get_evidence", {"digest": digest})
    if row is None:
        raise RequestError("REQ.NOT_FOUND", f"the {role} it was judged on, {digest}, is not there any more")
    return bytes(row[1])
