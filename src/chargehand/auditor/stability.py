"""The limit that chatter sets to the depth itself, as a ceiling for the clamp: no feed and no force has a part in it.

Where nobody has measured the tool's mode, nothing is known and nothing is borne or not; the check of the same name
says so.
"""

from __future__ import annotations

from chargehand.auditor.ceilings import Ceiling
from chargehand.auditor.cut import Cut
from chargehand.machining.cutting import Demand
from chargehand.machining.lobes import stable_depth

DEPTH = "axial_depth"
"""The field of a ceiling that only the axial depth meets."""


def _stable(cut: Cut) -> float | None:
    tool, point = cut.tool, cut.point
    if tool.modal is None or tool.kind not in ("end_mill", "face_mill"):
        return None
    return stable_depth(
        tool.modal,
        teeth=tool.teeth,
        diameter=tool.diameter,
        radial_depth=point.radial_depth,
        engagement=cut.engagement,
        speed=point.speed,
        specific_force=cut.nominal().specific_force,
    )


def _depth(cut: Cut, demand: Demand) -> float:
    """The depth, as it counts at the demand's specific force: every limit is inversely proportional to that."""
    return cut.point.axial_depth * demand.specific_force / cut.nominal().specific_force


STABILITY = Ceiling("cut.chatter", DEPTH, "mm", "CUT.CHATTER_UNSTABLE", _depth, _stable)
