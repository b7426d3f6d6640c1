"""The reason-code registry: every ground on which this engine allows, holds, denies or fails, in one table.

Append-only. A code is never reused, renamed, renumbered or removed, its parameters never change type and its severity
never rises. To retire one, set `deprecated_in` and `replaced_by`. `tests/contracts` holds the table against the
released one. A client that meets an unknown code acts on the severity, retry and owner that stand beside it.

Deployments may mint `X-<ORG>.` codes in their own policies. They need no entry here: `reason_code` answers for any
well-formed one with the strictest defaults.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from chargehand.contracts.codes import (
    auth,
    cut,
    eng,
    fleet,
    gate,
    ledg,
    mach,
    ok,
    prog,
    prop,
    req,
    rev,
    telem,
    therm,
    tool,
)
from chargehand.contracts.codes.record import Example, ReasonCode

__all__ = ["BY_WIRE_ID", "DEPLOYMENT_WIRE_ID", "FAMILIES", "REGISTRY", "Example", "Family", "ReasonCode", "reason_code"]

CODE_LENGTH_MAX = 48
DEPLOYMENT_WIRE_ID = 32768
"""The wire id that every `X-<ORG>.` code shares: a compact reader takes the text of those."""

CODE_PATTERN = re.compile(r"[A-Z]+\.[A-Z][A-Z0-9]*(_[A-Z0-9]+)*")
DEPLOYMENT_PATTERN = re.compile(r"(X-[A-Z][A-Z0-9]{1,15})\.[A-Z][A-Z0-9]*(_[A-Z0-9]+)*")


class Family(NamedTuple):
    """A family's range of wire ids, both ends included, and what it covers."""

    first: int
    last: int
    covers: str


FAMILIES: dict[str, Family] = {
    "OK": Family(1, 99, "positive grounds and notes"),
    "PROP": Family(500, 999, "malformed content of a proposal"),
    "MACH": Family(1000, 1199, "machine limits, interlocks and set-up"),
    "CUT": Family(1200, 1299, "cutting power, torque, force and deflection"),
    "THERM": Family(1300, 1399, "duty and heat"),
    "PROG": Family(1400, 1499, "part programs"),
    "TELEM": Family(1500, 1799, "quality, age and origin of telemetry"),
    "FLEET": Family(1800, 1999, "machines as the fleet knows them"),
    "TOOL": Family(2000, 2499, "tool calls (2000 on) and cutting tools (2200 on)"),
    "CONN": Family(2500, 2999, "connectors"),
    "MEM": Family(3000, 3999, "governed memory"),
    "ROUT": Family(4000, 4499, "routines"),
    "GATE": Family(4500, 4999, "approvals, permits and reviews"),
    "BUDG": Family(5000, 5399, "windows, tokens and cost"),
    "METER": Family(5400, 5699, "meter readings"),
    "WORK": Family(5700, 5999, "missions, work items and runs"),
    "CAP": Family(6000, 6199, "capability tokens"),
    "AUTH": Family(6200, 6499, "principals, tokens and sessions"),
    "REV": Family(6500, 6999, "concurrency: revisions, leases, transitions"),
    "REQ": Family(7000, 7499, "requests that are refused before they mean anything"),
    "LEDG": Family(7500, 7999, "findings of a ledger verification"),
    "ENG": Family(9000, 9999, "engine faults: always indeterminate, enforced as deny"),
    "X-<ORG>": Family(32768, 65535, "codes that a deployment defines"),
}
"""Every family with its range. A family without codes keeps its range for the room that will use it."""

_ENTRIES: tuple[ReasonCode, ...] = (
    *ok.CODES,
    *prop.CODES,
    *mach.CODES,
    *cut.CODES,
    *therm.CODES,
    *prog.CODES,
    *telem.CODES,
    *fleet.CODES,
    *tool.CODES,
    *gate.CODES,
    *auth.CODES,
    *rev.CODES,
    *req.CODES,
    *ledg.CODES,
    *eng.CODES,
)

REGISTRY: dict[str, ReasonCode] = {entry.code: entry for entry in _ENTRIES}
"""Every code by name, in the order of the wire ids."""

BY_WIRE_ID: dict[int, ReasonCode] = {entry.wire_id: entry for entry in _ENTRIES}

assert len(REGISTRY) == len(BY_WIRE_ID) == len(_ENTRIES), "a code or a wire id stands twice"


def reason_code(code: str) -> ReasonCode:
    """The registry's record of a code; for a well-formed `X-<ORG>.` code one with the strictest defaults.

    Raises:
        KeyError: the code is not registered.
    """
    entry = REGISTRY.get(code)
    return entry if entry is not None else _deployment_code(code)


@lru_cache(maxsize=1024)
def _deployment_code(code: str) -> ReasonCode:
    match = DEPLOYMENT_PATTERN.fullmatch(code)
    if match is None or len(code) > CODE_LENGTH_MAX:
        raise KeyError(code)
    return ReasonCode(
        code=code,
        wire_id=DEPLOYMENT_WIRE_ID,
        family=match[1],
        severity="block",
        retry="after_change",
        owner="policy_author",
        title="A rule of this deployment",
        caller_text="A rule of this deployment speaks. Ask its policy author what it wants.",
        operator_text="The rule that `rule_id` names in the policy carries this code.",
        positive=Example(when="A policy rule that carries the code matches."),
        negative=Example(when="No such rule matches."),
    )
