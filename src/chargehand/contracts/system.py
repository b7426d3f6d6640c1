"""The engine about itself: is it well, which version is it, when did it start."""

from __future__ import annotations

from typing import Literal

import msgspec


class Health(msgspec.Struct, frozen=True, kw_only=True):
    """Answer of `GET /v1/health`. It tells nobody more than a load balancer needs.

    Attributes:
        status: ok; degraded while some machine is not online; stopping.
        role: active, or standby while another process holds the store.
        time: the store's UTC time.
        seq: newest position of the log.
        machines: number of machines by state of their connection; `elsewhere` counts those that another node drives.
    """

    status: Literal["ok", "degraded", "stopping"]
    role: Literal["active", "standby"]
    time: str
    seq: int
    machines: dict[str, int]


class Version(msgspec.Struct, frozen=True, kw_only=True):
    """Answer of `GET /v1/version`.

    Attributes:
        version: version of the engine.
        contracts: version of the contracts, 1.
        registry: newest version that a reason code names in `since`.
        dialect: sqlite or postgres.
        source: the engine's name in events, `urn:chargehand:...`.
        python: version of the interpreter.
    """

    version: str
    contracts: int
    registry: int
    dialect: Literal["sqlite", "postgres"]
    source: str
    python: str


class EngineStarted(msgspec.Struct, frozen=True, kw_only=True):
    """Payload of `engine.started`.

    Attributes:
        version: version of the engine.
        instance: this run of the engine, `eng_...`.
        dialect: sqlite or postgres.
    """

    version: str
    instance: str
    dialect: Literal["sqlite", "postgres"]
