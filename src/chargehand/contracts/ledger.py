"""Records of the tamper-evident ledger: checkpoints and proofs (RFC 9162; C2SP checkpoint and signed note)."""

from __future__ import annotations

import msgspec


class Checkpoint(msgspec.Struct, frozen=True, kw_only=True):
    """A signed statement of the log's size and root.

    Attributes:
        origin: name of the log.
        size: number of leaves.
        root: base64 of the root hash.
        note: the signed note, text as defined by C2SP.
        public_key: verifier key, `name+hash+key` as defined by C2SP.
    """

    origin: str
    size: int
    root: str
    note: str
    public_key: str


class InclusionProof(msgspec.Struct, frozen=True, kw_only=True):
    """Proof that one event is in the log.

    Attributes:
        seq: the event.
        leaf_index: `seq - 1`.
        leaf_hash: base64 of the leaf hash.
        hashes: base64 of the audit path, bottom up.
        checkpoint: the checkpoint it leads to.
    """

    seq: int
    leaf_index: int
    leaf_hash: str
    hashes: list[str]
    checkpoint: Checkpoint


class ConsistencyProof(msgspec.Struct, frozen=True, kw_only=True):
    """Proof that the log at one size is a beginning of the log at another.

    Attributes:
        first: smaller size.
        second: larger size.
        hashes: base64 of the proof nodes.
        checkpoint: checkpoint of the larger size.
    """

    first: int
    second: int
    hashes: list[str]
    checkpoint: Checkpoint


class LedgerFinding(msgspec.Struct, frozen=True, kw_only=True):
    """Something that does not verify.

    Attributes:
        code: LEDG code.
        seq: the event, or null.
        detail: what was expected and what was found.
    """

    code: str
    seq: int | None
    detail: str


class LedgerReport(msgspec.Struct, frozen=True, kw_only=True):
    """Result of a verification.

    Attributes:
        schema_version: version of this record.
        ok: nothing was found.
        size: leaves checked.
        root: base64 of the computed root.
        anchored_size: size of the largest checkpoint it was held against; a cut above it cannot be seen.
        findings: what does not verify.
        erased: events whose payload was erased; their envelopes were checked all the same.
        minutes_unchecked: sealed minutes of telemetry whose frames are not retained any more.
    """

    schema_version: int
    ok: bool
    size: int
    root: str
    anchored_size: int
    findings: list[LedgerFinding]
    erased: int = 0
    minutes_unchecked: int = 0
