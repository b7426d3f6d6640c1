"""Limits of a machine as others read them: what the auditor holds it to. Where they are from is `fleet/limits.py`."""

from __future__ import annotations

from typing import Literal

import msgspec


class MachineLimit(msgspec.Struct, frozen=True, kw_only=True):
    """One bound, exactly at which is inside. A field whose two ends are set by two entries stands once per end.

    Attributes:
        field: what it bounds: a setting by its parameter's name, a signal, or `temperature_rate`.
        min: least admissible value in `unit`, or null if this entry sets none.
        max: greatest admissible value in `unit`, or null if this entry sets none.
        unit: unit of both ends.
        origin: card if the machine's card sets it, policy if a limit of the policy is stricter.
        rule_id: the card entry or policy limit, as a reason names it.
    """

    field: str
    min: float | None
    max: float | None
    unit: str
    origin: Literal["card", "policy"]
    rule_id: str


class MachineLimits(msgspec.Struct, frozen=True, kw_only=True):
    """Answer of `GET /v1/machines/{id}/limits`. What is not listed has no limit on a card or in the policy.

    Attributes:
        machine_id: the machine.
        items: the bounds, by field, of each field the lower end first.
    """

    machine_id: str
    items: list[MachineLimit]
