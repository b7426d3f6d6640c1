"""A decision over HTTP, against an echo of the same bodies on the same framework with the same server settings.

The engine is the real one: `POST /v1/proposals` on loopback without a token, simulated fleet, SQLite with an fsync per
commit. The echo reads the same request, answers the same status and bytes, and does nothing. Both run in a process of
their own; the client, plain sockets that are kept alive, in this one. Target: ratio >= 0.4 at 32 connections.

    python -m bench.http_decision [--seconds S] [--rounds N] [--quick]
"""

from __future__ import annotations

import argparse
import asyncio
import json
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bench.durable_decisions import PROPOSAL
from bench.measure import interleave, paired_ratio, report
from chargehand.config import load_config
from chargehand.server import BACKLOG, serve, settle_memory

PATH = "/v1/proposals"
CONNECTIONS = (1, 32, 128)
BODY = json.dumps(PROPOSAL).encode()


class Caller(asyncio.Protocol):
    """One kept-alive connection that asks the same thing again and again, and notes how long each answer took."""

    def __init__(self, request: bytes) -> None:
        self._request = request
        self._received = bytearray()
        self._expected = 0
        self._asked = 0.0
        self._until = 0.0
        self.took: list[float] = []
        self.answer = b""
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the way out."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def begin(self, until: float) -> None:
        """Ask until that moment of the process's clock."""
        self._until = until
        self._ask()

    def data_received(self, data: bytes) -> None:
        """Take a piece of an answer; ask again once it is whole."""
        self._received += data
        if not self._expected:
            end = self._received.find(b"\r\n\r\n")
            if end < 0:
                return
            head = bytes(self._received[:end]).lower()
            if not head.startswith(b"http/1.1 201"):
                self.done.set_exception(RuntimeError(bytes(self._received).decode("utf-8", "replace")))
                return
            self._expected = end + 4 + int(head.partition(b"\r\ncontent-length:")[2].partition(b"\r\n")[0])
        if len(self._received) < self._expected:
            return
        now = time.perf_counter()
        self.took.append(now - self._asked)
        self.answer = bytes(self._received)
        self._received.clear()
        self._expected = 0
        if now < self._until:
            self._ask()
        else:
            self._transport.close()
            self.done.set_result(None)

    def connection_lost(self, exc: Exception | None) -> None:
        """A server that hangs up is an error, unless this side has."""
        if not self.done.done():
            self.done.set_exception(exc or ConnectionError("the server has hung up"))

    def _ask(self) -> None:
        self._asked = time.perf_counter()
        self._transport.write(self._request)


def call(url: str, connections: int, seconds: float) -> tuple[list[float], bytes]:
    """Keep so many connections asking for so long: how long each answer took, and the last one whole."""

    async def run() -> tuple[list[float], bytes]:
        parts = urlsplit(url)
        assert parts.hostname is not None
        assert parts.port is not None
        request = (
            f"POST {PATH} HTTP/1.1\r\nhost: {parts.netloc}\r\ncontent-type: application/json\r\n"
            f"content-length: {len(BODY)}\r\n\r\n"
        ).encode() + BODY
        loop = asyncio.get_running_loop()
        callers = []
        for _ in range(connections):
            _, caller = await loop.create_connection(lambda: Caller(request), parts.hostname, parts.port)
            callers.append(caller)
        until = time.perf_counter() + seconds
        for caller in callers:
            caller.begin(until)
        await asyncio.gather(*(caller.done for caller in callers))
        return [took for caller in callers for took in caller.took], callers[0].answer

    return asyncio.run(run())


def serve_engine(folder: str) -> None:
    """The engine, until it is terminated; prints its URL."""
    config = load_config({"data": folder, "port": "0"}, {})
    serve(config, lambda url, _services: print(url, flush=True))


def serve_echo(folder: str) -> None:
    """The echo of the answer that stands in the folder, until it is terminated; prints its URL."""
    body = (Path(folder) / "answer").read_bytes()
    headers = {"location": PATH + "/" + json.loads(body)["proposal_id"]}

    async def echo(request: Request) -> Response:
        await request.body()
        return Response(body, 201, headers, "application/json")

    settings = uvicorn.Config(
        Starlette(routes=[Route(PATH, echo, methods=["POST"])]),
        http="httptools",
        loop="asyncio",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        lifespan="off",
    )
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.bind(("127.0.0.1", 0))
    listener.listen(BACKLOG)
    print(f"http://127.0.0.1:{listener.getsockname()[1]}", flush=True)
    settle_memory()
    uvicorn.Server(settings).run(sockets=[listener])


@contextmanager
def server(role: str, folder: str) -> Iterator[str]:
    """A server in a process of its own; gives its URL."""
    command = [sys.executable, "-m", "bench.http_decision", "--serve", role, folder]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield process.stdout.readline().strip()
        finally:
            process.terminate()


def measure(engine: str, echo: str, seconds: float, rounds: int) -> list[dict[str, object]]:
    """A row per number of connections."""
    rows: list[dict[str, object]] = []
    for connections in CONNECTIONS:
        took: list[float] = []

        def rate(url: str, into: list[float], connections: int = connections) -> float:
            answers, _ = call(url, connections, seconds)
            into += answers
            return len(answers) / seconds

        series = interleave({"decision": lambda: rate(engine, took), "echo": lambda: rate(echo, [])}, rounds)  # noqa: B023
        took.sort()
        row: dict[str, object] = {
            "connections": connections,
            "decisions_per_s": series["decision"].median,
            "echoes_per_s": series["echo"].median,
            "ratio": paired_ratio(series["decision"], series["echo"]),
            "p50_ms": 1000 * took[len(took) // 2],
            "p99_ms": 1000 * took[len(took) * 99 // 100],
        }
        if connections == 32:
            row["target"] = ">= 0.4"
        rows.append(row)
    return rows


def main() -> None:
    """Measure and print; or be one of the two servers."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=3.0, help="of each measurement")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--serve", nargs=2, metavar=("ROLE", "FOLDER"))
    options = parser.parse_args()
    if options.serve is not None:
        role, folder = options.serve
        (serve_engine if role == "engine" else serve_echo)(folder)
        return
    seconds, rounds = (0.5, 1) if options.quick else (options.seconds, options.rounds)
    with (
        tempfile.TemporaryDirectory(prefix="chargehand-bench-") as folder,
        server("engine", folder + "/data") as engine,
    ):
        _, answer = call(engine, 1, 1.0)
        verdict = answer.partition(b"\r\n\r\n")[2]
        assert json.loads(verdict)["verdict"] == "allow", verdict
        (Path(folder) / "answer").write_bytes(verdict)
        with server("echo", folder) as echo:
            report("http_decision", measure(engine, echo, seconds, rounds))


if __name__ == "__main__":
    main()
