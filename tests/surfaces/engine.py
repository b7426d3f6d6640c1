"""Engines for tests: real processes on free ports, started as `chargehand up` starts them, asked, cut off and killed.

Nothing of an engine is reached but its address, its data folder and its process.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx
import msgspec
import pytest

from chargehand.contracts.machine import Machine

WAIT_S = 60.0
"""Longest wait for anything an engine does; reached only when it fails."""
STATUS_PERIOD_S = 0.02
_UP = "import json, sys\nfrom chargehand.cli.serve import up\nsys.exit(up(json.loads(sys.argv[1])))"


class Engine:
    """One engine process.

    Attributes:
        data: its data folder.
        process: the process.
        url: where it listens; empty while it has not said so.
        talk: what it says beside its address.
    """

    def __init__(self, data: Path, flags: dict[str, Any], environment: dict[str, str], run: list[str] | None) -> None:
        data.mkdir(parents=True, exist_ok=True)
        self.data = data
        self.url = ""
        self._talk = data.parent / f"{data.name}.talk"
        given = json.dumps({"data": str(data), "port": 0, **flags})
        known = {name: value for name, value in os.environ.items() if not name.startswith("CHARGEHAND_")}
        with self._talk.open("ab") as talk:
            self.process = subprocess.Popen(
                run or [sys.executable, "-c", _UP, given],
                stdout=subprocess.PIPE,
                stderr=talk,
                env={**known, "NO_COLOR": "1", **environment},
            )
        self.http = httpx.Client(trust_env=False, timeout=WAIT_S)

    @property
    def talk(self) -> str:
        """Everything it has said on stderr."""
        return self._talk.read_text("utf-8", "replace")

    def listening(self) -> Engine:
        """Wait until it says where it listens."""
        assert self.process.stdout is not None
        self.url = self.process.stdout.readline().decode().strip()
        assert self.url, f"the engine did not start: exit {self.process.wait(WAIT_S)}\n{self.talk}"
        self.http.base_url = httpx.URL(self.url)
        return self

    def ready(self) -> Engine:
        """Wait until every machine has sent something."""
        self.listening()
        until(self._all_speak, "every machine has sent something")
        return self

    def get(self, path: str, **given: Any) -> httpx.Response:
        """A GET."""
        return self.http.get(path, **given)

    def post(self, path: str, body: Any = None, **given: Any) -> httpx.Response:
        """A POST of a JSON value, or of bytes as they are."""
        content = body if isinstance(body, bytes) else msgspec.json.encode(body)
        headers = {"content-type": "application/json", **given.pop("headers", {})}
        return self.http.post(path, content=content, headers=headers, **given)

    def machine(self, machine_id: str) -> Machine:
        """A machine with its present state."""
        return msgspec.json.decode(self.get(f"/v1/machines/{machine_id}").content, type=Machine)

    def head(self) -> int:
        """Position of the newest event."""
        return int(self.get("/v1/health").json()["seq"])

    def socket(self, path: str) -> str:
        """Address of a WebSocket."""
        return self.url.replace("http", "ws", 1) + path

    def kill(self) -> None:
        """End it as a power cut would."""
        self._end(signal.SIGKILL)

    def stop(self) -> int:
        """Ask it to stop, and return its exit code."""
        return self._end(signal.SIGTERM)

    def exit_code(self) -> int:
        """Wait until it has ended by itself."""
        return self._end(None)

    def _all_speak(self) -> bool:
        machines = [self.machine(listed["id"]) for listed in self.get("/v1/machines").json()["items"]]
        return all(machine.state is not None and machine.state.seq is not None for machine in machines)

    def _end(self, number: signal.Signals | None) -> int:
        if number is not None and self.process.poll() is None:
            self.process.send_signal(number)
        code = self.process.wait(WAIT_S)
        self.http.close()
        assert self.process.stdout is not None
        self.process.stdout.close()
        return code


Start = Callable[..., Engine]


@contextmanager
def engines() -> Iterator[Start]:
    """Starts engines: `start(data, **flags)`, in `environment` if given. What still runs at the end is killed."""
    with ExitStack() as stack:

        def start(
            data: Path, *, environment: dict[str, str] | None = None, run: list[str] | None = None, **flags: Any
        ) -> Engine:
            engine = Engine(data, flags, environment or {}, run)
            stack.callback(engine.kill)
            return engine

        yield start


def until(done: Callable[[], object], what: str) -> None:
    """Wait until something outside this process has come about."""
    deadline = time.monotonic() + WAIT_S
    between_looks = threading.Event()
    while not done():
        assert time.monotonic() < deadline, f"in vain: {what}"
        between_looks.wait(STATUS_PERIOD_S)


def store_url(conninfo: str) -> str:
    """The address of a PostgreSQL database as `--store` takes it."""
    from psycopg.conninfo import conninfo_to_dict

    parts = {name: str(value) for name, value in conninfo_to_dict(conninfo).items()}
    user, name = parts.pop("user", ""), parts.pop("dbname")
    return f"postgresql://{user}{'@' if user else ''}/{name}?{urlencode(parts)}"


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=[pytest.mark.postgres, pytest.mark.slow])])
def store(request: pytest.FixtureRequest) -> dict[str, Any]:
    """Flags for a fresh database of either kind."""
    if request.param == "sqlite":
        return {}
    return {"store": store_url(request.getfixturevalue("postgres_dsn"))}


@pytest.fixture
def start() -> Iterator[Start]:
    """Starts engines of this test alone."""
    with engines() as starter:
        yield starter


@pytest.fixture(scope="session")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """One engine for every test that leaves it as it is: no principals, nothing executed, never stopped."""
    with engines() as starter:
        yield starter(tmp_path_factory.mktemp("shared") / "data").ready()
