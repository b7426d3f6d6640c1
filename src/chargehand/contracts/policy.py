"""A policy as the engine publishes it. Loading, refusing and compiling policy files is the auditor's."""

from __future__ import annotations

from typing import Any, Literal

import msgspec


class PolicyRecord(msgspec.Struct, frozen=True, kw_only=True):
    """A loaded policy.

    Attributes:
        name: name of the policy.
        version: its author's version.
        digest: `sha256:` over the canonical parsed policy; comments do not change it.
        active: whether proposals are judged by it now.
        default: what happens to an act that no rule allows, where it is stricter than the effect table.
        rules: number of rules.
        tools: number of declared tools.
        limits: number of limits.
        residual_rules: rules that no index covers; each of them costs time on every proposal.
        document: the parsed policy, absent in lists.
    """

    name: str
    version: str
    digest: str
    active: bool
    default: Literal["allow", "needs_approval", "deny"]
    rules: int
    tools: int
    limits: int
    residual_rules: int
    document: dict[str, Any] | None = None


class PolicyLoaded(msgspec.Struct, frozen=True, kw_only=True):
    """Payload of `policy.loaded`.

    Attributes:
        name: name of the policy.
        version: its author's version.
        digest: `sha256:` over the canonical parsed policy.
    """

    name: str
    version: str
    digest: str
