"""Time, ids, randomness and the environment enter by one door each; the linter refuses every other."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

PLANTED = {
    "import time\n\nSTART = time.time()": "TID251",
    "import time\n\nSTART = time.monotonic()": "TID251",
    "from datetime import UTC, datetime\n\nNOW = datetime.now(UTC)": "TID251",
    "import uuid\n\nID = uuid.uuid4()": "TID251",
    "import random\n\nX = random.random()": "TID251",
    "import secrets\n\nX = secrets.token_bytes(8)": "TID251",
    "import os\n\nX = os.environ": "TID251",
    "import os\n\nX = os.getenv('A')": "TID251",
    "print('hello')": "T201",
}


def lint(repository: Path, path: str, text: str) -> str:
    """What the linter says about a text as if it stood at `path`."""
    command = [sys.executable, "-m", "ruff", "check", "--no-cache", "--output-format=concise", "--stdin-filename", path]
    ran = subprocess.run([*command, "-"], cwd=repository, input=text, capture_output=True, text=True, check=False)
    return ran.stdout


@pytest.mark.parametrize("text", PLANTED)
def test_planted_use_is_refused(repository: Path, text: str) -> None:
    assert PLANTED[text] in lint(repository, "src/chargehand/fleet/planted.py", f'"""Planted."""\n\n{text}\n')


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("src/chargehand/kernel/clock.py", "import time\n\nSTART = time.time_ns()"),
        ("src/chargehand/kernel/ids.py", "import secrets\n\nX = secrets.token_bytes(8)"),
        ("src/chargehand/config.py", "import os\n\nX = os.environ"),
    ],
)
def test_the_door_itself_may(repository: Path, path: str, text: str) -> None:
    assert "TID251" not in lint(repository, path, f'"""The door."""\n\n{text}\n')


@pytest.mark.parametrize("rule", ["E501", "D103", "PGH003", "ANN201"])
def test_the_wide_rule_set_is_on(repository: Path, rule: str) -> None:
    text = f'"""Planted."""\n\n\ndef open_room(door):  # type: ignore\n    return "{"x" * 120}"\n'
    assert rule in lint(repository, "src/chargehand/fleet/planted.py", text)
