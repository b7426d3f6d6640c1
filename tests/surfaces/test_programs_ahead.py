"""A part program is run before the writer is asked about it: while it runs, everything else is written and answered."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from chargehand.auditor import program_run
from chargehand.config import Config
from chargehand.server import running
from tests.surfaces.engine import until

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "examples/programs/pocket.ngc").read_text()


class Watched:
    """An engine in this process, and the threads in which it runs programs."""

    def __init__(self, http: httpx.Client, threads: list[str]) -> None:
        self.http = http
        self.threads = threads

    def hold(self, text: str) -> dict[str, Any]:
        """Store a program; the proposal to load it."""
        stored = self.http.post("/v1/programs", json={"name": "part.ngc", "text": text})
        action = {"operation": "program_load", "program_sha256": stored.json()["sha256"]}
        return {"kind": "machine.change", "subject": "machine/CNC-001", "action": action}

    def propose(self, body: dict[str, Any], **query: Any) -> dict[str, Any]:
        answer = self.http.post("/v1/proposals", json=body, params=query)
        assert answer.is_success, answer.text
        given: dict[str, Any] = answer.json()
        return given

    def ran(self) -> list[str]:
        """The threads since the last time, forgotten."""
        found, self.threads[:] = list(self.threads), []
        return found


@pytest.fixture
def watched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Watched]:
    threads: list[str] = []
    judge_text = program_run.judge_text

    def told(*given: Any) -> Any:
        threads.append(threading.current_thread().name)
        return judge_text(*given)

    monkeypatch.setattr(program_run, "judge_text", told)
    monkeypatch.setattr(program_run, "_judged", type(program_run._judged)())
    monkeypatch.setattr(program_run, "_newest", {})
    with running(Config(data=tmp_path / "data", port=0)) as url, httpx.Client(base_url=url, timeout=60) as http:
        until(lambda: _speaks(http), "the machine has sent something")
        yield Watched(http, threads)


def _speaks(http: httpx.Client) -> bool:
    state = http.get("/v1/machines/CNC-001").json()["state"]
    return state is not None and state["seq"] is not None


def aside(threads: list[str]) -> bool:
    """Whether a program was run once, and neither by the writer nor by the thread that answers."""
    return len(threads) == 1 and not {"writer", "http", "MainThread"} & set(threads)


def test_a_proposal_finds_its_program_run(watched: Watched) -> None:
    body = watched.hold(TEXT)
    verdict = watched.propose(body)
    assert "PROG.NOT_HELD" not in verdict["reason_codes"]
    assert aside(watched.ran())
    assert watched.propose(body)["reason_codes"] == verdict["reason_codes"]
    assert watched.ran() == [], "what was run once is remembered"


def test_a_dry_run_does_not_hold_up_the_loop(watched: Watched) -> None:
    body = watched.hold(TEXT)
    watched.propose(body, dry_run=True)
    assert aside(watched.ran())


def test_an_execution_finds_its_program_run_though_it_was_forgotten(watched: Watched) -> None:
    verdict = watched.propose(watched.hold(TEXT))
    watched.ran()
    program_run._judged.clear()
    program_run._newest.clear()
    refused = watched.http.post(f"/v1/decisions/{verdict['id']}/execute", json={"permit": "chp_none"})
    assert not refused.is_success
    assert aside(watched.ran())


def test_what_cannot_be_foreseen_is_told_as_ever(watched: Watched) -> None:
    body = watched.hold(TEXT)
    away = {**body, "subject": "machine/CNC-999"}
    assert "FLEET.MACHINE_UNKNOWN" in watched.propose(away)["reason_codes"]
    odd = {**body, "action": {**body["action"], "program_sha256": 5}}
    assert "PROP.TYPE_INVALID" in watched.propose(odd)["reason_codes"]
    assert watched.http.post("/v1/decisions/dec_none/execute", json={"permit": "chp_none"}).status_code == 404
    assert watched.ran() == []
