"""Local calls without a token: looked up once while the log stands still, and never with roles from before a change."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from chargehand.access.callers import LOCAL_ROLES, LOCAL_ROLES_BESIDE_AGENTS, Caller
from chargehand.api.tokenless import Tokenless
from chargehand.contracts.problems import AuthError

PERSON = Caller("human:local", LOCAL_ROLES)
BESIDE_AGENTS = Caller("human:local", LOCAL_ROLES_BESIDE_AGENTS)


class _Store:
    reads_block = False


class _Services:
    """As much of an engine as a memory of callers hears of."""

    def __init__(self, *, shared: bool = False) -> None:
        self.store = _Store()
        self.store.reads_block = shared
        self.grow: Callable[[], object] = lambda: None

    def on_log_growth(self, wake: Callable[[], object]) -> None:
        self.grow = wake


class _LookUp:
    """A look-up that counts, and answers what it is told."""

    def __init__(self, answer: Caller = PERSON) -> None:
        self.answer = answer
        self.times = 0
        self.meanwhile: Callable[[], object] = lambda: None

    async def __call__(self) -> Caller:
        self.times += 1
        found = self.answer
        self.meanwhile()
        return found


def _asked(tokenless: Tokenless, look_up: Callable[[], Awaitable[Caller]]) -> Caller:
    return asyncio.run(_once(tokenless, look_up))


async def _once(tokenless: Tokenless, look_up: Callable[[], Awaitable[Caller]]) -> Caller:
    return await tokenless.caller(look_up)


def _tokenless(services: Any) -> Tokenless:
    tokenless = Tokenless(services)
    tokenless.start()
    return tokenless


def test_while_the_log_stands_still_one_look_up_serves_all() -> None:
    tokenless, look_up = _tokenless(_Services()), _LookUp()
    assert [_asked(tokenless, look_up) for _ in range(5)] == [PERSON] * 5
    assert look_up.times == 1


def test_growth_of_the_log_is_looked_at() -> None:
    services, look_up = _Services(), _LookUp()
    tokenless = _tokenless(services)
    assert _asked(tokenless, look_up) == PERSON
    look_up.answer = BESIDE_AGENTS
    services.grow()
    assert _asked(tokenless, look_up) == BESIDE_AGENTS


def test_what_is_committed_during_a_look_up_is_looked_at_by_the_next() -> None:
    services, look_up = _Services(), _LookUp()
    tokenless = _tokenless(services)

    def agent_is_added() -> None:
        look_up.answer = BESIDE_AGENTS
        services.grow()

    look_up.meanwhile = agent_is_added
    assert _asked(tokenless, look_up) == PERSON
    look_up.meanwhile = lambda: None
    assert _asked(tokenless, look_up) == BESIDE_AGENTS


def test_where_others_write_the_log_nothing_is_remembered() -> None:
    tokenless, look_up = _tokenless(_Services(shared=True)), _LookUp()
    assert [_asked(tokenless, look_up) for _ in range(3)] == [PERSON] * 3
    assert look_up.times == 3


def test_before_the_start_nothing_is_remembered() -> None:
    services: Any = _Services()
    tokenless, look_up = Tokenless(services), _LookUp()
    assert [_asked(tokenless, look_up) for _ in range(2)] == [PERSON] * 2
    assert look_up.times == 2


def test_refusal_is_not_remembered() -> None:
    tokenless, look_up = _tokenless(_Services()), _LookUp()

    async def refused() -> Caller:
        raise AuthError("AUTH.TOKEN_MISSING", "planted")

    with pytest.raises(AuthError):
        _asked(tokenless, refused)
    assert _asked(tokenless, look_up) == PERSON
