"""What a machine is held to now, read off the tables that the auditor judges by: boxes, travel, heat, coolant, policy.

Per field and end the stricter of the machine's card and the policy's limits; of two that are equal, the card's. It
invents no limit and judges nothing. What a cut asks for, and what tool and material bear, depends on the proposal.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Literal, NamedTuple

from chargehand.auditor.boxes import BOXES, Span
from chargehand.auditor.change import OFFSETS
from chargehand.auditor.fields import FIELD_UNIT
from chargehand.auditor.rulebook import LimitTable
from chargehand.contracts.card import MachineCard
from chargehand.contracts.limit import MachineLimit


class _End(NamedTuple):
    """One end of a field's range, with who sets it."""

    field: str
    value: float
    unit: str
    rule_id: str
    origin: Literal["card", "policy"]


_Ends = tuple[_End | None, _End | None]


def held_to(card: MachineCard, table: LimitTable) -> list[MachineLimit]:
    """The bounds of a machine, by field, of each field the lower end first.

    Args:
        card: the machine's card.
        table: the policy's limits for it, as `Rulebook.limits` gives them.
    """
    least: dict[str, _End] = {}
    most: dict[str, _End] = {}
    # The card comes first, and of two equal ends the first one stays.
    for low, high in (*_of_card(card), *_of_policy(table)):
        if low is not None and (low.field not in least or low.value > least[low.field].value):
            least[low.field] = low
        if high is not None and (high.field not in most or high.value < most[high.field].value):
            most[high.field] = high
    return [limit for field in sorted({*least, *most}) for limit in _told(least.get(field), most.get(field))]


def _of_card(card: MachineCard) -> Iterator[_Ends]:
    for box in BOXES:
        if box.owner != "machine":
            continue
        span = box.read(card)
        if span is None and box.field in OFFSETS:
            span = (0.0, 0.0)
        if span is not None:
            yield _ends(card, box.field, span, box.unit, box.field)
    for name in ("X", "Y", "Z"):
        if (axis := card.axes.get(name)) is not None:
            yield _ends(card, f"position_{name.lower()}", (axis.min, axis.max), "mm", f"axes:{name}")
    if card.coolant_flow_min > 0:
        yield _ends(card, "coolant_flow", (card.coolant_flow_min, math.inf), "L/min", "coolant_flow_min")
    if "spindle_temperature" not in card.sensors:
        return
    if (warmest := card.spindle_temperature_max) is not None:
        yield _ends(card, "spindle_temperature", (-math.inf, warmest), "degC", "spindle_temperature_max")
    if (rate := card.temperature_rate_max) is not None:
        yield _ends(card, "temperature_rate", (-math.inf, rate), "degC/min", "temperature_rate_max")


def _of_policy(table: LimitTable) -> Iterator[_Ends]:
    for field, bounds in table:
        unit = FIELD_UNIT[field]
        # A value beyond every bound violates all of them, each side ordered by its bound.
        above, below = bounds.violated(math.inf)[0], bounds.violated(-math.inf)[1]
        yield (
            _End(field, bounds.low, unit, below[-1].id, "policy") if below else None,
            _End(field, bounds.high, unit, above[0].id, "policy") if above else None,
        )


def _ends(card: MachineCard, field: str, span: Span, unit: str, entry: str) -> _Ends:
    low, high = span
    rule_id = f"machine:{card.id}:{entry}"
    return (
        _End(field, low, unit, rule_id, "card") if math.isfinite(low) else None,
        _End(field, high, unit, rule_id, "card") if math.isfinite(high) else None,
    )


def _told(low: _End | None, high: _End | None) -> Iterator[MachineLimit]:
    """The ends of a field as one record where one entry sets both."""
    if low is not None and high is not None and low.rule_id == high.rule_id:
        yield _limit(low, low.value, high.value)
        return
    if low is not None:
        yield _limit(low, low.value, None)
    if high is not None:
        yield _limit(high, None, high.value)


def _limit(end: _End, low: float | None, high: float | None) -> MachineLimit:
    return MachineLimit(field=end.field, min=low, max=high, unit=end.unit, origin=end.origin, rule_id=end.rule_id)
