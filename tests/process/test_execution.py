"""A power cut around the write to a machine: the outcome is unknown, it is said so, and the write is never repeated."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.surfaces.engine import Engine, Start
from tests.surfaces.proposals import change, offset_write
from tests.surfaces.reading import messages

SLOWER = change(feed_rate=700)


def permitted(engine: Engine, proposal: dict[str, Any]) -> tuple[dict[str, Any], str]:
    """An allowed proposal's verdict and its permit."""
    verdict = engine.post("/v1/proposals", proposal).json()
    answer = engine.post(f"/v1/decisions/{verdict['id']}/permit")
    assert answer.status_code == 200, answer.text
    return verdict, answer.json()["permit"]


def kinds_of(engine: Engine, proposal_id: str) -> list[str]:
    """What happened to a proposal, in order."""
    head = engine.head()
    subject = f"proposal/{proposal_id}"
    revision = engine.get(f"/v1/proposals/{proposal_id}").json()["revision"]
    found = messages(engine, f"/v1/events?after=0&subject={subject}", revision)
    assert all(int(message.id) <= head for message in found)
    return [message.event for message in found]


@pytest.mark.parametrize("point", ["execute.before_write", "execute.after_write"])
def test_killed_around_the_write(start: Start, tmp_path: Path, store: dict[str, Any], point: str) -> None:
    first = start(tmp_path / "data", environment={"CHARGEHAND_FAULT": f"{point}:kill:1"}, **store).ready()
    verdict, permit = permitted(first, SLOWER)
    with pytest.raises(httpx.TransportError):
        first.post(f"/v1/decisions/{verdict['id']}/execute", {"permit": permit})
    assert first.exit_code() == -9

    second = start(tmp_path / "data", **store).ready()
    before = second.machine("CNC-001").state
    record = second.get(f"/v1/proposals/{verdict['proposal_id']}").json()
    if store:
        # A database of several nodes: another one might still be at it, so it is given its minute first.
        assert record["status"] == "executing"
    else:
        assert record["status"] == "unknown"
        assert (record["outcome"]["status"], record["outcome"]["code"]) == ("unknown", "ENG.OUTCOME_UNKNOWN")
    again = second.post(f"/v1/decisions/{verdict['id']}/execute", {"permit": permit})
    assert (again.status_code, again.json()["code"]) == (409, "GATE.PERMIT_CONSUMED")
    anew = second.post(f"/v1/decisions/{verdict['id']}/permit")
    assert (anew.status_code, anew.json()["code"]) == (409, "GATE.ALREADY_EXECUTED")
    # The life of the proposal has one execution, and nothing was written by the engine that came after.
    kinds = [kind.removeprefix("proposal.") for kind in kinds_of(second, verdict["proposal_id"])]
    life = ["submitted", "decided", "permitted", "executing"] + ([] if store else ["executed"])
    assert kinds[: len(life)] == life
    assert set(kinds[len(life) :]) == {"refused"}
    after = second.machine("CNC-001").state
    assert before is not None
    assert after is not None
    assert (before.setup.revision, before.setup.feed_rate) == (after.setup.revision, after.setup.feed_rate) == (1, 764)
    assert second.post("/v1/ledger/verify").json()["ok"] is True


def test_executed_is_told_from_unknown(start: Start, tmp_path: Path) -> None:
    """Without a power cut the same story ends in `applied`, and survives one that comes later."""
    first = start(tmp_path / "data").ready()
    verdict, permit = permitted(first, SLOWER)
    outcome = first.post(f"/v1/decisions/{verdict['id']}/execute", {"permit": permit})
    assert (outcome.status_code, outcome.json()["status"]) == (200, "applied")
    state = first.machine("CNC-001").state
    assert state is not None
    assert (state.setup.revision, state.setup.feed_rate) == (2, 700)
    first.kill()
    second = start(tmp_path / "data").ready()
    record = second.get(f"/v1/proposals/{verdict['proposal_id']}").json()
    assert record["status"] == "executed"
    assert {name: record["outcome"][name] for name in ("status", "at", "code")} == {
        name: outcome.json()[name] for name in ("status", "at", "code")
    }


def test_approval_outlives_a_power_cut(start: Start, tmp_path: Path) -> None:
    """What a person is asked stays asked; a permit that was not used is void, because the machine's run is another."""
    first = start(tmp_path / "data").ready()
    waiting = first.post("/v1/proposals", offset_write()).json()
    allowed, permit = permitted(first, SLOWER)
    first.kill()
    second = start(tmp_path / "data").ready()
    approval = second.get(f"/v1/approvals/{waiting['approval_id']}").json()
    assert (approval["status"], approval["proposal_id"]) == ("pending", waiting["proposal_id"])
    refusal = second.post(f"/v1/decisions/{allowed['id']}/execute", {"permit": permit})
    assert (refusal.status_code, refusal.json()["code"]) == (409, "REV.STATE_CHANGED")
