"""The data folder: who holds it, and that it is never mistaken for an empty one.

One engine holds a folder at a time, by a lock that the operating system drops when the process dies. The lock file
names the engine's URL, so that other commands find it. A folder that was in use and has lost its database is refused.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import IO

import msgspec

from chargehand.kernel.store import StoreFullError, StoreLockedError

try:
    import fcntl
except ImportError:  # pragma: no cover - Windows has no flock; msvcrt locks a byte instead
    fcntl = None  # type: ignore[assignment]

LOCK_FILE = "engine.lock"
DATABASE_FILE = "chargehand.db"
TELEMETRY_FILE = "telemetry.db"
KEYS_FOLDER = "keys"
IN_USE_FILE = "IN-USE"


class Holder(msgspec.Struct, frozen=True, kw_only=True):
    """What the lock file says of the running engine.

    Attributes:
        pid: its process.
        url: where it listens, or null before it does.
    """

    pid: int
    url: str | None = None


class DataFolder:
    """A data folder that is held by this process.

    Attributes:
        path: the folder.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock: IO[bytes] | None = None

    def prepare(self) -> None:
        """Make the folder and its keys folder, readable by the owner only."""
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        (self.path / KEYS_FOLDER).mkdir(mode=0o700, exist_ok=True)

    def lock(self) -> None:
        """Take the folder.

        Raises:
            StoreLockedError: a running engine holds it.
        """
        assert self._lock is None, "a folder is locked once"
        handle = (self.path / LOCK_FILE).open("a+b")
        try:
            _flock(handle)
        except OSError:
            handle.close()
            holder = read_holder(self.path)
            where = "" if holder is None else f" (process {holder.pid}, {holder.url or 'not listening yet'})"
            raise StoreLockedError(f"another engine holds {self.path.name!r}{where}") from None
        self._lock = handle
        self.tell(Holder(pid=os.getpid()))

    def tell(self, holder: Holder) -> None:
        """Write into the lock file who holds it.

        Raises:
            StoreFullError: there is no space for it.
        """
        assert self._lock is not None
        try:
            self._lock.seek(0)
            self._lock.truncate()
            self._lock.write(msgspec.json.encode(holder))
            self._lock.flush()
        except OSError as error:
            raise StoreFullError(f"{LOCK_FILE!r} cannot be written: {error.strerror}") from error

    def was_used(self) -> bool:
        """Whether an engine has kept data here before."""
        return (self.path / IN_USE_FILE).exists()

    def mark_used(self) -> None:
        """From now on a missing database is a loss, not a beginning."""
        (self.path / IN_USE_FILE).touch(mode=0o600)

    def release(self) -> None:
        """Give the folder back. Safe to call twice."""
        if self._lock is not None:
            self._lock.seek(0)
            self._lock.truncate()
            self._lock.close()
            self._lock = None

    @property
    def database(self) -> Path:
        """The engine's database."""
        return self.path / DATABASE_FILE

    @property
    def telemetry(self) -> Path:
        """The telemetry database."""
        return self.path / TELEMETRY_FILE

    @property
    def keys(self) -> Path:
        """Where signing keys are."""
        return self.path / KEYS_FOLDER


def read_holder(path: Path) -> Holder | None:
    """Who the lock file names, or None. The lock itself is not tested."""
    try:
        return msgspec.json.decode((path / LOCK_FILE).read_bytes(), type=Holder)
    except (OSError, msgspec.DecodeError):
        return None


def is_held(path: Path) -> bool:
    """Whether a running process holds the folder."""
    lock = path / LOCK_FILE
    if not lock.exists():
        return False
    with lock.open("a+b") as handle:
        try:
            _flock(handle)
        except OSError:
            return True
    return False


def _flock(handle: IO[bytes]) -> None:
    if fcntl is not None:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return
    import msvcrt  # pragma: no cover - Windows only

    handle.seek(0)
    msvcrt.locking(handle.fileno(), msvcrt.LK_NBLCK, 1)
