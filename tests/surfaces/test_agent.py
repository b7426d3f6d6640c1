"""The agent of `examples/agent.py`, against an engine that runs: denied, taught, allowed, carried out."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from chargehand import Client
from tests.surfaces.engine import Start


def test_the_agent_is_through_on_its_second_try(start: Start, tmp_path: Path, repository: Path) -> None:
    engine = start(tmp_path / "data").ready()
    with Client(engine.url) as client:
        token = client.principal.add("agent", "agent").token
    command = [sys.executable, str(repository / "examples" / "agent.py"), engine.url, token]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    lines = ran.stdout.splitlines()
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert any(line.startswith("deny: CUT.FORCE_ABOVE_MAX ") for line in lines)
    assert any(line.startswith("deny: TOOL.AXIAL_DEPTH_ABOVE_FLUTE 30 / 26 mm") for line in lines)
    assert lines[-2] == "allow: OK.WITHIN_LIMITS"
    assert lines[-1].startswith("applied at ")
    asked = json.loads(lines[-3].removeprefix("asks for ").replace("'", '"'))
    with Client(engine.url) as client:
        state = client.machine.show("CNC-001").state
    assert state is not None
    assert state.setup.axial_depth == asked["axial_depth"]
    assert asked["radial_depth"] == 6, "what need not move stays"


def test_it_takes_fifty_lines(repository: Path) -> None:
    assert len((repository / "examples" / "agent.py").read_text("utf-8").splitlines()) <= 50


def test_an_agent_that_nobody_taught_gives_up(start: Start, tmp_path: Path, repository: Path) -> None:
    """On a machine that is not there no remedy helps: the second try is denied like the first."""
    engine = start(tmp_path / "data").ready()
    text = (repository / "examples" / "agent.py").read_text("utf-8").replace("machine/CNC-001", "machine/CNC-999")
    other = tmp_path / "agent.py"
    other.write_text(text, "utf-8")
    ran = subprocess.run([sys.executable, str(other), engine.url], capture_output=True, text=True, check=False)
    assert ran.returncode == 1
    assert "deny: FLEET.MACHINE_UNKNOWN" in ran.stdout
    assert "applied" not in ran.stdout
