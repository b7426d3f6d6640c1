"""Encoding without sorting gives canonical bytes for the records that are declared in canonical order."""

from __future__ import annotations

import msgspec
import pytest

from chargehand.contracts.envelope import Envelope
from chargehand.contracts.examples import VERDICT
from chargehand.kernel.canonical import canonical_bytes, ordered_bytes, record_bytes

ENVELOPE = Envelope(
    actor="agent:a",
    correlationid="prp_1",
    datadigest="sha256:0",
    dataschema="/schemas/a.v1.json",
    id="evt_1",
    project="default",
    revision=1,
    seq=1,
    source="urn:chargehand:1",
    specversion="1.0",
    subject="proposal/prp_1",
    time="2026-11-20T18:35:16.000001Z",
    topic="machine/CNC-001",
    type="proposal.decided",
    v=1,
)


class Disordered(msgspec.Struct):
    """Two fields in the wrong order."""

    b: int
    a: int


@pytest.mark.parametrize(
    "record",
    [
        ENVELOPE,
        VERDICT,
        msgspec.structs.replace(VERDICT, clamped_proposal={"subject": "machine/CNC-001", "action": {"b": 1, "a": 2}}),
    ],
)
def test_ordered_bytes_are_canonical(record: msgspec.Struct) -> None:
    assert ordered_bytes(record) == record_bytes(record) == canonical_bytes(record)


def test_record_in_another_order_would_be_noticed() -> None:
    assert ordered_bytes(Disordered(b=1, a=2)) != canonical_bytes(Disordered(b=1, a=2))
