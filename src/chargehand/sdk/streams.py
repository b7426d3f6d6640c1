"""The streams that a client can follow, each with its first request and its trail. Pure, for both clients."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from chargehand.contracts.envelope import EngineEvent
from chargehand.contracts.machine import GapFrame, TelemetryFrame
from chargehand.contracts.operations import SSE
from chargehand.sdk.backoff import Backoff
from chargehand.sdk.follower import Follower
from chargehand.sdk.request import Request, build
from chargehand.sdk.trail import EventTrail, FrameTrail

QUIET_S = 45.0
"""Silence after which a stream counts as cut: three heartbeats of the slowest stream."""


def follow_log(
    *, types: str | Sequence[str] | None, subject: str | None, after: int, backoff: Backoff
) -> Follower[EngineEvent | GapFrame]:
    """Follows the log from a position.

    Args:
        types: kinds, `proposal.*` for a family; None for all.
        subject: only what is about this subject.
        after: position after which to begin.
        backoff: how to wait between connections.
    """
    wanted = types if types is None or isinstance(types, str) else list(types)
    return Follower(
        EventTrail(after, filtered=bool(types) or subject is not None),
        lambda position: _request("event.stream", position, types=wanted or None, subject=subject, after=after),
        backoff,
    )


def follow_machine(
    machine_id: str, *, after: int | None, instance_id: str | None, backoff: Backoff
) -> Follower[TelemetryFrame | GapFrame]:
    """Follows a machine's telemetry from a position.

    Args:
        machine_id: the machine.
        after: frame after which to begin; None for the newest.
        instance_id: instance that `after` belongs to.
        backoff: how to wait between connections.
    """
    return Follower(
        FrameTrail(instance_id, after),
        lambda position: _request("machine.telemetry", position, id=machine_id, after=after, instance_id=instance_id),
        backoff,
    )


def _request(name: str, position: str | None, **arguments: Any) -> Request:
    return build(name, arguments, media=SSE, last_event_id=position)
