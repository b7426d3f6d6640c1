"""The quarantine check: whether what is about to be cut, or something like it, has failed before.

An entry bars where everything that it names agrees. What it names and nobody knows agrees: a region that cannot be
compared is no way around it.
"""

from __future__ import annotations

from chargehand.auditor.case import NOT_APPLICABLE, Case, Outcome, not_evaluable, question
from chargehand.auditor.change import CUTTING, Change
from chargehand.auditor.checks_telemetry import NOT_RECEIVED
from chargehand.contracts.machine import Setup
from chargehand.contracts.quarantine import Quarantine
from chargehand.contracts.verdict import Remedy
from chargehand.kernel.clock import iso_utc

_CONTENT = not_evaluable("PROP.TYPE_INVALID")


def _quarantine(case: Case) -> Outcome | None:
    change = case.change
    if change is None:
        return _CONTENT
    if case.state is None or case.card is None:
        return NOT_RECEIVED
    if change.operation not in CUTTING and change.operation != "program_load":
        return NOT_APPLICABLE
    if not case.evidence.quarantines:
        return None
    setup = case.state.setup
    # Both are the engine's own fixed-width UTC texts, so that comparing the texts compares the times.
    now = iso_utc(case.now_us)
    for entry in case.evidence.quarantines:
        if entry.expires_at > now and _bars(case, change, setup, entry):
            case.deny(
                "FLEET.PROGRAM_QUARANTINED",
                "/action/program_sha256" if change.program_sha256 is not None else None,
                observed=entry.id,
                limit=entry.expires_at,
                rule_id=entry.id,
                remedies=[
                    Remedy(kind="wait", until=entry.expires_at),
                    Remedy(kind="request_approval", gate="override"),
                ],
            )
    return None


def _bars(case: Case, change: Change, setup: Setup, entry: Quarantine) -> bool:
    assert case.card is not None
    program = change.program_sha256 or (setup.program_sha256 or "").removeprefix("sha256:") or None
    named = (
        (entry.machine, case.card.id),
        (entry.program_sha256, program),
        (entry.material, setup.material),
        (entry.tool, setup.tool),
    )
    if any(wanted is not None and present is not None and wanted != present for wanted, present in named):
        return False
    if change.operation in ("program_load", "start") and entry.program_sha256 is not None:
        # A program brings settings of its own, so a region around the present ones says nothing about it.
        return True
    if change.operation == "program_load":
        return not entry.region
    values = {
        "spindle_speed": case.values.get("effective_speed"),
        "feed_rate": case.values.get("effective_feed"),
        "axial_depth": case.values.get("axial_depth"),
        "radial_depth": case.values.get("radial_depth"),
    }
    return all(_inside(values[field], span.low, span.high) for field, span in entry.region.items())


def _inside(value: float | None, low: float, high: float) -> bool:
    return value is None or not (value < low or value > high)


QUARANTINE = (question("fleet.quarantine", _quarantine),)
