"""Ten thousand random proposals for cuts: how many are denied, and how many of those pass when the clamp is submitted.

The proposals are drawn by `chargehand.testing.proposals` over every machine, tool and material of the shipped cards
that go together, log-uniform from a third of what the cards allow to eight times as much; everything but the cut is in
order, so what is denied is denied by physics. Terms:

- clampable: denied, and the verdict offers a clamp;
- null: denied, and it offers none. Target: at most 2 % of the denied;
- repaired: clampable, and the clamp, submitted as it is, is not denied. Target: all. `by_remedies` counts the same
  where instead each value that a remedy names was written into the proposal;
- free: of the repaired, those that pass without asking anybody.

`complete` gives speed, feed and depth, so that all of the cut may move; `part` gives some of them; `override` the feed
override alone, against a set-up that it cannot change.

    python -m bench.clamp_repair [--quick] [--count N] [--seed N]
"""

from __future__ import annotations

import argparse
import copy
from collections import Counter
from typing import Any

from bench.measure import report
from bench.physics_verdicts import IDS, NOW_US, book
from chargehand.auditor.cards import load_cards
from chargehand.auditor.judge import judge
from chargehand.auditor.rulebook import Rulebook
from chargehand.contracts.verdict import Verdict
from chargehand.testing.proposals import Drawn, drawn, proposal_of, situations

COUNT = 10_000
FIRST_SEED = 1_000_000


def sort_of(case: Drawn) -> str:
    """Which row a proposal belongs to."""
    if case.proposal.body["action"]["operation"] == "override":
        return "override"
    return "complete" if case.complete else "part"


def mended(body: dict[str, Any], verdict: Verdict) -> dict[str, Any]:
    """A proposal with every value that a remedy names put in its place."""
    better = copy.deepcopy(body)
    for remedy in (remedy for reason in verdict.reasons for remedy in reason.remedies if remedy.kind == "clamp"):
        assert remedy.path is not None
        name = remedy.path.split("/")[-2]
        better["action"]["params"][name]["value"] = remedy.to
    return better


def tried(case: Drawn, by: Rulebook) -> list[str]:
    """What a proposal counts as."""
    verdict = judge(case.proposal, case.evidence, by, NOW_US, IDS)
    if verdict.verdict != "deny":
        return ["proposals", "passed_at_first"]
    if verdict.clamped_proposal is None:
        return ["proposals", "denied", "null"]
    again, by_hand = (
        judge(proposal_of(body), case.evidence, by, NOW_US, IDS).verdict
        for body in (verdict.clamped_proposal, mended(case.proposal.body, verdict))
    )
    counts = ["proposals", "denied", "clampable"]
    if again in ("allow", "allow_with_obligations", "needs_approval"):
        counts.append("repaired")
    if again in ("allow", "allow_with_obligations"):
        counts.append("free")
    if by_hand in ("allow", "allow_with_obligations", "needs_approval"):
        counts.append("by_remedies")
    return counts


def shares(name: str, counts: Counter[str]) -> dict[str, object]:
    """One row of the table."""
    proposals, denied, clampable = (max(1, counts[key]) for key in ("proposals", "denied", "clampable"))
    return {
        "sort": name,
        **{key: counts[key] for key in ("proposals", "passed_at_first", "denied", "clampable", "null", "repaired")},
        "passed_at_first_%": 100 * counts["passed_at_first"] / proposals,
        "denied_%": 100 * counts["denied"] / proposals,
        "clampable_%_of_denied": 100 * counts["clampable"] / denied,
        "null_%_of_denied": 100 * counts["null"] / denied,
        "repaired_%_of_clampable": 100 * counts["repaired"] / clampable,
        "by_remedies_%_of_clampable": 100 * counts["by_remedies"] / clampable,
        "free_%_of_clampable": 100 * counts["free"] / clampable,
    }


def main() -> None:
    """Count and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--count", type=int, default=COUNT)
    parser.add_argument("--seed", type=int, default=FIRST_SEED, help="of the first proposal; each has its own")
    parser.add_argument("--quick", action="store_true", help="a fiftieth of it: to see that it runs")
    options = parser.parse_args()
    by, among = book(0), situations(load_cards())
    counts: dict[str, Counter[str]] = {name: Counter() for name in ("all", "complete", "part", "override")}
    for place in range(options.count // 50 if options.quick else options.count):
        case = drawn(options.seed + place, among)
        found = tried(case, by)
        counts["all"].update(found)
        counts[sort_of(case)].update(found)
    report("clamp_repair", [shares(name, some) for name, some in counts.items()])


if __name__ == "__main__":
    main()
