"""The door: what is a proposal goes in as it is; what is none is refused and remembered by its digest."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest

from chargehand.contracts.problems import RequestError
from chargehand.kernel.canonical import canonical_bytes, sha256_text
from chargehand.proposals.intake import LONGEST, PROPOSAL_BYTES_MAX, from_value, parse, reject
from tests.unit.proposals.spine import Spine, body

PROPER: dict[str, Any] = {"kind": "machine.change", "subject": "machine/CNC-001", "action": {}}


@pytest.mark.parametrize(
    ("value", "field"),
    [
        (None, None),
        ([], None),
        ("machine.change", None),
        (1, None),
        ({}, "/kind"),
        ({"kind": "machine.change"}, "/subject"),
        ({"kind": "machine.change", "subject": "x"}, "/action"),
        (PROPER | {"kind": 1}, "/kind"),
        (PROPER | {"kind": None}, "/kind"),
        (PROPER | {"subject": ["x"]}, "/subject"),
        (PROPER | {"action": []}, "/action"),
        (PROPER | {"action": "start"}, "/action"),
        (PROPER | {"action": None}, "/action"),
        (PROPER | {"kind": "k" * (LONGEST["kind"] + 1)}, "/kind"),
        (PROPER | {"subject": "s" * (LONGEST["subject"] + 1)}, "/subject"),
        (PROPER | {"subject": "machine/CNC\0"}, "/subject"),
        (PROPER | {"subject": "machine/\nCNC-001"}, "/subject"),
        (PROPER | {"kind": "machine.change\u202e"}, "/kind"),
    ],
)
def test_what_is_no_proposal_is_refused_where_it_is_wrong(value: Any, field: str | None) -> None:
    with pytest.raises(RequestError) as caught:
        from_value(value)
    assert (caught.value.code, caught.value.status, caught.value.field) == ("REQ.NOT_A_PROPOSAL", 422, field)


@pytest.mark.parametrize(
    "more",
    [
        {},
        {"kind": "telepathy"},
        {"kind": ""},
        {"subject": ""},
        {"subject": "machine/Ünknown 😀"},
        {"subject": "s" * LONGEST["subject"]},
        {"approved": True},
        {"action": {"params": {"spindle_speed": {"value": "NaN", "unit": "furlongs"}}}},
        {"rationale": {"deep": [1, 2.5, None, {"a": []}]}},
        {"based_on": 7, "expires_at": []},
    ],
)
def test_whatever_has_kind_subject_and_action_is_a_proposal(more: dict[str, Any]) -> None:
    value = PROPER | more
    text = canonical_bytes(value)
    proposal = parse(text)
    assert (proposal.kind, proposal.subject, proposal.body) == (value["kind"], value["subject"], value)
    assert (proposal.canonical, proposal.digest) == (text, sha256_text(text))
    assert from_value(value) == proposal


def test_the_same_proposal_has_the_same_digest_however_it_is_written() -> None:
    one = parse(b'{"kind":"k","subject":"s","action":{"a":1.0,"b":2}}')
    two = parse(b'{ "subject": "s", "action": { "b": 2, "a": 1 }, "kind": "\\u006b" }')
    assert one.digest == two.digest
    assert one.canonical == two.canonical


def test_a_proposal_is_bounded() -> None:
    frame = len(canonical_bytes(PROPER | {"rationale": ""}))
    parse(canonical_bytes(PROPER | {"rationale": "x" * (PROPOSAL_BYTES_MAX - frame)}))
    with pytest.raises(RequestError, match=r"REQ\.TOO_LARGE"):
        parse(canonical_bytes(PROPER | {"rationale": "x" * (PROPOSAL_BYTES_MAX - frame + 1)}))


def test_what_was_refused_is_remembered_by_its_digest_alone(spine: Spine) -> None:
    secret = b'{"kind":"machine.change","kind":"hunter2"}'
    with pytest.raises(RequestError) as caught:
        parse(secret)
    digest = "sha256:" + hashlib.sha256(secret).hexdigest()
    spine.writer.call(reject(caught.value, len(secret), digest, "agent:planner"))
    (entry,) = spine.events()
    assert entry.kind == "proposal.rejected"
    assert entry.data == b'{"bytes":%d,"code":"REQ.DUPLICATE_KEY","digest":"%b"}' % (len(secret), digest.encode())
    assert b"hunter2" not in entry.wire


def test_the_largest_proposal_with_everything_wrong_gets_a_recorded_verdict(spine: Spine) -> None:
    """However many grounds there are, the verdict fits into an event, and the answer is a verdict."""
    names = [f"wrong_{number:03}" for number in range(900)]
    value = body() | dict.fromkeys(names, 1)
    value["rationale"] = "x" * (PROPOSAL_BYTES_MAX - len(canonical_bytes(value)) - 20)
    parse(canonical_bytes(value))
    decided = spine.decide(value)
    assert decided.verdict.verdict == "deny"
    assert [entry.kind for entry in spine.events()] == ["proposal.submitted", "proposal.decided"]
