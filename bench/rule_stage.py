"""The auditor's rule stage at 10, 100 and 1000 rules, against cel-expr-python and cedarpy on the same rules.

Two rule sets. `call`: tool, folder and a bound on one argument, each rule with its own id. `change`: material and one
of eight settings outside of two bounds. Every contender answers with the ids of all rules that match, and the answers
are compared with a plain evaluation before anything is timed. CEL runs one fused expression, Cedar a parsed policy set;
neither is given work that the other is spared: requests are made ready outside of the timed part for all three.
Targets: >= 10 times the better peer at 100 rules; flat to 1000. The full verdict is reported beside it.

    python -m bench.rule_stage [--quick] [--rounds N]
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import cedarpy
from cel_expr_python import cel

from bench.measure import Measured, Series, interleave, report
from chargehand.auditor.cards import load_cards, loaded
from chargehand.auditor.evidence import NO_EVIDENCE, Evidence, Ids, state_digest
from chargehand.auditor.index import CALL_FACTS, CHANGE_FACTS, Facts, Index, holds
from chargehand.auditor.judge import judge
from chargehand.auditor.policy import Rule, When
from chargehand.auditor.policy_file import policy_of_tree
from chargehand.auditor.rulebook import Rulebook
from chargehand.contracts.examples import MACHINE_CARD, NOW, PROPOSAL, STATE
from chargehand.contracts.proposal import Proposal
from chargehand.kernel.canonical import canonical_bytes, sha256_text
from chargehand.kernel.clock import parse_utc

COUNTS = (10, 100, 1000)
TOOLS = 10
MATERIALS = 10
FIELDS = (
    "spindle_speed",
    "feed_rate",
    "spindle_override",
    "feed_override",
    "axial_depth",
    "radial_depth",
    "effective_speed",
    "effective_feed",
)
SECONDS = 0.4
"""How long one contender runs in one round."""


class Request(NamedTuple):
    """One act, as each contender wants it."""

    facts: Facts
    values: dict[str, float]
    paths: list[str]
    cel: dict[str, Any]
    cedar: dict[str, Any]


class Bench(NamedTuple):
    """A rule set with requests for it, and how each contender answers."""

    name: str
    rules: list[Rule]
    names: tuple[str, ...]
    requests: list[Request]
    expression: str
    variables: dict[str, Any]
    policies: str


def call_bench(count: int) -> Bench:
    """Tool, folder and a bound on one argument."""
    rules, terms, policies = [], [], []
    for place in range(count):
        tool, folder, bound = f"tool{place % TOOLS}", f"/work/p{place}", float(place % 50)
        when = When(kind="tool.call", tool=(tool,), path_prefix=(folder,), field="arguments.cost", above=bound)
        rules.append(Rule(id=f"r{place}", when=when, effect="deny", code="TOOL.RULE_DENIES"))
        terms.append(f't=="{tool}"&&(p=="{folder}"||p.startsWith("{folder}/"))&&c>{bound}?["r{place}"]:[]')
        policies.append(
            f'@id("r{place}") forbid(principal, action == Action::"{tool}", resource) when '
            f'{{ (context.path == "{folder}" || context.path like "{folder}/*") && context.cost > {int(bound)} }};'
        )
    requests = []
    for place in range(0, count, max(1, count // 20)):
        for cost in (place % 50 + 1, place % 50):
            path = f"/work/p{place}/src/main.py"
            tool = f"tool{place % TOOLS}"
            flat = {"t": tool, "p": path, "c": float(cost)}
            cedar = _cedar(tool, {"path": path, "cost": cost})
            requests.append(Request((tool, "read", None, None), {"cost": float(cost)}, [path], flat, cedar))
    kinds = {"t": cel.Type.STRING, "p": cel.Type.STRING, "c": cel.Type.DOUBLE}
    return Bench("call", rules, CALL_FACTS, requests, _fused(terms), kinds, "\n".join([_PERMIT, *policies]))


def change_bench(count: int) -> Bench:
    """Material and one of eight settings outside of two bounds."""
    rules, terms, policies = [], [], []
    for place in range(count):
        material, field = f"m{place // len(FIELDS) % MATERIALS}", FIELDS[place % len(FIELDS)]
        low, high = float(place % 7 + 1), float(1000 + place)
        when = When(kind="machine.change", material=(material,), field=field, above=high, below=low)
        rules.append(Rule(id=f"r{place}", when=when, effect="deny", code="MACH.RULE_DENIES"))
        terms.append(f'm=="{material}"&&!({low}<={field}&&{field}<={high})?["r{place}"]:[]')
        policies.append(
            f'@id("r{place}") forbid(principal, action, resource == Material::"{material}") unless '
            f"{{ context.{field} >= {int(low)} && context.{field} <= {int(high)} }};"
        )
    requests = []
    # The first rule on each material and field has the lowest bound, so that one rule matches however many there are.
    for place in range(0, min(count, len(FIELDS) * MATERIALS), 4):
        material = f"m{place // len(FIELDS) % MATERIALS}"
        for value in (500, 1000 + place + 1):
            whole = dict.fromkeys(FIELDS, 500) | {FIELDS[place % len(FIELDS)]: value}
            values = {name: float(item) for name, item in whole.items()}
            facts: Facts = ("parameter_set", "CNC-001", material, "T")
            cedar = _cedar("change", whole, material)
            requests.append(Request(facts, values, [], {"m": material, **values}, cedar))
    kinds = {"m": cel.Type.STRING, **dict.fromkeys(FIELDS, cel.Type.DOUBLE)}
    return Bench("change", rules, CHANGE_FACTS, requests, _fused(terms), kinds, "\n".join([_PERMIT, *policies]))


_PERMIT = '@id("permit") permit(principal, action, resource);'


def _fused(terms: Sequence[str]) -> str:
    """All rules in one expression: a balanced sum of short names, for the parser bounds its depth and its length."""
    if len(terms) == 1:
        return f"({terms[0]})"
    half = len(terms) // 2
    return f"({_fused(terms[:half])} + {_fused(terms[half:])})"


def _cedar(action: str, context: dict[str, Any], resource: str = "x") -> dict[str, Any]:
    return {
        "principal": 'Agent::"a"',
        "action": f'Action::"{action}"',
        "resource": f'Material::"{resource}"',
        "context": context,
    }


def contenders(bench: Bench) -> dict[str, Callable[[Request], list[str]]]:
    """Each contender as a function from a request to the ids of the rules that match."""
    index = Index(bench.rules, bench.names)
    environment = cel.NewEnv(variables=bench.variables)
    expression = environment.compile(bench.expression)
    policies = cedarpy.PolicySet.from_str(bench.policies)
    named = _cedar_names(bench.rules)
    entities = cedarpy.Entities.from_json_str("[]")

    def ours(request: Request) -> list[str]:
        return [rule.id for rule in index.match(request.facts, request.values, request.paths)]

    def fused(request: Request) -> list[str]:
        found: list[str] = expression.eval(data=request.cel).plain_value()
        return found

    def cedar(request: Request) -> list[str]:
        answer = cedarpy.is_authorized(request.cedar, policies, entities)
        return [] if answer.allowed else [named[name] for name in answer.diagnostics.reasons]

    return {"ours": ours, "cel": fused, "cedar": cedar}


def _cedar_names(rules: Sequence[Rule]) -> dict[str, str]:
    """Cedar numbers policies in the order of the text, the permit first, and answers with those numbers."""
    return {f"policy{place + 1}": rule.id for place, rule in enumerate(rules)}


def check(bench: Bench, answers: dict[str, Callable[[Request], list[str]]]) -> int:
    """Compare every contender with a plain evaluation; answers how many matches there are in all."""
    matches = 0
    for request in bench.requests:
        expected = sorted(
            rule.id for rule in bench.rules if holds(rule, bench.names, request.facts, request.values, request.paths)
        )
        matches += len(expected)
        for name, answer in answers.items():
            assert sorted(answer(request)) == expected, (name, request, expected)
    assert matches, "a bench in which no rule ever matches measures nothing"
    return matches


def timed(answer: Callable[[Request], list[str]], requests: list[Request], seconds: float) -> Measured:
    """Decisions per second over all requests in turn."""

    def run() -> float:
        done = 0
        start = time.perf_counter()
        while (elapsed := time.perf_counter() - start) < seconds:
            for request in requests:
                answer(request)
            done += len(requests)
        return done / elapsed

    return run


def full_verdicts(seconds: float) -> dict[str, Measured]:
    """The whole judgement, state digest known: what the rule stage is a part of."""
    cards = load_cards()
    tool = {"name": "read", "effect": "read", "paths": ["/work"]}
    tree = {"policy": {"name": "bench", "version": "1", "default": "allow"}, "tool": [tool]}
    book = Rulebook(policy_of_tree(tree, "bench"), tools=cards.tools, materials=cards.materials, engine_version="bench")
    now_us, ids = parse_utc(NOW), Ids("dec", "prp", "apr")
    machine = Evidence(machine=loaded(MACHINE_CARD), state=STATE, state_digest=state_digest(STATE))
    call = {
        "kind": "tool.call",
        "subject": "tool/read",
        "action": {"tool": "read", "paths": ["/work/src/main.py"]},
    }
    cases = {"verdict change": (_proposal(PROPOSAL), machine), "verdict call": (_proposal(call), NO_EVIDENCE)}

    def runner(proposal: Proposal, evidence: Evidence) -> Measured:
        assert judge(proposal, evidence, book, now_us, ids).verdict == "allow"

        def run() -> float:
            done = 0
            start = time.perf_counter()
            while (elapsed := time.perf_counter() - start) < seconds:
                for _ in range(200):
                    judge(proposal, evidence, book, now_us, ids)
                done += 200
            return done / elapsed

        return run

    return {name: runner(*case) for name, case in cases.items()}


def _proposal(body: dict[str, Any]) -> Proposal:
    return Proposal(kind=body["kind"], subject=body["subject"], body=body, digest=sha256_text(canonical_bytes(body)))


def _row(bench: str, count: int, series: dict[str, Series], matches: int) -> dict[str, object]:
    us = {name: 1e6 / item.median for name, item in series.items()}
    best = min(us["cel"], us["cedar"])
    return {
        "bench": bench,
        "rules": count,
        "matches": matches,
        **{f"{name}_us": value for name, value in us.items()},
        "times_the_better_peer": best / us["ours"],
    }


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--quick", action="store_true", help="short rounds: to see that it runs")
    options = parser.parse_args()
    seconds = SECONDS / 8 if options.quick else SECONDS
    rows: list[dict[str, object]] = []
    for make in (call_bench, change_bench):
        at_ten = 0.0
        for count in COUNTS:
            bench = make(count)
            answers = contenders(bench)
            matches = check(bench, answers)
            runs = {name: timed(answer, bench.requests, seconds) for name, answer in answers.items()}
            series = interleave(runs, options.rounds)
            row = _row(bench.name, count, series, matches)
            mine = 1e6 / series["ours"].median
            at_ten = at_ten or mine
            rows.append({**row, "times_its_own_at_10": mine / at_ten})
    verdicts = interleave(full_verdicts(seconds), options.rounds)
    rows += [{"bench": name, "us": 1e6 / item.median} for name, item in verdicts.items()]
    report("rule_stage", rows)


if __name__ == "__main__":
    main()
