"""Signing in: sessions are kept as digests; a one-time code is ours, fresh, and works once."""

from __future__ import annotations

import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chargehand.access.signin import (
    CODE_LIFE_US,
    SECRET_FILE,
    SESSION_LIFE_US,
    OneTimeCodes,
    close_session,
    load_secret,
    open_session,
)
from chargehand.contracts.problems import AuthError
from chargehand.kernel.canonical import sha256_text
from chargehand.kernel.sqlite import SqliteStore
from chargehand.testing.clock import START_US
from tests.unit.access.door import Door

SECRET = bytes(range(32))


CODES = OneTimeCodes(SECRET)


def enter(door: Door, code: str) -> str:
    """The principal of the session that a code opens."""
    return door.caller(door.run(CODES.redeem(code))[0]).principal


def refused(door: Door, code: str) -> str:
    before = sessions(door)
    with pytest.raises(AuthError) as caught:
        door.run(CODES.redeem(code))
    assert sessions(door) == before
    return caught.value.code


def nonces(door: Door) -> list[str]:
    return [row[0] for row in door.store._writer.execute("SELECT nonce FROM signin_nonce ORDER BY nonce")]


def sessions(door: Door) -> list[tuple[object, ...]]:
    return door.store._writer.execute("SELECT * FROM web_session").fetchall()


def test_a_session_is_kept_as_a_digest_and_ends_when_closed(door: Door) -> None:
    door.add("anna", "viewer")
    secret, expires_us = door.run(open_session("human:anna"))
    assert expires_us == door.clock.now_us() + SESSION_LIFE_US
    assert sessions(door) == [(sha256_text(secret.encode()), "human:anna", expires_us)]
    door.run(close_session("chs_other"))
    assert door.caller(secret).principal == "human:anna"
    door.run(close_session(secret))
    door.run(close_session(secret))
    with pytest.raises(AuthError, match=r"AUTH\.TOKEN_INVALID"):
        door.caller(secret)


def test_sessions_that_ran_out_are_dropped_when_another_begins(door: Door) -> None:
    door.add("anna", "viewer")
    door.sign_in("human:anna")
    door.clock.advance(SESSION_LIFE_US)
    fresh = door.sign_in("human:anna")
    assert [row[0] for row in sessions(door)] == [sha256_text(fresh.encode())]


def test_revoking_ends_only_ones_own_sessions(door: Door) -> None:
    for name in ("anna", "otto"):
        door.add(name, "viewer")
        door.sign_in(f"human:{name}")
    door.revoke("human:anna")
    assert [row[1] for row in sessions(door)] == ["human:otto"]


def test_a_code_works_once(door: Door) -> None:
    code = CODES.make("abc123", START_US)
    assert enter(door, code) == "human:local"
    assert refused(door, code) == "AUTH.LINK_INVALID"
    assert enter(door, CODES.make("abc124", START_US)) == "human:local"


def test_a_used_code_stays_used_when_the_engine_starts_again(open_sqlite: Callable[..., SqliteStore]) -> None:
    code = CODES.make("abc123", START_US)
    first = Door(open_sqlite("engine.db"))
    enter(first, code)
    first.store.close()
    again = Door(open_sqlite("engine.db"))
    with pytest.raises(AuthError, match="used already"):
        again.run(OneTimeCodes(SECRET).redeem(code))


def test_a_code_runs_out_to_the_microsecond(door: Door) -> None:
    one, two = CODES.make("a", START_US), CODES.make("b", START_US)
    door.clock.advance(CODE_LIFE_US - 1)
    enter(door, one)
    door.clock.advance(1)
    assert refused(door, two) == "AUTH.LINK_INVALID"
    assert refused(door, one) == "AUTH.LINK_INVALID"


def test_another_folders_code_is_not_ours(door: Door) -> None:
    assert refused(door, OneTimeCodes(bytes(32)).make("abc", START_US)) == "AUTH.LINK_INVALID"


def test_no_character_of_a_code_may_be_changed(door: Door) -> None:
    code = CODES.make("abc123", START_US)
    for at, letter in enumerate(code):
        for other in ("0", "a", ".", "\u00e9"):
            if other != letter:
                assert refused(door, code[:at] + other + code[at + 1 :]) == "AUTH.LINK_INVALID"
    enter(door, code)


@given(st.text(st.characters(codec="utf-8"), max_size=40))
def test_whatever_comes_is_refused_and_never_stumbled_over(text: str) -> None:
    with pytest.raises(AuthError, match="not valid"):
        CODES._opened(text, START_US)


def test_a_code_shown_by_many_at_once_lets_one_in(door: Door) -> None:
    code = CODES.make("abc", START_US)
    answers = door.batch([CODES.redeem(code)] * 8)
    assert [answer.error is None for answer in answers] == [True] + 7 * [False]
    assert len(sessions(door)) == 1


def test_used_codes_are_forgotten_when_they_would_have_run_out(door: Door) -> None:
    for number in range(3):
        enter(door, CODES.make(f"n{number}", START_US + number))
    assert nonces(door) == ["n0", "n1", "n2"]
    door.clock.advance(CODE_LIFE_US + 1)
    enter(door, CODES.make("n3", door.clock.now_us()))
    assert nonces(door) == ["n2", "n3"]


def test_the_secret_is_made_once_for_its_owner_only(tmp_path: Path) -> None:
    fresh = bytes(reversed(range(32)))
    assert load_secret(tmp_path, fresh) == fresh
    assert load_secret(tmp_path, bytes(32)) == fresh
    assert stat.S_IMODE((tmp_path / SECRET_FILE).stat().st_mode) == 0o600


def test_a_damaged_secret_is_said(tmp_path: Path) -> None:
    (tmp_path / SECRET_FILE).write_text("abcd")
    with pytest.raises(ValueError, match="damaged"):
        load_secret(tmp_path, bytes(32))
