"""Generated files are current, and the generator says so when they are not."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tools import generate


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A folder with every generated file, freshly written."""
    generate.write(tmp_path)
    return tmp_path


def test_generated_files_are_current() -> None:
    assert generate.breaches() == []
    assert generate.stale() == []


def test_fresh_folder_becomes_complete(copy: Path) -> None:
    assert generate.stale(copy) == []
    assert generate.write(copy) == []
    assert (copy / "contracts/openapi.json").is_file()
    assert (copy / "docs/reason-codes.md").is_file()


@pytest.mark.parametrize(
    "path",
    [
        "contracts/openapi.json",
        "contracts/asyncapi.json",
        "contracts/schemas/Verdict.json",
        "contracts/released/reason-codes.v1.json",
        "contracts/golden/proposal.decided.v1.json",
        "docs/reason-codes.md",
        "docs/TECHNICAL_REFERENCE.md",
    ],
)
def test_check_names_a_missing_file(copy: Path, path: str, capsys: pytest.CaptureFixture[str]) -> None:
    (copy / path).unlink()
    assert generate.main(["--check"], copy) == 1
    assert path in capsys.readouterr().err
    assert generate.main([], copy) == 0
    assert generate.main(["--check"], copy) == 0


def test_check_names_an_edited_file(copy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = copy / "docs/reason-codes.md"
    page.write_text(page.read_text("utf-8") + "by hand\n", "utf-8")
    assert generate.main(["--check"], copy) == 1
    assert "docs/reason-codes.md" in capsys.readouterr().err


def test_schema_of_a_record_that_is_gone_is_removed(copy: Path) -> None:
    orphan = copy / "contracts/schemas/Gone.json"
    orphan.write_text("{}", "utf-8")
    assert generate.stale(copy) == ["contracts/schemas/Gone.json"]
    generate.write(copy)
    assert not orphan.exists()


def test_golden_payload_is_never_rewritten(copy: Path) -> None:
    golden = copy / "contracts/golden/policy.loaded.v1.json"
    golden.write_text('{"digest":"d","name":"n","version":"v"}\n', "utf-8")
    assert generate.write(copy) == []
    assert golden.read_text("utf-8") == '{"digest":"d","name":"n","version":"v"}\n'


def test_breach_is_refused_and_nothing_is_written(copy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = copy / "contracts/released/reason-codes.v1.json"
    released = json.loads(path.read_text("utf-8"))
    released["MACH.ONCE_RELEASED"] = {"wire_id": 1199, "severity": "block", "params": {}}
    path.write_text(json.dumps(released), "utf-8")
    (copy / "docs/reason-codes.md").unlink()
    for arguments in ([], ["--check"]):
        assert generate.main(arguments, copy) == 1
        assert "MACH.ONCE_RELEASED was removed or renamed" in capsys.readouterr().err
    assert not (copy / "docs/reason-codes.md").exists()
    assert json.loads(path.read_text("utf-8")) == released


def test_wrong_call_is_a_usage_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert generate.main(["--chekc"]) == 2
    assert "usage" in capsys.readouterr().err
