"""Who may bar and who may lift, what a repeated request comes to, and that the override stands in the log as signed."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from chargehand.contracts.principal import Role
from chargehand.kernel.canonical import canonical_bytes
from chargehand.ledger import verify
from tests.surfaces.asking import World
from tests.surfaces.engine import engines
from tests.surfaces.proposals import ALLOWED

BODY = {"reason": "worn", "expires_at": "2099-01-01T00:00:00Z", "tool": "NOBODY-HAS-IT"}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """An engine with a principal of every role, so that a call without a token is a viewer's and an operator's."""
    with engines() as starter:
        yield World(starter(tmp_path_factory.mktemp("access") / "data").ready())


def opened(world: World, role: Role = "operator", **given: Any) -> httpx.Response:
    headers = world.bearer(role) | {name.replace("_", "-"): value for name, value in given.items()}
    return world.engine.post("/v1/quarantines", BODY, headers=headers)


def lifted(world: World, key: str, role: Role = "approver", **given: Any) -> httpx.Response:
    headers = world.bearer(role) | {name.replace("_", "-"): value for name, value in given.items()}
    return world.engine.post(f"/v1/quarantines/{key}/override", {"reason": "new one"}, headers=headers)


def test_an_agent_neither_bars_nor_lifts(world: World) -> None:
    key = opened(world).json()["id"]
    for answer in (opened(world, "agent"), opened(world, "viewer"), lifted(world, key, "agent")):
        assert (answer.status_code, answer.json()["code"]) == (403, "AUTH.ROLE_MISSING")
    assert lifted(world, key, "operator").status_code == 403
    shown = world.engine.get(f"/v1/quarantines/{key}", headers=world.bearer("viewer")).json()
    assert (shown["status"], shown["override"]) == ("active", None)


def test_whoever_drops_the_token_lifts_nothing(world: World) -> None:
    key = opened(world).json()["id"]
    answer = world.engine.post(f"/v1/quarantines/{key}/override", {"reason": "mine"})
    assert answer.status_code == 403
    assert lifted(world, key).status_code == 200


def test_every_role_reads_the_list(world: World) -> None:
    key = opened(world).json()["id"]
    roles: tuple[Role, ...] = ("viewer", "operator", "approver")
    for role in roles:
        listed = world.engine.get("/v1/quarantines?status=active", headers=world.bearer(role))
        assert key in [entry["id"] for entry in listed.json()["items"]]


def test_the_same_request_bars_once_and_lifts_once(world: World) -> None:
    first, again = (opened(world, idempotency_key="bar it") for _ in range(2))
    assert (first.status_code, again.json()) == (201, first.json())
    assert again.headers["idempotent-replayed"] == "true"
    key = first.json()["id"]
    assert lifted(world, key, if_match='"7"').status_code == 412
    first, again = (lifted(world, key, if_match='"1"', idempotency_key="lift it") for _ in range(2))
    assert (first.status_code, again.status_code, again.json()) == (200, 200, first.json())
    assert again.headers["idempotent-replayed"] == "true"


def test_who_lifts_is_the_credential_and_the_signature_is_the_ledgers(world: World) -> None:
    body = {**BODY, "tool": "EM12-4"}
    key = world.engine.post("/v1/quarantines", body, headers=world.bearer("operator")).json()["id"]
    agent = world.bearer("agent")
    denied = world.engine.post("/v1/proposals", ALLOWED, headers=agent).json()
    assert denied["reason_codes"] == ["FLEET.PROGRAM_QUARANTINED"]
    entry = lifted(world, key).json()
    assert world.engine.post("/v1/proposals", ALLOWED, headers=agent).json()["verdict"] == "allow"
    override = entry["override"]
    assert override["by"] == world.engine.get("/v1/session", headers=world.bearer("approver")).json()["principal"]
    said = {name: override[name] for name in ("at", "by", "reason")}
    text = canonical_bytes({**said, "quarantine": key, "revision": entry["revision"] - 1})
    public = verify.parse_key(override["key"]).public
    assert verify.ed25519_verify(public, text, base64.b64decode(override["signature"]))
    checkpoint = world.engine.get("/v1/ledger/checkpoint", headers=world.bearer("viewer")).json()
    assert checkpoint["public_key"] == override["key"]
