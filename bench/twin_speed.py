"""How fast the twin runs: machine-seconds per second, stepped through the adapter in real time's steps, and exported.

Every machine is the shipped three-axis mill at 10 Hz with all of its signals. Stepping asks each machine for what has
become due every 200 ms, as the fleet does; export asks for a row of ticks, with the truth beside it.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from bench.measure import Series, interleave, report
from chargehand.auditor.cards import load_cards
from chargehand.fleet.simulated import SETUPS
from chargehand.fleet.simulator import TICK_US, Simulator

MACHINES = (1, 10, 100)
ROUNDS = 5
TICKS = 1_200
"""Machine-ticks of one round, shared out over the machines: two minutes of one."""
STEP_US = 200_000
_SECOND = 1_000_000


def fleet(count: int) -> list[Simulator]:
    """That many mills, each with its own noise, connected and warm."""
    cards = load_cards()
    card = cards.machines["CNC-001"].card
    setup = SETUPS[card.id]
    tool, material = cards.tools[str(setup.tool)].card, cards.materials[str(setup.material)].card
    made = [Simulator(card, setup, tool, material, seed=seed) for seed in range(count)]
    for machine in made:
        machine.connect(0)
    return made


def stepping(count: int) -> Callable[[], float]:
    """Machine-seconds per second through the adapter."""
    machines, clock = fleet(count), [0]

    def run() -> float:
        seconds = max(1, TICKS * TICK_US // _SECOND // count)
        begun, samples = time.perf_counter(), 0
        for _ in range(seconds * _SECOND // STEP_US):
            clock[0] += STEP_US
            for machine in machines:
                samples += len(machine.step(clock[0]).samples)
        assert samples >= seconds * count * (_SECOND // TICK_US) - count
        return seconds * count / (time.perf_counter() - begun)

    return run


def export(count: int) -> Callable[[], float]:
    """Machine-seconds per second of readings and truth in a row."""
    machines, tick = fleet(count), [0]

    def run() -> float:
        ticks = max(10, TICKS // count)
        begun = time.perf_counter()
        for machine in machines:
            row = machine.twin.series(tick[0], ticks)
            assert len(row.truth) == ticks
        tick[0] += ticks
        return ticks * count * TICK_US / _SECOND / (time.perf_counter() - begun)

    return run


def rows(kind: str, found: dict[str, Series]) -> list[dict[str, object]]:
    """A row for each number of machines: what it reaches in all, and how many times real time that is."""
    return [
        {
            "what": kind,
            "machines": count,
            "machine-s/s": found[f"{kind} {count}"].median,
            "times real time": found[f"{kind} {count}"].median / count,
        }
        for count in MACHINES
    ]


def main() -> None:
    """Measure and print."""
    contenders = {f"stepping {count}": stepping(count) for count in MACHINES}
    contenders |= {f"export {count}": export(count) for count in MACHINES}
    found = interleave(contenders, ROUNDS)
    report("twin_speed", rows("stepping", found) + rows("export", found))


if __name__ == "__main__":
    main()
