"""Cuts over the shipped cards, for tests of the numbers behind the clamp."""

from __future__ import annotations

import math
from typing import Any

import msgspec

from chargehand.auditor.cards import Cards, load_cards
from chargehand.auditor.cut import Cut, Point
from chargehand.auditor.shrink import Room, Span
from chargehand.contracts.card import ToolUse
from chargehand.machining.drive import ratings

CARDS: Cards = load_cards()
MILLS: tuple[tuple[str, str, str], ...] = (
    ("CNC-001", "EM12-4", "steel-qt-250hb"),
    ("CNC-001", "EM16-4", "stainless-austenitic"),
    ("CNC-002", "EM12-3AL", "aluminium-wrought"),
    ("CNC-001", "FM50-5", "steel-qt-250hb"),
    ("CNC-002", "EM12-4", "titanium-ti6al4v"),
)
"""Machine, tool and material that go together."""
USE = ToolUse(group="P", cutting_speed_min=60, cutting_speed_max=190, feed_per_tooth_min=0.02, feed_per_tooth_max=0.12)
"""What the end mill of 12 mm is made for in steel, in the tests that are worked out by hand."""


def plain(cut: Cut) -> Cut:
    """The same cut with a tool whose figures the tests know by heart."""
    tool = msgspec.structs.replace(cut.tool, uses=[USE], helix=None, force_max=3000.0, life_min=None)
    return cut._replace(tool=tool, use=USE)


def cut_of(
    point: tuple[float, float, float, float] = (3183, 764, 3, 3),
    *,
    machine: str = "CNC-001",
    tool: str = "EM12-4",
    material: str = "steel-qt-250hb",
    **rest: Any,
) -> Cut:
    """A cut at speed, feed, axial and radial depth; the rest replaces fields of it."""
    card, cutter = CARDS.machines[machine].card, CARDS.tools[tool].card
    made_of = CARDS.materials[material].card
    at = Point(*point)
    cut = Cut(
        point=at,
        card=card,
        tool=cutter,
        use=next(use for use in cutter.uses if use.group == made_of.group),
        material=made_of,
        ratings=ratings(card.spindle_curve, at.speed),
        engagement="side",
        workpiece_diameter=None,
        finishing=False,
        path_radius=None,
        cut_time=None,
        heat=1.0,
        tau=None,
    )
    return cut._replace(**rest)


def room(cut: Cut, **rest: Any) -> Room:
    """The room that the cards alone leave a cut; the rest replaces fields of it."""
    use, tool, curve = cut.use, cut.tool, cut.card.spindle_curve
    assert use is not None
    to_speed = 1000 / (math.pi * (cut.workpiece_diameter or tool.diameter))
    found = Room(
        speed=Span(
            max(use.cutting_speed_min * to_speed, tool.spindle_speed_min, curve[0].speed),
            min(use.cutting_speed_max * to_speed, tool.spindle_speed_max, curve[-1].speed),
        ),
        feed=Span(cut.card.feed_rate_min, cut.card.feed_rate_max),
        feed_per_tooth=Span(use.feed_per_tooth_min, use.feed_per_tooth_max),
        axial_depth=Span(0, tool.flute_length),
        axial_depth_min=tool.axial_depth_min,
    )
    return found._replace(**rest)
