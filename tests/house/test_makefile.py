"""The front door: every promised target is there and explained, and the CI runs the README's test command."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from tests.house.conftest import Plant
from tools.house import makefile, pages
from tools.house.tree import Tree


def test_every_promised_target_is_there_and_explained(tree: Tree) -> None:
    assert makefile.findings(tree) == []


def test_ci_runs_exactly_the_readme_test_command(tree: Tree) -> None:
    shown = [line.partition(" #")[0].strip() for _, line in pages.shell_lines(tree, "README.md")]
    assert makefile.ci_commands(tree) == ["make test"]
    assert "make test" in shown


def test_ci_script_fails_early_and_is_executable(repository: Path) -> None:
    script = repository / ".ci" / "run"
    assert os.access(script, os.X_OK)
    lines = script.read_text().splitlines()
    assert lines[0] == "#!/usr/bin/env bash"
    assert "set -euo pipefail" in lines


def test_planted_missing_and_mute_targets_are_caught(plant: Plant) -> None:
    text = "".join(f"{name}: ## does it\n" for name in sorted(makefile.PROMISED - {"soak"})) + "mute:\n"
    found = [finding.message for finding in makefile.findings(plant({"Makefile": text}))]
    assert found == ["target soak is missing", "target mute has no help text"]


def test_planted_second_ci_command_is_seen(plant: Plant) -> None:
    tree = plant({".ci/run": "#!/usr/bin/env bash\nset -euo pipefail\ncd here\nmake test\ntrue\n"})
    assert makefile.ci_commands(tree) == ["make test", "true"]


@pytest.mark.parametrize("target", sorted(makefile.PROMISED))
def test_help_lists_the_target(repository: Path, target: str) -> None:
    listed = subprocess.run(["make", "help"], cwd=repository, capture_output=True, text=True, check=True).stdout
    assert any(line.split()[:1] == [target] for line in listed.splitlines())


def test_too_old_python_is_named(repository: Path, tmp_path: Path) -> None:
    old = tmp_path / "python"
    old.write_text('#!/bin/sh\n[ "$1" = --version ] && { echo "Python 3.9.2"; exit 0; }\nexit 1\n')
    old.chmod(0o755)
    command = ["make", f"PYTHON={old}", f"VENV={tmp_path / 'venv'}", "setup"]
    ran = subprocess.run(command, cwd=repository, capture_output=True, text=True, check=False)
    assert ran.returncode != 0
    assert "needs Python 3.11 or newer; found: Python 3.9.2" in ran.stderr


def test_setup_is_instant_when_nothing_changed(repository: Path, tmp_path: Path) -> None:
    asked = ["make", "--no-print-directory", "-n", f"VENV={tmp_path / 'venv'}", "setup"]
    first = subprocess.run(asked, cwd=repository, capture_output=True, text=True, check=True).stdout
    stamp = first.rstrip().rpartition(" ")[2]
    assert ".ready-" in stamp
    Path(stamp).parent.mkdir()
    Path(stamp).touch()
    second = subprocess.run(asked, cwd=repository, capture_output=True, text=True, check=True).stdout
    assert "pip install" in first
    assert "pip install" not in second
