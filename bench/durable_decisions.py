"""Durable audited decisions per second, against inserting the same rows in the same batches without auditing.

The rows are those that the engine itself writes: a first run records every statement with its parameters, batch by
batch; the baseline replays them on a fresh file with the same fsync per batch and nothing else. Target: ratio >= 0.3.

    python -m bench.durable_decisions [--decisions N] [--batch N] [--rounds N] [--quick]
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from bench.measure import interleave, paired_ratio, report
from chargehand.config import load_config
from chargehand.kernel.clock import SystemClock
from chargehand.kernel.folder import DataFolder
from chargehand.kernel.sqlite import SqliteSession, SqliteStore
from chargehand.kernel.store import Params
from chargehand.proposals import intake
from chargehand.server import settle_memory
from chargehand.services import Services, build, record_machine_facts

PROPOSAL = {
    "kind": "machine.change",
    "subject": "machine/CNC-001",
    "intent": "shorten the roughing pass",
    "action": {
        "operation": "parameter_set",
        "tool": "EM12-4",
        "material": "steel-qt-250hb",
        "params": {
            "spindle_speed": {"value": 3183, "unit": "rev/min"},
            "feed_rate": {"value": 764, "unit": "mm/min"},
            "axial_depth": {"value": 3, "unit": "mm"},
            "radial_depth": {"value": 3, "unit": "mm"},
        },
    },
}
Statement = tuple[str, list[Params]]


class Engine:
    """An engine with a simulated fleet on a folder of its own, driven by hand."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="chargehand-bench-")
        held = DataFolder(Path(self._folder.name))
        held.prepare()
        held.lock()
        self.services: Services = build(load_config({"data": self._folder.name}, {}), held)
        while self.services.fleet.state("CNC-001").seq is None:
            record_machine_facts(self.services, self.services.clock.now_us())
        settle_memory()

    def decide(self, count: int, batch: int) -> None:
        """Parse, judge and durably record proposals, `batch` per commit."""
        body = json.dumps(PROPOSAL).encode()
        services = self.services
        for _ in range(0, count, batch):
            record_machine_facts(services, services.clock.now_us())
            commands = [services.submissions.submit(intake.parse(body), "agent:bench") for _ in range(batch)]
            answers = services.writer.run_batch(commands)
            assert all(answer.result is not None and answer.result.verdict.verdict == "allow" for answer in answers)

    def close(self) -> None:
        """Let everything go."""
        self.services.fleet.close()
        self.services.writer.stop()
        self.services.telemetry_store.close()
        self.services.store.close()
        self._folder.cleanup()


def audited(count: int, batch: int) -> float:
    """Decisions per second with auditing."""
    engine = Engine()
    try:
        start = time.perf_counter()
        engine.decide(count, batch)
        return count / (time.perf_counter() - start)
    finally:
        engine.close()


def captured_rows(count: int, batch: int) -> list[list[Statement]]:
    """The statements of a run, per transaction, as the engine issued them."""
    transactions: list[list[Statement]] = []
    run, many = SqliteSession.run, SqliteSession.many

    def remember_run(self: SqliteSession, query: str, params: Params = ()) -> int:
        transactions[-1].append((query, [params]))
        return run(self, query, params)

    def remember_many(self: SqliteSession, query: str, rows: Iterable[Params]) -> None:
        kept = list(rows)
        transactions[-1].append((query, kept))
        many(self, query, kept)

    engine = Engine()
    attempt = engine.services.writer._attempt

    def remember_attempt(commands: Any) -> Any:
        transactions.append([])
        return attempt(commands)

    engine.services.writer._attempt = remember_attempt  # type: ignore[method-assign]
    SqliteSession.run, SqliteSession.many = remember_run, remember_many  # type: ignore[method-assign]
    try:
        engine.decide(count, batch)
    finally:
        SqliteSession.run, SqliteSession.many = run, many  # type: ignore[method-assign]
        engine.close()
    return [statements for statements in transactions if sum(len(rows) for _, rows in statements) > batch]


def inserted(transactions: list[list[Statement]], count: int) -> float:
    """Decisions' rows per second, without auditing: the same statements, grouped as one would who only inserts."""
    with tempfile.TemporaryDirectory(prefix="chargehand-bench-") as folder:
        store = SqliteStore.open(Path(folder) / "rows.db", SystemClock())
        grouped = [_grouped(statements) for statements in transactions]
        start = time.perf_counter()
        for statements in grouped:
            with store.write() as session:
                for query, rows in statements:
                    session.many(query, rows)
        elapsed = time.perf_counter() - start
        store.close()
        return count / elapsed


def _grouped(statements: list[Statement]) -> list[Statement]:
    together: dict[str, list[Params]] = {}
    for query, rows in statements:
        together.setdefault(query, []).extend(rows)
    return list(together.items())


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--decisions", type=int, default=6_000)
    parser.add_argument("--batch", type=int, default=100)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--quick", action="store_true")
    options = parser.parse_args()
    if options.quick:
        options.decisions, options.rounds = 1_000, 1
    count = options.decisions - options.decisions % options.batch
    rows = captured_rows(count, options.batch)
    series = interleave(
        {"audited": lambda: audited(count, options.batch), "inserted": lambda: inserted(rows, count)}, options.rounds
    )
    ratio = paired_ratio(series["audited"], series["inserted"])
    report(
        "durable_decisions",
        [
            {
                "batch": options.batch,
                "audited_per_s": series["audited"].median,
                "inserted_per_s": series["inserted"].median,
                "ratio": ratio,
                "target": ">= 0.3",
            }
        ],
    )


if __name__ == "__main__":
    main()
