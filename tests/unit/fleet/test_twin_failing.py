"""What gives in: tool, edge and drive, wherever in a part the load begins to be too much."""

from __future__ import annotations

import pytest

from chargehand.fleet.plant import Disturbance
from chargehand.fleet.simulated import PROGRAMS
from chargehand.fleet.twin import rig
from chargehand.kernel.canonical import sha256_text
from tests.unit.fleet.cards import EM12, SETUP
from tests.unit.fleet.test_twin import HOUR, TOOLS, steady, twin, with_

HARD = with_(SETUP, axial_depth=20, radial_depth=6, feed_rate=1500)
"""84 % of what the tool bears while it is sharp."""


def test_too_much_begins_where_the_worn_edge_already_is() -> None:
    """Work that is 10 % harder would be borne by a sharp edge, and is not by one that is worn by 0.1 mm."""
    made = twin(HARD, tool=TOOLS["EM12-4"])
    worn = next(tick for tick in range(0, 20 * HOUR, 50) if made.truth(tick).worn > 0.1 and made.truth(tick).radial > 5)
    harder = (Disturbance("harder", amount=1.1),)
    made.change(worn, disturbances=harder)
    assert made.truth(worn).peak_force > rig.strength(EM12)
    assert made.truth(worn + 1).broken
    sharp = twin(HARD, tool=TOOLS["EM12-4"])
    sharp.change(0, disturbances=harder)
    assert not sharp.truth(1200).broken


def test_feed_into_the_work_with_a_standing_spindle_breaks_the_tool() -> None:
    text = PROGRAMS["BRACKET-R1"].replace(b"S3183 M3", b"M5")
    name = sha256_text(text)
    made = twin(with_(program=None, program_sha256=name), held={name: text}.get)
    assert made.truth(600).broken


@pytest.mark.parametrize(("eta", "stalls"), [(0.79, True), (0.81, False)])
def test_the_drive_gives_its_peak_and_a_little_more_at_its_efficiency(eta: float, stalls: bool) -> None:
    deep = with_(axial_depth=12, radial_depth=6)
    power = steady(twin(deep)).power
    rated = power / (0.8 * rig.STALL * 1.36)
    made = twin(deep, spindle_power_s1=rated, spindle_curve=[], eta=eta)
    assert ("stalled" in made.at(600).faults) is stalls
    assert made.truth(600).broken is False


def test_harder_work_heats_the_drive_by_the_square() -> None:
    deep = with_(SETUP, axial_depth=12)
    plain, made = twin(deep), twin(deep)
    made.change(0, disturbances=(Disturbance("harder", amount=2.0),))
    cold, hot = plain.truth(HOUR), made.truth(HOUR)
    assert hot.theta == pytest.approx(4 * cold.theta, rel=0.2)
    assert hot.rise > cold.rise + 5
