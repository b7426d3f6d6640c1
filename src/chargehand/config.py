"""One frozen Config: file < environment < flags. Nothing else in the product reads the environment.

`services` and `server` are handed a Config; the command line asks for `ClientSettings` to find an engine. An unknown
key in the file, or a value that cannot be meant, is refused with the name of the place.
"""

from __future__ import annotations

import ipaddress
import os
import sys
import tomllib
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import msgspec

DEFAULT_HOST = "127.0.0.1"
DEFAULT_PORT = 8420
CONFIG_FILE = "chargehand.toml"
_ENVIRONMENT = {
    "CHARGEHAND_DATA": "data",
    "CHARGEHAND_STORE": "store",
    "CHARGEHAND_HOST": "host",
    "CHARGEHAND_PORT": "port",
    "CHARGEHAND_POLICY": "policy",
    "CHARGEHAND_CARDS": "cards",
    "CHARGEHAND_FAULT": "fault",
    "CHARGEHAND_LOG": "log",
    "CHARGEHAND_SKIP_UI": "skip_ui",
    "CHARGEHAND_UI": "ui",
}


class ConfigError(Exception):
    """The configuration cannot be used. The message names the file or variable, and the key."""

    code = "ENG.CONFIG_INVALID"


class Config(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How one engine runs.

    Attributes:
        data: folder of everything it keeps.
        store: `postgresql://...`, or null for SQLite in the data folder.
        host: address to listen on.
        port: port to listen on; 0 takes a free one.
        replay: recorded SHDR text to play instead of the simulated fleet.
        devices: MTConnect device model of the recording.
        device: which device of the model.
        replay_speed: 1 for real time; 0 for as fast as possible.
        simulator: whether the simulated fleet runs.
        seed: seed of the simulated fleet.
        standby: wait for the data folder instead of being refused.
        require_token: refuse calls without a token also on loopback.
        policy: policy file, or null for the one that ships.
        cards: folder with more machine, tool and material cards.
        fault: a crash point to arm, for tests over real processes.
        log: json or console.
        skip_ui: serve a plain status page instead of the web control centre.
        ui: folder with a built control centre, or null for the one that ships.
    """

    data: Path
    store: str | None = None
    host: str = DEFAULT_HOST
    port: int = DEFAULT_PORT
    replay: Path | None = None
    devices: Path | None = None
    device: str | None = None
    replay_speed: float = 1.0
    simulator: bool = True
    seed: int = 1
    standby: bool = False
    require_token: bool = False
    policy: Path | None = None
    cards: Path | None = None
    fault: str | None = None
    log: str = "console"
    skip_ui: bool = False
    ui: Path | None = None

    @property
    def loopback(self) -> bool:
        """Whether only this machine can reach it."""
        return is_loopback(self.host)


class ClientSettings(msgspec.Struct, frozen=True, kw_only=True):
    """What the environment says to a client.

    Attributes:
        url: the engine to talk to.
        token: the credential.
        data: the data folder.
        no_color: colours are not wanted.
    """

    url: str | None
    token: str | None
    data: Path
    no_color: bool


def load_config(flags: Mapping[str, Any], environment: Mapping[str, str] | None = None) -> Config:
    """The configuration of an engine.

    Args:
        flags: values of the command line; absent or None means not given.
        environment: the process's, unless given.

    Raises:
        ConfigError: the file, a variable or a flag cannot be used.
    """
    variables = os.environ if environment is None else environment
    found: dict[str, Any] = {field: variables[name] for name, field in _ENVIRONMENT.items() if variables.get(name)}
    given = {name: value for name, value in flags.items() if value is not None}
    data = Path(given.get("data") or found.get("data") or platform_data(variables))
    merged = {**_read_file(data / CONFIG_FILE), **found, **given, "data": data}
    try:
        config = msgspec.convert(merged, Config, strict=False, dec_hook=_path)
    except msgspec.ValidationError as error:
        raise ConfigError(f"configuration: {error}") from error
    return _checked(config)


def client_settings(environment: Mapping[str, str] | None = None) -> ClientSettings:
    """What a client finds in the environment."""
    variables = os.environ if environment is None else environment
    return ClientSettings(
        url=variables.get("CHARGEHAND_URL") or None,
        token=variables.get("CHARGEHAND_TOKEN") or None,
        data=Path(variables.get("CHARGEHAND_DATA") or platform_data(variables)),
        no_color="NO_COLOR" in variables,
    )


def bare_environment(environment: Mapping[str, str] | None = None) -> dict[str, str]:
    """The environment for a process that must take no setting of ours from it, such as a demonstration's engine."""
    variables = os.environ if environment is None else environment
    return {name: value for name, value in variables.items() if not name.startswith("CHARGEHAND_")}


def platform_data(variables: Mapping[str, str]) -> Path:
    """Where this platform keeps a user's application data."""
    home = Path.home()
    if sys.platform == "darwin":
        return home / "Library" / "Application Support" / "chargehand"
    if sys.platform == "win32":
        return Path(variables.get("LOCALAPPDATA") or home / "AppData" / "Local") / "chargehand"
    return Path(variables.get("XDG_DATA_HOME") or home / ".local" / "share") / "chargehand"


@lru_cache(maxsize=256)
def is_loopback(host: str) -> bool:
    """Whether an address is this machine's own. Asked four times per call, and an address takes 6 us to read."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _read_file(path: Path) -> dict[str, Any]:
    if not path.exists():
        return {}
    try:
        table = tomllib.loads(path.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path.name}: {error}") from error
    for key in table:
        if key not in Config.__struct_fields__ or key == "data":
            raise ConfigError(f"{path.name}: unknown key {key!r}")
    return table


def _checked(config: Config) -> Config:
    if config.replay is not None and config.devices is None:
        raise ConfigError("--replay needs --devices: the model that names the recording's keys")
    for name in ("replay", "devices", "policy"):
        path: Path | None = getattr(config, name)
        if path is not None and not path.is_file():
            raise ConfigError(f"--{name}: no such file: {path}")
    if config.ui is not None and not (config.ui / "index.html").is_file():
        raise ConfigError(f"ui: no built control centre in {config.ui}: it has no index.html")
    if not 0 <= config.port <= 65535:
        raise ConfigError(f"--port: {config.port} is no port")
    if config.store is not None and not config.store.startswith(("postgresql://", "postgres://")):
        raise ConfigError("--store takes postgresql://...; without it SQLite is used, in the data folder")
    if config.log not in ("json", "console"):
        raise ConfigError(f"log: {config.log!r} is neither json nor console")
    if config.replay_speed < 0:
        raise ConfigError("replay_speed: a pace is not negative; 0 means as fast as possible")
    return config


def _path(kind: type, value: object) -> object:
    if kind is Path and isinstance(value, str | Path):
        return Path(value)
    raise NotImplementedError
