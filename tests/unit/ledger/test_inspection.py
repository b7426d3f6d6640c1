"""The inspection: a sound ledger has no findings, and every change of every column has one."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
import pytest

from chargehand.kernel.canonical import canonical_bytes
from chargehand.ledger import checkpoint, tree
from chargehand.ledger.signing_key import Signer
from tests.unit.ledger.recorder import ERASED_SEQ, FIRST_CHECKPOINT, STORY, Recorder, codes

COLUMNS = ("id", "kind", "subject", "revision", "actor", "project", "topic", "time_us", "envelope", "data", "salt")
SIZE = len(STORY)


def bent(value: Any) -> Iterable[Any]:
    """Other values than this one: every byte and character changed, numbers moved, null made something."""
    if isinstance(value, bytes):
        yield from (value[:at] + bytes([value[at] ^ 1]) + value[at + 1 :] for at in range(len(value)))
        yield from (value[:-1], value + b" ", b" " + value, b"")
    elif isinstance(value, str):
        yield from (value[:at] + chr(ord(value[at]) ^ 1) + value[at + 1 :] for at in range(len(value)))
        yield from (value[:-1], value + " ", "")
    elif isinstance(value, int):
        yield from (value + 1, value - 1, -value, 2**62, 10**17)
    else:
        yield from ("", "x")


def test_a_sound_ledger_has_no_findings(story: Recorder) -> None:
    report = story.verify()
    assert (report.ok, report.findings, report.size, report.anchored_size) == (True, [], SIZE, SIZE)
    assert report.root == story.checkpoints[-1].root
    assert report.erased == 1


def test_an_empty_ledger_has_no_findings(recorder: Recorder) -> None:
    made = recorder.checkpoint()
    report = recorder.verify(made.note)
    assert (report.ok, report.size, report.root, report.anchored_size) == (True, 0, made.root, 0)


def test_a_ledger_of_several_pages_and_tiles_has_no_findings(recorder: Recorder) -> None:
    recorder.append_many(1100)
    for size in (1, 256, 511, 512, 513, 1024, 1100):
        recorder.checkpoint(size)
    report = recorder.verify()
    assert (report.ok, report.size, report.anchored_size) == (True, 1100, 1100)


@pytest.mark.parametrize("column", COLUMNS)
def test_every_change_of_every_column_of_every_event_is_found(story: Recorder, column: str) -> None:
    for seq in range(1, SIZE + 1):
        before = story.tamper(f"SELECT {column} FROM event WHERE seq = ?", (seq,))[0][0]
        if before is None and column in ("data", "salt"):
            values: Iterable[Any] = (b"", b"null", bytes(16))
        else:
            values = bent(before)
        for value in values:
            story.tamper(f"UPDATE event SET {column} = ? WHERE seq = ?", (value, seq))
            report = story.verify()
            assert not report.ok, f"{column} of event {seq} set to {value!r}"
            assert any(f.seq == seq and f.code == "LEDG.RECORD_CHANGED" for f in report.findings)
        story.tamper(f"UPDATE event SET {column} = ? WHERE seq = ?", (before, seq))
    assert story.verify().ok


def test_every_change_of_every_leaf_hash_is_found(story: Recorder) -> None:
    for seq, before in story.tamper("SELECT seq, leaf_hash FROM event"):
        for value in bent(before):
            story.tamper("UPDATE event SET leaf_hash = ? WHERE seq = ?", (value, seq))
            assert "LEDG.RECORD_CHANGED" in codes(story.verify())
        story.tamper("UPDATE event SET leaf_hash = ? WHERE seq = ?", (before, seq))


def test_a_changed_position_is_found(story: Recorder) -> None:
    story.tamper("UPDATE event SET seq = 99 WHERE seq = 14")
    assert codes(story.verify()) >= {"LEDG.SEQ_GAP", "LEDG.RECORD_CHANGED"}


@pytest.mark.parametrize("seq", range(1, SIZE + 1))
def test_a_deleted_event_is_found(story: Recorder, seq: int) -> None:
    story.tamper("DELETE FROM event WHERE seq = ?", (seq,))
    found = codes(story.verify())
    assert "LEDG.TRUNCATED" in found
    assert ("LEDG.SEQ_GAP" in found) == (seq < SIZE)


def test_a_head_that_counts_more_events_than_are_there_is_a_cut(recorder: Recorder) -> None:
    recorder.append_many(3)
    recorder.tamper("DELETE FROM event WHERE seq = 3")
    assert codes(recorder.verify()) == {"LEDG.TRUNCATED"}


def test_an_inserted_event_is_found(story: Recorder) -> None:
    columns = "kind, subject, revision, actor, project, topic, time_us, envelope, data, salt, leaf_hash"
    story.tamper(f"INSERT INTO event (seq, id, {columns}) SELECT 15, id, {columns} FROM event WHERE seq = 13")
    assert codes(story.verify()) == {"LEDG.RECORD_CHANGED", "LEDG.ROOT_MISMATCH"}


def test_two_events_that_changed_places_are_found(story: Recorder) -> None:
    for old, new in ((3, 100), (4, 3), (100, 4)):
        story.tamper("UPDATE event SET seq = ? WHERE seq = ?", (new, old))
    assert {f.seq for f in story.verify().findings if f.code == "LEDG.RECORD_CHANGED"} == {3, 4}


def test_two_payloads_that_changed_places_are_found(story: Recorder) -> None:
    rows = {seq: (data, salt) for seq, data, salt in story.tamper("SELECT seq, data, salt FROM event")}
    for seq, other in ((3, 4), (4, 3)):
        story.tamper("UPDATE event SET data = ?, salt = ? WHERE seq = ?", (*rows[other], seq))
    assert {f.seq for f in story.verify().findings} == {3, 4}


def test_a_byte_that_moves_from_payload_to_salt_is_found(story: Recorder) -> None:
    data, salt = story.tamper("SELECT data, salt FROM event WHERE seq = 13")[0]
    assert data == b"1234"
    story.tamper("UPDATE event SET data = ?, salt = ? WHERE seq = 13", (data[1:], salt + data[:1]))
    assert [(f.code, f.seq) for f in story.verify().findings] == [("LEDG.RECORD_CHANGED", 13)]


def test_payloads_whose_erasure_is_recorded_still_verify_and_are_counted(story: Recorder) -> None:
    with story.store.write() as session:
        for seq in (1, 5, SIZE):
            session.run("log.erase_payload", {"seq": seq})
    report = story.verify(erasures={1, 5, ERASED_SEQ, SIZE})
    assert (report.ok, report.erased) == (True, 4)


def test_a_payload_that_is_gone_without_a_recorded_erasure_is_found(story: Recorder) -> None:
    with story.store.write() as session:
        session.run("log.erase_payload", {"seq": 4})
    report = story.verify()
    assert [(f.code, f.seq) for f in report.findings] == [("LEDG.RECORD_CHANGED", 4)]
    assert report.erased == 2
    assert {f.seq for f in story.verify(erasures=()).findings} == {4, ERASED_SEQ}


def test_half_an_erasure_is_found(story: Recorder) -> None:
    story.tamper("UPDATE event SET salt = NULL WHERE seq = 2")
    story.tamper("UPDATE event SET data = x'00' WHERE seq = ?", (ERASED_SEQ,))
    assert {f.seq for f in story.verify().findings} == {2, ERASED_SEQ}


def rewritten(recorder: Recorder, seq: int, **changes: Any) -> None:
    """Forge an event as whoever owns the database can: envelope, columns, leaf, tiles and head all fit."""
    row = recorder.tamper("SELECT envelope FROM event WHERE seq = ?", (seq,))[0][0]
    forged = canonical_bytes({**msgspec.json.decode(row), **changes})
    recorder.tamper(
        "UPDATE event SET envelope = ?, actor = ?, leaf_hash = ? WHERE seq = ?",
        (forged, changes["actor"], tree.leaf_hash(forged), seq),
    )
    envelopes = [one for (one,) in recorder.tamper("SELECT envelope FROM event ORDER BY seq")]
    recorder.tamper("UPDATE log_head SET frontier = ?", (tree.seal(0, b"", envelopes).frontier,))


def test_a_perfect_forgery_is_found_by_the_remembered_checkpoints(story: Recorder) -> None:
    rewritten(story, 3, actor="human:nobody")
    report = story.verify()
    assert [f.code for f in report.findings] == ["LEDG.NOT_CONSISTENT"] * 2


def test_a_perfect_forgery_without_its_checkpoints_is_found_only_by_a_kept_one(story: Recorder) -> None:
    rewritten(story, 3, actor="human:nobody")
    story.tamper("DELETE FROM checkpoint")
    assert story.verify().ok
    assert story.verify().anchored_size == 0
    assert codes(story.verify(story.checkpoints[0].note)) == {"LEDG.NOT_CONSISTENT"}


def test_a_cut_is_found_below_a_kept_checkpoint_and_the_report_says_how_far_it_saw(story: Recorder) -> None:
    story.tamper("DELETE FROM event WHERE seq > ?", (FIRST_CHECKPOINT,))
    story.tamper("DELETE FROM checkpoint WHERE size > ?", (FIRST_CHECKPOINT,))
    envelopes = [one for (one,) in story.tamper("SELECT envelope FROM event ORDER BY seq")]
    frontier = tree.seal(0, b"", envelopes).frontier
    story.tamper("UPDATE log_head SET seq = ?, frontier = ?", (FIRST_CHECKPOINT, frontier))
    blind = story.verify()
    assert (blind.ok, blind.anchored_size) == (True, FIRST_CHECKPOINT)
    assert codes(story.verify(story.checkpoints[-1].note)) == {"LEDG.TRUNCATED"}


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE log_head SET seq = 13",
        "UPDATE log_head SET seq = 15",
        "UPDATE log_head SET frontier = zeroblob(96)",
        "UPDATE log_head SET frontier = x''",
        "DELETE FROM log_head",
        "INSERT INTO ledger_tile VALUES (8, 0, zeroblob(32))",
        "UPDATE checkpoint SET root = zeroblob(32) WHERE size = 5",
        "UPDATE checkpoint SET size = 6 WHERE size = 5",
        "UPDATE checkpoint SET size = 0 WHERE size = 5",
        "UPDATE checkpoint SET size = 90 WHERE size = 14",
        "UPDATE checkpoint SET note = replace(note, 'A', 'B') WHERE size = 14",
        "UPDATE checkpoint SET note = (SELECT note FROM checkpoint WHERE size = 14) WHERE size = 5",
        "UPDATE checkpoint SET note = substr(note, 1, instr(note, char(10) || char(10)))",
        "UPDATE checkpoint SET note = ''",
    ],
)
def test_a_changed_head_tile_or_checkpoint_is_found(story: Recorder, statement: str) -> None:
    story.tamper(statement)
    assert not story.verify().ok


def test_every_change_of_a_tile_is_found(recorder: Recorder) -> None:
    recorder.append_many(520)
    for position, before in recorder.tamper("SELECT position, hash FROM ledger_tile"):
        for value in [*list(bent(before))[::11], None]:
            if value is None:
                recorder.tamper("DELETE FROM ledger_tile WHERE position = ?", (position,))
            else:
                recorder.tamper("UPDATE ledger_tile SET hash = ? WHERE position = ?", (value, position))
            assert "LEDG.ROOT_MISMATCH" in codes(recorder.verify())
        recorder.tamper("INSERT OR REPLACE INTO ledger_tile VALUES (8, ?, ?)", (position, before))
    assert recorder.verify().ok


def test_a_checkpoint_signed_by_a_stranger_is_no_anchor(story: Recorder) -> None:
    stranger = Signer(story.signer.name, bytes(32))
    note = checkpoint.sign(stranger, 3, bytes(32))
    report = story.verify(note, "not a note", note.split("\u2014")[0])
    assert [f.code for f in report.findings] == [
        "LEDG.SIGNATURE_INVALID",
        "LEDG.CHECKPOINT_INVALID",
        "LEDG.CHECKPOINT_INVALID",
    ]


def test_an_envelope_with_attributes_of_a_newer_engine_is_read(recorder: Recorder) -> None:
    staged = recorder.record("machine.state", "machine/1", "engine", None, {})
    recorder.append(staged)
    row = recorder.tamper("SELECT envelope FROM event")[0][0]
    newer = canonical_bytes({**msgspec.json.decode(row), "tracestate": "x", "nested": {"b": 1.5, "a": None}})
    sealed = tree.seal(0, b"", [newer])
    recorder.tamper("UPDATE event SET envelope = ?, leaf_hash = ?", (newer, sealed.leaf_hashes[0]))
    recorder.tamper("UPDATE log_head SET frontier = ?", (sealed.frontier,))
    assert recorder.verify().ok


@pytest.mark.parametrize(
    "spoil",
    [
        lambda raw: raw.replace(b'"v":1}', b'"v":1 }'),
        lambda raw: raw.replace(b'"v":1}', b'"v":1,"v":1}'),
        lambda raw: raw.replace(b'"v":1}', b'"v":1,"a":1}'),
        lambda raw: raw.replace(b'"v":1}', b'"v":1,"x":' + b"[" * 5000 + b"]" * 5000 + b"}"),
        lambda raw: raw.replace(b'"v":1}', b'"v":1,"x":1e999}'),
        lambda raw: raw.replace(b'"revision":1', b'"revision":"1"'),
        lambda raw: b"[]",
        lambda raw: b"\xff",
        lambda raw: b"",
    ],
)
def test_an_envelope_that_was_signed_but_is_not_canonical_is_found(recorder: Recorder, spoil: Any) -> None:
    recorder.append(recorder.record("machine.state", "machine/1", "engine", None, {}))
    spoiled = spoil(recorder.tamper("SELECT envelope FROM event")[0][0])
    sealed = tree.seal(0, b"", [spoiled])
    recorder.tamper("UPDATE event SET envelope = ?, leaf_hash = ?", (spoiled, sealed.leaf_hashes[0]))
    recorder.tamper("UPDATE log_head SET frontier = ?", (sealed.frontier,))
    assert codes(recorder.verify()) == {"LEDG.RECORD_CHANGED"}


def test_the_list_of_findings_is_bounded(recorder: Recorder) -> None:
    recorder.append_many(1100)
    recorder.tamper("UPDATE event SET actor = 'nobody'")
    report = recorder.verify()
    assert not report.ok
    assert len(report.findings) == 1000


class SkipsALeaf:
    """Planted: seals a batch without its last leaf, as a log that loses a race might."""

    def __call__(self, size: int, frontier: bytes, leaves: Sequence[bytes]) -> tree.Sealed:
        sealed = tree.seal(size, frontier, leaves)
        if len(leaves) == 1:
            return sealed
        short = tree.seal(size, frontier, [*leaves[:-1], leaves[0]])
        return tree.Sealed(sealed.leaf_hashes, short.frontier, sealed.tiles)


class ForgetsTheDomain:
    """Planted: hashes a leaf without its prefix."""

    def __call__(self, size: int, frontier: bytes, leaves: Sequence[bytes]) -> tree.Sealed:
        assert size == 0
        hashes = [hashlib.sha256(leaf).digest() for leaf in leaves]
        peak = hashes[0] if len(hashes) == 1 else tree.node_hash(hashes[0], hashes[1])
        return tree.Sealed(hashes, peak, [])


def test_planted_a_skipped_leaf_is_found() -> None:
    recorder = Recorder(SkipsALeaf())
    recorder.append_many(2)
    assert codes(recorder.verify()) == {"LEDG.ROOT_MISMATCH"}
    recorder.store.close()


def test_planted_a_leaf_without_its_domain_is_found() -> None:
    recorder = Recorder(ForgetsTheDomain())
    recorder.append_many(2)
    assert codes(recorder.verify()) == {"LEDG.RECORD_CHANGED", "LEDG.ROOT_MISMATCH"}
    recorder.store.close()
