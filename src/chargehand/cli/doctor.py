"""`chargehand doctor`: is this machine fit, is the data folder sound, does the engine answer. It changes nothing."""

from __future__ import annotations

import shutil
import stat
import sys
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple

from chargehand import __version__
from chargehand.cli import failure, screen
from chargehand.cli.options import DEFAULT, Options

if TYPE_CHECKING:
    from chargehand.sdk import Client

Status = Literal["ok", "warn", "fail"]

SQLITE_MIN = (3, 51, 3)
"""From here on SQLite is past the bug that could corrupt a database when its write-ahead log was reset."""
DISK_FAIL_BYTES = 100 * 1024**2
DISK_WARN_BYTES = 1024**3
CLOCK_WARN_S = 5.0


class Finding(NamedTuple):
    """One thing that was looked at: how it is, and what to do where it is not well."""

    check: str
    status: Status
    finding: str
    advice: str = ""


def doctor(*, options: Options = DEFAULT) -> int:
    """Check this machine, the data folder and the engine. Exit code 1 if something fails."""
    from chargehand.config import client_settings

    settings = client_settings()
    folder = options.data or settings.data
    found = [
        check_python(sys.version_info[:3]),
        check_sqlite(version("apsw")),
        check_folder(folder),
        check_disk(folder),
    ]
    found += _engine(folder, options.url or (None if options.data else settings.url), options.token or settings.token)
    ok = all(entry.status != "fail" for entry in found)
    if options.json:
        screen.json_record({"ok": ok, "checks": [entry._asdict() for entry in found]})
    else:
        screen.table(("Check", "Status", "Finding", "What to do"), found)
    return failure.OK if ok else failure.FAILED


def check_python(running: tuple[int, int, int]) -> Finding:
    """The interpreter."""
    text = ".".join(map(str, running))
    if running >= (3, 11):
        return Finding("python", "ok", text)
    return Finding("python", "fail", text, "Install Python 3.11 or newer.")


def check_sqlite(carrier: str) -> Finding:
    """SQLite, from the version of the package that carries it."""
    carried = tuple(int(part) for part in carrier.split(".")[:3])
    text = ".".join(map(str, carried))
    if carried >= SQLITE_MIN:
        return Finding("sqlite", "ok", text)
    return Finding("sqlite", "fail", text, "Update the package apsw: older versions can corrupt a database.")


def check_folder(folder: Path) -> Finding:
    """The data folder: there, a folder, and nobody else's to read."""
    if not folder.exists():
        return Finding("data folder", "ok", f"{folder} does not exist yet", "`chargehand up` makes it.")
    if not folder.is_dir():
        return Finding("data folder", "fail", f"{folder} is no folder", "Name a folder with --data.")
    if stat.S_IMODE(folder.stat().st_mode) & 0o077 and sys.platform != "win32":
        return Finding("data folder", "warn", f"others can look into {folder}", f"chmod 700 {folder}")
    return Finding("data folder", "ok", str(folder))


def check_disk(folder: Path) -> Finding:
    """Room on the disk of the data folder."""
    existing = next(path for path in (folder.absolute(), *folder.absolute().parents) if path.is_dir())
    free = shutil.disk_usage(existing).free
    text = f"{free / 1024**3:.1f} GiB free"
    if free < DISK_FAIL_BYTES:
        return Finding("disk", "fail", text, "Make room: a full disk stops the engine from taking anything.")
    if free < DISK_WARN_BYTES:
        return Finding("disk", "warn", text, "Make room soon.")
    return Finding("disk", "ok", text)


def check_clock(ahead_s: float) -> Finding:
    """The engine's clock against this machine's."""
    text = f"the engine's clock is {abs(ahead_s):.1f} s {'ahead' if ahead_s > 0 else 'behind'}"
    if abs(ahead_s) > CLOCK_WARN_S:
        return Finding("clock", "warn", text, "Synchronise the clocks: verdicts and permits live for seconds.")
    return Finding("clock", "ok", text)


def _engine(folder: Path, url: str | None, token: str | None) -> list[Finding]:
    from chargehand.cli import local
    from chargehand.sdk import DEFAULT_URL, Client, ClientError

    served = local.running_url(folder)
    lock = Finding("lock", "ok", "no engine holds the folder" if served is None else f"held by {served}")
    try:
        with Client(url or served or DEFAULT_URL, token=token) as client:
            return [lock, *_asked(client)]
    except ClientError as error:
        status: Status = "warn" if served is None and url is None else "fail"
        return [lock, Finding("engine", status, f"{error.code}: {error.detail}", error.hint)]


def _asked(client: Client) -> list[Finding]:
    from chargehand.cli import local

    health = client.system.health()
    machines = ", ".join(f"{count} {state}" for state, count in sorted(health.machines.items())) or "no machines"
    text = f"{client.url} is {health.status}, {health.role}; {machines}; {health.seq} events"
    well = health.status == "ok"
    found = [Finding("engine", "ok" if well else "warn", text, "" if well else "Look at `chargehand machine list`.")]
    found.append(check_clock(local.clock_ahead_s(health.time)))
    running = client.system.version()
    text = f"engine {running.version} on {running.dialect}, client {__version__}"
    if running.version == __version__:
        return [*found, Finding("versions", "ok", text)]
    return [*found, Finding("versions", "warn", text, "They differ: install the same version on both sides.")]
