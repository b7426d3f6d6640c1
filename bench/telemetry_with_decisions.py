"""Decisions keep their latency while telemetry pours in: both at once, each into its own SQLite file.

Durable decisions are asked for one at a time, at a steady pace, first with a quiet fleet, then for a minute under a
load of telemetry above the target rate, then quiet again. What counts: points per second that the store holds
afterwards, and the decisions' latency under load as a ratio to the quiet one. Target: >= 20,000 points/s.

    python -m bench.telemetry_with_decisions [--seconds 60] [--rate 25000] [--quick]
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import threading
import time
from pathlib import Path

from bench.durable_decisions import PROPOSAL, Engine
from bench.measure import report
from bench.telemetry_ingest import SIGNALS, STEP_S, Firehose
from chargehand.contracts.machine import TelemetrySealed
from chargehand.fleet.fleet import Fleet
from chargehand.fleet.telemetry import TelemetryStore
from chargehand.kernel.clock import SystemClock
from chargehand.kernel.ids import SystemIds
from chargehand.kernel.sqlite import SqliteStore
from chargehand.proposals import intake
from chargehand.services import record_machine_facts

MACHINES = 4
PACE_S = 0.01
QUIET_S = 15.0


class Load:
    """Telemetry at a fixed rate into a store of its own, from a thread of its own."""

    def __init__(self, path: Path, rate: float) -> None:
        self._clock = SystemClock()
        self._store = SqliteStore.open(path, self._clock, family="telemetry")
        self._sealed: list[TelemetrySealed] = []
        self._telemetry = TelemetryStore(self._store, lambda _machine, seal: self._sealed.append(seal))
        adapters = [Firehose(number, rate / MACHINES / len(SIGNALS)) for number in range(MACHINES)]
        self._fleet = Fleet(adapters, self._telemetry, SystemIds())
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._pour)

    def start(self) -> None:
        """Begin to pour."""
        self._telemetry.start()
        self._thread.start()

    def stop(self) -> int:
        """End, store everything, and say how many points are stored."""
        self._stop.set()
        self._thread.join()
        self._fleet.close()
        self._store.close()
        return sum(seal.frames for seal in self._sealed) * len(SIGNALS)

    def _pour(self) -> None:
        while not self._stop.is_set():
            begun = time.perf_counter()
            self._fleet.step(self._clock.now_us())
            self._stop.wait(max(0.0, STEP_S - (time.perf_counter() - begun)))


def latencies(engine: Engine, seconds: float) -> list[float]:
    """Seconds from asking to durable, one decision at a time at a steady pace."""
    services = engine.services
    proposal = intake.from_value(PROPOSAL)
    pause = threading.Event()
    found: list[float] = []
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        record_machine_facts(services, services.clock.now_us())
        begun = time.perf_counter()
        decided = services.writer.call(services.submissions.submit(proposal, "agent:bench"))
        found.append(time.perf_counter() - begun)
        assert decided.verdict.verdict == "allow"
        pause.wait(PACE_S)
    return found


def row(name: str, found: list[float], quiet: list[float], points_per_s: float) -> dict[str, object]:
    """One line of the report."""
    p50, p99 = percentile(found, 50), percentile(found, 99)
    return {
        "phase": name,
        "points_per_s": points_per_s,
        "decisions": len(found),
        "p50_ms": 1e3 * p50,
        "p99_ms": 1e3 * p99,
        "p50_ratio": p50 / percentile(quiet, 50),
        "p99_ratio": p99 / percentile(quiet, 99),
    }


def percentile(found: list[float], percent: int) -> float:
    """A percentile of a sample."""
    return statistics.quantiles(found, n=100)[percent - 1]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--rate", type=float, default=25_000.0)
    parser.add_argument("--quick", action="store_true")
    options = parser.parse_args()
    seconds, quiet_s = (5.0, 3.0) if options.quick else (options.seconds, QUIET_S)
    engine = Engine()
    with tempfile.TemporaryDirectory(prefix="chargehand-bench-") as folder:
        before = latencies(engine, quiet_s)
        load = Load(Path(folder) / "telemetry.db", options.rate)
        begun = time.perf_counter()
        load.start()
        under = latencies(engine, seconds)
        points = load.stop()
        poured_s = time.perf_counter() - begun
        quiet = before + latencies(engine, quiet_s)
    engine.close()
    report(
        "telemetry_with_decisions",
        [row("quiet", quiet, quiet, 0.0), row("under load", under, quiet, points / poured_s)],
    )


if __name__ == "__main__":
    main()
