"""Findings of a ledger verification: what was recorded is not, or cannot be shown to be, what is there now."""

from __future__ import annotations

from functools import partial

from chargehand.contracts.codes.record import Example, ReasonCode

_ledg = partial(
    ReasonCode, family="LEDG", severity="critical", retry="never", owner="operator", params={"seq": "integer"}
)

CODES = (
    _ledg(
        code="LEDG.RECORD_CHANGED",
        wire_id=7500,
        title="A recorded event was changed",
        caller_text="Do not rely on this log from `seq` on.",
        operator_text="Keep the files as they are, and compare with the last good export.",
        positive=Example(when="One byte of an envelope or payload differs from its leaf, or a payload is gone."),
        negative=Example(when="Envelope, payload and salt give the recorded hashes."),
    ),
    _ledg(
        code="LEDG.ROOT_MISMATCH",
        wire_id=7501,
        params={"observed": "string", "limit": "string"},
        title="The root is not the one that was recorded",
        caller_text="Do not rely on this log.",
        operator_text="Leaves, tiles or the head were changed; compare with the last good export.",
        positive=Example(when="The computed root differs from a checkpoint of the same size."),
        negative=Example(when="Both are equal."),
    ),
    _ledg(
        code="LEDG.SIGNATURE_INVALID",
        wire_id=7502,
        params={"observed": "string"},
        title="A checkpoint's signature does not hold",
        caller_text="Do not rely on this checkpoint.",
        operator_text="Wrong key, or a forged checkpoint.",
        references=("C2SP signed-note", "RFC 8032"),
        positive=Example(when="One bit of the signature is flipped."),
        negative=Example(when="The signature of the named key."),
    ),
    _ledg(
        code="LEDG.TRUNCATED",
        wire_id=7503,
        params={"observed": "integer", "limit": "integer"},
        title="The log is shorter than a checkpoint says",
        caller_text="Events that were acknowledged are missing here.",
        operator_text="The end was cut off, or an old copy was put back.",
        positive=Example(when="Fewer events than an earlier checkpoint covers."),
        negative=Example(when="At least as many."),
    ),
    _ledg(
        code="LEDG.SEQ_GAP",
        wire_id=7504,
        title="A sequence number is missing or stands twice",
        caller_text="Do not rely on this log from `seq` on.",
        operator_text="Events were removed, inserted or reordered.",
        positive=Example(when="An event in the middle is missing."),
        negative=Example(when="Every number once, in order."),
    ),
    _ledg(
        code="LEDG.EXPORT_INVALID",
        wire_id=7505,
        params={"line": "integer"},
        retry="after_change",
        title="Not a readable export",
        caller_text="Make the export again.",
        operator_text="The file is cut, changed, or not an export at all.",
        positive=Example(when="A line of the file is not an export record."),
        negative=Example(when="An export as it was written."),
    ),
    _ledg(
        code="LEDG.CHECKPOINT_INVALID",
        wire_id=7506,
        params={"observed": "string"},
        retry="after_change",
        title="Not a readable checkpoint",
        caller_text="Use a checkpoint as the engine printed it.",
        operator_text="The note is cut, changed, or from another log.",
        references=("C2SP tlog-checkpoint",),
        positive=Example(when="A note without a size, or with the origin of another log."),
        negative=Example(when="A note as it was printed."),
    ),
    _ledg(
        code="LEDG.NOT_CONSISTENT",
        wire_id=7507,
        params={"first": "integer", "second": "integer"},
        title="Two checkpoints do not belong to one history",
        caller_text="Do not rely on this log.",
        operator_text="The log was rewritten between the two, or somebody shows different logs to different readers.",
        references=("RFC 9162 section 2.1.4",),
        positive=Example(when="The consistency proof does not lead to both roots."),
        negative=Example(when="It leads to both."),
    ),
    _ledg(
        code="LEDG.PROJECTION_DIFFERS",
        wire_id=7508,
        params={"subject": "string"},
        title="A state table is not what the log says",
        caller_text="The log is right; the table will be rebuilt from it.",
        operator_text="Rebuild the projection, and find out who wrote to the table.",
        positive=Example(when="A row of a state table was changed by hand."),
        negative=Example(when="The rebuild is identical."),
    ),
    _ledg(
        code="LEDG.EVIDENCE_CHANGED",
        wire_id=7509,
        params={"digest": "string"},
        title="What a decision was judged on has changed",
        caller_text="The decision cannot be judged again on its own evidence.",
        operator_text="A stored state, card, policy or minute of frames is missing, or not the one that was recorded.",
        positive=Example(when="A stored card differs from its digest."),
        negative=Example(when="Every digest holds."),
    ),
    _ledg(
        code="LEDG.KEY_UNUSABLE",
        wire_id=7510,
        params={"observed": "string"},
        retry="after_change",
        owner="platform",
        title="The signing key cannot be used",
        caller_text="No checkpoint can be signed until the key is put right.",
        operator_text="The key file in `keys/` is damaged, or others may read it. Restore it, or set its mode to 0600.",
        positive=Example(when="The key file is readable by the group."),
        negative=Example(when="The key file has mode 0600 and holds an Ed25519 key."),
    ),
)
