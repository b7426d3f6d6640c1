"""The first client there ever was, frozen, over today's engine and over what a later one might send."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.surfaces.engine import Engine
from tests.surfaces.proposals import ALLOWED, DENIED, NEEDS_APPROVAL
from tests.surfaces.reading import frames, messages, web_socket


class FrozenClient:
    """It knows ten members and four types of frame, and has never been changed. It acts on nothing else.

    What it does not know it neither stumbles over nor acts on: an unknown verdict permits nothing, an unknown reason
    code is acted on by the severity and owner that stand beside it, and an unknown frame or event is passed over.
    """

    def act(self, answer: bytes) -> str:
        """What it does after an answer: go on, wait, change the proposal, or give up."""
        body = json.loads(answer)
        if "verdict" not in body:
            return "give up" if body["status"] < 500 else "wait"
        assert body["primary_code"] == body["reason_codes"][0]
        if body["verdict"] in ("allow", "allow_with_obligations"):
            return "go on"
        if body["verdict"] == "needs_approval":
            return "wait"
        worst = body["reasons"][0]
        if worst["severity"] in ("block", "critical") and worst["owner"] == "agent" and body["clamped_proposal"]:
            return "change the proposal"
        return "give up"

    def watch(self, frame: bytes) -> tuple[str, Any] | None:
        """What it takes from a machine's socket."""
        body = json.loads(frame)
        if body["type"] == "telemetry":
            return "speed", body["values"]["spindle_speed"]["v"]
        if body["type"] == "decision":
            return "verdict", (body["machine_id"], body["verdict"]["verdict"], body["verdict"]["reason_codes"])
        return None

    def follow(self, event: bytes) -> tuple[int, str] | None:
        """What it takes from the log."""
        body = json.loads(event)
        return (body["seq"], body["data"]["verdict"]["verdict"]) if body["type"] == "proposal.decided" else None


CASES = [(ALLOWED, "go on"), (DENIED, "change the proposal"), (NEEDS_APPROVAL, "wait")]


def grown(value: Any) -> Any:
    """A value with members that nobody has thought of yet, in every object, before and behind the known ones."""
    if isinstance(value, dict):
        inner = {name: grown(member) for name, member in value.items()}
        return {"aa_new": {"deep": [None, 1]}, **inner, "zz_new": [{"verdict": "allow"}]}
    return [grown(member) for member in value] if isinstance(value, list) else value


def with_new_code(value: Any) -> Any:
    """A verdict whose first reason has a code of a family that does not exist yet."""
    value["reasons"][0]["code"] = "QUANT.STATE_ENTANGLED"
    value["reason_codes"][0] = value["primary_code"] = "QUANT.STATE_ENTANGLED"
    return value


def changed(body: bytes, change: Callable[[Any], Any]) -> bytes:
    """An answer as a later engine might give it."""
    return json.dumps(change(copy.deepcopy(json.loads(body)))).encode()


@pytest.mark.parametrize("change", [lambda body: body, grown, with_new_code], ids=["today", "new members", "new code"])
def test_frozen_minimal_client_keeps_working(engine: Engine, change: Callable[[Any], Any]) -> None:
    client = FrozenClient()
    head = engine.head()
    with web_socket(engine, f"/ws/telemetry/CNC-001?after_event={head}") as socket:
        answers = []
        for proposal, act in CASES:
            answers.append(engine.post("/v1/proposals", proposal).content)
            assert client.act(changed(answers[-1], change)) == act
        decisions = frames(socket, "decision")
        seen = [client.watch(next(decisions)) for _ in CASES]
        speed = client.watch(next(frames(socket, "telemetry")))
    verdicts = [json.loads(answer) for answer in answers]
    assert seen == [("verdict", ("CNC-001", verdict["verdict"], verdict["reason_codes"])) for verdict in verdicts]
    assert speed is not None
    assert isinstance(speed[1], int | float)
    events = messages(engine, f"/v1/events?after={head}", 7)
    followed = [found for message in events if (found := client.follow(message.data)) is not None]
    assert [verdict for _, verdict in followed] == [verdict["verdict"] for verdict in verdicts]
    assert [seq for seq, _ in followed] == [
        int(message.id) for message in events if message.event == "proposal.decided"
    ]


def test_frozen_client_understands_problems(engine: Engine) -> None:
    client = FrozenClient()
    for answer in (engine.post("/v1/proposals", b"{"), engine.get("/v1/decisions/none")):
        assert client.act(answer.content) == "give up"
        assert client.act(changed(answer.content, grown)) == "give up"


def test_frozen_client_acts_on_no_verdict_that_it_does_not_know(engine: Engine) -> None:
    answer = engine.post("/v1/proposals", ALLOWED).content
    later = changed(answer, lambda body: body | {"verdict": "allow_if_lucky"})
    assert FrozenClient().act(later) == "give up"


def test_frozen_client_passes_over_frames_and_events_that_it_does_not_know(engine: Engine) -> None:
    client = FrozenClient()
    for kind in ("gap", "heartbeat", "condition", "forecast"):
        assert client.watch(json.dumps({"type": kind, "new": True}).encode()) is None
    for message in messages(engine, "/v1/events?after=0", 3):
        assert client.follow(changed(message.data, lambda body: body | {"type": "forecast.made", "data": {}})) is None
