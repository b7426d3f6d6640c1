"""Who is calling: from a token, a session, or from being at this machine; and what they may do."""

from __future__ import annotations

import pytest

from chargehand.access.callers import LOCAL_ROLES, LOCAL_ROLES_BESIDE_AGENTS, Caller, require
from chargehand.access.signin import LOCAL_PERSON, SESSION_LIFE_US
from chargehand.contracts.operations import OPERATIONS
from chargehand.contracts.principal import IMPLIED, ROLES, Role
from chargehand.contracts.problems import AuthError
from tests.unit.access.door import Door


def refusal(door: Door, credential: str | None, **options: bool) -> str:
    with pytest.raises(AuthError) as caught:
        door.caller(credential, **options)
    return caught.value.code


@pytest.mark.parametrize("role", ROLES)
def test_a_token_is_its_principal_with_the_roles_that_its_role_implies(door: Door, role: Role) -> None:
    token = door.add("anna", role)
    for local in (True, False):
        caller = door.caller(token, local=local, require_token=True)
        assert caller.principal.endswith(":anna")
        assert caller.roles == IMPLIED[role]
        assert caller.expires_at is None


@pytest.mark.parametrize("credential", ["", "cht_", "cht_" + "0" * 64, "chs_x", "\0", "é" * 5_000])
def test_an_unknown_credential_is_nobody_even_at_this_machine(door: Door, credential: str) -> None:
    door.add("anna", "admin")
    assert refusal(door, credential) == "AUTH.TOKEN_INVALID"


def test_a_digest_is_not_a_token(door: Door) -> None:
    door.add("anna", "admin")
    (digest,) = door.store._writer.execute("SELECT token_digest FROM principal").fetchall()[0]
    assert refusal(door, str(digest)) == "AUTH.TOKEN_INVALID"


def test_a_revoked_principal_is_out_with_token_and_sessions(door: Door) -> None:
    token = door.add("anna", "admin")
    secret = door.sign_in("human:anna")
    assert door.caller(secret).principal == "human:anna"
    door.revoke("human:anna")
    assert refusal(door, token) == "AUTH.PRINCIPAL_REVOKED"
    assert refusal(door, secret) == "AUTH.TOKEN_INVALID"


def test_a_session_that_outlives_its_principal_is_refused_all_the_same(door: Door) -> None:
    door.add("anna", "admin")
    door.revoke("human:anna")
    assert refusal(door, door.sign_in("human:anna")) == "AUTH.PRINCIPAL_REVOKED"
    assert refusal(door, door.sign_in("human:never-was")) == "AUTH.PRINCIPAL_REVOKED"


def test_a_tokenless_call_at_this_machine_is_the_local_person(door: Door) -> None:
    caller = door.caller(None)
    assert (caller.principal, caller.roles) == (LOCAL_PERSON, LOCAL_ROLES)
    assert "agent" not in caller.roles


def test_with_an_agent_about_a_tokenless_call_only_looks_and_operates(door: Door) -> None:
    door.add("anna", "admin")
    assert door.caller(None).roles == LOCAL_ROLES
    door.add("planner", "agent")
    caller = door.caller(None)
    assert caller.roles == LOCAL_ROLES_BESIDE_AGENTS == {"viewer", "operator"}
    assert (caller.proven, door.caller(door.sign_in(LOCAL_PERSON)).proven) == (False, True)


def test_revoking_the_agent_gives_tokenless_calls_nothing_back(door: Door) -> None:
    door.add("planner", "agent")
    door.revoke("agent:planner")
    assert door.caller(None).roles == LOCAL_ROLES_BESIDE_AGENTS


def test_the_person_who_signed_in_keeps_every_role_beside_agents(door: Door) -> None:
    door.add("planner", "agent")
    caller = door.caller(door.sign_in(LOCAL_PERSON))
    assert (caller.principal, caller.roles) == (LOCAL_PERSON, LOCAL_ROLES)
    assert caller.expires_at is not None


def test_a_tokenless_call_from_elsewhere_or_where_tokens_are_required_is_refused(door: Door) -> None:
    assert refusal(door, None, local=False) == "AUTH.TOKEN_MISSING"
    assert refusal(door, None, local=True, require_token=True) == "AUTH.TOKEN_MISSING"


def test_a_session_ends_to_the_microsecond(door: Door) -> None:
    door.add("anna", "approver")
    secret = door.sign_in("human:anna")
    door.clock.advance(SESSION_LIFE_US - 1)
    assert door.caller(secret).roles == IMPLIED["approver"]
    door.clock.advance(1)
    assert refusal(door, secret) == "AUTH.SESSION_EXPIRED"


def test_roles_are_asked_for_one_of() -> None:
    caller = Caller("human:otto", IMPLIED["operator"])
    require(caller, frozenset())
    require(caller, frozenset({"viewer"}))
    require(caller, frozenset({"admin", "operator"}))
    with pytest.raises(AuthError) as caught:
        require(caller, frozenset({"approver", "admin"}))
    assert (caught.value.code, caught.value.status) == ("AUTH.ROLE_MISSING", 403)
    assert "admin, approver" in caught.value.detail


@pytest.mark.parametrize("role", ROLES)
def test_what_each_role_may_do_is_what_its_operations_say(role: Role) -> None:
    """The full matrix of roles and operations; an agent never approves and never administers."""
    for name, operation in OPERATIONS.items():
        allowed = not operation.roles or bool(IMPLIED[role] & set(operation.roles))
        try:
            require(Caller("x:y", IMPLIED[role]), frozenset(operation.roles))
        except AuthError:
            assert not allowed, name
        else:
            assert allowed, name
    if role == "agent":
        for name in ("approval.decide", "principal.add", "principal.revoke"):
            assert not IMPLIED[role] & set(OPERATIONS[name].roles), name
