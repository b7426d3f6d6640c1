"""How every bench measures: two things in turn, several rounds, medians, and their ratio.

The machine is shared and drifts, so absolute figures are printed but only ratios of the same run are quoted.
"""

from __future__ import annotations

import json
import statistics
import sys
from collections.abc import Callable
from typing import NamedTuple

Measured = Callable[[], float]


class Series(NamedTuple):
    """The rates of one contender: one figure per round, in units per second."""

    name: str
    rates: list[float]

    @property
    def median(self) -> float:
        """The figure to quote."""
        return statistics.median(self.rates)


def interleave(contenders: dict[str, Measured], rounds: int) -> dict[str, Series]:
    """Run every contender once per round, in turn, after one round that does not count."""
    series: dict[str, Series] = {name: Series(name, []) for name in contenders}
    for turn in range(rounds + 1):
        for name, run in contenders.items():
            rate = run()
            if turn > 0:
                series[name].rates.append(rate)
            print(f"  round {turn} {name}: {rate:,.0f}/s", file=sys.stderr)
    return series


def paired_ratio(ours: Series, theirs: Series) -> float:
    """Median of the ratios round by round: what drifts between rounds cancels out."""
    return statistics.median(a / b for a, b in zip(ours.rates, theirs.rates, strict=True))


def report(bench: str, rows: list[dict[str, object]]) -> None:
    """Print the figures: a line per row for people, then all of it as one line of JSON."""
    for row in rows:
        print("  ".join(f"{key} {_text(value)}" for key, value in row.items()))
    print(json.dumps({"bench": bench, "rows": rows}))


def _text(value: object) -> str:
    return (
        f"{value:,.3g}"
        if isinstance(value, float) and abs(value) < 1000
        else (f"{value:,.0f}" if isinstance(value, float) else str(value))
    )
