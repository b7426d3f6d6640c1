"""Filters of lists: by what is shown and not by what is stored, exactly, and never in the way of other calls."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from importlib.resources import files
from pathlib import Path
from typing import Any, get_args

import httpx
import pytest

from chargehand.api import call
from chargehand.config import Config
from chargehand.contracts.proposal import ProposalStatus
from chargehand.kernel.clock import SECOND_US, SystemClock
from chargehand.kernel.sqlite import SqliteStore
from chargehand.kernel.store import Session, Store
from chargehand.proposals import records
from chargehand.server import running
from tests.surfaces.engine import Engine, Start
from tests.surfaces.proposals import change, offset_write


def listed(engine: Engine, query: str) -> set[str]:
    """The ids on all pages of a filtered list."""
    found: set[str] = set()
    cursor = ""
    while True:
        answer = engine.get(f"/v1/proposals?limit=3&{query}{cursor}")
        assert answer.status_code == 200, answer.text
        found |= {item["id"] for item in answer.json()["items"]}
        if answer.json()["next_cursor"] is None:
            return found
        cursor = f"&cursor={answer.json()['next_cursor']}"


def decide(engine: Engine, decision: str) -> str:
    """Submit what needs an approval, and decide it."""
    verdict = engine.post("/v1/proposals", offset_write()).json()
    answer = engine.post(f"/v1/approvals/{verdict['approval_id']}/decide", {"decision": decision, "reason": "seen"})
    assert answer.status_code == 200, answer.text
    return str(verdict["proposal_id"])


def test_status_filter_has_what_is_shown_with_that_status(start: Start, tmp_path: Path, store: dict[str, Any]) -> None:
    policy = tmp_path / "policy.toml"
    shipped = files("chargehand.auditor") / "policies" / "shop-floor.toml"
    policy.write_text(shipped.read_text("utf-8").replace("single_operator = false", "single_operator = true"))
    engine = start(tmp_path / "data", policy=str(policy), **store).ready()
    engine.post("/v1/proposals", change())
    engine.post("/v1/proposals", change(spindle_speed=13000))
    engine.post("/v1/proposals", offset_write())
    approved, denied, reworked = decide(engine, "approve"), decide(engine, "deny"), decide(engine, "rework")
    shown = {item["id"]: item["status"] for item in engine.get("/v1/proposals").json()["items"]}
    assert set(shown.values()) == {"allowed", "denied", "awaiting_approval", "approved", "refused"}
    for status in get_args(ProposalStatus):
        assert listed(engine, f"status={status}") == {key for key, value in shown.items() if value == status}
    assert listed(engine, "status=approved") == {approved}
    assert listed(engine, "status=refused") == {denied, reworked}
    engine.stop()
    # The same a year later: what was allowed has expired, although nothing has been written since.
    later_us = SystemClock().now_us() + 365 * 24 * 3600 * SECOND_US
    with closing(opened(engine, store)) as database, database.read() as session:
        every = records.page(session, None, 100, later_us)
        then = {state.id: records.to_record(session, state, later_us, whole=False).status for state in every}
        for status in get_args(ProposalStatus):
            found = {state.id for state in records.page(session, None, 100, later_us, status=status)}
            assert found == {key for key, value in then.items() if value == status}
    assert "expired" in then.values()


def opened(engine: Engine, store: dict[str, Any]) -> Store:
    """The database that an engine has left."""
    if store:
        from chargehand.kernel.postgres import PostgresStore

        return PostgresStore.open(store["store"])
    return SqliteStore.open(engine.data / "chargehand.db", SystemClock())


def test_status_that_is_none_is_refused(engine: Engine) -> None:
    answer = engine.get("/v1/proposals?status=submitted")
    assert (answer.status_code, answer.json()["code"]) == (400, "REQ.PARAMETER_INVALID")


@pytest.mark.parametrize("code", ["", "%", "PROP.%", "MACH.SPEED_ABOVE_MA%", "nothing", "MACH.NO_SUCH_CODE", "_"])
def test_code_that_is_none_is_refused(engine: Engine, code: str) -> None:
    answer = engine.http.get("/v1/decisions", params={"code": code})
    assert (answer.status_code, answer.json()["code"], answer.json()["field"]) == (400, "REQ.PARAMETER_INVALID", "code")


def test_code_filter_takes_no_wildcard(engine: Engine) -> None:
    """An underscore stands for itself: a deployment's code that only looks alike is another one."""
    verdict = engine.post("/v1/proposals", change(spindle_speed=13000)).json()
    assert "MACH.SPEED_ABOVE_MAX" in verdict["reason_codes"]
    found = engine.get("/v1/decisions?code=MACH.SPEED_ABOVE_MAX").json()["items"]
    assert verdict["id"] in {item["id"] for item in found}
    assert all("MACH.SPEED_ABOVE_MAX" in item["reason_codes"] for item in found)


@pytest.fixture
def here(tmp_path: Path) -> Iterator[httpx.Client]:
    """An engine in this process."""
    with running(Config(data=tmp_path / "data", port=0)) as url, httpx.Client(base_url=url, timeout=60) as http:
        yield http


@pytest.mark.parametrize(
    ("path", "aside"),
    [
        ("/v1/proposals", False),
        ("/v1/proposals?subject=machine/CNC-001", True),
        ("/v1/proposals?subject=", True),
        ("/v1/proposals?status=expired", True),
        ("/v1/decisions", False),
        ("/v1/decisions?code=MACH.SPEED_ABOVE_MAX", True),
        ("/v1/decisions?verdict=deny", True),
        ("/v1/approvals?status=pending", True),
        ("/v1/ledger/proof?seq=1", True),
    ],
)
def test_what_may_look_far_does_not_hold_up_the_loop(
    here: httpx.Client, monkeypatch: pytest.MonkeyPatch, path: str, aside: bool
) -> None:
    threads: list[str] = []
    reading = call.reading

    async def watched(services: Any, reader: Callable[[Session], Any], *, long: bool = False) -> Any:
        def run(session: Session) -> Any:
            threads.append(threading.current_thread().name)
            return reader(session)

        return await reading(services, run, long=long)

    monkeypatch.setattr(call, "reading", watched)
    assert here.get(path).status_code == 200
    # The first read is of who is calling.
    assert [name != "http" for name in threads][-1] is aside
