"""How grave an act is that a person has to approve. It orders an inbox; it never decides anything."""

from __future__ import annotations

from chargehand.contracts.approval import Risk
from chargehand.contracts.proposal import EffectClass
from chargehand.contracts.reasons import reason_code

_EFFECT: dict[EffectClass, Risk] = {
    "read": "low",
    "internal_write": "medium",
    "external": "high",
    "destructive": "high",
    "money": "high",
    "credential": "high",
}
_OPERATION: dict[str, Risk] = {"override": "low", "parameter_set": "medium", "offset_write": "high"}


def risk(*, operation: str | None = None, effect: EffectClass | None = None, codes: tuple[str, ...] = ()) -> Risk:
    """The risk of an act.

    Args:
        operation: of a machine change. What loads, starts, or moves a reference is high.
        effect: effect class of a tool call.
        codes: reason codes of the verdict; a safety-relevant one makes any act high.
    """
    if any(reason_code(code).safety_relevant for code in codes):
        return "high"
    if effect is not None:
        return _EFFECT[effect]
    return _OPERATION.get(operation, "high") if operation is not None else "high"
