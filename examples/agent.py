"""An agent that asks for too much, reads the remedies, and passes on its second try.

Run `chargehand up`, then `python examples/agent.py [URL [TOKEN]]` in another terminal.
"""

import copy
import sys
from typing import Any

from chargehand import Client, Verdict

TURN, FEED, DEEP = (6000, "rev/min"), (120, "in/min"), (30, "mm")
PARAMS = {"spindle_speed": TURN, "feed_rate": FEED, "axial_depth": DEEP, "radial_depth": (6, "mm")}
CUT = {"operation": "parameter_set", "tool": "EM12-4", "material": "steel-qt-250hb"}
WISH: dict[str, Any] = {"kind": "machine.change", "subject": "machine/CNC-001", "intent": "finish earlier"}
WISH["action"] = {**CUT, "params": {name: {"value": value, "unit": unit} for name, (value, unit) in PARAMS.items()}}


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
            said = reason.params
            print(f"{verdict.verdict}: {reason.code} {said.observed} / {said.limit} {said.unit}")
        second = mended(WISH, verdict)
        print("asks for", {name: item["value"] for name, item in second["action"]["params"].items()})
        allowed = client.proposal.submit(second)
        print(f"{allowed.verdict}: {', '.join(allowed.reason_codes)}")
        if allowed.id is None or not allowed.verdict.startswith("allow"):
            return 1
        outcome = client.decision.execute(allowed.id, client.decision.permit(allowed.id).permit)
        print(f"{outcome.status} at {outcome.at}")
        return 0 if outcome.status == "applied" else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
