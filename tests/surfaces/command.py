"""The command line as tests use it: in this process, with nothing of this machine's settings, its two outputs apart."""

from __future__ import annotations

import io
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from chargehand.cli.main import run


class Said(NamedTuple):
    """What a command answered.

    Attributes:
        code: exit code.
        out: standard output.
        err: standard error.
    """

    code: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, Any]:
        """The one JSON object on standard output; nothing stands beside it."""
        assert self.out.count("\n") == 1, self.out
        found: dict[str, Any] = json.loads(self.out)
        assert found["schema_version"] == 1
        return found


Chargehand = Callable[..., Said]


@pytest.fixture
def chargehand(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Chargehand:
    """Runs a command: `chargehand("machine", "list", url=engine.url, stdin=b"...")`."""
    for name in [name for name in os.environ if name.startswith("CHARGEHAND_")]:
        monkeypatch.delenv(name)
    # Neither the engine nor the data of whoever runs the tests is ever met.
    monkeypatch.setenv("CHARGEHAND_DATA", str(tmp_path / "no-data"))

    def command(*words: str, url: str | None = None, token: str | None = None, stdin: bytes = b"") -> Said:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        more = (["--url", url] if url else []) + (["--token", token] if token else [])
        capsys.readouterr()
        code = run([*words, *more])
        out, err = capsys.readouterr()
        assert "Traceback" not in err
        return Said(code, out, err)

    return command
