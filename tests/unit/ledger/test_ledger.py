"""Checkpoints and proofs over a real log, and that a broken history is neither signed nor proven."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from typing import Any, cast

import pytest

from chargehand.contracts.ledger import Checkpoint, ConsistencyProof, InclusionProof
from chargehand.kernel.store import Params, Row, Session, StoreError
from chargehand.ledger import checkpoint, ledger, tree
from tests.unit.ledger.recorder import FIRST_CHECKPOINT, ORIGIN, STORY, Recorder


def raw(texts: Sequence[str]) -> list[bytes]:
    return [base64.b64decode(text) for text in texts]


def prove(recorder: Recorder, seq: int, against: Checkpoint) -> InclusionProof:
    with recorder.store.read() as session:
        return ledger.prove(session, seq, against)


def consistency(recorder: Recorder, first: int, against: Checkpoint) -> ConsistencyProof:
    with recorder.store.read() as session:
        return ledger.consistency(session, first, against)


def envelope(recorder: Recorder, seq: int) -> bytes:
    found = recorder.tamper("SELECT envelope FROM event WHERE seq = ?", (seq,))[0][0]
    assert isinstance(found, bytes)
    return found


def test_an_empty_ledger_has_a_head_and_a_checkpoint(recorder: Recorder) -> None:
    with recorder.store.read() as session:
        assert ledger.head(session) == ledger.Head(0, b"")
    made = recorder.checkpoint()
    assert (made.size, base64.b64decode(made.root)) == (0, tree.EMPTY_ROOT)
    assert checkpoint.verify(made.note, recorder.signer.key) == (ORIGIN, 0, tree.EMPTY_ROOT)


def test_a_checkpoint_says_what_it_signs(story: Recorder) -> None:
    made = story.checkpoints[-1]
    statement = checkpoint.verify(made.note, story.signer.key)
    assert statement == (made.origin, made.size, base64.b64decode(made.root))
    assert (made.origin, made.size, made.public_key) == (ORIGIN, len(STORY), story.signer.key.text)


def test_a_checkpoint_is_remembered_once_per_size(story: Recorder) -> None:
    again = story.checkpoint()
    assert again == story.checkpoints[-2]
    rows = story.tamper("SELECT size, note FROM checkpoint ORDER BY size")
    assert rows == [(made.size, made.note) for made in story.checkpoints[:2]]


def test_an_earlier_size_gets_the_root_it_had(recorder: Recorder) -> None:
    roots = {}
    for size in range(1, 20):
        recorder.append(recorder.record("machine.state", f"machine/{size}", "engine", None, {}))
        with recorder.store.read() as session:
            roots[size] = tree.root(*ledger.head(session))
    for size, root in roots.items():
        assert base64.b64decode(recorder.checkpoint(size).root) == root


@pytest.mark.parametrize("size", [-1, 15])
def test_a_size_that_the_ledger_never_had_is_refused(story: Recorder, size: int) -> None:
    with pytest.raises(ledger.PositionError) as caught:
        story.checkpoint(size)
    assert caught.value.code == "REQ.PARAMETER_INVALID"


def test_every_event_is_proven_against_every_later_checkpoint(recorder: Recorder) -> None:
    recorder.append_many(600)
    for size in (1, 5, 255, 256, 257, 511, 512, 513, 600):
        against = recorder.checkpoint(size)
        for seq in {seq for seq in (1, 2, 5, 200, 256, 257, 400, 512, 513, 600, size) if seq <= size}:
            proof = prove(recorder, seq, against)
            leaf = tree.leaf_hash(envelope(recorder, seq))
            assert proof.leaf_hash == base64.b64encode(leaf).decode()
            assert tree.verify_inclusion(
                leaf, proof.leaf_index, against.size, raw(proof.hashes), base64.b64decode(against.root)
            )


def test_each_checkpoint_is_proven_to_continue_the_ones_before(recorder: Recorder) -> None:
    recorder.append_many(530)
    made = [recorder.checkpoint(size) for size in (0, 1, 2, 5, 255, 256, 257, 512, 530)]
    for first in made:
        for second in [later for later in made if later.size >= first.size]:
            proof = consistency(recorder, first.size, second)
            assert (proof.first, proof.second, proof.checkpoint) == (first.size, second.size, second)
            roots = [base64.b64decode(one.root) for one in (first, second)]
            assert tree.verify_consistency(first.size, second.size, raw(proof.hashes), *roots)


@pytest.mark.parametrize("seq", [0, -1, 15])
def test_an_event_beyond_the_checkpoint_is_not_proven(story: Recorder, seq: int) -> None:
    with pytest.raises(ledger.PositionError):
        prove(story, seq, story.checkpoints[-1])
    with pytest.raises(ledger.PositionError):
        prove(story, FIRST_CHECKPOINT + 1, story.checkpoints[0])


@pytest.mark.parametrize("first", [-1, 15])
def test_a_size_beyond_the_checkpoint_is_not_proven(story: Recorder, first: int) -> None:
    with pytest.raises(ledger.PositionError):
        consistency(story, first, story.checkpoints[-1])


def test_a_checkpoint_that_cannot_be_remembered_is_not_given_out(story: Recorder) -> None:
    story.append_many(1)
    story.tamper("PRAGMA query_only = ON")
    with story.store.read() as session, pytest.raises(StoreError):
        ledger.checkpoint(session, story.signer, 0)


def repeated(recorder: Recorder, size: int | None = None) -> Checkpoint | None:
    with recorder.store.read() as session:
        return ledger.repeated(session, recorder.signer, size)


def test_a_size_below_a_remembered_one_is_signed_and_not_remembered(story: Recorder) -> None:
    for size in (9, 0, 5, 14, None):
        assert story.checkpoint(size) == repeated(story, size)
    assert story.tamper("SELECT size FROM checkpoint ORDER BY size") == [(5,), (14,)]


def test_what_is_asked_again_is_answered_without_a_write(story: Recorder) -> None:
    assert [repeated(story, made.size) for made in story.checkpoints] == story.checkpoints
    assert repeated(story) == story.checkpoints[-1]


def test_a_size_that_nobody_was_promised_has_to_be_made(story: Recorder) -> None:
    story.append_many(2)
    assert [repeated(story), repeated(story, 15)] == [None, None]
    made = story.checkpoint()
    assert [repeated(story), repeated(story, 16)] == [made, made]


def test_an_unsigned_ledger_repeats_nothing(recorder: Recorder) -> None:
    assert repeated(recorder) is None


def test_a_size_that_is_not_there_is_not_repeated_either(story: Recorder) -> None:
    with pytest.raises(ledger.PositionError):
        repeated(story, 15)


def test_a_ledger_has_grown_until_it_is_signed(recorder: Recorder) -> None:
    def grown() -> bool:
        with recorder.store.read() as session:
            return ledger.has_grown(session)

    assert grown()
    recorder.checkpoint()
    assert not grown()
    recorder.append_many(3)
    recorder.checkpoint(2)
    assert grown()
    recorder.checkpoint()
    assert not grown()


BROKEN = {
    "a leaf hash was changed": ("UPDATE event SET leaf_hash = zeroblob(32) WHERE seq = 3", "LEDG.ROOT_MISMATCH"),
    "an event was deleted": ("DELETE FROM event WHERE seq = 3", "LEDG.SEQ_GAP"),
    "the frontier was changed": ("UPDATE log_head SET frontier = zeroblob(96)", "LEDG.ROOT_MISMATCH"),
    "the frontier has another length": ("UPDATE log_head SET frontier = zeroblob(64)", "LEDG.ROOT_MISMATCH"),
    "the head was set back": (
        "UPDATE log_head SET seq = 1, frontier = (SELECT leaf_hash FROM event WHERE seq = 1)",
        "LEDG.TRUNCATED",
    ),
    "a checkpoint was changed": ("UPDATE checkpoint SET root = zeroblob(32) WHERE size = 14", "LEDG.NOT_CONSISTENT"),
}


@pytest.mark.parametrize("how", BROKEN)
def test_a_broken_history_is_not_signed(story: Recorder, how: str) -> None:
    statement, code = BROKEN[how]
    story.tamper(statement)
    before = story.tamper("SELECT * FROM checkpoint ORDER BY size")
    with pytest.raises(ledger.LedgerError) as caught:
        story.checkpoint()
    assert caught.value.code == code
    assert story.tamper("SELECT * FROM checkpoint ORDER BY size") == before


def test_a_second_history_beside_a_signed_one_is_not_signed(story: Recorder) -> None:
    other = Recorder()
    other.append_many(14)
    rows = other.tamper("SELECT seq, leaf_hash FROM event")
    for seq, leaf in rows:
        story.tamper("UPDATE event SET leaf_hash = ? WHERE seq = ?", (leaf, seq))
    story.tamper("UPDATE log_head SET frontier = ?", other.tamper("SELECT frontier FROM log_head")[0])
    other.store.close()
    with pytest.raises(ledger.LedgerError) as caught:
        story.checkpoint()
    assert caught.value.code == "LEDG.NOT_CONSISTENT"


class Overtaken:
    """A session in whose place another node appends and signs as soon as the head was read."""

    def __init__(self, inner: Session, recorder: Recorder) -> None:
        self.inner, self.recorder = inner, recorder

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)

    def one(self, query: str, params: Params = ()) -> Row | None:
        row = self.inner.one(query, params)
        if query == "ledger.read_head":
            staged = self.recorder.record("machine.state", "machine/9", "engine", None, {})
            self.recorder.log.append(self.inner, [staged])
            ledger.checkpoint(self.inner, self.recorder.signer, 2)
        return row


def test_a_node_that_is_overtaken_while_it_signs_signs_what_it_saw(story: Recorder) -> None:
    with story.store.write() as session:
        made = ledger.checkpoint(cast("Session", Overtaken(session, story)), story.signer, 1)
    assert made == story.checkpoints[-1]
    assert [row[0] for row in story.tamper("SELECT size FROM checkpoint ORDER BY size")] == [5, 14, 15]
    assert story.verify().ok


def test_a_tile_that_is_missing_never_becomes_a_proof(recorder: Recorder) -> None:
    recorder.append_many(600)
    against = recorder.checkpoint()
    recorder.tamper("DELETE FROM ledger_tile WHERE position = 0")
    with pytest.raises(ledger.LedgerError) as caught:
        prove(recorder, 600, against)
    assert caught.value.code == "LEDG.SEQ_GAP"
