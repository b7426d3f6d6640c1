"""Force, deflection and the holder's torque: closed at the limit, and a person where the sources differ."""

from __future__ import annotations

import math
from typing import Any

import pytest

from chargehand.auditor.ceilings import CEILINGS
from chargehand.auditor.judge import QUESTIONS
from chargehand.contracts.reasons import reason_code
from tests.unit.auditor.scene import AXIAL, FEED, codes, judged, reason_of, status

HARDER = {"source": "s", "kc1_1_min": 1675, "kc1_1_max": 2010, "mc_min": 0.2, "mc_max": 0.24}
CASES = [
    pytest.param("/tool/force_max", "CUT.FORCE_ABOVE_MAX", "force", "N", id="force"),
    pytest.param("/tool/holder/torque_max", "TOOL.HOLDER_TORQUE_ABOVE_RATING", "torque", "N.m", id="holder"),
]


def _asked(limit: str, code: str) -> float:
    observed = reason_of(judged({limit: 0.001}), code).params.observed
    assert isinstance(observed, float)
    return observed


def test_every_ceiling_is_a_check_with_its_code() -> None:
    names = {asked.name for asked in QUESTIONS["machine.change"]}
    for ceiling in CEILINGS:
        assert ceiling.check in names
        assert "clamp" in reason_code(ceiling.code).remedies


@pytest.mark.parametrize(("limit", "code", "field", "unit"), CASES)
def test_limit_is_closed(limit: str, code: str, field: str, unit: str) -> None:
    asked = _asked(limit, code)
    assert judged({limit: asked}).verdict == "allow"
    verdict = judged({limit: math.nextafter(asked, 0)})
    assert codes(verdict) == [code]
    params = verdict.reasons[0].params
    assert (params.field, params.unit) == (field, unit)
    assert verdict.clamped_proposal is not None


@pytest.mark.parametrize(("limit", "code", "field", "unit"), CASES)
def test_limit_that_only_the_worst_figures_exceed_asks_a_person(limit: str, code: str, field: str, unit: str) -> None:
    asked = _asked(limit, code)
    verdict = judged({limit: asked * 1.1, "/material/editions": [HARDER]})
    assert (verdict.verdict, codes(verdict)) == ("needs_approval", ["CUT.SPREAD_ABOVE_LIMIT"])
    params = verdict.reasons[0].params
    assert (params.field, params.unit) == (field, unit)
    assert params.observed == pytest.approx(asked * 1.2)
    assert judged({limit: asked * 1.21, "/material/editions": [HARDER]}).verdict == "allow"
    assert codes(judged({limit: asked * 0.99, "/material/editions": [HARDER]})) == [code]


@pytest.mark.parametrize("limit", ["/tool/force_max", "/tool/holder"])
def test_limit_that_nobody_set_is_not_asked_for(limit: str) -> None:
    check = "cut.force" if limit.endswith("force_max") else "tool.holder_torque"
    assert status(judged({limit: None}), check) == "not_applicable"


def test_force_is_the_peak_and_not_the_mean() -> None:
    """One of four teeth is engaged over 60 degrees: 1.05 times its thickest chip."""
    thickest = 764 / (4 * 3183) * math.sin(math.radians(60))
    expected = 1.05 * 3 * thickest * 1675 * thickest**-0.24
    straight = judged({"/tool/force_max": 1, "/tool/helix": None})
    assert reason_of(straight, "CUT.FORCE_ABOVE_MAX").params.observed == pytest.approx(expected)
    # A helix spreads the teeth's entry, so that the integrated peak is lower; it is asked wherever it is known.
    assert 0.85 * expected < _asked("/tool/force_max", "CUT.FORCE_ABOVE_MAX") < expected


def test_finishing_has_the_finer_limit() -> None:
    patch: dict[str, Any] = {
        "/tool/helix": None,
        "/tool/deflection_roughing": 0.01,
        "/tool/deflection_finishing": 0.03,
    }
    assert judged(patch).verdict == "allow"
    verdict = judged({**patch, "/proposal/action/cut_type": "finishing"})
    assert codes(verdict) == ["CUT.DEFLECTION_ABOVE_MAX"]
    params = verdict.reasons[0].params
    assert (params.limit, params.unit) == (0.03, "mm")
    assert params.observed == pytest.approx(0.1386 / 4, rel=2e-3)


def test_reason_points_at_what_makes_the_cut_lighter() -> None:
    limit = {"/tool/force_max": 100}
    assert reason_of(judged(limit), "CUT.FORCE_ABOVE_MAX").path == "/action/params/feed_rate"
    depth = {"/proposal/action/params": {"axial_depth": {"value": 3, "unit": "mm"}}}
    assert reason_of(judged({**limit, **depth}), "CUT.FORCE_ABOVE_MAX").path == "/action/params/axial_depth"
    macro = {"/proposal/action": {"operation": "macro"}}
    assert reason_of(judged({**limit, **macro}), "CUT.FORCE_ABOVE_MAX").path is None


@pytest.mark.parametrize(("path", "value"), [(FEED, 900), (AXIAL, 4)])
def test_heavier_cut_meets_the_ceiling(path: str, value: float) -> None:
    limit = {"/tool/force_max": 560}
    assert judged(limit).verdict == "allow"
    assert codes(judged({**limit, path + "/value": value})) == ["CUT.FORCE_ABOVE_MAX"]
