"""serve(): one engine from start to graceful stop: services, background steps, HTTP."""

from __future__ import annotations

import gc
import os
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

import structlog
import uvicorn

from chargehand.api.app import Api
from chargehand.approvals import inbox
from chargehand.config import Config, ConfigError
from chargehand.kernel import faults, idempotency
from chargehand.kernel.folder import DataFolder, Holder
from chargehand.kernel.service import Ticker
from chargehand.kernel.store import StoreLockedError
from chargehand.ledger import ledger
from chargehand.services import ENGINE, Services, build, record_machine_facts

FLEET_PERIOD_S = 0.05
SWEEP_PERIOD_S = 1.0
LEDGER_PERIOD_S = 60.0
STANDBY_PERIOD_S = 0.5
GRACE_S = 5
BACKLOG = 2_048
"""Connections that may wait to be accepted."""
COLLECT_AFTER = 50_000
"""Objects, net, between two looks of the garbage collector; at Python's own 700 it takes a tenth of every decision."""
Announce = Callable[[str, Services], None]
_logger = structlog.get_logger(__name__)


class PortError(Exception):
    """The address to listen on is taken or not ours. Choose another with `--port`."""

    code = "ENG.PORT_IN_USE"


class Engine:
    """A running engine: its services and everything that ticks in the background."""

    def __init__(self, services: Services) -> None:
        self.services = services
        clock = services.clock
        self._tickers = [
            Ticker("fleet", lambda now_us: record_machine_facts(services, now_us), clock, FLEET_PERIOD_S),
            Ticker("sweep", self._sweep, clock, SWEEP_PERIOD_S),
            Ticker("ledger", self._sign, clock, LEDGER_PERIOD_S),
        ]

    def start(self) -> None:
        """Conclude what a crash has left open, then begin to tick."""
        services = self.services
        alone = services.config.store is None
        lost = services.writer.call(
            services.executions.abandon_lost(ENGINE, older_than_us=0)
            if alone
            else services.executions.abandon_lost(ENGINE)
        )
        if lost:
            _logger.warning(
                "engine.outcomes_unknown", count=lost, hint="look at the machines: chargehand proposal list"
            )
        services.telemetry.start()
        for ticker in self._tickers:
            ticker.start()

    def stop(self) -> None:
        """Stop in the order of dependence: machines, telemetry, then the writer that takes their last facts."""
        for ticker in self._tickers:
            ticker.stop()
        self.services.fleet.close()
        self.services.ownership.give_back()
        self.services.writer.stop()
        self.services.telemetry_store.close()
        self.services.store.close()

    def _sweep(self, _now_us: int) -> None:
        writer = self.services.writer
        writer.call(inbox.expire_due(ENGINE))
        writer.call(self.services.executions.abandon_lost(ENGINE))
        writer.call(self.services.quarantines.expire_due(ENGINE))
        writer.call(idempotency.forget_old)

    def _sign(self, _now_us: int) -> None:
        """A signed checkpoint a minute: the part of the log that can no longer be cut off unnoticed."""
        services = self.services
        with services.store.read() as session:
            grown = ledger.has_grown(session)
        if grown:
            services.writer.call(
                lambda transaction: ledger.checkpoint(transaction.session, services.signer, transaction.now_us)
            )


def serve(config: Config, announce: Announce) -> None:
    """Run an engine until it is told to stop.

    Args:
        config: how.
        announce: told the URL once it listens.

    Raises:
        StoreError: the data folder is held, damaged, or newer than this engine.
        ConfigError: something that was named cannot be used.
        DefectiveFileError: a policy or card file cannot be used.
        PortError: the port is taken.
    """
    with _engine(config) as (services, listener):
        server, url = _server(services, listener)
        server.api.on_started = lambda: _ready(url, services, announce)
        settle_memory()
        server.run(sockets=[listener])


def settle_memory() -> None:
    """Tell the garbage collector that what stands now stands for good, and to look at the rest less often.

    For a process that is an engine and nothing else. Cards, schemas and routes are tens of thousands of objects
    that live as long as it does; a decision makes about a hundred, nearly all of them freed without the collector.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(COLLECT_AFTER, 20, 20)


@contextmanager
def running(config: Config) -> Iterator[str]:
    """An engine in this process for as long as the block runs; gives its URL. For commands on a folder nobody serves.

    Raises:
        StoreError: as `serve`.
        DefectiveFileError: as `serve`.
        PortError: as `serve`.
    """
    with _engine(config) as (services, listener):
        server, url = _server(services, listener)
        started = threading.Event()
        server.api.on_started = started.set
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, name="http", daemon=True)
        thread.start()
        started.wait()
        try:
            yield url
        finally:
            server.should_exit = True
            thread.join()


@contextmanager
def _engine(config: Config) -> Iterator[tuple[Services, socket.socket]]:
    """The folder, the port, the services and their background steps, let go of in the reverse order."""
    _arm(config)
    folder = DataFolder(config.data)
    try:
        folder.prepare()
    except OSError as error:
        raise ConfigError(f"--data: {error}") from error
    _take(folder, config)
    try:
        with _listen(config) as listener:
            services = build(config, folder)
            engine = Engine(services)
            try:
                engine.start()
                yield services, listener
            finally:
                engine.stop()
    finally:
        folder.release()


class _Server(uvicorn.Server):
    """uvicorn, told to send open streams home when it is asked to stop instead of waiting for them.

    When it has stopped, uvicorn raises the signal that stopped it once more. For SIGTERM that would end the process
    before machines, telemetry and writer have come to their end, so only an interrupt is passed on.
    """

    def __init__(self, config: uvicorn.Config, api: Api) -> None:
        super().__init__(config)
        self.api = api

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        super().handle_exit(sig, frame)
        if sig != signal.SIGINT:
            self._captured_signals.remove(sig)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self.api.feed.close()
        await super().shutdown(sockets)


def _server(services: Services, listener: socket.socket) -> tuple[_Server, str]:
    host, port = listener.getsockname()[:2]
    url = f"http://{f'[{host}]' if ':' in host else host}:{port}"
    api = Api(services)
    settings = uvicorn.Config(
        api,
        http="httptools",
        ws="websockets-sansio",
        loop="asyncio",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        ws_max_size=64 * 1024,
        timeout_graceful_shutdown=GRACE_S,
        lifespan="on",
    )
    return _Server(settings, api), url


def _ready(url: str, services: Services, announce: Announce) -> None:
    services.folder.tell(Holder(pid=os.getpid(), url=url))
    announce(url, services)


def _arm(config: Config) -> None:
    if config.fault is None:
        return
    try:
        faults.arm_from_text(config.fault)
    except ValueError as error:
        raise ConfigError(f"fault: {error}") from error


def _take(folder: DataFolder, config: Config) -> None:
    """Hold the folder, waiting for it if that was asked for."""
    waited = threading.Event()
    told = False
    while True:
        try:
            folder.lock()
        except StoreLockedError:
            if not config.standby:
                raise
            if not told:
                _logger.info("engine.standby", folder=str(folder.path))
                told = True
            waited.wait(STANDBY_PERIOD_S)
        else:
            return


def _listen(config: Config) -> socket.socket:
    """Listen before anything is built: a taken port costs nothing, and whoever is told the URL is not turned away."""
    family = socket.AF_INET6 if ":" in config.host else socket.AF_INET
    # asyncio turns Nagle's algorithm off only where the protocol is named; without, an answer waits 40 ms for an ACK.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((config.host, config.port))
        listener.listen(BACKLOG)
    except OSError as error:
        listener.close()
        raise PortError(f"cannot listen on {config.host}:{config.port}: {error.strerror}") from error
    return listener
