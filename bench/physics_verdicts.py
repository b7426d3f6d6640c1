"""Full physics verdicts: how many a second one thread gives, and how long one takes, beside the bare formulas.

Three sorts of proposals over the shipped cards, drawn by `chargehand.testing.proposals`: allowed cuts, denied cuts
whose verdict carries a clamp (so that they are judged again at least once), and turning (some of it denied). `mixed` is
all of them in turn, `rules` the same under a policy of 100 rules of which none fits. Each proposal meets a state of its
own, so nothing is foregone. The yardstick of the same run is one evaluation of `machining.cutting.milling`; only ratios
to it are to be quoted. Percentiles are over proposals.

    python -m bench.physics_verdicts [--quick] [--rounds N]
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable, Sequence
from typing import Any

from bench.measure import Measured, Series, interleave, paired_ratio, report
from chargehand.auditor.cards import load_cards
from chargehand.auditor.evidence import Ids
from chargehand.auditor.judge import judge
from chargehand.auditor.policy_file import policy_of_tree
from chargehand.auditor.rulebook import Rulebook
from chargehand.contracts.examples import NOW
from chargehand.kernel.clock import parse_utc
from chargehand.machining.cutting import milling, nominal
from chargehand.testing.proposals import Drawn, drawn, situations

RULES = 100
SECONDS = 0.5
"""How long one contender runs in one round."""
CASES = 200
"""Proposals of each sort."""
NOW_US = parse_utc(NOW)
IDS = Ids("dec", "prp", "apr")


def book(rules: int) -> Rulebook:
    """The shipped cards under a policy with some rules about settings that no proposal of the bench reaches."""
    cards = load_cards()
    tree: dict[str, Any] = {
        "policy": {"name": "bench", "version": "1", "default": "allow"},
        "rule": [
            {
                "id": f"r{place}",
                "when": {"kind": "machine.change", "field": "spindle_speed", "above": 10_000_000 + place},
                "deny": True,
            }
            for place in range(rules)
        ],
    }
    return Rulebook(policy_of_tree(tree, "bench"), tools=cards.tools, materials=cards.materials, engine_version="bench")


def sorts(plain: Rulebook, count: int) -> dict[str, list[Drawn]]:
    """So many proposals of each sort, in the order of their seeds."""
    among = situations(load_cards())
    found: dict[str, list[Drawn]] = {"allowed": [], "clamped": [], "turning": []}
    seed = 0
    while any(len(cases) < count for cases in found.values()):
        case = drawn(seed, among)
        seed += 1
        verdict = judge(case.proposal, case.evidence, plain, NOW_US, IDS)
        turned = case.situation.tool.kind == "turning"
        allowed = verdict.verdict.startswith("allow")
        name = "turning" if turned else "allowed" if allowed else "clamped"
        if len(found[name]) < count and (turned or allowed or verdict.clamped_proposal is not None):
            found[name].append(case)
    return found


def judging(cases: Sequence[Drawn], by: Rulebook) -> list[Callable[[], object]]:
    """One call per proposal."""
    return [lambda case=case: judge(case.proposal, case.evidence, by, NOW_US, IDS) for case in cases]  # type: ignore[misc]


def formulas(cases: Sequence[Drawn]) -> list[Callable[[], object]]:
    """One evaluation of the milling formulas per proposal, at a modest cut of its situation."""
    calls: list[Callable[[], object]] = []
    for case in cases:
        tool, law = case.situation.tool, nominal(case.situation.material)
        if tool.kind in ("end_mill", "face_mill"):
            depths = {"axial_depth": 0.1 * tool.flute_length, "radial_depth": 0.2 * tool.diameter}
            calls.append(lambda t=tool, k=law, d=depths: milling(t, k, speed=2000.0, feed=500.0, **d))  # type: ignore[misc]
    return calls


def rate(calls: Sequence[Callable[[], object]], seconds: float) -> Measured:
    """Calls a second, over all of them in turn."""

    def run() -> float:
        done = 0
        start = time.perf_counter()
        while (elapsed := time.perf_counter() - start) < seconds:
            for call in calls:
                call()
            done += len(calls)
        return done / elapsed

    return run


def percentiles(calls: Sequence[Callable[[], object]], rounds: int) -> tuple[float, float]:
    """p50 and p99 of single calls, in microseconds; of each call the median over the rounds, so that what the shared
    machine does to one round is not taken for the call's own."""
    taken: list[list[float]] = [[] for _ in calls]
    for _ in range(rounds):
        for place, call in enumerate(calls):
            start = time.perf_counter()
            call()
            taken[place].append(1e6 * (time.perf_counter() - start))
    typical = sorted(statistics.median(times) for times in taken)
    return statistics.median(typical), typical[min(len(typical) - 1, round(0.99 * len(typical)))]


def row(name: str, series: dict[str, Series], calls: Sequence[Callable[[], object]], rounds: int) -> dict[str, object]:
    """One contender's figures."""
    p50, p99 = percentiles(calls, rounds)
    return {
        "verdicts": name,
        "per_second": series[name].median,
        "p50_us": p50,
        "p99_us": p99,
        "formulas_per_verdict": paired_ratio(series["formula"], series[name]),
    }


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--quick", action="store_true", help="short rounds: to see that it runs")
    options = parser.parse_args()
    seconds = SECONDS / 25 if options.quick else SECONDS
    plain = book(0)
    cases = sorts(plain, 10 if options.quick else CASES)
    mixed = [case for triple in zip(*cases.values(), strict=True) for case in triple]
    calls = {name: judging(some, plain) for name, some in cases.items()}
    calls["mixed"] = judging(mixed, plain)
    calls["rules"] = judging(mixed, book(RULES))
    runs = {name: rate(some, seconds) for name, some in calls.items()}
    runs["formula"] = rate(formulas(mixed), seconds)
    series = interleave(runs, options.rounds)
    rows = [row(name, series, some, options.rounds) for name, some in calls.items()]
    rows.append({"yardstick": "milling formulas", "per_second": series["formula"].median})
    report("physics_verdicts", rows)


if __name__ == "__main__":
    main()
