"""What the registry keeps about one reason code, and how its examples are written.

The record refuses nothing by itself: `contracts/reasons.py` checks names, wire ids and ranges when it assembles the
registry, and a snapshot of the released registry guards what may never change.
"""

from __future__ import annotations

from typing import Any

import msgspec

from chargehand.contracts.verdict import Owner, RemedyKind, Retry, Severity


class Example(msgspec.Struct, frozen=True, kw_only=True):
    """One situation in which a code is, or is just not, given.

    Attributes:
        when: the situation in words.
        given: changes to the reference case of `contracts/examples.py`, by JSON pointer. The first segment names the
            document: proposal, state, machine, tool, material, policy. Empty where the situation is not the auditor's.
        test: the test that proves it, `tests/...::test_name`, where `given` cannot say it.
    """

    when: str
    given: dict[str, Any] = {}
    test: str | None = None


class ReasonCode(msgspec.Struct, frozen=True, kw_only=True):
    """One code of the registry. Its meaning, wire id and parameters are fixed for ever.

    Attributes:
        code: `FAMILY.SUBJECT_CONDITION`, ASCII upper snake, at most 48 characters.
        wire_id: number for compact formats, within the family's range.
        family: the part before the dot.
        since: version of the registry that brought it.
        deprecated_in: version that retired it, or null.
        replaced_by: the code to use instead, or null.
        severity: info, advice, warn, block or critical.
        retry: when trying again makes sense.
        owner: who has to act.
        safety_relevant: it guards people, machine or workpiece.
        params: parameter name to `type` or `type unit`; a type is string, number, integer or boolean.
        title: a headline without a full stop.
        caller_text: for the proposer: what to do now.
        operator_text: for the person in charge: what to look at.
        remedies: kinds of remedy that an occurrence may carry.
        references: where the rule comes from.
        positive: a situation that gives the code.
        negative: the nearest situation that does not.
    """

    code: str
    wire_id: int
    family: str
    since: int = 1
    deprecated_in: int | None = None
    replaced_by: str | None = None
    severity: Severity
    retry: Retry
    owner: Owner
    safety_relevant: bool = False
    params: dict[str, str] = {}
    title: str
    caller_text: str
    operator_text: str
    remedies: tuple[RemedyKind, ...] = ("none",)
    references: tuple[str, ...] = ()
    positive: Example
    negative: Example


def bound(unit: str) -> dict[str, str]:
    """Parameters of a numeric limit whose values are in `unit`. The margin is negative when it is violated."""
    return {
        "field": "string",
        "observed": f"number {unit}",
        "limit": f"number {unit}",
        "margin": f"number {unit}",
        "unit": "string",
    }
