"""Cutters, cuts and numbers that the tests of the cutting room share."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, NamedTuple

from hypothesis import strategies as st

from chargehand.contracts.card import ToolCard
from chargehand.machining.cutting import Demand, Engagement, Kienzle, milling


def cutter(diameter: float = 12.0, teeth: int = 4, **rest: Any) -> ToolCard:
    """An end mill that sticks out by three diameters; the rest replaces fields of it."""
    fields: dict[str, Any] = {
        "id": "T",
        "name": "T",
        "diameter": diameter,
        "teeth": teeth,
        "flute_length": 3.0 * diameter,
        "stickout": 3.0 * diameter,
        "spindle_speed_min": 1.0,
        "spindle_speed_max": 1e5,
    }
    return ToolCard(**(fields | rest))


class Golden(NamedTuple):
    """A golden point of the definitions, section 1: what is asked, what comes out."""

    name: str
    diameter: float
    teeth: int
    law: Kienzle
    speed: float
    feed: float
    axial_depth: float
    radial_depth: float
    feed_per_tooth: float
    chip: float
    specific_force: float
    power: float
    torque: float
    force: float
    deflection_um: float
    gate_deflection_um: float

    def tool(self, **rest: Any) -> ToolCard:
        """Its cutter."""
        return cutter(self.diameter, self.teeth, **rest)

    def cut(self) -> dict[str, Any]:
        """Where it is made."""
        return {
            "speed": self.speed,
            "feed": self.feed,
            "axial_depth": self.axial_depth,
            "radial_depth": self.radial_depth,
        }


STEEL, ALUMINIUM, TITANIUM = Kienzle(1675, 0.24), Kienzle(700, 0.25), Kienzle(2110, 0.22)
GOLDEN = [
    Golden("G1", 12, 4, STEEL, 3183, 764, 12, 3, 0.060006, 0.028651, 3929.2, 1.8011, 5.4036, 900.60, 55.99, 138.6),
    Golden(
        "G2", 12, 3, ALUMINIUM, 12000, 4320, 12, 6, 0.120000, 0.076394, 1331.5, 6.9024, 5.4927, 915.45, 56.91, 111.8
    ),
    Golden("G3", 16, 4, TITANIUM, 1194, 334, 16, 4.8, 0.069933, 0.036195, 4379.1, 1.8721, 14.973, 1871.6, 87.27, 193.9),
]
ROUNDING = 1e-9
"""Relative: what a comparison of two sums of the same figures may differ by."""

laws = st.builds(Kienzle, st.floats(500, 5000), st.floats(0.15, 0.30))
engagements: st.SearchStrategy[Engagement] = st.sampled_from(["side", "centred"])
helices = st.one_of(st.none(), st.just(0.0), st.floats(1, 60))
factors = st.floats(1.0, 3.0)


class Cut(NamedTuple):
    """A cut in u = (n, fz, ap, ae)."""

    tool: ToolCard
    law: Kienzle
    speed: float
    feed_per_tooth: float
    axial_depth: float
    share: float
    engagement: Engagement

    @property
    def feed(self) -> float:
        """The table feed, mm/min."""
        return self.tool.teeth * self.speed * self.feed_per_tooth

    @property
    def radial_depth(self) -> float:
        """The width, mm."""
        return self.tool.diameter * self.share

    def demand(self, **rest: Any) -> Demand:
        """What it asks for."""
        given: dict[str, Any] = {
            "speed": self.speed,
            "feed": self.feed,
            "axial_depth": self.axial_depth,
            "radial_depth": self.radial_depth,
            "engagement": self.engagement,
        }
        return milling(self.tool, self.law, **(given | rest))


@st.composite
def cuts(draw: Callable[..., Any]) -> Cut:
    """Any cut that a shop could think of, and many that it could not."""
    tool = cutter(
        draw(st.floats(1, 200)),
        draw(st.integers(1, 16)),
        helix=draw(helices),
    )
    return Cut(
        tool,
        draw(laws),
        draw(st.floats(20, 40000)),
        draw(st.floats(0.002, 0.6)),
        draw(st.floats(0.05, 3)) * tool.diameter,
        draw(st.floats(0.01, 1)),
        draw(engagements),
    )


def quadrature(function: Callable[[float], float], low: float, high: float) -> float:
    """An integral by doubly exponential substitution (Takahasi, Mori 1974): to 1e-12, even where a slope has no end."""
    step, total = 1.0 / 32.0, 0.0
    for k in range(-128, 129):
        t = k * step
        grown = math.exp(math.pi * math.sinh(t))
        share = grown / (1.0 + grown)
        weight = math.pi * math.cosh(t) * share / (1.0 + grown)
        total += weight * function(low + (high - low) * share)
    return total * step * (high - low)
