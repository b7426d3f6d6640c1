"""Limits of a machine as others read them: what the auditor holds it to. Where they are from is `fleet/limits.py`."""

from __future__ import annotations

from typing import Literal

import msgspec


class LimitEnd(msgspec.Struct, frozen=True, kw_only=True):
    """One end of a field's range. Exactly at it is inside.

    Attributes:
        value: the least or greatest admissible value.
        origin: card if the machine's card sets it, policy if a limit of the policy is stricter.
        rule_id: the card entry or policy limit, as a reason names it.
    """

    value: float
    origin: Literal["card", "policy"]
    rule_id: str


class MachineLimit(msgspec.Struct, frozen=True, kw_only=True):
    """What one field is held to. Where `min` is above `max`, card and policy leave nothing admissible.

    Attributes:
        field: what is bounded: a setting by its parameter's name, a signal, or `temperature_rate`.
        min: the lower end, or null if nothing sets one.
        max: the upper end, or null if nothing sets one.
        unit: unit of both ends.
    """

    field: str
    min: LimitEnd | None
    max: LimitEnd | None
    unit: str


class MachineLimits(msgspec.Struct, frozen=True, kw_only=True):
    """Answer of `GET /v1/machines/{id}/limits`. What is not listed has no limit on a card or in the policy.

    Attributes:
        machine_id: the machine.
        items: the limits, by field, each field once.
    """

    machine_id: str
    items: list[MachineLimit]
