"""Every domain object of one engine, built once from a Config. Data, not behaviour: who does what is in the rooms.

This is the only place where rooms that must not import each other meet: the fleet's facts become events, the auditor
judges for the spine, the ledger seals for the log.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import structlog

from chargehand import __version__, inspection
from chargehand.access.signin import OneTimeCodes, load_secret
from chargehand.auditor.auditor import Auditor
from chargehand.auditor.cards import Cards, LoadedCard, load_cards, loaded
from chargehand.auditor.policy_file import load_policy, shipped_policy
from chargehand.auditor.rulebook import Rulebook
from chargehand.config import Config, ConfigError
from chargehand.contracts.card import MachineCard
from chargehand.contracts.ledger import LedgerReport
from chargehand.contracts.machine import MachineCondition, TelemetrySealed
from chargehand.contracts.policy import PolicyLoaded
from chargehand.contracts.program import ProgramBody
from chargehand.contracts.system import EngineStarted
from chargehand.fleet.adapter import Adapter
from chargehand.fleet.devices import DevicesError, choose_device, read_devices
from chargehand.fleet.executor import MachineExecutor
from chargehand.fleet.fleet import Fleet
from chargehand.fleet.ownership import Ownership
from chargehand.fleet.plant import Held
from chargehand.fleet.programs import Programs
from chargehand.fleet.programs import put as put_program
from chargehand.fleet.quarantine_list import QuarantineList, after_alarm
from chargehand.fleet.replay import Replay
from chargehand.fleet.simulated import PROGRAMS, simulated_fleet
from chargehand.fleet.telemetry import TelemetryStore
from chargehand.kernel.clock import MINUTE_US, Clock, SystemClock, parse_utc
from chargehand.kernel.folder import DataFolder
from chargehand.kernel.ids import SystemIds
from chargehand.kernel.log import Log
from chargehand.kernel.sqlite import SqliteStore
from chargehand.kernel.store import Store, StoreCorruptError, StoreError
from chargehand.kernel.writer import OverloadedError, Transaction, Writer
from chargehand.ledger import tree
from chargehand.ledger.signing_key import Signer, open_signer
from chargehand.proposals.execution import Executions
from chargehand.proposals.executor import Executor, Kept
from chargehand.proposals.holder import HolderExecutor
from chargehand.proposals.submission import Submissions

ENGINE = "engine"
"""The actor of what the engine does by itself."""
_logger = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True)
class Services:
    """One engine's objects.

    Attributes:
        config: how it was started.
        folder: its data folder, held.
        clock: its clock.
        ids: ids for the event loop's thread.
        store: the log's database.
        writer: the one writing thread.
        auditor: the active policy.
        fleet: the machines.
        ownership: which machines this node drives.
        programs: texts of part programs.
        quarantines: what is barred on them.
        telemetry: their frames.
        telemetry_store: the database of the frames.
        submissions: proposals in, verdicts out.
        executions: permits, re-checks, outcomes.
        codes: one-time sign-in codes.
        signer: the ledger's key.
        source: the engine's name in events.
        instance: this run, `eng_...`.
        version: the engine's version.
        growth: whom to wake when the log grows.
    """

    config: Config
    folder: DataFolder
    clock: Clock
    ids: SystemIds
    store: Store
    writer: Writer
    auditor: Auditor
    fleet: Fleet
    ownership: Ownership
    programs: Programs
    quarantines: QuarantineList
    telemetry: TelemetryStore
    telemetry_store: Store
    submissions: Submissions
    executions: Executions
    codes: OneTimeCodes
    signer: Signer
    source: str
    instance: str
    version: str = __version__
    growth: list[Callable[[], object]] = field(default_factory=list)

    def on_log_growth(self, wake: Callable[[], object]) -> None:
        """Be woken, from any thread, when the log has grown."""
        self.growth.append(wake)

    def on_frames(self, wake: Callable[[frozenset[str]], object]) -> None:
        """Be woken, from the fleet's thread, with the machines that have sent frames."""

        def woken(machines: frozenset[str]) -> None:
            wake(machines)

        self.fleet.subscribe(woken)

    def verify_ledger(self) -> LedgerReport:
        """Inspect the whole ledger, and everything that must agree with it."""
        return inspection.inspect(self.store, self.telemetry_store, [self.signer.key])


def build(config: Config, folder: DataFolder, clock: Clock | None = None) -> Services:
    """Build an engine over a data folder that this process holds. Nothing runs yet but the writer.

    Raises:
        StoreError: the database cannot be used; it is never replaced by an empty one.
        ConfigError: a card, policy or recording cannot be used.
    """
    clock, ids = clock or SystemClock(), SystemIds()
    # Everything that can be refused without touching the database is refused first.
    cards = load_cards(config.cards)
    policy = shipped_policy() if config.policy is None else load_policy(config.policy)
    adapters, machine_cards = _machines(config, cards, lambda digest: programs.text(digest))  # noqa: PLW0108
    rulebook = Rulebook(policy, tools=cards.tools, materials=cards.materials, engine_version=__version__)
    sign_in_secret = _sign_in_secret(folder, ids)
    signer = open_signer(folder.keys / "ledger.ed25519", "chargehand/" + ids.secret()[:12], ids)
    store = _open_store(config, folder, clock)
    growth: list[Callable[[], object]] = []
    source = f"urn:chargehand:{signer.name.rpartition('/')[2]}"
    writer = Writer(store, Log(source, tree.seal, SystemIds()), clock, SystemIds(), lambda _head: _wake(growth))
    _start(writer, store, signer)
    folder.mark_used()

    auditor = Auditor(rulebook)
    telemetry_store = _open_telemetry(config, folder, clock)
    telemetry = TelemetryStore(telemetry_store, _seal_into(writer))
    fleet = Fleet(adapters, telemetry, SystemIds())
    instance = ids.new("eng", clock.now_us())
    # One process holds an SQLite folder, so after a crash the same name takes its machines back at once.
    shared = config.store is not None
    ownership = Ownership(store, writer, instance if shared else source, machine_cards, shared=shared)
    programs, quarantines = Programs(store), QuarantineList(store, signer)
    growth.append(quarantines.changed)
    machines = MachineExecutor(
        fleet, machine_cards, ownership, quarantines=quarantines.in_force, programs=programs.text
    )
    executors: dict[str, Executor] = {"machine.change": machines, "tool.call": HolderExecutor()}
    services = Services(
        config=config,
        folder=folder,
        clock=clock,
        ids=ids,
        store=store,
        writer=writer,
        auditor=auditor,
        fleet=fleet,
        ownership=ownership,
        programs=programs,
        quarantines=quarantines,
        telemetry=telemetry,
        telemetry_store=telemetry_store,
        submissions=Submissions(auditor, executors),
        executions=Executions(auditor, executors),
        codes=OneTimeCodes(sign_in_secret),
        signer=signer,
        source=source,
        instance=instance,
        growth=growth,
    )
    _announce(services, machine_cards)
    return services


def _start(writer: Writer, store: Store, signer: Signer) -> None:
    """Start the writer on a database that is this ledger key's; otherwise leave nothing running."""
    writer.start()
    try:
        _claim_key(writer, signer)
    except BaseException:
        writer.stop()
        store.close()
        raise


def _claim_key(writer: Writer, signer: Signer) -> None:
    """The database belongs to one ledger key: the first one that was used with it.

    Raises:
        ConfigError: this folder has another key, so its signatures would continue somebody else's log.
    """

    def command(transaction: Transaction) -> str:
        transaction.session.run("log.claim_meta", {"key": "ledger_key", "value": signer.key.text})
        row = transaction.session.one("log.get_meta", {"key": "ledger_key"})
        assert row is not None
        return str(row[0])

    if writer.call(command) != signer.key.text:
        raise ConfigError(
            "this database was begun with another ledger key: restore keys/ledger.ed25519, "
            "or copy it from the node that began it"
        )


def _machines(config: Config, cards: Cards, held: Held) -> tuple[list[Adapter], dict[str, LoadedCard[MachineCard]]]:
    """The adapters of this engine and the cards of their machines; programs are asked for when one is loaded."""
    adapters: list[Adapter] = []
    if _simulates(config):
        adapters += simulated_fleet(
            [entry.card for entry in cards.machines.values()],
            {key: entry.card for key, entry in cards.tools.items()},
            {key: entry.card for key, entry in cards.materials.items()},
            seed=config.seed,
            held=held,
        )
    if config.replay is not None:
        adapters.append(_replay(config, config.replay))
    found = {adapter.card.id: cards.machines.get(adapter.card.id) or loaded(adapter.card) for adapter in adapters}
    return adapters, found


def _simulates(config: Config) -> bool:
    return config.simulator and config.replay is None


def _replay(config: Config, recording: Path) -> Replay:
    assert config.devices is not None, "the configuration was checked"
    try:
        devices = read_devices(config.devices.read_bytes())
        device = choose_device(devices, config.device)
    except (DevicesError, OSError) as error:
        raise ConfigError(f"--devices: {error}") from error
    others = frozenset(other.name for other in devices if other.name != device.name)
    return Replay(recording, device, others=others, speed=config.replay_speed or None)


def _open_store(config: Config, folder: DataFolder, clock: Clock) -> Store:
    if config.store is not None:
        from chargehand.kernel.postgres import PostgresStore  # psycopg is an extra

        return PostgresStore.open(config.store)
    return _open_sqlite(folder.database, clock, "engine", create=not folder.was_used())


def _open_telemetry(config: Config, folder: DataFolder, clock: Clock) -> Store:
    if config.store is not None:
        from chargehand.kernel.postgres import PostgresStore

        return PostgresStore.open(config.store, family="telemetry")
    return _open_sqlite(folder.telemetry, clock, "telemetry", create=True)


def _open_sqlite(path: Path, clock: Clock, family: str, *, create: bool) -> Store:
    try:
        return SqliteStore.open(path, clock, family=family, create=create)
    except StoreCorruptError as error:
        raise StoreCorruptError(f"{path.name}: {error}") from error


def _sign_in_secret(folder: DataFolder, ids: SystemIds) -> bytes:
    try:
        return load_secret(folder.keys, bytes.fromhex(ids.secret()))
    except ValueError as error:
        raise ConfigError(str(error)) from error


def _wake(growth: list[Callable[[], object]]) -> None:
    for wake in growth:
        wake()


def _seal_into(writer: Writer) -> Callable[[str, TelemetrySealed], None]:
    """Record closed minutes of telemetry, each as one event and so one leaf."""

    def on_sealed(machine_id: str, sealed: TelemetrySealed) -> None:
        minute = parse_utc(sealed.minute) // MINUTE_US
        subject = f"telemetry/{machine_id}/{sealed.instance_id}/{minute}"

        def command(transaction: Transaction) -> None:
            # A minute is sealed once: after a crash between the event and its mark the recorder tells it again.
            if transaction.session.one("log.last_revision", {"subject": subject}) is None:
                transaction.record(
                    "telemetry.sealed", subject, sealed, actor=ENGINE, revision=1, topic=f"machine/{machine_id}"
                )

        writer.call(command)

    return on_sealed


def record_machine_facts(services: Services, now_us: int) -> None:
    """One step of the fleet: drive the machines, and log what happened to them.

    What the log does not take now it is given again at the next step: a full queue makes no alarm forgotten.
    """
    happenings = services.fleet.step(now_us, services.ownership.step(now_us)).happenings
    if not happenings:
        return

    def command(transaction: Transaction) -> None:
        for machine_id, kind, payload, setup in happenings:
            _record_next(transaction, kind, f"machine/{machine_id}", payload)
            if isinstance(payload, MachineCondition):
                after_alarm(transaction, setup, payload, ENGINE, machine=machine_id)

    try:
        services.writer.call(command)
    except (OverloadedError, StoreError):
        services.fleet.untold(happenings)
        raise


def _record_next(transaction: Transaction, kind: str, subject: str, payload: object) -> None:
    """Record the next event of a subject that has no row of its own."""
    row = transaction.session.one("log.last_revision", {"subject": subject})
    staged = sum(1 for event in transaction.staged if event.subject == subject)
    revision = (0 if row is None else int(row[0])) + staged + 1
    transaction.record(kind, subject, payload, actor=ENGINE, revision=revision)


def _announce(services: Services, machine_cards: dict[str, LoadedCard[MachineCard]]) -> None:
    """Record that this engine has started, and by which policy it judges; store what every verdict refers to."""
    policy = services.auditor.rulebook.policy
    kept = [Kept(*item) for item in services.auditor.standing]
    kept += [Kept("machine", card.digest, card.body) for card in machine_cards.values()]
    services.submissions.store_evidence(kept, services.writer)
    started = EngineStarted(version=services.version, instance=services.instance, dialect=services.store.dialect)
    policy_loaded = PolicyLoaded(name=policy.name, version=policy.version, digest=policy.digest)

    def command(transaction: Transaction) -> None:
        _record_next(transaction, "engine.started", f"engine/{services.instance}", started)
        _record_next(transaction, "policy.loaded", f"policy/{policy.name}", policy_loaded)
        # What the simulated machines run on the first morning can be looked at, started and loaded like any program.
        for name, text in PROGRAMS.items() if _simulates(services.config) else ():
            put_program(ProgramBody(name=f"{name}.ngc", text=text.decode()), ENGINE)(transaction)

    services.writer.call(command)
