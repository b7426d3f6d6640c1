"""Full physics verdicts: how many a second one thread gives, and how long one takes, beside the bare formulas.

Three sorts of proposals over the shipped cards, drawn by `chargehand.testing.proposals`: allowed cuts, denied cuts
whose verdict carries a clamp (so that they are judged again at least once), and turning (some of it denied). `mixed` is
all of them in turn, `rules` the same under a policy of 100 rules of which none fits. Each proposal meets a state of its
own, so nothing is foregone, and an engine that has forgotten the arcs and lobes of the round before, so that a cut is
as new as an agent's next one. The yardstick of the same run is one evaluation of `machining.cutting.milling`; only
ratios to it are to be quoted.

Every figure of a row is from the same timings, each of one verdict in one round: `per_second` is one over their mean,
so that it lies below one over `p50_us` by as much as the dear verdicts cost. Time is the thread's own processor time,
because a shared machine stops a thread for as long as it likes; `seen_per_second` is the same by the clock on the wall.

    python -m bench.physics_verdicts [--quick] [--rounds N]
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable, Sequence
from typing import Any

from bench.measure import Series, interleave, paired_ratio, report
from chargehand.auditor.cards import load_cards
from chargehand.auditor.evidence import Ids
from chargehand.auditor.judge import judge
from chargehand.auditor.policy_file import policy_of_tree
from chargehand.auditor.rulebook import Rulebook
from chargehand.contracts.examples import NOW
from chargehand.kernel.clock import parse_utc
from chargehand.machining.arc import greatest
from chargehand.machining.cutting import milling, nominal
from chargehand.machining.lobes import _borne_by_all, _branches
from chargehand.testing.proposals import Drawn, drawn, situations

RULES = 100
CASES = 400
"""Proposals of each sort."""
TURNS = 20
"""How often one round evaluates the formulas of each proposal, once they are warm."""
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


def formulas(cases: Sequence[Drawn]) -> Callable[[], float]:
    """Evaluations of the milling formulas a second, at a modest cut of each proposal's situation in turn."""
    calls: list[Callable[[], object]] = []
    for case in cases:
        tool, law = case.situation.tool, nominal(case.situation.material)
        if tool.kind in ("end_mill", "face_mill"):
            depths = {"axial_depth": 0.1 * tool.flute_length, "radial_depth": 0.2 * tool.diameter}
            calls.append(lambda t=tool, k=law, d=depths: milling(t, k, speed=2000.0, feed=500.0, **d))  # type: ignore[misc]

    def run() -> float:
        for call in calls:
            call()
        start = time.thread_time_ns()
        for _ in range(TURNS):
            for call in calls:
                call()
        return 1e9 * TURNS * len(calls) / (time.thread_time_ns() - start)

    return run


class Timings:
    """What single calls took, round by round.

    Attributes:
        calls: what is called, in turn.
        rounds: microseconds of processor time of each call, a list per round.
        seen: calls a second by the clock on the wall, one figure per round.
    """

    def __init__(self, calls: Sequence[Callable[[], object]]) -> None:
        self.calls = calls
        self.rounds: list[list[float]] = []
        self.seen: list[float] = []

    def run(self) -> float:
        """One round: every call once. Calls a second."""
        for memory in (greatest, _branches, _borne_by_all):
            memory.cache_clear()
        taken = []
        began = time.perf_counter()
        for call in self.calls:
            start = time.thread_time_ns()
            call()
            taken.append((time.thread_time_ns() - start) / 1e3)
        self.seen.append(len(taken) / (time.perf_counter() - began))
        self.rounds.append(taken)
        return 1e6 / statistics.fmean(taken)

    def percentile(self, share: float) -> float:
        """Of all single calls, in microseconds; the round before the first does not count."""
        ordered = sorted(time_us for taken in self.rounds[1:] for time_us in taken)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def row(name: str, series: dict[str, Series], timings: Timings) -> dict[str, object]:
    """One contender's figures."""
    return {
        "verdicts": name,
        "per_second": series[name].median,
        "p50_us": timings.percentile(0.50),
        "p99_us": timings.percentile(0.99),
        "mean_us": 1e6 / series[name].median,
        "seen_per_second": statistics.median(timings.seen[1:]),
        "formulas_per_verdict": paired_ratio(series["formula"], series[name]),
    }


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--quick", action="store_true", help="short rounds: to see that it runs")
    options = parser.parse_args()
    plain = book(0)
    cases = sorts(plain, 10 if options.quick else CASES)
    mixed = [case for triple in zip(*cases.values(), strict=True) for case in triple]
    timed = {name: Timings(judging(some, plain)) for name, some in cases.items()}
    timed["mixed"] = Timings(judging(mixed, plain))
    timed["rules"] = Timings(judging(mixed, book(RULES)))
    series = interleave(
        {name: timings.run for name, timings in timed.items()} | {"formula": formulas(mixed)}, options.rounds
    )
    rows = [row(name, series, timings) for name, timings in timed.items()]
    rows.append({"yardstick": "milling formulas", "per_second": series["formula"].median})
    report("physics_verdicts", rows)


if __name__ == "__main__":
    main()
