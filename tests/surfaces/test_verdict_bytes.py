"""One verdict, one sequence of bytes: whoever is told of a decision, by whatever way, is told exactly the same."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, closing
from typing import Any

import msgspec
import pytest

from chargehand.contracts.page import Page
from chargehand.contracts.proposal import ProposalRecord
from chargehand.contracts.verdict import Verdict
from chargehand.sdk import Client
from tests.surfaces.engine import WAIT_S, Engine
from tests.surfaces.proposals import ALLOWED, DENIED, NEEDS_APPROVAL
from tests.surfaces.reading import Message, frames, items, member, messages, receive_event, web_socket

CASES = pytest.mark.parametrize(
    ("proposal", "name"), [(ALLOWED, "allow"), (DENIED, "deny"), (NEEDS_APPROVAL, "needs_approval")]
)


def verdict_of(event: bytes) -> bytes:
    """The verdict in an event of kind `proposal.decided`."""
    return member(event, "data", "verdict")


def is_of(verdict: bytes, key: str) -> bool:
    """Whether this is the verdict of that decision."""
    return bool(msgspec.json.decode(verdict)["id"] == key)


def sent_live(engine: Engine, proposal: dict[str, Any]) -> tuple[bytes, dict[str, bytes]]:
    """Submit while every live stream is open: the answer, and what each stream sent."""
    start = engine.head()
    with ExitStack() as stack:
        machine = stack.enter_context(web_socket(engine, f"/ws/telemetry/CNC-001?after_event={start}"))
        fleet = stack.enter_context(web_socket(engine, f"/ws/telemetry?after_event={start}"))
        log = stack.enter_context(web_socket(engine, f"/ws/events?after={start}&types=proposal.decided"))
        answer = engine.post("/v1/proposals", proposal)
        assert answer.status_code == 201, answer.text
        key = answer.json()["id"]
        decided = messages(engine, f"/v1/events?after={start}&types=proposal.decided", 1)
        found = {
            "machine socket": next(_verdicts(frames(machine, "decision"), key)),
            "fleet socket": next(_verdicts(frames(fleet, "decision"), key)),
            "event socket": verdict_of(receive_event(log)),
            "event stream": verdict_of(decided[0].data),
        }
    return answer.content, found


def _verdicts(decisions: Iterator[bytes], key: str) -> Iterator[bytes]:
    for frame in decisions:
        verdict = member(frame, "verdict")
        if is_of(verdict, key):
            yield verdict


def read_back(engine: Engine, key: str) -> dict[str, bytes]:
    """The verdict as the resources and the export have it afterwards."""
    page = engine.get("/v1/decisions?limit=20").content
    explained = engine.get(f"/v1/decisions/{key}/explain").content
    judged_again = engine.get(f"/v1/decisions/{key}/rejudge").content
    lines = engine.get("/v1/ledger/export").content.splitlines()[1:]
    exported = [line for line in lines if member(line, "envelope", "type") == b'"proposal.decided"']
    return {
        "decision": engine.get(f"/v1/decisions/{key}").content,
        "list": next(item for item in items(page) if is_of(item, key)),
        "explanation": member(explained, "verdict"),
        "judgement again": member(judged_again, "verdict"),
        "ledger export": next(_verdicts(iter([member(line, "data") for line in exported]), key)),
    }


def through_the_sdk(engine: Engine, key: str, seq: int) -> dict[str, bytes]:
    """The verdict as the client gives its bytes."""
    with Client(engine.url) as client:
        shown = client.raw("decision.show", id=key).content
        with closing(client.follow_events(types="proposal.decided", after=seq - 1)) as events:
            return {"sdk answer": shown, "sdk event": verdict_of(next(events).data)}


@CASES
def test_verdict_bytes_equal_on_every_surface(engine: Engine, proposal: dict[str, Any], name: str) -> None:
    answer, live = sent_live(engine, proposal)
    verdict = msgspec.json.decode(answer, type=Verdict)
    assert verdict.verdict == name
    assert verdict.id is not None
    assert (verdict.clamped_proposal is not None) == (name == "deny")
    assert (verdict.approval_id is not None) == (name == "needs_approval")
    every = live | read_back(engine, verdict.id) | through_the_sdk(engine, verdict.id, _seq(engine, verdict.id))
    assert {surface for surface, found in every.items() if found != answer} == set()
    assert len(every) == 11


@CASES
def test_reason_codes_are_equal_on_every_surface(engine: Engine, proposal: dict[str, Any], name: str) -> None:
    """The answer, the row, the newest verdict of the machine, the stream of the machine and the log name the same."""
    answer, live = sent_live(engine, proposal)
    verdict = msgspec.json.decode(answer, type=Verdict)
    (row,) = [row for row in _rows(engine, "") if row.decision_id == verdict.id]
    shown = msgspec.json.decode(engine.get(f"/v1/proposals/{row.id}").content, type=ProposalRecord)
    found = {
        surface: msgspec.json.decode(told, type=Verdict).reason_codes
        for surface, told in (live | read_back(engine, str(verdict.id))).items()
    }
    found |= {"proposal list": row.reason_codes, "proposal": shown.reason_codes}
    last = engine.machine("CNC-001").last_decision
    if last is not None and last.id == verdict.id:
        found["machine"] = last.reason_codes
    assert {surface for surface, codes in found.items() if codes != verdict.reason_codes} == set(), name
    assert len(found) >= 11
    assert (row.verdict, row.primary_code, row.policy_digest, row.evaluated_at) == (
        name,
        verdict.reason_codes[0],
        verdict.policy_digest,
        verdict.evaluated_at,
    )
    assert (row.clamped, row.intent) == (name == "deny", proposal.get("intent"))
    assert msgspec.structs.replace(shown, proposal=None) == row


@CASES
def test_rows_are_found_by_verdict_and_code(engine: Engine, proposal: dict[str, Any], name: str) -> None:
    verdict = msgspec.json.decode(engine.post("/v1/proposals", proposal).content, type=Verdict)
    for code in verdict.reason_codes:
        rows = _rows(engine, f"&verdict={name}&code={code}")
        assert verdict.id in {row.decision_id for row in rows}
        assert all(row.verdict == name and code in row.reason_codes for row in rows)
    other = "indeterminate" if name != "indeterminate" else "allow"
    assert verdict.id not in {row.decision_id for row in _rows(engine, f"&verdict={other}")}


@pytest.mark.parametrize("query", ["code=MACH.NO_SUCH", "code=", "verdict=maybe"])
def test_a_code_or_verdict_that_does_not_exist_is_refused(engine: Engine, query: str) -> None:
    answers = [engine.get(f"/v1/{noun}?{query}") for noun in ("proposals", "decisions")]
    for answer in answers:
        assert (answer.status_code, answer.json()["code"]) == (400, "REQ.PARAMETER_INVALID")
        assert answer.json()["field"] == query.partition("=")[0]
    assert answers[0].json()["detail"] == answers[1].json()["detail"]


def test_the_time_to_a_verdict_is_recorded_with_it(engine: Engine) -> None:
    """What a row tells is what the log has; an answer that was given before took nothing anew."""
    headers = {"idempotency-key": "took"}
    head = engine.head()
    first, again = (engine.post("/v1/proposals", ALLOWED, headers=headers) for _ in range(2))
    assert again.headers["idempotent-replayed"] == "true"
    (message,) = messages(engine, f"/v1/events?after={head}&types=proposal.decided", 1)
    took_us = msgspec.json.decode(member(message.data, "data", "took_us"), type=int)
    (row,) = [row for row in _rows(engine, "") if row.decision_id == first.json()["id"]]
    assert row.took_us == took_us
    assert 0 <= took_us < WAIT_S * 1_000_000
    assert b"took_us" not in first.content, "how long it took is no part of a verdict"


def _rows(engine: Engine, query: str) -> list[ProposalRecord]:
    answer = engine.get(f"/v1/proposals?limit=20{query}")
    assert answer.status_code == 200, answer.text
    return msgspec.json.decode(answer.content, type=Page[ProposalRecord]).items


def _seq(engine: Engine, key: str) -> int:
    def decided() -> list[Message]:
        return messages(engine, "/v1/events?after=0&types=proposal.decided", _decided_count(engine))

    return next(int(message.id) for message in decided() if is_of(verdict_of(message.data), key))


def _decided_count(engine: Engine) -> int:
    count, cursor = 0, ""
    while True:
        page = engine.get(f"/v1/decisions?limit=200{cursor}").json()
        count += len(page["items"])
        if page["next_cursor"] is None:
            return count
        cursor = f"&cursor={page['next_cursor']}"


@CASES
def test_bytes_are_canonical_json(engine: Engine, proposal: dict[str, Any], name: str) -> None:
    import rfc8785

    answer = engine.post("/v1/proposals", proposal).content
    assert rfc8785.dumps(msgspec.json.decode(answer)) == answer, name


def test_sdk_submission_has_the_bytes_of_the_record(engine: Engine) -> None:
    with Client(engine.url) as client:
        answer = client.raw("proposal.submit", body=DENIED)
        assert answer.content == engine.get(f"/v1/decisions/{msgspec.json.decode(answer.content)['id']}").content


def test_replayed_submission_has_the_first_bytes(engine: Engine) -> None:
    headers = {"idempotency-key": "verdict-bytes"}
    first = engine.post("/v1/proposals", ALLOWED, headers=headers)
    again = engine.post("/v1/proposals", ALLOWED, headers=headers)
    assert (again.status_code, again.content) == (first.status_code, first.content)
    assert again.headers["location"] == first.headers["location"]
    assert (first.headers.get("idempotent-replayed"), again.headers["idempotent-replayed"]) == (None, "true")


def test_dry_run_is_the_same_judgement_without_ids(engine: Engine) -> None:
    head = engine.head()
    dry = engine.post("/v1/proposals?dry_run=true", DENIED)
    real = engine.post("/v1/proposals", DENIED)
    assert dry.status_code == 200
    assert "location" not in dry.headers
    verdict, recorded = (msgspec.json.decode(answer.content, type=Verdict) for answer in (dry, real))
    assert (verdict.id, verdict.proposal_id, verdict.approval_id) == (None, None, None)
    assert (verdict.verdict, verdict.reasons) == (recorded.verdict, recorded.reasons)
    assert verdict.clamped_proposal == recorded.clamped_proposal
    # Between the two answers only the real one was written: two events, and machines may have spoken.
    between = messages(engine, f"/v1/events?after={head}&types=proposal.*", 2)
    assert [member(message.data, "type") for message in between] == [b'"proposal.submitted"', b'"proposal.decided"']
