"""Principals: added once, revoked once, known by a token that is shown once and kept as a digest."""

from __future__ import annotations

import pytest

from chargehand.access.principals import PRINCIPAL, TOKEN_PREFIX, add, page, revoke
from chargehand.contracts.principal import ROLES, Role
from chargehand.contracts.problems import ConflictError, RequestError
from chargehand.kernel.canonical import sha256_text
from chargehand.kernel.clock import iso_utc
from chargehand.kernel.reducer import differences, load
from tests.conformance.nodes import every
from tests.unit.access.door import Door


@pytest.mark.parametrize("role", ROLES)
def test_the_kind_of_a_principal_follows_its_role(door: Door, role: Role) -> None:
    key, token = door.run(add("anna", role, "human:local"))
    assert key == ("agent:anna" if role == "agent" else "human:anna")
    assert token.startswith(TOKEN_PREFIX)
    assert len(token) == len(TOKEN_PREFIX) + 64


def test_a_prefix_that_fits_the_role_may_be_written(door: Door) -> None:
    assert door.run(add("agent:demo", "agent", "human:local"))[0] == "agent:demo"
    assert door.run(add("human:demo", "viewer", "human:local"))[0] == "human:demo"


@pytest.mark.parametrize(
    "name",
    [
        "",
        " ",
        "Anna",
        "a b",
        "anna\n",
        "ännä",
        "-a",
        ".a",
        "a" * 64,
        "a/b",
        "agent:x",
        "human:",
        "human:human:a",
        "local",
    ],
)
def test_a_name_that_could_be_mistaken_is_refused(door: Door, name: str) -> None:
    with pytest.raises(RequestError, match=r"REQ\.BODY_INVALID"):
        door.run(add(name, "viewer", "human:local"))
    assert every(door.store) == []


def test_nobody_becomes_the_local_person(door: Door) -> None:
    for name, role in (("local", "admin"), ("human:local", "admin"), ("local", "agent")):
        with pytest.raises(RequestError):
            door.run(add(name, role, "human:local"))  # type: ignore[arg-type]


def test_an_unknown_role_is_refused(door: Door) -> None:
    with pytest.raises(RequestError, match="emperor"):
        door.run(add("anna", "emperor", "human:local"))  # type: ignore[arg-type]


def test_a_name_is_given_once_for_ever(door: Door) -> None:
    door.add("anna", "viewer")
    with pytest.raises(ConflictError) as caught:
        door.add("anna", "admin")
    assert caught.value.code == "AUTH.PRINCIPAL_EXISTS"
    door.revoke("human:anna")
    with pytest.raises(ConflictError):
        door.add("anna", "admin")


def test_a_token_is_kept_nowhere_but_as_its_digest(door: Door) -> None:
    token = door.add("anna", "viewer")
    with door.store.read() as session:
        state = load(PRINCIPAL, session, "human:anna")
    assert state is not None
    assert state.token_digest == sha256_text(token.encode())
    (entry,) = every(door.store)
    assert token.encode() not in entry.wire
    dumped = door.store._writer.execute("SELECT * FROM principal").fetchall()
    assert token not in str(dumped)


def test_tokens_are_never_alike(door: Door) -> None:
    assert len({door.add(f"p{number}", "viewer") for number in range(50)}) == 50


def test_revoking_is_final_and_twice_is_once(door: Door) -> None:
    door.add("anna", "viewer")
    first = door.run(revoke("human:anna", "human:root"))
    door.clock.advance(5)
    again = door.run(revoke("human:anna", "human:root"))
    assert first == again
    assert first.revoked_at == iso_utc(door.clock.now_us() - 5)
    assert [entry.kind for entry in every(door.store)] == ["principal.added", "principal.revoked"]


def test_revoking_nobody_is_said(door: Door) -> None:
    for key in ("human:nobody", "human:local", ""):
        with pytest.raises(RequestError) as caught:
            door.revoke(key)
        assert caught.value.code == "AUTH.PRINCIPAL_UNKNOWN"


def test_principals_are_listed_by_id_without_their_digests(door: Door) -> None:
    for name in ("otto", "anna", "vera"):
        door.add(name, "viewer")
    door.revoke("human:otto")
    with door.store.read() as session:
        found = page(session, "", 2)
        rest = page(session, found[-1].id, 9)
        assert list(differences(PRINCIPAL, session)) == []
    assert [one.id for one in (*found, *rest)] == ["human:anna", "human:otto", "human:vera"]
    assert [one.revoked_at is None for one in (*found, *rest)] == [True, False, True]
    assert not any("digest" in field for one in found for field in one.__struct_fields__)
