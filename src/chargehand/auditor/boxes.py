"""The boxes: every pair of least and greatest value that a machine, a tool or an axis sets for one field.

One table serves two readers. The limit checks ask whether the merged set-up lies inside; the clamp asks how far each
parameter has to move to lie inside. Exactly at a limit is inside.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, NamedTuple

from chargehand.auditor.case import Case
from chargehand.contracts.card import MachineCard, ToolCard

Span = tuple[float, float]
_SPEED = ("MACH.SPEED_BELOW_MIN", "MACH.SPEED_ABOVE_MAX")
_FEED = ("MACH.FEED_BELOW_MIN", "MACH.FEED_ABOVE_MAX")
_OVERRIDE = ("MACH.OVERRIDE_BELOW_MIN", "MACH.OVERRIDE_ABOVE_MAX")
_TRAVEL = ("MACH.TRAVEL_BELOW_MIN", "MACH.TRAVEL_ABOVE_MAX")
_RATING = ("TOOL.SPEED_BELOW_RATING", "TOOL.SPEED_ABOVE_RATING")
_HOLDER = ("PROP.OUT_OF_DOMAIN", "TOOL.HOLDER_SPEED_ABOVE_RATING")
_FLUTE = ("PROP.OUT_OF_DOMAIN", "TOOL.AXIAL_DEPTH_ABOVE_FLUTE")
_DIAMETER = ("PROP.OUT_OF_DOMAIN", "TOOL.RADIAL_DEPTH_ABOVE_DIAMETER")

INPUTS: dict[str, tuple[str, ...]] = {
    "effective_speed": ("spindle_override", "spindle_speed"),
    "effective_feed": ("feed_override", "feed_rate"),
}
"""Parameters that a derived field comes from, the override first. Every other field is its own input."""


class Box(NamedTuple):
    """One box.

    Attributes:
        check: name of its check.
        field: what it bounds.
        unit: unit of the field.
        codes: code for below and for above.
        owner: machine or tool: whose card it is on.
        read: its ends, from that card; None if the card has no such box.
    """

    check: str
    field: str
    unit: str
    codes: tuple[str, str]
    owner: str
    read: Callable[[Any], Span | None]

    def span(self, case: Case) -> Span | None:
        """Its ends in a case; None without the card, or if the card has no such box."""
        card = case.tool if self.owner == "tool" else case.card
        return None if card is None else self.read(card)


def _speed(card: MachineCard | ToolCard) -> Span:
    return card.spindle_speed_min, card.spindle_speed_max


def _holder(card: ToolCard) -> Span | None:
    return None if card.holder is None or card.kind == "turning" else (0.0, card.holder.speed_max)


def _axis(name: str) -> Callable[[MachineCard], Span | None]:
    def span(card: MachineCard) -> Span | None:
        axis = card.axes.get(name)
        return None if axis is None else (axis.min, axis.max)

    return span


BOXES: tuple[Box, ...] = (
    Box("limit.spindle_speed", "spindle_speed", "rev/min", _SPEED, "machine", _speed),
    Box(
        "limit.feed_rate",
        "feed_rate",
        "mm/min",
        _FEED,
        "machine",
        lambda card: (card.feed_rate_min, card.feed_rate_max),
    ),
    Box(
        "limit.spindle_override",
        "spindle_override",
        "%",
        _OVERRIDE,
        "machine",
        lambda card: (card.spindle_override_min, card.spindle_override_max),
    ),
    Box(
        "limit.feed_override",
        "feed_override",
        "%",
        _OVERRIDE,
        "machine",
        lambda card: (card.feed_override_min, card.feed_override_max),
    ),
    Box("limit.effective_speed", "effective_speed", "rev/min", _SPEED, "machine", _speed),
    Box(
        "limit.effective_feed",
        "effective_feed",
        "mm/min",
        _FEED,
        "machine",
        lambda card: (-math.inf, card.feed_rate_max),
    ),
    Box("limit.offset_x", "offset_x", "mm", _TRAVEL, "machine", _axis("X")),
    Box("limit.offset_y", "offset_y", "mm", _TRAVEL, "machine", _axis("Y")),
    Box("limit.offset_z", "offset_z", "mm", _TRAVEL, "machine", _axis("Z")),
    Box("tool.speed", "spindle_speed", "rev/min", _RATING, "tool", _speed),
    Box("tool.effective_speed", "effective_speed", "rev/min", _RATING, "tool", _speed),
    Box("tool.holder_speed", "spindle_speed", "rev/min", _HOLDER, "tool", _holder),
    Box("tool.effective_holder_speed", "effective_speed", "rev/min", _HOLDER, "tool", _holder),
    Box("tool.axial_depth", "axial_depth", "mm", _FLUTE, "tool", lambda card: (0.0, card.flute_length)),
    Box("tool.radial_depth", "radial_depth", "mm", _DIAMETER, "tool", lambda card: (0.0, card.diameter)),
)


def inputs_of(field: str) -> tuple[str, ...]:
    """The parameters that move a field."""
    return INPUTS.get(field, (field,))


def path_of(case: Case, field: str) -> str | None:
    """JSON pointer to the given parameter that a field comes from, or None if the proposal does not give it."""
    return path_to(case, inputs_of(field))


def path_to(case: Case, names: tuple[str, ...]) -> str | None:
    """JSON pointer to the first of these parameters that the proposal gives, or None."""
    if case.change is not None:
        for name in names:
            if name in case.change.params:
                return f"/action/params/{name}"
    return None
