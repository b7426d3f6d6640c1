"""The cut that a change asks for: the merged set-up at its overrides, with everything it is held against.

It is made once per case and read by the cutting checks and by the clamp, so that both speak of the same cut. It refuses
nothing: where a figure is missing there is no cut, and the checks say what was missing.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from chargehand.contracts.card import MachineCard, MaterialCard, ToolCard, ToolUse
from chargehand.machining.cutting import Demand, Engagement, Kienzle, drilling, milling, nominal, turning
from chargehand.machining.drive import Ratings

MATERIALS_MAX = 1_024
"""Materials whose laws are remembered; beyond, all are forgotten and made anew."""
# Of the very card they were made from, so that another card of the same id is never mistaken for it.
_laws: dict[str, tuple[MaterialCard, Sequence[Kienzle]]] = {}


class Point(NamedTuple):
    """Where a cut is made, at its overrides.

    Attributes:
        speed: rev/min.
        feed: mm/min.
        axial_depth: mm.
        radial_depth: mm; 0 where the cut has none (turning, drilling).
    """

    speed: float
    feed: float
    axial_depth: float
    radial_depth: float


class Cut(NamedTuple):
    """A cut with everything it is held against.

    Attributes:
        point: where it is made.
        card: the machine.
        tool: the tool.
        use: what the tool is made for in this group of materials, or None if it is not made for it.
        material: the material.
        ratings: the drive at this speed, or None where its curve says nothing.
        engagement: side or centred.
        workpiece_diameter: mm, for turning; else None.
        finishing: whether the finer of the two deflection limits holds.
        path_radius: mm, the smallest radius of the path, or None for straight or unknown.
        cut_time: seconds, or None for endless.
        heat: theta that the drive starts from, commitments included.
        tau: the drive's time constant in seconds, or None without a short-time rating.
    """

    point: Point
    card: MachineCard
    tool: ToolCard
    use: ToolUse | None
    material: MaterialCard
    ratings: Ratings | None
    engagement: Engagement
    workpiece_diameter: float | None
    finishing: bool
    path_radius: float | None
    cut_time: float | None
    heat: float
    tau: float | None

    def demand(self, law: Kienzle) -> Demand:
        """What it asks for by one law of the material.

        Raises:
            ValueError: outside of the formulas' domain.
        """
        tool, point = self.tool, self.point
        if tool.kind == "turning":
            if self.workpiece_diameter is None:
                raise ValueError("turned work has a diameter")
            return turning(
                tool,
                law,
                speed=point.speed,
                feed=point.feed,
                depth=point.axial_depth,
                workpiece_diameter=self.workpiece_diameter,
            )
        if tool.kind == "drill":
            return drilling(tool, law, speed=point.speed, feed=point.feed)
        return milling(
            tool,
            law,
            speed=point.speed,
            feed=point.feed,
            axial_depth=point.axial_depth,
            radial_depth=point.radial_depth,
            engagement=self.engagement,
        )

    def nominal(self) -> Demand:
        """What it asks for by the material's nominal figures."""
        return self.demand(nominal(self.material))


def upper_laws(material: MaterialCard) -> Sequence[Kienzle]:
    """The worst that each source allows for: its greatest kc1_1 with either end of its exponent."""
    known = _laws.get(material.id)
    if known is not None and known[0] is material:
        return known[1]
    if len(_laws) >= MATERIALS_MAX:
        _laws.clear()
    laws = tuple(
        Kienzle(edition.kc1_1_max, mc)
        for edition in material.editions
        for mc in dict.fromkeys((edition.mc_max, edition.mc_min))
        if (edition.kc1_1_max, mc) != (material.kc1_1, material.mc)
    )
    _laws[material.id] = material, laws
    return laws
