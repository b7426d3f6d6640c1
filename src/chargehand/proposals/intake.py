"""The door: bytes come in, a proposal goes on, and what is no proposal is refused and remembered by its digest."""

from __future__ import annotations

from typing import Any

from chargehand.contracts.problems import ProblemError, RequestError
from chargehand.contracts.proposal import Proposal, ProposalRejected
from chargehand.kernel import strictjson
from chargehand.kernel.canonical import canonical_bytes, sha256_text
from chargehand.kernel.writer import Command, Transaction

PROPOSAL_BYTES_MAX = 16 * 1024
"""Largest proposal. One exact act fits easily, and its verdict then fits into an event."""

LONGEST = {"kind": 64, "subject": 256}
"""Most characters of what a proposal is filed under: both become keys of the log, and databases bound their keys."""


def parse(body: bytes) -> Proposal:
    """The proposal in a request body. Only its envelope is looked at; what is inside is for the auditor.

    Raises:
        RequestError: not strict JSON, or not a proposal's envelope.
    """
    value, canonical = strictjson.decode_canonical(body, bytes_max=PROPOSAL_BYTES_MAX)
    _check_envelope(value)
    return _proposal(value, canonical)


def from_value(value: Any) -> Proposal:
    """The proposal in a JSON value.

    Raises:
        RequestError: it is not a proposal's envelope.
    """
    _check_envelope(value)
    return _proposal(value, canonical_bytes(value))


def _check_envelope(value: Any) -> None:
    if not isinstance(value, dict):
        raise RequestError("REQ.NOT_A_PROPOSAL", "a proposal is a JSON object")
    for name, kind in (("kind", str), ("subject", str), ("action", dict)):
        if name not in value:
            raise RequestError("REQ.NOT_A_PROPOSAL", f"a proposal has a {name!r}", field=f"/{name}")
        if not isinstance(value[name], kind):
            wanted = "an object" if kind is dict else "text"
            raise RequestError("REQ.NOT_A_PROPOSAL", f"{name!r} of a proposal is {wanted}", field=f"/{name}")
    for name, longest in LONGEST.items():
        text = value[name]
        if len(text) > longest or not text.isprintable():
            detail = f"{name!r} of a proposal is printable, and has at most {longest} characters"
            raise RequestError("REQ.NOT_A_PROPOSAL", detail, field=f"/{name}")


def _proposal(value: dict[str, Any], canonical: bytes) -> Proposal:
    return Proposal(
        kind=value["kind"], subject=value["subject"], body=value, digest=sha256_text(canonical), canonical=canonical
    )


def reject(error: ProblemError, size: int, digest: str, actor: str) -> Command[None]:
    """Command: remember that something came that is no proposal. The body itself is not kept."""

    def command(transaction: Transaction) -> None:
        subject = "rejection/" + transaction.ids.new("rej", transaction.now_us)
        rejected = ProposalRejected(bytes=size, code=error.code, digest=digest)
        transaction.record("proposal.rejected", subject, rejected, actor=actor, revision=1)

    return command
