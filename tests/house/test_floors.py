"""Imports only point down the floors, those inside functions and under TYPE_CHECKING counted."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

PLANTED = {
    "contracts/approval.py": (
        "def planted() -> None:\n    import chargehand.kernel.store\n",
        "chargehand.contracts.approval -> chargehand.kernel.store",
    ),
    "kernel/clock.py": (
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import chargehand.ledger.tree\n",
        "chargehand.kernel.clock -> chargehand.ledger.tree",
    ),
    "kernel/lease.py": ("import chargehand.sdk\n", "chargehand.kernel.lease -> chargehand.sdk"),
    "kernel/ids.py": ("import sqlite3\n", "chargehand.kernel.ids -> sqlite3"),
    "ledger/tree.py": ("import starlette\n", "chargehand.ledger.tree -> starlette"),
    "cli/main.py": ("import chargehand.kernel.clock\n", "chargehand.cli.main -> chargehand.kernel.clock"),
}
"""File, what is planted in it, and the edge that must be reported: one case for each contract's kind."""


def check_floors(folder: Path, config: Path) -> subprocess.CompletedProcess[str]:
    """Runs import-linter on the package under `folder`, with this repository's contracts."""
    program = Path(sys.executable).with_name("lint-imports")
    return subprocess.run(
        [program, "--no-logo", "--no-cache", "--config", config],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(folder), "NO_COLOR": "1", "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def planted_report(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """What import-linter says about a copy of the package with every planted violation at once."""
    folder = tmp_path_factory.mktemp("planted")
    shutil.copytree(repository / "src" / "chargehand", folder / "chargehand")
    for path, (text, _) in PLANTED.items():
        with (folder / "chargehand" / path).open("a", encoding="utf-8") as file:
            file.write("\n" + text)
    checked = check_floors(folder, repository / "pyproject.toml")
    assert checked.returncode == 1, checked.stdout + checked.stderr
    return checked.stdout


def test_imports_only_point_down(repository: Path) -> None:
    checked = check_floors(repository / "src", repository / "pyproject.toml")
    assert checked.returncode == 0, checked.stdout + checked.stderr


@pytest.mark.parametrize("path", PLANTED)
def test_planted_import_is_caught(path: str, planted_report: str) -> None:
    assert PLANTED[path][1] in planted_report
