"""The page about the ledger shows code and a checkpoint that are true."""

from __future__ import annotations

from pathlib import Path

import pytest

from chargehand.contracts.reasons import REGISTRY
from chargehand.ledger import checkpoint
from tests.unit.ledger.recorder import Recorder

PAGE = (Path(__file__).resolve().parents[3] / "docs" / "ledger.md").read_text("utf-8")


def blocks(language: str) -> list[str]:
    return [part.split("\n```")[0] + "\n" for part in PAGE.split(f"\n```{language}\n")[1:]]


def test_the_root_in_ten_lines_accepts_the_truth_and_no_other(
    story: Recorder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (code,) = blocks("python")
    exported = story.export(tmp_path / "export.jsonl")
    monkeypatch.chdir(tmp_path)
    exec(compile(code, "docs/ledger.md", "exec"), {})
    (tmp_path / "export.jsonl").write_bytes(exported.replace(b"human:anna", b"human:anne"))
    with pytest.raises(AssertionError):
        exec(compile(code, "docs/ledger.md", "exec"), {})


def test_the_checkpoint_it_shows_verifies(story: Recorder) -> None:
    (note,) = [block for block in blocks("text") if block.startswith(story.signer.name)]
    assert note == story.checkpoints[-1].note
    assert checkpoint.verify(note, story.signer.key).size == 14
    assert story.signer.key.text[:37] in PAGE


def test_it_explains_every_code_that_a_verification_finds() -> None:
    named = {line.split("`")[1] for line in PAGE.splitlines() if line.startswith("| `LEDG.")}
    assert named == {code for code in REGISTRY if code.startswith("LEDG.")} - {"LEDG.KEY_UNUSABLE"}
