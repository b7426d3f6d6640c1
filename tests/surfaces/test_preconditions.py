"""Changes that stand on something: a revision that was read, a key that names the request, a body that was sent."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest

from chargehand.api.call import Call
from chargehand.api.routes import proposals, system
from chargehand.config import Config
from chargehand.contracts.operations import OPERATIONS
from chargehand.contracts.problems import Problem
from chargehand.server import running
from tests.surfaces.asking import World
from tests.surfaces.engine import Engine, engines
from tests.surfaces.proposals import ALLOWED, DENIED, change


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """An engine with a principal of every role."""
    with engines() as starter:
        yield World(starter(tmp_path_factory.mktemp("preconditions") / "data").ready())


def decide(world: World, key: str, decision: str = "approve", **headers: str) -> httpx.Response:
    """Decide an approval as the approver."""
    given = {name.replace("_", "-"): value for name, value in headers.items()} | world.bearer("approver")
    return world.engine.post(f"/v1/approvals/{key}/decide", {"decision": decision, "reason": "a test"}, headers=given)


def test_decision_on_the_revision_that_was_read(world: World) -> None:
    key = world.approval()["id"]
    shown = world.engine.get(f"/v1/approvals/{key}")
    assert shown.headers["etag"] == f'"{shown.json()["revision"]}"'
    stale = decide(world, key, if_match='"99"')
    assert (stale.status_code, stale.json()["code"]) == (412, "REV.STALE_REVISION")
    assert stale.json()["current_revision"] == shown.json()["revision"]
    assert world.engine.get(f"/v1/approvals/{key}").json()["status"] == "pending"
    done = decide(world, key, if_match=shown.headers["etag"])
    assert (done.status_code, done.json()["status"]) == (200, "approved")
    assert done.json()["revision"] == shown.json()["revision"] + 1


@pytest.mark.parametrize(("tags", "status"), [("*", 200), ('"7", "1"', 200), ("1", 200), ('W/"1"', 412), ("", 412)])
def test_if_match(world: World, tags: str, status: int) -> None:
    assert decide(world, world.approval()["id"], if_match=tags).status_code == status


def test_decision_is_final(world: World) -> None:
    key = world.approval()["id"]
    assert decide(world, key, "deny").json()["status"] == "denied"
    again = decide(world, key, "approve")
    assert again.status_code == 409
    assert world.engine.get(f"/v1/approvals/{key}").json()["status"] == "denied"


def test_of_two_who_decide_at_once_one_wins_and_the_other_is_told_who(world: World) -> None:
    for _ in range(10):
        key = world.approval()["id"]
        with ThreadPoolExecutor(2) as pool:
            answers = list(pool.map(lambda decision, key=key: decide(world, key, decision), ("approve", "deny")))
        assert sorted(answer.status_code for answer in answers) == [200, 409]
        (won,) = [answer.json() for answer in answers if answer.status_code == 200]
        (lost,) = [answer.json() for answer in answers if answer.status_code == 409]
        shown = world.engine.get(f"/v1/approvals/{key}").json()
        assert shown == won
        assert (shown["decided_by"], shown["reason"]) == ("human:approver", "a test")
        assert lost["code"] == "GATE.APPROVAL_ALREADY_DECIDED"
        assert lost["detail"] == f"approval {key} was {won['status']} by human:approver at {won['decided_at']}"


def test_who_decides_on_what_they_had_read_is_told_the_winner_too(world: World) -> None:
    """With `If-Match` the late one is refused for the revision; whom they lost to is what they want to know."""
    key = world.approval()["id"]
    won = decide(world, key, "rework", if_match='"1"').json()
    late = decide(world, key, "approve", if_match='"1"')
    assert (late.status_code, late.json()["code"]) == (412, "REV.STALE_REVISION")
    assert late.json()["current_revision"] == won["revision"]
    assert late.json()["detail"].endswith(
        f"approval {key} was sent back for rework by human:approver at {won['decided_at']}"
    )


def submit(world: World, proposal: dict[str, Any], key: str, role: Any = "agent") -> httpx.Response:
    """Submit under a key."""
    return world.engine.post("/v1/proposals", proposal, headers=world.bearer(role) | {"idempotency-key": key})


def test_replay_is_the_first_answer_marked(world: World) -> None:
    first, again = (submit(world, ALLOWED, "once") for _ in range(2))
    assert "idempotent-replayed" not in first.headers
    assert again.headers["idempotent-replayed"] == "true"
    assert (again.status_code, again.content) == (first.status_code, first.content)
    assert again.headers["location"] == first.headers["location"]


def test_key_with_another_request_is_refused(world: World) -> None:
    assert submit(world, ALLOWED, "another").status_code == 201
    other = submit(world, DENIED, "another")
    assert (other.status_code, other.json()["code"]) == (409, "REV.IDEMPOTENCY_MISMATCH")
    assert decide(world, world.approval()["id"], idempotency_key="another").status_code == 200, "it is another's key"


def test_keys_belong_to_who_uses_them(world: World) -> None:
    mine, theirs = submit(world, ALLOWED, "shared"), submit(world, ALLOWED, "shared", "operator")
    assert mine.json()["id"] != theirs.json()["id"]


def test_same_key_at_once_is_one_proposal(world: World) -> None:
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: submit(world, ALLOWED, "at once"), range(8)))
    assert len({answer.content for answer in answers}) == 1
    assert sum("idempotent-replayed" not in answer.headers for answer in answers) == 1


def test_replayed_decision_of_an_approval(world: World) -> None:
    key = world.approval()["id"]
    first, again = (decide(world, key, idempotency_key=f"decide {key}") for _ in range(2))
    assert (first.status_code, again.status_code) == (200, 200)
    assert again.content == first.content
    assert again.headers["idempotent-replayed"] == "true"


@pytest.mark.parametrize("key", ["", "k" * 201])
def test_key_that_is_none(world: World, key: str) -> None:
    answer = submit(world, ALLOWED, key)
    assert (answer.status_code, answer.json()["code"]) == (400, "REQ.PARAMETER_INVALID")
    assert answer.json()["field"] == "Idempotency-Key"


def test_refused_command_does_not_use_up_its_key(world: World) -> None:
    key = world.approval()["id"]
    assert decide(world, key, if_match='"99"', idempotency_key=f"late {key}").status_code == 412
    assert decide(world, key, idempotency_key=f"late {key}").status_code == 200


def test_answers_with_secrets_are_never_replayed(world: World) -> None:
    """A permit is shown once: asked for again, under whatever key, there is a new one and the old one is void."""
    path = world.allowed()
    headers = world.bearer("agent") | {"idempotency-key": "permit"}
    permits = [world.engine.post(f"/v1/decisions/{path['id']}/permit", headers=headers) for _ in range(2)]
    assert permits[0].json()["permit"] != permits[1].json()["permit"]
    void = world.engine.post(f"/v1/decisions/{path['id']}/execute", permits[0].json(), headers=world.bearer("agent"))
    assert void.status_code == 422, "a body with more than the permit is not taken"
    void = world.engine.post(
        f"/v1/decisions/{path['id']}/execute",
        {"permit": permits[0].json()["permit"]},
        headers=world.bearer("agent"),
    )
    assert (void.status_code, void.json()["code"]) == (409, "GATE.PERMIT_UNKNOWN")


def test_of_two_legal_changes_the_second_is_refused(world: World) -> None:
    """Both are allowed and permitted on the same set-up; once the first is written, the other stands on nothing."""
    engine, agent = world.engine, world.bearer("agent")
    both = [world.submit(change("CNC-002", feed_rate=700)), world.submit(change("CNC-002", spindle_speed=3300))]
    permits = [engine.post(f"/v1/decisions/{verdict['id']}/permit", headers=agent).json() for verdict in both]
    outcomes = [
        engine.post(f"/v1/decisions/{verdict['id']}/execute", {"permit": permit["permit"]}, headers=agent)
        for verdict, permit in zip(both, permits, strict=True)
    ]
    assert (outcomes[0].status_code, outcomes[0].json()["status"]) == (200, "applied")
    assert (outcomes[1].status_code, outcomes[1].json()["code"]) == (409, "REV.STATE_CHANGED")
    state = engine.machine("CNC-002").state
    assert state is not None
    assert (state.setup.feed_rate, state.setup.spindle_speed) == (700, 3183)


SECRET = "password=hunter2"


async def _broken(_call: Call) -> Any:
    raise ZeroDivisionError(SECRET)


@pytest.mark.parametrize(
    ("handlers", "name"), [(system.HANDLERS, "system.health"), (proposals.HANDLERS, "proposal.submit")]
)
def test_failure_inside_is_a_problem_that_tells_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, handlers: Any, name: str
) -> None:
    monkeypatch.setitem(handlers, name, _broken)
    with running(Config(data=tmp_path / "data", port=0)) as url:
        answer = httpx.request(OPERATIONS[name].method, url + OPERATIONS[name].path, trust_env=False)
        problem = msgspec.json.decode(answer.content, type=Problem)
        assert (answer.status_code, problem.code) == (500, "ENG.INTERNAL")
        assert problem.request_id == answer.headers["x-request-id"]
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert SECRET not in answer.text
        assert "ZeroDivision" not in answer.text
        # One request failed; the engine did not.
        assert httpx.get(f"{url}/v1/version", trust_env=False).status_code == 200


def test_head_is_a_get_without_its_body(engine: Engine) -> None:
    answer = engine.http.head("/v1/machines")
    assert (answer.status_code, answer.content) == (200, b"")
    assert int(answer.headers["content-length"]) == len(engine.get("/v1/machines").content)
