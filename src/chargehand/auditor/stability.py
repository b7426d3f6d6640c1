"""The limit that chatter sets to the depth itself: where the tool's lobes are known, and as a ceiling for the clamp.

No feed and no force has a part in it. Where nobody has measured the tool's mode, nothing is known and nothing is borne
or not; the check of the same name says so.
"""

from __future__ import annotations

from chargehand.auditor.ceilings import Ceiling
from chargehand.auditor.cut import Cut
from chargehand.contracts.card import Modal
from chargehand.machining.cutting import Demand, nominal
from chargehand.machining.lobes import least_depth, stable_depth

DEPTH = "axial_depth"
"""The field of a ceiling that only the axial depth meets."""


def mode_of(cut: Cut) -> Modal | None:
    """The mode by which a cut's stability is known; None where nobody knows it."""
    return cut.tool.modal if cut.tool.kind in ("end_mill", "face_mill") else None


def stable(cut: Cut, modal: Modal, specific_force: float) -> float:
    """The depth in mm up to which a milling cut is stable at its speed, in work of a specific force in N/mm2."""
    return stable_depth(
        modal,
        teeth=cut.tool.teeth,
        diameter=cut.tool.diameter,
        radial_depth=cut.point.radial_depth,
        engagement=cut.engagement,
        speed=cut.point.speed,
        specific_force=specific_force,
    )


def stable_at_any_speed(cut: Cut, modal: Modal, specific_force: float) -> float:
    """The depth in mm under which no speed chatters; it costs next to nothing where the arc was met before."""
    return least_depth(
        modal,
        teeth=cut.tool.teeth,
        diameter=cut.tool.diameter,
        radial_depth=cut.point.radial_depth,
        engagement=cut.engagement,
        specific_force=specific_force,
    )


def _stable(cut: Cut) -> float | None:
    modal = mode_of(cut)
    return None if modal is None else stable(cut, modal, cut.nominal().specific_force)


def _depth(cut: Cut, demand: Demand) -> float:
    """The depth, as it counts at the demand's specific force: every limit is inversely proportional to that."""
    return cut.point.axial_depth * demand.specific_force / nominal(cut.material).at(demand.chip)


STABILITY = Ceiling("cut.chatter", DEPTH, "mm", "CUT.CHATTER_UNSTABLE", _depth, _stable)
