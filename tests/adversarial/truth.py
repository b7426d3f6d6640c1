"""What the twin says of a cut that the auditor has judged: run the part with it, and look at every piece that cuts.

The work is as hard as the worst source of the material says, or nominal; the auditor knows neither which it is, nor how
the twin sums up its forces.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import msgspec

from chargehand.auditor.evidence import DRY_RUN
from chargehand.auditor.judge import Assessment, assess
from chargehand.auditor.rulebook import Rulebook
from chargehand.contracts.card import MaterialCard
from chargehand.contracts.machine import Setup
from chargehand.fleet.plant import Machine, Stretch
from chargehand.fleet.twin.score import Piece, score, stands
from chargehand.kernel.clock import parse_utc
from chargehand.machining.cutting import nominal
from chargehand.machining.deflection import deflection
from chargehand.machining.drive import heat_after, ratings, time_constant
from chargehand.machining.integrated import load
from chargehand.machining.stock import Bite
from chargehand.testing.proposals import Drawn, Situation

THIN_MM = 0.03
"""The chip at which sources are compared: the thin end, where they differ most."""
ROUNDING = 1e-6
"""A program is written to a tenth of a micrometre, so a truth may lie this share beyond what was judged."""
RASTER = 0.02
"""The twin's blank is a raster, so a radial depth may be a cell off; what follows from it may be this share beyond."""


class Judged(NamedTuple):
    """A proposal as it was judged, and the set-up that it would make."""

    drawn: Drawn
    assessment: Assessment
    setup: Setup

    @property
    def allowed(self) -> bool:
        """Whether it may happen without anybody's approval."""
        return self.assessment.verdict.verdict in ("allow", "allow_with_obligations")


def judged(drawn: Drawn, book: Rulebook) -> Judged:
    """Judge what was drawn."""
    state = drawn.evidence.state
    assert state is not None
    assert state.ts_ingest is not None
    found = assess(drawn.proposal, drawn.evidence, book, parse_utc(state.ts_ingest), DRY_RUN)
    fields = set(Setup.__struct_fields__)
    program = "SHAFT-R1" if drawn.situation.tool.kind == "turning" else "BRACKET-R1"
    changes = {name: value for name, value in found.change.items() if name in fields}
    return Judged(drawn, found, msgspec.structs.replace(state.setup, program=program, **changes))


def worst(material: MaterialCard) -> MaterialCard:
    """The material as hard as any source says of it, for thin chips."""
    laws = [(material.kc1_1, material.mc)]
    laws += [(edition.kc1_1_max, mc) for edition in material.editions for mc in (edition.mc_min, edition.mc_max)]
    kc1_1, mc = max(laws, key=lambda law: law[0] * THIN_MM ** -law[1])
    return msgspec.structs.replace(material, kc1_1=kc1_1, mc=mc)


def dangers(case: Judged, material: MaterialCard) -> list[str]:
    """What the twin finds wrong with a cut, by name; empty if nothing, or if its control would not even move.

    The cut as it is set is looked at as well: the twin's blank is a raster, and its corners are cut more gently.
    """
    situation, proposal = case.drawn.situation, case.drawn.proposal.body
    timed = proposal["action"].get("cut_time")
    seconds = None if timed is None else float(timed["value"])
    axial = float(case.setup.axial_depth or 0)
    asked = _as_set(case, material)
    if asked is None:
        return []
    found = _wrong(situation, asked, axial, seconds) if asked.load.power > 0 else set()
    if situation.tool.kind == "drill":
        return sorted(found)
    machine = Machine(situation.machine.card, situation.tool, material, 1, 100_000, lambda _digest: None)
    part = score(machine, Stretch(0, case.setup, 20.0))
    assert part is not None
    found |= {"trip"} if any(weak.factor <= 1.0 for weak in part.weak) else set()
    for piece in part.pieces:
        if piece.bite is not None and piece.load.power > 0:
            found |= _wrong(situation, piece, piece.bite.axial, seconds)
    return sorted(found)


def _as_set(case: Judged, material: MaterialCard) -> Piece | None:
    """The one piece that the set-up describes; None where nothing would move. A drill has no other."""
    setup, tool = case.setup, case.drawn.situation.tool
    if stands(setup):
        return None
    speed = float(setup.spindle_speed or 0) * float(setup.spindle_override or 0) / 100
    feed = float(setup.feed_rate or 0) * float(setup.feed_override or 0) / 100
    axial, across = float(setup.axial_depth or 0), float(setup.workpiece_diameter or 0)
    milled = tool.kind not in ("turning", "drill")
    radial = min(float(setup.radial_depth or 0), tool.diameter) if milled else 0.0
    found = load(
        tool,
        nominal(material),
        speed=speed,
        feed=feed,
        axial_depth=min(axial, across / 2) if tool.kind == "turning" else axial,
        radial_depth=radial,
        engagement=setup.engagement or "side",
        workpiece_diameter=across or None,
    )
    turned = across if tool.kind == "turning" else 0.0
    return Piece(0, Bite(0.0, 1.0, axial, radial, 1.0, turned), found, feed, math.inf, speed)


def _wrong(situation: Situation, piece: Piece, axial: float, seconds: float | None) -> set[str]:
    card, tool, load = situation.machine.card, situation.tool, piece.load
    drive = ratings(card.spindle_curve, piece.spindle)
    if drive is None:
        return {"no drive"}
    share = load.power / card.eta / drive.power_s1
    borne = 1.0 if seconds is None else drive.power_peak / drive.power_s1
    found = {
        "power": share > borne * (1 + RASTER),
        "torque": load.torque > drive.torque * borne * (1 + RASTER),
        "force": tool.force_max is not None and load.peak_force > tool.force_max * (1 + RASTER),
        "deflection": tool.kind != "drill"
        and deflection(tool, load.peak_force) > tool.deflection_roughing * tool.diameter * (1 + RASTER),
        "chatter": axial > piece.limit * (1 + ROUNDING),
        "feed": piece.feed / (tool.teeth * piece.spindle) > situation.use.feed_per_tooth_max * (1 + ROUNDING),
        "speed": not piece.spindle <= min(card.spindle_speed_max, tool.spindle_speed_max) * (1 + ROUNDING),
        "depth": axial > tool.flute_length * (1 + ROUNDING),
    }
    if seconds is not None and card.duty is not None and share > 1:
        found["duty"] = heat_after(share, 0.3, seconds, time_constant(card.duty)) > 1 + RASTER
    assert piece.bite is not None
    speed = math.pi * (piece.bite.diameter or tool.diameter) * piece.spindle / 1000
    found["cutting speed"] = speed > situation.use.cutting_speed_max * (1 + ROUNDING)
    return {name for name, wrong in found.items() if wrong}
