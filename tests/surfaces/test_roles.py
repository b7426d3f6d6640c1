"""Every operation and stream by every role: allowed or refused exactly as the registry says, tokens or none."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from websockets.exceptions import InvalidStatus

from chargehand.contracts.operations import OPERATIONS, STREAMS, Operation, Stream
from chargehand.contracts.principal import IMPLIED, Role
from tests.surfaces.asking import NOTHING, ROLES, World, asked
from tests.surfaces.engine import Engine, Start, engines
from tests.surfaces.reading import web_socket

BEFORE_AGENTS: frozenset[Role] = frozenset({"viewer", "operator", "approver", "admin"})
BESIDE_AGENTS: frozenset[Role] = frozenset({"viewer", "operator"})
NEEDS_ROLE = [operation for operation in OPERATIONS.values() if operation.roles]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """An engine with a principal of every role."""
    with engines() as starter:
        yield World(starter(tmp_path_factory.mktemp("roles") / "data").ready())


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """An engine that takes no call without a token."""
    with engines() as starter:
        yield starter(tmp_path_factory.mktemp("guarded") / "data", require_token=True).listening()


def code(engine: Engine, operation: Operation, headers: dict[str, str]) -> tuple[int, str]:
    """Status and code of a call about nothing."""
    with asked(engine, operation, NOTHING, headers=headers) as response:
        problem = response.headers["content-type" if response.status_code != 204 else "date"]
        body = response.read() if problem == "application/problem+json" else b'{"code":""}'
        return response.status_code, str(msgspec.json.decode(body)["code"])


def verdicts(engine: Engine, headers: dict[str, str], held: frozenset[Role]) -> dict[str, Any]:
    """Operations that are refused though a role of theirs is held, or not refused though none is."""
    wrong: dict[str, Any] = {}
    for operation in OPERATIONS.values():
        found = code(engine, operation, headers)
        may = not operation.roles or bool(held & set(operation.roles))
        if may == (found == (403, "AUTH.ROLE_MISSING")) or found[0] == 401:
            wrong[operation.name] = found
    return wrong


@pytest.mark.parametrize("role", ROLES)
def test_operations_by_role(world: World, role: Role) -> None:
    assert verdicts(world.engine, world.bearer(role), IMPLIED[role]) == {}


def test_operations_without_a_token_beside_agents(world: World) -> None:
    assert verdicts(world.engine, {}, BESIDE_AGENTS) == {}


def test_operations_without_a_token_before_there_are_agents(engine: Engine) -> None:
    assert verdicts(engine, {}, BEFORE_AGENTS) == {}


def test_first_agent_takes_the_tokenless_callers_rights(start: Start, tmp_path: Path) -> None:
    """An agent that drops its token gains nothing; taking the agent's rights away gives them back to nobody."""
    engine = start(tmp_path / "data").ready()
    for name, role in (("one", "operator"), ("two", "agent")):
        assert engine.post("/v1/principals", {"name": name, "role": role}).status_code == 201
    refused = engine.post("/v1/principals", {"name": "three", "role": "admin"})
    assert (refused.status_code, refused.json()["code"]) == (403, "AUTH.ROLE_MISSING")
    assert engine.get("/v1/session").json()["roles"] == ["operator", "viewer"]
    # Over a restart too: the rule stands on what is recorded.
    engine.kill()
    again = start(tmp_path / "data").ready()
    assert again.post("/v1/principals", {"name": "three", "role": "admin"}).status_code == 403


@pytest.mark.parametrize("operation", NEEDS_ROLE, ids=[operation.name for operation in NEEDS_ROLE])
def test_required_token_is_missing(guarded: Engine, operation: Operation) -> None:
    with asked(guarded, operation, NOTHING) as response:
        assert (response.status_code, response.headers["www-authenticate"]) == (401, "Bearer")
        assert msgspec.json.decode(response.read())["code"] == "AUTH.TOKEN_MISSING"


@pytest.mark.parametrize("operation", OPERATIONS.values(), ids=list(OPERATIONS))
def test_open_operations_need_nothing(guarded: Engine, operation: Operation) -> None:
    if not operation.roles:
        found = code(guarded, operation, {})
        assert found[0] not in (401, 403), found
        # Nor does a credential that has run out stand in the way of whoever wants to sign in again.
        assert code(guarded, operation, {"authorization": "Bearer cht_gone"}) == found
        assert code(guarded, operation, {"cookie": "chargehand_session=chs_gone"}) == found


@pytest.mark.parametrize(
    "header",
    [
        "Bearer cht_" + "0" * 64,
        "Bearer nonsense",
        "Bearer cht_\xff",
        "Bearer " + "x" * 4_000,
        "Bearer",
        "Basic aHVtYW46bG9jYWw=",
        "cht_" + "0" * 64,
    ],
)
def test_token_that_is_not_known(world: World, header: str) -> None:
    response = world.engine.http.get("/v1/proposals", headers=[(b"authorization", header.encode("latin-1"))])
    assert (response.status_code, response.json()["code"]) == (401, "AUTH.TOKEN_INVALID")
    assert header.rpartition(" ")[2] not in response.text or header == "Bearer"


def test_token_in_a_url_is_no_token(world: World) -> None:
    """It would stand in histories and logs, so it is not even looked at."""
    token = world.tokens["admin"]
    for name in ("token", "access_token", "api_key"):
        response = world.engine.get(f"/v1/principals?{name}={token}")
        assert response.status_code in (400, 403)
        assert token not in response.text


@pytest.mark.parametrize("stream", STREAMS.values(), ids=list(STREAMS))
def test_streams_by_role(world: World, guarded: Engine, stream: Stream) -> None:
    path = stream.path.format(machine_id="CNC-001")
    for role in ROLES:
        with web_socket(world.engine, path, additional_headers=world.bearer(role)) as socket:
            assert socket.response is not None
            assert socket.response.status_code == 101
    for engine, headers, status, reason in (
        (guarded, {}, 401, "AUTH.TOKEN_MISSING"),
        (world.engine, {"authorization": "Bearer nobody"}, 401, "AUTH.TOKEN_INVALID"),
        (world.engine, {"origin": "http://evil.example"}, 403, "AUTH.ORIGIN_REFUSED"),
    ):
        with pytest.raises(InvalidStatus) as refused, web_socket(engine, path, additional_headers=headers):
            pass
        response = refused.value.response
        assert response.status_code == status
        assert msgspec.json.decode(response.body or b"")["code"] == reason
        assert response.headers["x-content-type-options"] == "nosniff"
        assert response.headers["x-request-id"].startswith("req_")


def test_unknown_stream_is_a_problem(world: World) -> None:
    with pytest.raises(InvalidStatus) as refused, web_socket(world.engine, "/ws/none"):
        pass
    response = refused.value.response
    assert (response.status_code, msgspec.json.decode(response.body or b"")["code"]) == (404, "REQ.NOT_FOUND")


@pytest.mark.parametrize("role", ["viewer", "approver", "agent"])
def test_operators_view_of_an_explanation(world: World, role: Role) -> None:
    key = world.allowed()["id"]
    refused = world.engine.get(f"/v1/decisions/{key}/explain?view=operator", headers=world.bearer(role))
    assert (refused.status_code, refused.json()["code"]) == (403, "AUTH.ROLE_MISSING")
    seen = world.engine.get(f"/v1/decisions/{key}/explain?view=operator", headers=world.bearer("operator"))
    assert seen.json()["view"] == "operator"
    # A tokenless call beside agents may be one of them, so it is shown no rules either.
    unproven = world.engine.get(f"/v1/decisions/{key}/explain?view=operator")
    assert (unproven.status_code, unproven.json()["code"]) == (403, "AUTH.ROLE_MISSING")


def test_actor_comes_from_the_credential(world: World) -> None:
    """Nothing in a body changes who did it."""
    proposal = {"kind": "machine.change", "subject": "machine/CNC-001", "action": {"operation": "override"}}
    claimed = world.submit(proposal | {"actor": "human:boss", "proposer": "human:boss", "approved": True})
    record = world.engine.get(f"/v1/proposals/{claimed['proposal_id']}").json()
    assert record["proposer"] == "agent:agent"
    assert "PROP.FIELD_UNKNOWN" in claimed["reason_codes"]


def test_forwarded_call_is_not_local(engine: Engine) -> None:
    """What a proxy hands on comes from somewhere else, however near the proxy is."""
    for header in ("x-forwarded-for", "forwarded"):
        response = engine.get("/v1/proposals", headers={header: "127.0.0.1"})
        assert (response.status_code, response.json()["code"]) == (401, "AUTH.TOKEN_MISSING"), header
