"""The log on every store: one order without gaps, read back byte for byte, and cursors that never go back."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence

import msgspec
import pytest

from chargehand.contracts.envelope import DATA_BYTES_MAX, EngineEvent
from chargehand.kernel import log
from chargehand.kernel.canonical import canonical_bytes
from chargehand.kernel.clock import iso_utc
from chargehand.kernel.ids import SeededIds
from chargehand.kernel.log import Log, Staged
from chargehand.kernel.store import ConstraintError, Store
from chargehand.ledger import inspection, tree
from chargehand.ledger.signing_key import Signer
from tests.conformance.nodes import START_US, every, staged

SIGNER = Signer("ledger.example/log", bytes(32))


def append(store: Store, *events: Staged, seed: int = 1) -> int:
    with store.write() as session:
        return Log("urn:test", tree.seal, SeededIds(seed)).append(session, events)


def verify(store: Store) -> list[str]:
    with store.read() as session:
        return [finding.code for finding in inspection.verify(session, [SIGNER.key]).findings]


def seqs(entries: Sequence[log.Entry]) -> list[int]:
    return [entry.seq for entry in entries]


def test_an_empty_log_stands_at_zero(store: Store) -> None:
    with store.read() as session:
        assert log.head(session) == 0
        assert log.read(session, 0, 10) == []
    assert verify(store) == []


def test_events_stand_in_order_without_gaps(store: Store) -> None:
    assert append(store, staged("a/1", 1), staged("a/1", 2)) == 2
    assert append(store, staged("b/1", 1), seed=2) == 3
    assert seqs(every(store)) == [1, 2, 3]
    with store.read() as session:
        assert log.head(session) == 3
        assert seqs(log.read(session, 1, 1)) == [2]
        assert seqs(log.read(session, 3, 10)) == []
    assert verify(store) == []


def test_a_batch_that_was_rolled_back_leaves_no_gap(store: Store) -> None:
    def append_and_fail() -> None:
        with store.write() as session:
            Log("urn:test", tree.seal, SeededIds(1)).append(session, [staged("a/1", 1), staged("a/2", 1)])
            raise RuntimeError

    append(store, staged("a/0", 1))
    with pytest.raises(RuntimeError):
        append_and_fail()
    append(store, staged("a/3", 1), seed=2)
    assert [(entry.seq, entry.subject) for entry in every(store)] == [(1, "a/0"), (2, "a/3")]
    assert verify(store) == []


def test_one_event_per_revision_of_a_subject(store: Store) -> None:
    append(store, staged("a/1", 1))
    with pytest.raises(ConstraintError):
        append(store, staged("b/1", 1), staged("a/1", 1), seed=2)
    assert seqs(every(store)) == [1]
    append(store, staged("b/1", 1), seed=3)
    assert [entry.subject for entry in every(store)] == ["a/1", "b/1"]
    assert verify(store) == []


def test_reading_by_topic_kind_and_subject(store: Store) -> None:
    append(
        store,
        staged("proposal/1", 1, kind="proposal.submitted", topic="machine/1"),
        staged("machine/1", 1),
        staged("proposal/2", 1, kind="proposal.submitted", topic="machine/2"),
        staged("proposal/1", 2, kind="proposal.decided", topic="machine/1"),
        staged("proposal/1", 3, kind="proposal.executed", topic="machine/1"),
    )
    with store.read() as session:
        assert seqs(log.read(session, 0, 10, topic="machine/1")) == [1, 4, 5]
        assert seqs(log.read(session, 1, 1, topic="machine/1")) == [4]
        assert seqs(log.read(session, 0, 10, topic="machine/9")) == []
        assert seqs(log.read(session, 0, 10, kind="proposal.submitted")) == [1, 3]
        assert seqs(log.read(session, 1, 10, kind="proposal.submitted")) == [3]
        assert seqs(log.read_subject(session, "proposal/1")) == [1, 4, 5]
        assert seqs(log.read_subject(session, "proposal/1", 2, 1)) == [4]
        assert log.read_subject(session, "proposal/9") == []
        assert session.one("log.last_revision", {"subject": "proposal/1"}) == (3,)
        assert session.one("log.last_revision", {"subject": "proposal/9"}) is None


def test_a_page_is_bounded_whatever_is_asked_for(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log, "PAGE_MAX", 3)
    append(store, *(staged("a/1", revision, topic="t") for revision in range(1, 6)))
    with store.read() as session:
        assert seqs(log.read(session, 0, 10**9)) == [1, 2, 3]
        assert seqs(log.read(session, 0, 10**9, topic="t")) == [1, 2, 3]
        assert seqs(log.read_subject(session, "a/1", 1, 10**9)) == [1, 2, 3]
    assert seqs(every(store)) == [1, 2, 3, 4, 5]


def test_an_event_travels_as_the_bytes_that_were_recorded(store: Store) -> None:
    payload = canonical_bytes({"text": 'über 90 ℃ \U0001f525 "data":null}', "n": [1, 0.5, None]})
    event = Staged(
        kind="machine.condition",
        subject="machine/CNC-001",
        revision=1,
        actor="human:anna",
        data=payload,
        time_us=START_US + 1,
        topic="cell/ä",
        correlationid="story",
        causationid="evt_0",
    )
    append(store, event)
    (entry,) = every(store)
    wire = msgspec.json.decode(entry.wire, type=EngineEvent)
    assert bytes(entry.data or b"") == payload
    assert entry.wire.endswith(b',"data":' + payload + b"}")
    assert (wire.seq, wire.revision, wire.type, wire.subject) == (1, 1, "machine.condition", "machine/CNC-001")
    assert (wire.actor, wire.topic, wire.correlationid, wire.causationid) == ("human:anna", "cell/ä", "story", "evt_0")
    assert wire.time == iso_utc(START_US + 1)
    assert wire.dataschema == "/schemas/machine.condition.v1.json"
    with store.read() as session:
        (row,) = session.all("ledger.page_events", {"after": 0, "last": 9, "limit": 9})
    assert wire.datadigest == "sha256:" + hashlib.sha256(bytes(row[11]) + payload).hexdigest()
    assert bytes(row[12]) == tree.leaf_hash(entry.envelope)


def test_an_erased_payload_leaves_the_event_and_the_ledger(store: Store) -> None:
    append(store, staged("a/1", 1), staged("a/1", 2))
    with store.write() as session:
        assert session.run("log.erase_payload", {"seq": 1}) == 1
    first, second = every(store)
    assert first.data is None
    assert first.wire.endswith(b',"data":null}')
    assert second.data is not None
    assert verify(store) == ["LEDG.RECORD_CHANGED"]
    with store.read() as session:
        report = inspection.verify(session, [SIGNER.key], erasures=(1,))
    assert (report.ok, report.erased) == (True, 1)


def test_a_salt_is_never_used_twice(store: Store) -> None:
    append(store, staged("a/1", 1), staged("a/1", 2), staged("a/1", 3))
    with store.read() as session:
        salts = [bytes(row[11]) for row in session.all("ledger.page_events", {"after": 0, "last": 9, "limit": 9})]
    assert len(set(salts)) == 3
    assert {len(salt) for salt in salts} == {16}


def test_a_cursor_moves_on_and_never_back(store: Store) -> None:
    with store.write() as session:
        assert log.load_cursor(session, "reader") == 0
        for told, stands in ((5, 5), (3, 5), (5, 5), (9, 9), (0, 9)):
            log.save_cursor(session, "reader", told)
            assert log.load_cursor(session, "reader") == stands
        assert log.load_cursor(session, "other") == 0


def test_a_cursor_moves_with_what_its_reader_did_or_not_at_all(store: Store) -> None:
    def step_and_fail() -> None:
        with store.write() as session:
            log.save_cursor(session, "reader", 8)
            raise RuntimeError

    with store.write() as session:
        log.save_cursor(session, "reader", 4)
    with pytest.raises(RuntimeError):
        step_and_fail()
    with store.read() as session:
        assert log.load_cursor(session, "reader") == 4


def test_growth_is_the_same_in_any_batches(store: Store) -> None:
    """Frontier and tiles do not depend on how events fell into commits."""
    events = [staged("a/1", revision) for revision in range(1, 301)]
    ids = SeededIds(5)
    recorder = Log("urn:test", tree.seal, ids)
    start = 0
    for size in (1, 2, 60, 150, 87):
        with store.write() as session:
            recorder.append(session, events[start : start + size])
        start += size
    with store.read() as session:
        report = inspection.verify(session, [SIGNER.key])
        leaves = [tree.leaf_hash(entry.envelope) for entry in every(store)]
    assert report.findings == []
    assert (report.size, len(leaves)) == (300, 300)
    sealed = tree.seal(0, b"", [entry.envelope for entry in every(store)])
    assert report.root == base64.b64encode(tree.root(300, sealed.frontier)).decode()


def test_a_payload_is_bounded() -> None:
    assert log.check_payload(b"x" * DATA_BYTES_MAX, "k") == b"x" * DATA_BYTES_MAX
    with pytest.raises(ValueError, match="65537 bytes"):
        log.check_payload(b"x" * (DATA_BYTES_MAX + 1), "k")
