"""Signing in: sessions are kept as digests; a one-time code is ours, fresh, and works once."""

from __future__ import annotations

import stat
import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chargehand.access import signin
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
from chargehand.testing.clock import START_US
from tests.unit.access.door import Door

SECRET = bytes(range(32))


def refused(codes: OneTimeCodes, code: str, now_us: int = START_US) -> str:
    with pytest.raises(AuthError) as caught:
        codes.redeem(code, now_us)
    return caught.value.code


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


def test_a_code_works_once() -> None:
    codes = OneTimeCodes(SECRET)
    code = codes.make("abc123", START_US)
    codes.redeem(code, START_US + 1)
    assert refused(codes, code) == "AUTH.LINK_INVALID"
    codes.redeem(codes.make("abc124", START_US), START_US + 1)


def test_a_code_runs_out_to_the_microsecond() -> None:
    codes = OneTimeCodes(SECRET)
    one, two = codes.make("a", START_US), codes.make("b", START_US)
    codes.redeem(one, START_US + CODE_LIFE_US - 1)
    assert refused(codes, two, START_US + CODE_LIFE_US) == "AUTH.LINK_INVALID"


def test_another_folders_code_is_not_ours() -> None:
    code = OneTimeCodes(bytes(32)).make("abc", START_US)
    assert refused(OneTimeCodes(SECRET), code) == "AUTH.LINK_INVALID"


@given(st.data())
def test_no_character_of_a_code_may_be_changed(data: st.DataObject) -> None:
    codes = OneTimeCodes(SECRET)
    code = codes.make("abc123", START_US)
    at = data.draw(st.integers(0, len(code) - 1))
    other = data.draw(st.characters(codec="utf-8").filter(lambda letter: letter != code[at]))
    assert refused(codes, code[:at] + other + code[at + 1 :]) == "AUTH.LINK_INVALID"
    codes.redeem(code, START_US)


@given(st.text(st.characters(codec="utf-8"), max_size=40))
def test_whatever_comes_is_refused_and_never_stumbled_over(text: str) -> None:
    assert refused(OneTimeCodes(SECRET), text) == "AUTH.LINK_INVALID"


def test_a_code_shown_by_many_at_once_lets_one_in() -> None:
    codes = OneTimeCodes(SECRET)
    code = codes.make("abc", START_US)
    meet, entered, turned_away = threading.Barrier(8), list[int](), list[int]()

    def come() -> None:
        meet.wait(60)
        try:
            codes.redeem(code, START_US)
        except AuthError:
            turned_away.append(1)
        else:
            entered.append(1)

    threads = [threading.Thread(target=come) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(entered), len(turned_away)) == (1, 7)


def test_the_memory_of_used_codes_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(signin, "USED_CODES_MAX", 3)
    codes = OneTimeCodes(SECRET)
    for number in range(3):
        codes.redeem(codes.make(f"n{number}", START_US), START_US)
    assert refused(codes, codes.make("n3", START_US)) == "AUTH.LINK_INVALID"
    later = START_US + CODE_LIFE_US
    codes.redeem(codes.make("n4", later), later)


def test_the_secret_is_made_once_for_its_owner_only(tmp_path: Path) -> None:
    fresh = bytes(reversed(range(32)))
    assert load_secret(tmp_path, fresh) == fresh
    assert load_secret(tmp_path, bytes(32)) == fresh
    assert stat.S_IMODE((tmp_path / SECRET_FILE).stat().st_mode) == 0o600


def test_a_damaged_secret_is_said(tmp_path: Path) -> None:
    (tmp_path / SECRET_FILE).write_text("abcd")
    with pytest.raises(ValueError, match="damaged"):
        load_secret(tmp_path, bytes(32))
