"""The ledger: checkpoints, proofs, verification, export."""

from __future__ import annotations

from chargehand.contracts.calls.record import JSONL, Operation, Parameter
from chargehand.contracts.export import ExportedEvent, ExportHeader
from chargehand.contracts.ledger import Checkpoint, ConsistencyProof, InclusionProof, LedgerReport

OPERATIONS = (
    Operation(
        name="ledger.checkpoint",
        method="GET",
        path="/v1/ledger/checkpoint",
        summary="Get a signed checkpoint of the log.",
        docs="Keep it elsewhere: what lies below it can no longer be cut off unnoticed.",
        output=Checkpoint,
        query=(
            Parameter(name="size", type="integer", minimum=0, docs="Of the first so many events; absent means all."),
        ),
    ),
    Operation(
        name="ledger.proof",
        method="GET",
        path="/v1/ledger/proof",
        summary="Prove that an event is in the log.",
        output=InclusionProof,
        query=(
            Parameter(name="seq", type="integer", minimum=1, required=True, docs="The event."),
            Parameter(
                name="size", type="integer", minimum=1, docs="Size of the tree to prove it in; absent means all."
            ),
        ),
    ),
    Operation(
        name="ledger.consistency",
        method="GET",
        path="/v1/ledger/consistency",
        summary="Prove that the log only grew between two sizes.",
        output=ConsistencyProof,
        query=(
            Parameter(name="first", type="integer", minimum=0, required=True, docs="Smaller size."),
            Parameter(name="second", type="integer", minimum=0, docs="Larger size; absent means all."),
        ),
    ),
    Operation(
        name="ledger.verify",
        method="POST",
        path="/v1/ledger/verify",
        summary="Check every recorded byte again.",
        docs="Reads the whole log. Findings are the answer, not an error.",
        output=LedgerReport,
        roles=("operator",),
    ),
    Operation(
        name="ledger.export",
        method="GET",
        path="/v1/ledger/export",
        summary="Export the log for offline verification.",
        docs="The first line is the header with a signed checkpoint, every other line one event.",
        frames=(ExportHeader, ExportedEvent),
        roles=("operator",),
        media=(JSONL,),
    ),
)
