"""`chargehand up`: the options of an engine. Running it is `serve.py`'s, which is imported only then."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter

_Switch = Annotated[bool, Parameter(negative=())]


def up(
    *,
    data: Path | None = None,
    store: str | None = None,
    host: str | None = None,
    port: int | None = None,
    replay: Path | None = None,
    devices: Path | None = None,
    device: str | None = None,
    replay_speed: float | None = None,
    no_simulator: _Switch = False,
    seed: int | None = None,
    standby: _Switch = False,
    require_token: _Switch = False,
    policy: Path | None = None,
    cards: Path | None = None,
    log: Literal["json", "console"] | None = None,
) -> int:
    """Run an engine until it is stopped: SQLite, three simulated machines, no keys. Its address goes to stdout.

    Args:
        data: folder of everything it keeps; else `CHARGEHAND_DATA`, else the platform's.
        store: postgresql://... instead of SQLite in the data folder.
        host: address to listen on; beyond this machine every call needs a token.
        port: port to listen on, 8420 unless given; 0 takes a free one.
        replay: recorded SHDR text to play instead of the simulated machines.
        devices: MTConnect device model of the recording.
        device: which device of the model.
        replay_speed: 1 for real time, 0 for as fast as possible.
        no_simulator: run without simulated machines.
        seed: seed of the simulated machines.
        standby: wait for the data folder instead of being refused.
        require_token: refuse calls without a token also from this machine.
        policy: policy file instead of the one that ships.
        cards: folder with more machine, tool and material cards.
        log: form of the log on stderr.
    """
    from chargehand.cli import serve

    return serve.up(
        {
            "data": data,
            "store": store,
            "host": host,
            "port": port,
            "replay": replay,
            "devices": devices,
            "device": device,
            "replay_speed": replay_speed,
            "simulator": False if no_simulator else None,
            "seed": seed,
            "standby": standby or None,
            "require_token": require_token or None,
            "policy": policy,
            "cards": cards,
            "log": log,
        }
    )
