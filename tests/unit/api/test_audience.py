"""A reader's credential is looked at again when principals change and when a heartbeat asks; places are bounded."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any, cast

import pytest
from starlette.requests import HTTPConnection

from chargehand.api import audience
from chargehand.api.audience import Audience, Pulse
from chargehand.contracts.principal import Role
from chargehand.contracts.problems import AuthError, RequestError


class Door:
    """Stands in for authentication: lets in whoever has one of the roles at present."""

    def __init__(self) -> None:
        self.looks = 0
        self.roles = {"viewer", "operator", "admin"}

    async def __call__(self, _services: object, _connection: object, roles: tuple[Role, ...]) -> None:
        """One look."""
        self.looks += 1
        if not self.roles & set(roles):
            raise AuthError("AUTH.ROLE_MISSING", "no longer")


@pytest.fixture
def door(monkeypatch: pytest.MonkeyPatch) -> Door:
    found = Door()
    monkeypatch.setattr(audience, "authenticate", found)
    return found


class World:
    """An audience of a log whose principals change by hand."""

    def __init__(self) -> None:
        self.feed = SimpleNamespace(principals_seq=7)
        self.audience = Audience(cast("Any", None), cast("Any", self.feed))

    def seat(self, *roles: Role) -> audience.Seat:
        """A place on a stream that takes one of the roles."""
        return self.audience.seat(cast("HTTPConnection", None), roles)


def test_credential_is_looked_at_once_per_change(door: Door) -> None:
    world = World()
    seat = world.seat("viewer")

    async def course() -> list[int]:
        looks = []
        for change in (0, 1, 0, 5, 0):
            world.feed.principals_seq += change
            await seat.confirm_if_changed()
            looks.append(door.looks)
        await seat.confirm()
        return [*looks, door.looks]

    assert asyncio.run(course()) == [0, 1, 1, 2, 2, 3]


def test_reader_whose_roles_shrink_below_what_the_stream_takes_is_sent_away(door: Door) -> None:
    """As those of a call without a token do, when the first agent is added."""
    world = World()
    stays, goes = world.seat("viewer"), world.seat("approver", "admin")
    door.roles = {"viewer", "operator"}
    world.feed.principals_seq += 1
    asyncio.run(stays.confirm_if_changed())
    with pytest.raises(AuthError, match=r"AUTH\.ROLE_MISSING"):
        asyncio.run(goes.confirm_if_changed())


def test_places_are_bounded_and_come_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audience, "STREAMS_MAX", 2)
    world = World()
    with world.seat("viewer"):
        with world.seat("viewer"), pytest.raises(RequestError) as full:
            world.seat("viewer")
        assert (full.value.code, full.value.status, full.value.retry_after_s) == ("REQ.OVERLOADED", 429, 5)
        with world.seat("viewer"):
            assert world.audience.present == 2
    assert world.audience.present == 0


def test_place_is_left_when_the_stream_fails() -> None:
    world = World()
    with pytest.raises(ValueError, match="broken"), world.seat("viewer"):
        raise ValueError("broken")
    assert world.audience.present == 0


def test_pulse_beats_at_once_and_then_once_a_period() -> None:
    async def course() -> None:
        pulse = Pulse(1_000)
        assert pulse.left_s() == 0
        assert [pulse.beats() for _ in range(3)] == [True, False, False]
        assert 0 < pulse.left_s() <= 1_000
        eager = Pulse(0)
        assert [eager.beats() for _ in range(3)] == [True, True, True]

    asyncio.run(course())
