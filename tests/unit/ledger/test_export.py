"""The export: recorded bytes, one line each, in a file that is there whole or not at all."""

from __future__ import annotations

import base64
import json
import stat
from pathlib import Path

import msgspec
import pytest

from chargehand.contracts.export import ExportedEvent, ExportHeader
from chargehand.kernel.store import StoreFullError
from chargehand.ledger import export, inspection
from tests.unit.ledger.recorder import ERASED_SEQ, ORIGIN, STORY, Recorder, check


def test_the_first_line_is_the_header(story: Recorder, tmp_path: Path) -> None:
    header = json.loads(story.export(tmp_path / "x.jsonl").split(b"\n")[0])
    made = story.checkpoints[-1]
    assert list(header.items()) == [
        ("schema_version", 1),
        ("origin", ORIGIN),
        ("public_key", made.public_key),
        ("size", len(STORY)),
        ("checkpoint", made.note),
    ]


def test_every_line_holds_exactly_the_recorded_bytes(story: Recorder, tmp_path: Path) -> None:
    lines = story.export(tmp_path / "x.jsonl").split(b"\n")[1:]
    assert lines.pop() == b""
    rows = story.tamper("SELECT envelope, data, salt, leaf_hash FROM event ORDER BY seq")
    assert len(lines) == len(rows) == len(STORY)
    for line, (envelope, data, salt, leaf) in zip(lines, rows, strict=True):
        salt_text = b"null" if salt is None else b'"' + salt.hex().encode() + b'"'
        expected = b'{"envelope":' + envelope + b',"data":' + (data or b"null") + b',"salt":' + salt_text
        assert line == expected + b',"leaf_hash":"' + base64.b64encode(leaf) + b'"}'
        assert list(json.loads(line)) == ["envelope", "data", "salt", "leaf_hash"]


def test_an_erased_payload_and_a_payload_of_null_differ(story: Recorder, tmp_path: Path) -> None:
    lines = story.export(tmp_path / "x.jsonl").split(b"\n")
    erased, null = (json.loads(lines[seq]) for seq in (ERASED_SEQ, len(STORY)))
    assert (erased["data"], erased["salt"]) == (None, None)
    assert null["data"] is None
    assert len(bytes.fromhex(null["salt"])) == 16


def test_an_export_ends_at_its_checkpoint(story: Recorder, tmp_path: Path) -> None:
    first = story.checkpoints[0]
    exported = story.export(tmp_path / "x.jsonl", first)
    assert exported.count(b"\n") == first.size + 1
    assert check(exported, first.note).ok


def test_a_streamed_export_has_the_bytes_of_the_file_in_whole_lines(recorder: Recorder, tmp_path: Path) -> None:
    recorder.append_many(inspection.PAGE_EVENTS + 1)
    recorder.checkpoint()
    with recorder.store.read() as session:
        pieces = list(export.stream(session, recorder.checkpoints[0]))
    assert [piece.count(b"\n") for piece in pieces] == [1, inspection.PAGE_EVENTS, 1]
    assert all(piece.endswith(b"\n") for piece in pieces)
    assert b"".join(pieces) == recorder.export(tmp_path / "x.jsonl")


def test_every_line_is_a_record_of_the_contract(story: Recorder, tmp_path: Path) -> None:
    header, *events = story.export(tmp_path / "x.jsonl").splitlines()
    assert msgspec.json.decode(header, type=ExportHeader).size == len(events)
    assert [msgspec.json.decode(line, type=ExportedEvent).envelope.seq for line in events] == list(range(1, 15))


def test_an_empty_ledger_has_an_export_of_one_line(recorder: Recorder, tmp_path: Path) -> None:
    recorder.checkpoint()
    exported = recorder.export(tmp_path / "x.jsonl")
    assert exported.count(b"\n") == 1
    assert check(exported, recorder.checkpoints[0].note).ok


def test_pages_leave_no_seam(recorder: Recorder, tmp_path: Path) -> None:
    recorder.append_many(inspection.PAGE_EVENTS * 2 + 1)
    recorder.checkpoint()
    report = check(recorder.export(tmp_path / "x.jsonl"))
    assert (report.ok, report.size) == (True, inspection.PAGE_EVENTS * 2 + 1)


def test_only_the_owner_reads_the_file_and_nothing_else_is_left(story: Recorder, tmp_path: Path) -> None:
    target = tmp_path / "x.jsonl"
    target.write_text("an older export")
    story.export(target)
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert [entry.name for entry in tmp_path.iterdir()] == ["x.jsonl"]


def test_an_export_that_fails_leaves_the_older_one(
    story: Recorder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "x.jsonl"
    target.write_text("an older export")

    def fail(*_: object, **__: object) -> None:
        raise StoreFullError

    monkeypatch.setattr(export, "event_pages", fail)
    with pytest.raises(StoreFullError):
        story.export(target)
    assert target.read_text() == "an older export"
    assert [entry.name for entry in tmp_path.iterdir()] == ["x.jsonl"]


def test_a_ledger_that_was_tampered_with_is_exported_as_it_is(story: Recorder, tmp_path: Path) -> None:
    story.tamper("DELETE FROM event WHERE seq = 4")
    story.tamper("UPDATE event SET salt = NULL WHERE seq = 2")
    report = check(story.export(tmp_path / "x.jsonl"))
    assert report.size == len(STORY) - 1
    assert [(f.code, f.seq) for f in report.findings] == [
        ("LEDG.RECORD_CHANGED", 2),
        ("LEDG.SEQ_GAP", 5),
        ("LEDG.TRUNCATED", None),
        ("LEDG.ROOT_MISMATCH", None),
    ]
