"""A verdict in words. The verdict is one and the same for everybody; only its explanation differs by view.

The caller's view tells a proposer what to do and leaks nothing of the policy; the operator's view names rules.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from chargehand.contracts.verdict import Owner, Params, Remedy, Retry, Severity, Verdict

View = Literal["caller", "operator"]


class ExplainedReason(msgspec.Struct, frozen=True, kw_only=True):
    """One ground of a verdict in words.

    Attributes:
        code: the registry's code.
        title: the registry's headline.
        text: what to do, or in the operator's view what to look at.
        severity: info, advice, warn, block or critical.
        retry: when trying again makes sense.
        owner: who has to act.
        path: JSON pointer into the proposal, or null.
        params: field, observed, limit, unit, margin.
        remedies: machine-readable ways out; `edit_policy` in the operator's view only.
        rule_id: the rule that spoke; null in the caller's view.
    """

    code: str
    title: str
    text: str
    severity: Severity
    retry: Retry
    owner: Owner
    path: str | None
    params: Params
    remedies: list[Remedy]
    rule_id: str | None = None


class Explanation(msgspec.Struct, frozen=True, kw_only=True):
    """Answer of `GET /v1/decisions/{id}/explain`.

    Attributes:
        view: caller or operator.
        summary: the verdict in one sentence.
        reasons: every ground in words, in the verdict's order.
        evidence: digests of what was judged on, by role: state, machine, tool, material, policy.
        verdict: the verdict itself.
    """

    view: View
    summary: str
    reasons: list[ExplainedReason]
    evidence: dict[str, str]
    verdict: Verdict


class Rejudgement(msgspec.Struct, frozen=True, kw_only=True):
    """Answer of `GET /v1/decisions/{id}/rejudge`: the decision judged again on what was recorded with it.

    Attributes:
        identical: the verdict came out the same, byte for byte.
        engine_version: version of the auditor that judged again.
        verdict: what it says on the recorded state, cards and policy.
    """

    identical: bool
    engine_version: str
    verdict: Verdict
