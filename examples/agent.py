"""An agent that learns from a denial: it asks for too much, reads the remedies, and passes on its second try.

chargehand up                                               # in one terminal
python examples/agent.py [URL [TOKEN]]                      # in another
"""

import copy
import sys
from typing import Any

from chargehand import Client, Verdict

WISH: dict[str, Any] = {
    "kind": "machine.change",
    "subject": "machine/CNC-001",
    "intent": "finish the roughing pass earlier",
    "action": {
        "operation": "parameter_set",
        "tool": "EM12-4",
        "material": "steel-qt-250hb",
        "params": {
            "spindle_speed": {"value": 6000, "unit": "rev/min"},
            "feed_rate": {"value": 120, "unit": "in/min"},
            "axial_depth": {"value": 30, "unit": "mm"},
            "radial_depth": {"value": 6, "unit": "mm"},
        },
    },
}


def mended(proposal: dict[str, Any], verdict: Verdict) -> dict[str, Any]:
    """The proposal with every value that a remedy names put in its place."""
    better = copy.deepcopy(proposal)
    for remedy in (remedy for reason in verdict.reasons for remedy in reason.remedies if remedy.kind == "clamp"):
        *way, last = str(remedy.path).split("/")[1:]
        place = better
        for key in way:
            place = place[key]
        place[last] = remedy.to
    return better


def main(url: str = "http://127.0.0.1:8420", token: str | None = None) -> int:
    """Ask, learn, ask again, and carry it out; returns the exit code."""
    with Client(url, token=token) as client:
        verdict = client.proposal.submit(WISH)
        for reason in verdict.reasons:
            told = reason.params
            print(f"{verdict.verdict}: {reason.code} {told.observed} / {told.limit} {told.unit}")
        second = mended(WISH, verdict)
        print(
            "asks for", {name: f"{item['value']:g} {item['unit']}" for name, item in second["action"]["params"].items()}
        )
        allowed = client.proposal.submit(second)
        print(f"{allowed.verdict}: {', '.join(allowed.reason_codes)}")
        if allowed.id is None or not allowed.verdict.startswith("allow"):
            return 1
        outcome = client.decision.execute(allowed.id, client.decision.permit(allowed.id).permit)
        print(f"{outcome.status} at {outcome.at}")
        return 0 if outcome.status == "applied" else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
