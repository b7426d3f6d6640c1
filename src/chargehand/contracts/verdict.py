"""The one verdict: what the auditor concluded about a proposal, and every reason for it.

A verdict never changes after it was given. Its lifecycle (approval, permit, execution, outcome) belongs to the
proposal. Fields stand in alphabetical order, so that their encoding is the canonical JSON without sorting.
"""

from __future__ import annotations

from typing import Any, Literal

import msgspec

VerdictName = Literal["allow", "allow_with_obligations", "needs_approval", "deny", "indeterminate"]
Severity = Literal["info", "advice", "warn", "block", "critical"]
Retry = Literal["never", "after_change", "after_time", "after_approval", "as_is"]
Owner = Literal["agent", "operator", "policy_author", "machine_owner", "platform"]
CheckStatus = Literal["passed", "failed", "not_applicable", "not_evaluable"]
RemedyKind = Literal[
    "clamp",
    "request_approval",
    "request_capability",
    "wait",
    "supply",
    "refresh",
    "choose",
    "edit_policy",
    "none",
]
Scalar = int | float | str | bool | None

PERMITTING: tuple[VerdictName, ...] = ("allow", "allow_with_obligations")
"""Verdicts under which an action may happen without anybody's approval. Everything else enforces as deny."""

SEVERITY_RANK: dict[Severity, int] = {"critical": 0, "block": 1, "warn": 2, "advice": 3, "info": 4}


class Params(msgspec.Struct, frozen=True, kw_only=True):
    """The measured side of a reason; null where the reason has no such side.

    Attributes:
        field: the judged field, `spindle_speed`.
        limit: the limit it met, in `unit`.
        margin: how far inside the limit it is, in `unit`; negative when it is violated.
        observed: the value that was judged, in `unit`.
        unit: unit of observed, limit and margin.
        detail: whatever else the code's registry entry declares.
    """

    detail: dict[str, Scalar] | None = None
    field: str | None = None
    limit: Scalar = None
    margin: int | float | None = None
    observed: Scalar = None
    unit: str | None = None


class Remedy(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One machine-readable way out. Which fields are set follows from `kind`.

    Attributes:
        kind: one of the closed set.
        gate: for `request_approval`: the gate to ask.
        one_of: for `choose`: the admissible values.
        op: for `request_capability`: the operation.
        path: JSON pointer into the proposal, for `clamp`, `supply`, `choose`.
        rule_id: for `edit_policy`: the rule (operator view).
        scope: for `request_capability`: the scope.
        to: for `clamp`: the nearest admissible value, in the proposal's own unit.
        until: for `wait`: UTC time.
        what: for `refresh`: what to read again.
    """

    gate: str | None = None
    kind: RemedyKind = msgspec.field()
    one_of: list[Scalar] | None = None
    op: str | None = None
    path: str | None = None
    rule_id: str | None = None
    scope: str | None = None
    to: Scalar = None
    until: str | None = None
    what: str | None = None


class Reason(msgspec.Struct, frozen=True, kw_only=True):
    """One ground of a verdict. Severity, retry and owner are repeated so that an old client acts rightly on a new code.

    Attributes:
        code: the registry's code, `MACH.SPEED_ABOVE_MAX`.
        owner: who has to act.
        params: field, observed, limit, unit, margin.
        path: JSON pointer into the proposal, or null.
        policy_digest: the policy that was applied.
        remedies: what would make it pass.
        retry: when trying again makes sense.
        rule_id: the rule, limit or card entry that spoke, or null.
        severity: info, advice, warn, block or critical.
    """

    code: str
    owner: Owner
    params: Params
    path: str | None
    policy_digest: str
    remedies: list[Remedy]
    retry: Retry
    rule_id: str | None
    severity: Severity


class Check(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One question the auditor asked, and what came of it. All questions are listed, also those that passed.

    Attributes:
        code: the reason code it raised, or what a passed check wants to be known.
        name: stable name of the check.
        status: passed, failed, not_applicable or not_evaluable.
    """

    code: str | None = None
    name: str = msgspec.field()
    status: CheckStatus = msgspec.field()


class Obligation(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Something that must be kept for the permission to hold.

    Attributes:
        kind: max_duration, notify or record.
        seconds: for `max_duration`: how long the action may last, in seconds.
        text: what to record, for `record`.
        who: for `notify`: whom.
    """

    kind: Literal["max_duration", "notify", "record"]
    seconds: int | float | None = None
    text: str | None = None
    who: str | None = None


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """The answer to a proposal. Its canonical bytes are the same on every surface and in the ledger.

    Attributes:
        approval_id: the approval it waits for, or null.
        checks: every check in the order it ran.
        clamped_proposal: the nearest admissible proposal, or null.
        engine_version: version of the auditor that judged.
        evaluated_at: UTC time of the judgement (an input of it).
        id: decision id, `dec_...`; null for a dry run.
        input_digest: digest over proposal, state, cards, policy and engine version.
        obligations: what has to be kept; of needs_approval, once it is approved.
        policy_digest: the policy that was applied.
        primary_code: the first of `reason_codes`.
        proposal_id: the proposal, `prp_...`; null for a dry run.
        reason_codes: the codes of `reasons`, in order.
        reasons: every ground, ordered by severity, code and path. Never empty.
        valid_until: after this UTC time the verdict permits nothing.
        verdict: allow, allow_with_obligations, needs_approval, deny or indeterminate.
    """

    approval_id: str | None
    checks: list[Check]
    clamped_proposal: dict[str, Any] | None
    engine_version: str
    evaluated_at: str
    id: str | None
    input_digest: str
    obligations: list[Obligation]
    policy_digest: str
    primary_code: str
    proposal_id: str | None
    reason_codes: list[str]
    reasons: list[Reason]
    valid_until: str
    verdict: VerdictName
