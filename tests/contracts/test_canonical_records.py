"""Records whose bytes are hashed stand in canonical order, so that encoding them needs no sorting."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from chargehand.contracts.envelope import EngineEvent, Envelope
from chargehand.contracts.examples import DECISION_FRAME, EVENT, PAYLOADS, VERDICT
from chargehand.contracts.verdict import Check, Obligation, Params, Reason, Remedy, Verdict
from chargehand.kernel.canonical import canonical_bytes, record_bytes


@pytest.mark.parametrize("record", [Envelope, Verdict, Reason, Check, Obligation, Remedy])
def test_members_stand_in_canonical_order(record: Any) -> None:
    assert list(record.__struct_encode_fields__) == sorted(record.__struct_encode_fields__)


def test_verdict_is_canonical_as_it_is_encoded() -> None:
    assert record_bytes(VERDICT) == canonical_bytes(VERDICT) == canonical_bytes(msgspec.to_builtins(VERDICT))


def test_planted_float_would_be_noticed() -> None:
    planted = msgspec.structs.replace(
        VERDICT, reasons=[msgspec.structs.replace(VERDICT.reasons[0], params=Params(observed=13000.0))]
    )
    assert record_bytes(planted) != canonical_bytes(planted)


def test_verdict_has_the_same_bytes_in_frame_and_event() -> None:
    verdict = record_bytes(VERDICT)
    assert verdict in record_bytes(DECISION_FRAME)
    assert verdict in record_bytes(PAYLOADS["proposal.decided"])
    assert verdict in record_bytes(EVENT)


def test_event_is_the_envelope_and_the_payload() -> None:
    assert set(EngineEvent.__struct_fields__) == {*Envelope.__struct_fields__, "data"}


def test_verdict_survives_the_wire() -> None:
    assert msgspec.json.decode(record_bytes(VERDICT), type=Verdict) == VERDICT
