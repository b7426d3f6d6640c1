"""What a check has to say, and how it becomes a reason of the verdict.

A finding names a code of the registry; severity, retry and owner come from there and nowhere else. Numbers become
canonical, values that have no number (NaN) become text, and only parameters that the registry declares are kept.
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Any, Literal, NamedTuple

import msgspec

from chargehand.contracts.reasons import reason_code
from chargehand.contracts.verdict import SEVERITY_RANK, Owner, Params, Reason, Remedy, Retry, Scalar, Severity
from chargehand.kernel.canonical import SAFE_INTEGER_MAX, number

Weight = Literal["deny", "approve", "note"]
TEXT_LENGTH_MAX = 200
"""Longest text of a proposal that a reason repeats, in characters."""

_PARAMS = ("detail", "field", "limit", "margin", "observed", "unit")
NO_REMEDY = [Remedy(kind="none")]
WAIT = [Remedy(kind="wait")]
NO_PARAMS = Params()


class Finding(msgspec.Struct, kw_only=True):
    """One ground, before it is a reason.

    Attributes:
        code: code of the registry.
        weight: whether it denies, asks for an approval, or is a note.
        path: JSON pointer into the proposal.
        field: the judged field.
        observed: its value.
        limit: what it met.
        unit: unit of both.
        margin: how far inside; negative when violated.
        detail: further declared parameters.
        rule_id: rule, limit or card entry that spoke.
        remedies: ways out.
        box: the field whose box or ceiling it is about, if it is about one: then the clamp may cure it.
    """

    code: str
    weight: Weight = "deny"
    path: str | None = None
    field: str | None = None
    observed: Any = None
    limit: Any = None
    unit: str | None = None
    margin: float | None = None
    detail: dict[str, Scalar] | None = None
    rule_id: str | None = None
    remedies: list[Remedy] = msgspec.field(default_factory=lambda: NO_REMEDY)
    box: str | None = None


class Trait(NamedTuple):
    """What the registry says about a code and a reason repeats."""

    severity: Severity
    retry: Retry
    owner: Owner
    rank: int
    params: frozenset[str] | None


@lru_cache(maxsize=2048)
def trait(code: str) -> Trait:
    """The registry's word on a code. Codes of a deployment declare no parameters and keep all.

    Raises:
        KeyError: the code is not registered.
    """
    entry = reason_code(code)
    declared = None if entry.family.startswith("X-") else frozenset(entry.params)
    return Trait(entry.severity, entry.retry, entry.owner, SEVERITY_RANK[entry.severity], declared)


def order(finding: Finding) -> tuple[int, str, str, str]:
    """Reasons stand by severity, code and path; the rule settles what is left."""
    return trait(finding.code).rank, finding.code, finding.path or "", finding.rule_id or ""


def reason(finding: Finding, policy_digest: str) -> Reason:
    """The reason that a finding becomes."""
    known = trait(finding.code)
    return Reason(
        code=finding.code,
        owner=known.owner,
        params=_params(finding, known.params),
        path=finding.path,
        policy_digest=policy_digest,
        remedies=finding.remedies,
        retry=known.retry,
        rule_id=finding.rule_id,
        severity=known.severity,
    )


def _params(finding: Finding, declared: frozenset[str] | None) -> Params:
    if declared is not None and not declared and finding.detail is None:
        return NO_PARAMS
    margin = finding.margin
    values: dict[str, Any] = {
        "field": finding.field,
        "limit": plain(finding.limit),
        "margin": number(margin) if margin is not None and abs(margin) <= SAFE_INTEGER_MAX else None,
        "observed": plain(finding.observed),
        "unit": finding.unit,
    }
    if declared is not None:
        values = {name: value for name, value in values.items() if name in declared}
    return Params(detail=finding.detail, **values)


def plain(value: Any) -> Scalar:
    """A value as a reason repeats it: numbers that every reader takes exactly, texts cut, the rest by its JSON type."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return shown(value)
    if isinstance(value, int):
        return value if -SAFE_INTEGER_MAX <= value <= SAFE_INTEGER_MAX else "a whole number beyond 2**53"
    if isinstance(value, float):
        if abs(value) <= SAFE_INTEGER_MAX:
            return number(value)
        if math.isfinite(value):
            return repr(value)
        return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    return "object" if isinstance(value, dict) else "array"


def shown(text: str) -> str:
    """A text of the proposal, cut where it is too long to repeat."""
    return text if len(text) <= TEXT_LENGTH_MAX else text[: TEXT_LENGTH_MAX - 3] + "..."


def pointer(base: str, *keys: str | int) -> str:
    """A JSON pointer (RFC 6901) below another; over-long keys are cut."""
    return base + "".join(["/" + shown(str(key)).replace("~", "~0").replace("/", "~1") for key in keys])


def choose(path: str, one_of: Any) -> list[Remedy]:
    """The remedy of a closed list."""
    return [Remedy(kind="choose", path=path, one_of=list(one_of))]


def supply(path: str) -> list[Remedy]:
    """The remedy of something that has to be written, or written otherwise."""
    return [Remedy(kind="supply", path=path)]


def refresh(what: str) -> list[Remedy]:
    """The remedy of knowledge that is too old."""
    return [Remedy(kind="refresh", what=what)]


def edit_policy(rule_id: str | None) -> list[Remedy]:
    """The remedy that only a policy's author has."""
    return [Remedy(kind="edit_policy", rule_id=rule_id)]
