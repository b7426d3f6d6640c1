"""The operation registry: everything that can be asked of the engine, once. API, SDK, CLI and documents are tied to it.

An operation is named `noun.verb`. Its roles are the roles that may call it, beside those that imply them
(`contracts/principal.py`); no role at all means anybody, token or not. Within v1 operations and optional parameters are
added; nothing is removed, renamed or made required. Streams over WebSocket stand apart, in `STREAMS`.
"""

from __future__ import annotations

from chargehand.contracts.calls import (
    approval,
    card,
    decision,
    ledger,
    machine,
    policy,
    principal,
    program,
    proposal,
    quarantine,
    streams,
    system,
)
from chargehand.contracts.calls.machine import TELEMETRY_LIMIT_MAX
from chargehand.contracts.calls.record import JSON, JSONL, SSE, Operation, Parameter, Stream

__all__ = ["JSON", "JSONL", "OPERATIONS", "SSE", "STREAMS", "TELEMETRY_LIMIT_MAX", "Operation", "Parameter", "Stream"]

_ENTRIES: tuple[Operation, ...] = (
    *proposal.OPERATIONS,
    *decision.OPERATIONS,
    *approval.OPERATIONS,
    *machine.OPERATIONS,
    *card.OPERATIONS,
    *program.OPERATIONS,
    *quarantine.OPERATIONS,
    *policy.OPERATIONS,
    *ledger.OPERATIONS,
    *principal.OPERATIONS,
    *system.OPERATIONS,
)

OPERATIONS: dict[str, Operation] = {entry.name: entry for entry in _ENTRIES}
"""Every operation by name."""

STREAMS: dict[str, Stream] = {entry.name: entry for entry in streams.STREAMS}
"""Every WebSocket by name."""

assert len(OPERATIONS) == len(_ENTRIES), "an operation stands twice"
