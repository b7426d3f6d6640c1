"""What a machine is held to now, read off the tables that the auditor judges by: boxes, travel, heat, coolant, policy.

Per field and end the stricter of the machine's card and the policy's limits; of two that are equal, the card's. It
invents no limit and judges nothing. What a cut asks for, and what tool and material bear, depends on the proposal.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

from chargehand.auditor.boxes import BOXES, Span
from chargehand.auditor.change import OFFSETS
from chargehand.auditor.fields import FIELD_UNIT
from chargehand.auditor.rulebook import LimitTable
from chargehand.contracts.card import MachineCard
from chargehand.contracts.limit import LimitEnd, MachineLimit


def held_to(card: MachineCard, table: LimitTable) -> list[MachineLimit]:
    """The limits of a machine, by field, each field once.

    Args:
        card: the machine's card.
        table: the policy's limits for it, as `Rulebook.limits` gives them.
    """
    found: dict[str, MachineLimit] = {}
    # The card comes first, and of two equal ends the first one stays.
    for limit in (*_of_card(card), *_of_policy(table)):
        known = found.get(limit.field)
        found[limit.field] = limit if known is None else _stricter(known, limit)
    return [found[field] for field in sorted(found)]


def _of_card(card: MachineCard) -> Iterator[MachineLimit]:
    for box in BOXES:
        if box.owner != "machine":
            continue
        span = box.read(card)
        if span is None and box.field in OFFSETS:
            span = (0.0, 0.0)
        if span is not None:
            yield _entry(card, box.field, span, box.unit, box.field)
    for name in ("X", "Y", "Z"):
        if (axis := card.axes.get(name)) is not None:
            yield _entry(card, f"position_{name.lower()}", (axis.min, axis.max), "mm", f"axes:{name}")
    if card.coolant_flow_min > 0:
        yield _entry(card, "coolant_flow", (card.coolant_flow_min, math.inf), "L/min", "coolant_flow_min")
    if "spindle_temperature" not in card.sensors:
        return
    if (warmest := card.spindle_temperature_max) is not None:
        yield _entry(card, "spindle_temperature", (-math.inf, warmest), "degC", "spindle_temperature_max")
    if (rate := card.temperature_rate_max) is not None:
        yield _entry(card, "temperature_rate", (-math.inf, rate), "degC/min", "temperature_rate_max")


def _of_policy(table: LimitTable) -> Iterator[MachineLimit]:
    for field, bounds in table:
        # A value beyond every bound violates all of them, each side ordered by its bound.
        above, below = bounds.violated(math.inf)[0], bounds.violated(-math.inf)[1]
        yield MachineLimit(
            field=field,
            min=LimitEnd(value=bounds.low, origin="policy", rule_id=below[-1].id) if below else None,
            max=LimitEnd(value=bounds.high, origin="policy", rule_id=above[0].id) if above else None,
            unit=FIELD_UNIT[field],
        )


def _entry(card: MachineCard, field: str, span: Span, unit: str, entry: str) -> MachineLimit:
    low, high = (
        LimitEnd(value=value, origin="card", rule_id=f"machine:{card.id}:{entry}") if math.isfinite(value) else None
        for value in span
    )
    return MachineLimit(field=field, min=low, max=high, unit=unit)


def _stricter(known: MachineLimit, other: MachineLimit) -> MachineLimit:
    """Per end the stricter of two limits of one field."""
    low, high = known.min, known.max
    if other.min is not None and (low is None or other.min.value > low.value):
        low = other.min
    if other.max is not None and (high is None or other.max.value < high.value):
        high = other.max
    return MachineLimit(field=known.field, min=low, max=high, unit=known.unit)
