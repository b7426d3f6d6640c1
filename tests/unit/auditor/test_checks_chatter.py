"""Chatter is judged by the lobes where the tool was tapped; where it was not, that is told and denies nothing."""

from __future__ import annotations

import math
from typing import Any

import pytest

from chargehand.contracts.card import Modal
from chargehand.machining.lobes import least_depth, stable_depth
from tests.unit.auditor.scene import AIR, AXIAL, SPEED, check_code, codes, judged, status
from tests.unit.auditor.test_checks_cutting import case_of

MODE = {"frequency": 900, "damping": 0.03, "stiffness": 4e7}
FREE: dict[str, Any] = {
    "/tool/modal": MODE,
    "/tool/force_max": None,
    "/tool/deflection_roughing": 1,
    "/tool/holder": None,
}


def _limit() -> float:
    demand = case_of().demand
    assert demand is not None
    return stable_depth(
        Modal(**MODE),
        teeth=4,
        diameter=12,
        radial_depth=3,
        engagement="side",
        speed=3183,
        specific_force=demand.specific_force,
    )


@pytest.mark.parametrize("patch", [{"/tool/modal": None}, {"/tool/kind": "drill", "/tool/modal": MODE}])
def test_what_nobody_can_judge_is_told_and_does_not_deny(patch: dict[str, Any]) -> None:
    verdict = judged({"/tool/deflection_roughing": 9, "/tool/uses/0/feed_per_tooth_max": 1, **patch})
    assert (status(verdict, "cut.chatter"), check_code(verdict, "cut.chatter")) == (
        "not_evaluable",
        "CUT.CHATTER_NOT_JUDGED",
    )
    assert (verdict.verdict, codes(verdict)) == ("allow", ["OK.WITHIN_LIMITS"])


def test_depth_is_closed_at_the_lobes() -> None:
    limit = _limit()
    at = judged({**FREE, AXIAL + "/value": limit})
    assert (at.verdict, status(at, "cut.chatter")) == ("allow", "passed")
    over = judged({**FREE, AXIAL + "/value": math.nextafter(limit, math.inf)})
    assert codes(over) == ["CUT.CHATTER_UNSTABLE"]
    assert over.reasons[0].params.limit == pytest.approx(limit)
    assert over.reasons[0].path == "/action/params/axial_depth"
    assert over.clamped_proposal is not None


def test_depth_under_every_lobe_is_stable_at_every_speed() -> None:
    """The floor is answered without a search; it never says more than the lobes do."""
    demand = case_of().demand
    assert demand is not None
    floor = least_depth(
        Modal(**MODE), teeth=4, diameter=12, radial_depth=3, engagement="side", specific_force=demand.specific_force
    )
    assert floor < _limit()
    for speed in (2500, 3183, 5000, 7000):
        verdict = judged({**FREE, AXIAL + "/value": floor * 0.9, SPEED + "/value": speed})
        assert status(verdict, "cut.chatter") == "passed"


def test_worst_figures_of_the_sources_ask_a_person() -> None:
    limit = _limit()
    edition = {"source": "s", "kc1_1_min": 1675, "kc1_1_max": 2010, "mc_min": 0.24, "mc_max": 0.24}
    harder = {**FREE, "/material/editions": [edition]}
    verdict = judged({**harder, AXIAL + "/value": limit * 0.95})
    assert (verdict.verdict, codes(verdict)) == ("needs_approval", ["CUT.SPREAD_ABOVE_LIMIT"])
    assert verdict.reasons[0].params.limit == pytest.approx(limit / 1.2)
    assert judged({**harder, AXIAL + "/value": limit * 0.8}).verdict == "allow"


def test_softer_figures_do_not_widen_the_limit() -> None:
    edition = {"source": "s", "kc1_1_min": 800, "kc1_1_max": 900, "mc_min": 0.24, "mc_max": 0.24}
    verdict = judged({**FREE, "/material/editions": [edition], AXIAL + "/value": _limit() * 1.05})
    assert codes(verdict) == ["CUT.CHATTER_UNSTABLE"]


def test_air_does_not_chatter() -> None:
    assert status(judged({**AIR, "/tool/modal": MODE}), "cut.chatter") == "not_applicable"
