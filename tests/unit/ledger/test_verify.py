"""The verifier that runs alone: it finds every change of an export, says what it cannot see, and never falls over."""

from __future__ import annotations

import ast
import base64
import json
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chargehand.contracts.ledger import LedgerReport
from chargehand.kernel.canonical import canonical_bytes
from chargehand.ledger import checkpoint, tree, verify
from chargehand.ledger.signing_key import Signer
from tests.unit.ledger.recorder import ERASED_SEQ, FIRST_CHECKPOINT, ORIGIN, STORY, Recorder, check, codes

SIZE = len(STORY)


@pytest.fixture
def exported(story: Recorder, tmp_path: Path) -> bytes:
    return story.export(tmp_path / "export.jsonl")


@pytest.fixture
def cached_signatures(monkeypatch: pytest.MonkeyPatch) -> None:
    """A sweep asks for the same signature ten thousand times; the arithmetic is tested elsewhere."""
    monkeypatch.setattr(verify, "ed25519_verify", cache(verify.ed25519_verify))


def header_of(exported: bytes, **changes: Any) -> bytes:
    """The header line of an export with some fields changed."""
    header = {**json.loads(exported.split(b"\n")[0]), **changes}
    return json.dumps(header, separators=(",", ":"), ensure_ascii=False).encode() + b"\n"


def lines_of(exported: bytes) -> list[bytes]:
    return exported.splitlines(keepends=True)


def line_of(envelope: bytes, data: bytes, salt: str | None) -> bytes:
    """An event line as the export writes it, with the leaf hash that belongs to it."""
    leaf = base64.b64encode(tree.leaf_hash(envelope))
    return b'{"envelope":%s,"data":%s,"salt":%s,"leaf_hash":"%s"}\n' % (
        envelope,
        data,
        json.dumps(salt).encode(),
        leaf,
    )


def test_a_sound_export_verifies(story: Recorder, exported: bytes) -> None:
    report = check(exported, *[made.note for made in story.checkpoints], key=story.signer.key.text)
    assert (report.ok, report.size, report.root) == (True, SIZE, story.checkpoints[-1].root)
    assert (report.anchored_size, report.erased) == (SIZE, 1)


def test_the_two_verifiers_agree_on_root_and_size(story: Recorder, exported: bytes) -> None:
    ours, alone = story.verify(), check(exported)
    assert (ours.size, ours.root, ours.erased) == (alone.size, alone.root, alone.erased)


@pytest.mark.usefixtures("cached_signatures")
@pytest.mark.parametrize("mask", [0x01, 0x20])
def test_every_changed_byte_of_the_file_is_found(exported: bytes, mask: int) -> None:
    missed = [
        at for at in range(len(exported)) if check(exported[:at] + bytes([exported[at] ^ mask]) + exported[at + 1 :]).ok
    ]
    assert missed == []


@pytest.mark.slow
@pytest.mark.usefixtures("cached_signatures")
@pytest.mark.parametrize("mask", [0x02, 0x04, 0x08, 0x10, 0x40, 0x80, 0xFF])
def test_every_changed_bit_of_the_file_is_found(exported: bytes, mask: int) -> None:
    for at in range(len(exported)):
        assert not check(exported[:at] + bytes([exported[at] ^ mask]) + exported[at + 1 :]).ok, at


@pytest.mark.usefixtures("cached_signatures")
def test_every_removed_or_inserted_byte_is_found(exported: bytes) -> None:
    for at in range(0, len(exported), 3):
        assert not check(exported[:at] + exported[at + 1 :]).ok, at
        assert not check(exported[:at] + exported[at : at + 1] + exported[at:]).ok, at
        assert not check(exported[:at] + b" " + exported[at:]).ok, at


def changed_records(exported: bytes) -> Iterator[tuple[str, bytes]]:
    """The export with one attribute of one event changed or removed, its leaf hash made to fit."""
    lines = lines_of(exported)
    for at, line in enumerate(lines[1:], start=1):
        record = json.loads(line)
        data = line.split(b',"data":', 1)[1].rsplit(b',"salt":', 1)[0]
        for name, value in record["envelope"].items():
            other = value + 1 if isinstance(value, int) else value + "x"
            for envelope in (
                {**record["envelope"], name: other},
                {key: item for key, item in record["envelope"].items() if key != name},
            ):
                forged = line_of(canonical_bytes(envelope), data, record["salt"])
                yield f"{name} of event {at}", b"".join([*lines[:at], forged, *lines[at + 1 :]])
        for envelope in ({**record["envelope"], "extra": 1}, {**record["envelope"], "topic": "elsewhere"}):
            forged = line_of(canonical_bytes(envelope), data, record["salt"])
            yield f"more of event {at}", b"".join([*lines[:at], forged, *lines[at + 1 :]])


@pytest.mark.usefixtures("cached_signatures")
def test_every_changed_attribute_of_every_event_is_found(exported: bytes) -> None:
    for what, forged in changed_records(exported):
        assert not check(forged).ok, what


def test_a_changed_payload_is_found_with_its_event(exported: bytes) -> None:
    forged = exported.replace(b"not today", b"very well")
    assert [(f.code, f.seq) for f in check(forged).findings] == [("LEDG.RECORD_CHANGED", 10)]


def test_a_byte_that_moves_from_payload_to_salt_is_found(exported: bytes) -> None:
    line = lines_of(exported)[13]
    salt = json.loads(line)["salt"]
    assert b',"data":1234,' in line
    moved = line.replace(b',"data":1234,', b',"data":234,').replace(salt.encode(), salt.encode() + b"31")
    assert not check(exported.replace(line, moved)).ok


@pytest.mark.usefixtures("cached_signatures")
def test_reordered_removed_and_repeated_events_are_found(exported: bytes) -> None:
    header, *events = lines_of(exported)
    for at in range(SIZE):
        without = [*events[:at], *events[at + 1 :]]
        assert codes(check(header + b"".join(without))) >= {"LEDG.TRUNCATED", "LEDG.ROOT_MISMATCH"}
        for to in range(SIZE):
            moved = [*without[:to], events[at], *without[to:]]
            assert check(header + b"".join(moved)).ok == (to == at)
            inserted = [*events[:to], events[at], *events[to:]]
            assert codes(check(header + b"".join(inserted))) >= {"LEDG.SEQ_GAP", "LEDG.EXPORT_INVALID"}


@pytest.mark.usefixtures("cached_signatures")
def test_a_cut_is_found_and_cannot_be_hidden_in_the_header(story: Recorder, exported: bytes) -> None:
    lines = lines_of(exported)
    for kept in range(SIZE):
        body = b"".join(lines[1 : kept + 1])
        assert codes(check(lines[0] + body)) == {"LEDG.TRUNCATED", "LEDG.ROOT_MISMATCH"}
        assert not check(header_of(exported, size=kept) + body).ok
        forged = story.checkpoints[-1].note.replace("\n14\n", f"\n{kept}\n")
        assert not check(header_of(exported, size=kept, checkpoint=forged) + body).ok


def test_a_cut_to_an_older_checkpoint_is_found_only_by_a_later_one(story: Recorder, tmp_path: Path) -> None:
    older, newer = story.checkpoints
    cut = story.export(tmp_path / "x.jsonl", older)
    assert check(cut).ok
    assert check(cut, older.note).anchored_size == FIRST_CHECKPOINT
    assert codes(check(cut, newer.note)) == {"LEDG.TRUNCATED"}
    said = "\n".join(verify.described(check(cut), pinned=True))
    assert "no earlier checkpoint was given, so a cut at the end of the log cannot be seen" in said


def test_another_history_under_the_same_key_is_found_by_a_kept_checkpoint(story: Recorder, tmp_path: Path) -> None:
    other = Recorder()
    other.append_many(20)
    other.checkpoint()
    exported = other.export(tmp_path / "x.jsonl")
    other.store.close()
    assert check(exported).ok
    assert codes(check(exported, *[made.note for made in story.checkpoints])) == {"LEDG.NOT_CONSISTENT"}


def forged_whole(exported: bytes, signer: Signer) -> bytes:
    """The export as a stranger would make it, signed with a key of his own."""
    note = checkpoint.sign(signer, SIZE, checkpoint.parse(json.loads(exported.split(b"\n")[0])["checkpoint"]).root)
    return header_of(exported, public_key=signer.key.text, checkpoint=note) + b"".join(lines_of(exported)[1:])


def test_a_wrong_key_is_found_by_the_pinned_one(story: Recorder, exported: bytes) -> None:
    forged = forged_whole(exported, Signer(ORIGIN, bytes(32)))
    assert check(forged).ok
    assert "pass --key" in "\n".join(verify.described(check(forged), pinned=False))
    assert codes(check(forged, key=story.signer.key.text)) == {"LEDG.SIGNATURE_INVALID"}
    assert codes(check(forged, story.checkpoints[0].note)) == {"LEDG.SIGNATURE_INVALID"}


def test_an_export_that_names_another_key_than_the_pinned_one_is_refused(story: Recorder, exported: bytes) -> None:
    stranger = Signer(ORIGIN, bytes(32)).key.text
    renamed = header_of(exported, public_key=stranger) + b"".join(lines_of(exported)[1:])
    assert codes(check(renamed, key=story.signer.key.text)) == {"LEDG.SIGNATURE_INVALID"}


def test_a_signature_in_another_spelling_is_refused(story: Recorder) -> None:
    # Of the last character before the `=`, two bits belong to no byte.
    note = story.checkpoints[-1].note
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    respelled = note[:-3] + alphabet[alphabet.index(note[-3]) ^ 1] + "=\n"
    assert base64.b64decode(respelled.split(" ")[-1]) == base64.b64decode(note.split(" ")[-1])
    with pytest.raises(verify.UnverifiedError):
        verify.verify_note(respelled.encode(), verify.parse_key(story.signer.key.text))
    with pytest.raises(checkpoint.CheckpointError):
        checkpoint.verify(respelled, story.signer.key)


def test_a_key_of_another_name_cannot_speak_for_the_log(exported: bytes) -> None:
    stranger = Signer("stranger.example", bytes(32))
    assert codes(check(forged_whole(exported, stranger))) == {"LEDG.EXPORT_INVALID"}
    text = f"{ORIGIN}\n14\n{base64.b64encode(bytes(32)).decode()}\n"
    signature = base64.b64encode(stranger.key.hash + stranger.sign(text)).decode()
    note = f"{text}\n\u2014 stranger.example {signature}\n"
    with pytest.raises(verify.UnverifiedError) as caught:
        verify.verify_note(note.encode(), verify.parse_key(stranger.key.text))
    assert caught.value.code == "LEDG.SIGNATURE_INVALID"


@pytest.mark.parametrize(
    "strip",
    [
        lambda note: note.split("\u2014")[0],
        lambda note: note.split("\u2014")[0] + "\n",
        lambda note: note.split("\n\n")[0] + "\n",
        lambda note: note.split("\u2014")[0] + f"\u2014 {ORIGIN} \n",
        lambda note: note.split("\u2014")[0] + f"\u2014 {ORIGIN} " + base64.b64encode(bytes(68)).decode() + "\n",
        lambda note: note.split("\u2014")[0] + note.split("\u2014")[1].lstrip(),
        lambda note: "",
    ],
)
def test_planted_an_unsigned_checkpoint_is_refused(exported: bytes, strip: Any) -> None:
    note = strip(json.loads(exported.split(b"\n")[0])["checkpoint"])
    forged = header_of(exported, checkpoint=note) + b"".join(lines_of(exported)[1:])
    assert codes(check(forged)) <= {"LEDG.SIGNATURE_INVALID", "LEDG.CHECKPOINT_INVALID"}
    assert not check(forged).ok


def test_both_verifiers_of_notes_agree(story: Recorder) -> None:
    key, alone = story.signer.key, verify.parse_key(story.signer.key.text)
    raw = story.checkpoints[-1].note.encode()
    for at in range(len(raw)):
        for bent in (raw[:at] + bytes([raw[at] ^ 1]) + raw[at + 1 :], raw[:at] + raw[at + 1 :]):
            with pytest.raises(verify.UnverifiedError):
                verify.verify_note(bent, alone)
            with pytest.raises(checkpoint.CheckpointError):
                checkpoint.verify(bent.decode("utf-8", "replace"), key)
    assert tuple(verify.verify_note(raw, alone)) == tuple(checkpoint.verify(raw.decode(), key))


def test_an_erased_payload_still_verifies_and_is_counted(story: Recorder, tmp_path: Path) -> None:
    with story.store.write() as session:
        session.run("log.erase_payload", {"seq": 3})
    exported = story.export(tmp_path / "x.jsonl")
    assert b"forget me" not in exported
    report = check(exported)
    assert (report.ok, report.erased) == (True, 2)
    assert "events   14, of which 2 with an erased payload" in verify.described(report, pinned=True)
    assert any("cannot tell who erased" in line for line in verify.described(report, pinned=True))
    assert not any("erased a payload" in line for line in verify.described(report._replace(erased=0), pinned=True))


def test_a_payload_put_in_the_place_of_an_erased_one_is_found(exported: bytes) -> None:
    line = lines_of(exported)[ERASED_SEQ]
    for forged in (
        line.replace(b',"data":null', b',"data":{"secret":"planted"}'),
        line.replace(b',"salt":null', b',"salt":"' + b"0" * 32 + b'"'),
    ):
        assert codes(check(exported.replace(line, forged))) == {"LEDG.RECORD_CHANGED"}


@pytest.mark.parametrize(
    "envelope",
    [
        b'{"seq":1,"seq":1}',
        b'{"seq":1,"a":1}',
        b'{"seq":true}',
        b'{"seq":"1"}',
        b'{"seq":1.0}',
        b"{}",
        b'{"seq":1}{"seq":1}',
        b'{"seq":1} ',
        b'{"seq":' + b"[" * 100_000 + b"}",
        b'{"seq":1,"x":"\xff"}',
    ],
)
def test_an_envelope_with_two_readings_is_refused_even_if_signed(envelope: bytes) -> None:
    signer = Signer(ORIGIN, bytes(32))
    note = checkpoint.sign(signer, 1, tree.leaf_hash(envelope))
    header = {"schema_version": 1, "origin": ORIGIN, "public_key": signer.key.text, "size": 1, "checkpoint": note}
    forged = json.dumps(header, separators=(",", ":"), ensure_ascii=False).encode() + b"\n"
    assert "LEDG.EXPORT_INVALID" in codes(check(forged + line_of(envelope, b"null", None)))


@pytest.mark.parametrize(
    "changes",
    [
        {"schema_version": 2},
        {"schema_version": True},
        {"size": "14"},
        {"size": -1},
        {"size": 14.0},
        {"origin": "ledger.example/engine-8"},
        {"origin": None},
        {"public_key": ""},
        {"public_key": "\ud800+00000000+AA=="},
        {"extra": 1},
    ],
)
def test_a_header_that_is_not_one_is_refused(exported: bytes, changes: dict[str, Any]) -> None:
    header = {**json.loads(exported.split(b"\n")[0]), **changes}
    raw = json.dumps(header, separators=(",", ":"), ensure_ascii="public_key" in changes).encode() + b"\n"
    report = check(raw + b"".join(lines_of(exported)[1:]))
    assert codes(report) <= {"LEDG.EXPORT_INVALID", "LEDG.SIGNATURE_INVALID"}
    assert not report.ok


GARBAGE = [
    b"",
    b"\n",
    b"\n" * 10_000,
    b"{}",
    b"[]\n",
    b"null\n",
    b"[" * 500_000,
    b'{"schema_version":' * 20_000,
    b"\xff\xfe\x00",
    b"x" * (verify.LINE_BYTES_MAX + 5),
    b'{"schema_version":1,"origin":"a","public_key":"b","size":' + b"9" * 6000 + b',"checkpoint":"c"}\n',
]


@pytest.mark.parametrize("garbage", GARBAGE, ids=range(len(GARBAGE)))
def test_garbage_is_an_invalid_export(garbage: bytes) -> None:
    assert codes(check(garbage)) == {"LEDG.EXPORT_INVALID"}


@pytest.mark.parametrize("garbage", GARBAGE[1:], ids=range(1, len(GARBAGE)))
def test_garbage_after_the_header_is_found(exported: bytes, garbage: bytes) -> None:
    assert "LEDG.EXPORT_INVALID" in codes(check(exported + garbage))
    report = check(exported.split(b"\n")[0] + b"\n" + garbage)
    assert "LEDG.EXPORT_INVALID" in codes(report)
    assert len(report.findings) <= verify.FINDINGS_MAX + 2


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=200))
def test_any_bytes_give_an_answer(exported: bytes, tail: bytes) -> None:
    assert not check(tail).ok
    assert check(exported + tail).ok == (not tail)


def run(*arguments: object, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run the file as a reader would: another folder, no site packages, nothing of the project importable."""
    command = [sys.executable, "-I", "-S", verify.__file__, *map(str, arguments)]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False, timeout=60)


def test_it_runs_alone_and_answers(story: Recorder, exported: bytes, tmp_path: Path) -> None:
    (tmp_path / "kept.txt").write_text(story.checkpoints[0].note, encoding="utf-8")
    done = run("export.jsonl", "--checkpoint", "kept.txt", "--key", story.signer.key.text, cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == [
        "events   14, of which 1 with an erased payload",
        f"root     {story.checkpoints[-1].root}",
        "note     an export cannot tell who erased a payload, or whether rightly: ask the engine",
        "note     continues your checkpoint of 5 events; a cut above it is not seen",
        "OK",
    ]


def test_it_answers_in_the_contract_s_json(exported: bytes, tmp_path: Path) -> None:
    (tmp_path / "bent.jsonl").write_bytes(exported.replace(b"not today", b"very well"))
    done = run("bent.jsonl", "--json", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (1, "")
    report = msgspec.json.decode(done.stdout, type=LedgerReport)
    assert msgspec.to_builtins(report) == {**json.loads(done.stdout), "minutes_unchecked": 0}
    assert [(f.code, f.seq) for f in report.findings] == [("LEDG.RECORD_CHANGED", 10)]


def test_findings_come_first_and_the_status_is_1(exported: bytes, tmp_path: Path) -> None:
    (tmp_path / "bent.jsonl").write_bytes(exported[:-1])
    done = run("bent.jsonl", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout.startswith("LEDG.EXPORT_INVALID  line 15: this is not an event line\n")
    assert done.stdout.endswith("NOT OK: 3 findings\n")


def test_garbage_never_ends_in_a_traceback(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "garbage"
    for garbage in GARBAGE:
        path.write_bytes(garbage)
        assert verify.main([str(path)]) == 1
        assert "LEDG.EXPORT_INVALID" in capsys.readouterr().out


def test_a_checkpoint_file_that_is_none_is_a_finding(
    exported: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "note").write_bytes(b"\xff\n\n\n")
    assert verify.main([str(tmp_path / "export.jsonl"), "--checkpoint", str(tmp_path / "note")]) == 1
    assert "LEDG.CHECKPOINT_INVALID" in capsys.readouterr().out
    assert exported


def test_what_cannot_be_carried_out_has_status_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    export = tmp_path / "export.jsonl"
    export.write_bytes(b"")
    for arguments in (
        [str(tmp_path / "missing")],
        [str(tmp_path)],
        [str(export), "--checkpoint", str(tmp_path / "missing")],
        [str(export), "--key", "no key"],
        [str(export), "--key", "\udcff+00000000+AA=="],
    ):
        assert verify.main(arguments) == 2
        captured = capsys.readouterr()
        assert captured.out == ""
        assert captured.err.startswith("verify.py: ")
    for arguments in ([], ["a", "b"], ["--unknown"]):
        with pytest.raises(SystemExit) as caught:
            verify.main(arguments)
        assert caught.value.code == 2


def test_it_imports_the_standard_library_only_and_parses_on_python_3_8() -> None:
    source = Path(verify.__file__).read_text("utf-8")
    parsed = ast.parse(source, feature_version=(3, 8))
    names = [node.module for node in ast.walk(parsed) if isinstance(node, ast.ImportFrom)]
    names += [alias.name for node in ast.walk(parsed) if isinstance(node, ast.Import) for alias in node.names]
    assert {str(name).split(".")[0] for name in names} <= sys.stdlib_module_names
    assert len(source.splitlines()) < 450
