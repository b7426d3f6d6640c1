"""An agent that learns from a denial: it proposes, is denied, and submits the nearest proposal that would pass.

chargehand up                                               # in one terminal
python examples/second_try.py [URL [TOKEN]]                 # in another
"""

import sys

from chargehand import Client

PROPOSAL = {
    "kind": "machine.change",
    "subject": "machine/CNC-001",
    "intent": "finish earlier",
    "action": {
        "operation": "parameter_set",
        "tool": "EM12-4",
        "material": "steel-qt-250hb",
        "params": {"spindle_speed": {"value": 30000, "unit": "rev/min"}},
    },
}


def main(url: str = "http://127.0.0.1:8420", token: str | None = None) -> int:
    """Propose, learn, propose again, and carry it out; returns the exit code."""
    with Client(url, token=token) as client:
        verdict = client.proposal.submit(PROPOSAL)
        for reason in verdict.reasons:
            limit = f"{reason.params.observed} against {reason.params.limit} {reason.params.unit}"
            print(f"{verdict.verdict}: {reason.code}, {limit}")
        if verdict.clamped_proposal is None:
            return 1
        allowed = client.proposal.submit(verdict.clamped_proposal)
        print(f"{allowed.verdict}: {', '.join(allowed.reason_codes)}")
        if allowed.id is None or not allowed.verdict.startswith("allow"):
            return 1
        outcome = client.decision.execute(allowed.id, client.decision.permit(allowed.id).permit)
        print(f"{outcome.status} at {outcome.at}")
        return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
