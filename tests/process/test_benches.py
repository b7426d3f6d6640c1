"""The benches of the auditor's physics run, and say what they promise to say."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any


def _rows(repository: Path, *command: str) -> list[dict[str, Any]]:
    ran = subprocess.run([sys.executable, "-m", *command], cwd=repository, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    rows: list[dict[str, Any]] = json.loads(ran.stdout.splitlines()[-1])["rows"]
    return rows


def test_every_clamp_repairs(repository: Path) -> None:
    rows = {row["sort"]: row for row in _rows(repository, "bench.clamp_repair", "--count", "300")}
    assert rows.keys() == {"all", "complete", "part", "override"}
    everything = rows["all"]
    assert everything["proposals"] == 300
    assert everything["denied"] == everything["clampable"] + everything["null"]
    assert everything["repaired_%_of_clampable"] == everything["by_remedies_%_of_clampable"] == 100
    assert everything["null_%_of_denied"] <= 2
    assert rows["complete"]["null"] == 0


def test_verdicts_are_measured_beside_the_formulas(repository: Path) -> None:
    rows = _rows(repository, "bench.physics_verdicts", "--quick", "--rounds", "1")
    assert [row.get("verdicts", row.get("yardstick")) for row in rows] == [
        "allowed",
        "clamped",
        "turning",
        "mixed",
        "rules",
        "milling formulas",
    ]
    assert all(row["per_second"] > 0 for row in rows)
    assert all(0 < row["p50_us"] <= row["p99_us"] for row in rows[:-1])
