"""What a machine's drive is promised already: cuts that were permitted and are not over, each with its load and time.

Proposals that are legal one by one may not be so together, and heat shows in the measured load only after it was made.
So a cut that ends is judged on top of those that were permitted before it. Only such cuts are looked up: a change
without a cut time is held to what the drive gives for ever, whatever else was promised.
"""

from __future__ import annotations

import math
from typing import Any

import msgspec

from chargehand.auditor.evidence import Commitment, list_bytes
from chargehand.auditor.judge import Assessment
from chargehand.contracts.proposal import DecidedCut, Proposal
from chargehand.kernel.canonical import number, sha256_text
from chargehand.kernel.clock import SECOND_US
from chargehand.kernel.store import Session
from chargehand.proposals.executor import Grounds, Kept
from chargehand.proposals.lifecycle import UNDER_WAY_US, ProposalState

COMMITMENTS_MAX = 1_000
"""Promises that are counted one by one."""
UNCOUNTED = Commitment(load=100.0, seconds=86_400.0)
"""Stands for more promises than are counted: no drive bears it."""
LOAD_MAX = 1e6
SECONDS_MAX = 365 * 86_400.0


def promised(
    grounds: Grounds, proposal: Proposal, session: Session, now_us: int, own: ProposalState | None = None
) -> Grounds:
    """The grounds with what the drive is promised, if the proposal is for a cut that ends.

    Args:
        grounds: what the executor knows.
        proposal: the proposal.
        session: where promises are recorded.
        now_us: the moment of judging.
        own: the proposal's own state where it is permitted already: it does not stand against itself, and permits
            that were issued later give way to it.
    """
    action: dict[str, Any] = proposal.body["action"]
    if proposal.kind != "machine.change" or action.get("cut_time") is None:
        return grounds
    asked = {
        "subject": proposal.subject,
        "now_us": now_us,
        "own": "" if own is None else own.id,
        "permitted_us": UNDER_WAY_US if own is None or own.permitted_us is None else own.permitted_us,
        "limit": COMMITMENTS_MAX + 1,
    }
    rows = session.all("proposal.promised_cuts", asked)
    if not rows:
        return grounds
    found = tuple(Commitment(load=load, seconds=cut_us / SECOND_US) for load, cut_us in rows)
    commitments = found if len(found) <= COMMITMENTS_MAX else (UNCOUNTED,)
    body = list_bytes(commitments)
    kept = Kept("commitments", sha256_text(body), body)
    evidence = msgspec.structs.replace(
        grounds.evidence,
        commitments=commitments,
        digests={**grounds.evidence.digests, "commitments": kept.digest},
    )
    return Grounds(evidence, [*grounds.kept, kept], grounds.basis)


def decided_cut(assessment: Assessment) -> DecidedCut | None:
    """The cut of a judgement as it is recorded; None unless it ends and its load is known."""
    load, seconds = assessment.load, assessment.cut_time
    if load is None or seconds is None or not load >= 0 or not seconds > 0:
        return None
    return DecidedCut(
        load=number(math.ceil(min(load, LOAD_MAX) * 10_000) / 10_000),
        seconds=number(math.ceil(min(seconds, SECONDS_MAX) * 1_000) / 1_000),
    )
