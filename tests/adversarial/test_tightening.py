"""Tightening a limit never turns a denial into a permission, and loosening never the other way round."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.auditor.scene import AXIAL, FEED, RADIAL, SPEED, Scene

RANK = {"allow": 0, "allow_with_obligations": 0, "needs_approval": 1, "deny": 2, "indeterminate": 3}
UPPER = {
    "/machine/spindle_speed_max": (200, 20000),
    "/machine/feed_rate_max": (2, 20000),
    "/machine/feed_override_max": (1, 200),
    "/machine/spindle_override_max": (51, 200),
    "/tool/spindle_speed_max": (501, 20000),
    "/tool/flute_length": (0.1, 36),
    "/tool/force_max": (0, 5000),
    "/tool/deflection_roughing": (0, 0.05),
    "/tool/stickout_max": (30, 48),
    "/tool/wear_max": (0, 1),
    "/tool/holder/speed_max": (1000, 25000),
    "/tool/holder/torque_max": (0, 80),
    "/machine/freshness_s": (0.1, 10),
    "/machine/clock_skew_s": (0, 10),
    "/policy/policy/basis_age_s": (0.1, 60),
}
LOWER = {
    "/machine/spindle_speed_min": (0, 199),
    "/machine/feed_rate_min": (0, 2),
    "/machine/coolant_flow_min": (0, 40),
    "/tool/spindle_speed_min": (0, 500),
}
PROPOSALS = st.fixed_dictionaries(
    {
        SPEED + "/value": st.floats(1, 20000),
        FEED + "/value": st.floats(0.1, 20000),
        AXIAL + "/value": st.floats(0, 40),
        RADIAL + "/value": st.floats(0, 25),
        "/state/setup/feed_override": st.integers(0, 200),
        "/state/setup/spindle_override": st.integers(40, 150),
    }
)


def _rank(patch: dict[str, Any]) -> int:
    return RANK[Scene(patch).judge().verdict]


@settings(max_examples=200)
@given(PROPOSALS, st.sampled_from(sorted(UPPER)), st.data())
def test_lower_maximum_is_never_kinder(proposal: dict[str, Any], limit: str, data: st.DataObject) -> None:
    low, high = UPPER[limit]
    tight, loose = sorted([data.draw(st.floats(low, high)), data.draw(st.floats(low, high))])
    assert _rank({**proposal, limit: tight}) >= _rank({**proposal, limit: loose})


@settings(max_examples=200)
@given(PROPOSALS, st.sampled_from(sorted(LOWER)), st.data())
def test_higher_minimum_is_never_kinder(proposal: dict[str, Any], limit: str, data: st.DataObject) -> None:
    low, high = LOWER[limit]
    loose, tight = sorted([data.draw(st.floats(low, high)), data.draw(st.floats(low, high))])
    assert _rank({**proposal, limit: tight}) >= _rank({**proposal, limit: loose})


@settings(max_examples=200)
@given(
    PROPOSALS,
    st.sampled_from(["spindle_speed", "feed_rate", "axial_depth", "effective_feed", "spindle_load"]),
    st.floats(0.1, 20000),
    st.booleans(),
)
def test_further_policy_limit_is_never_kinder(proposal: dict[str, Any], field: str, at: float, upper: bool) -> None:
    limit = {"/policy/limit": [{"field": field, "max" if upper else "min": at}]}
    assert _rank({**proposal, **limit}) >= _rank(proposal)


@settings(max_examples=100)
@given(PROPOSALS, st.sampled_from(["deny", "needs_approval"]), st.floats(1, 20000))
def test_further_denying_rule_is_never_kinder(proposal: dict[str, Any], effect: str, above: float) -> None:
    rule = {"/policy/rule": [{"id": "r", "when": {"field": "spindle_speed", "above": above}, effect: True}]}
    assert _rank({**proposal, **rule}) >= _rank(proposal)
