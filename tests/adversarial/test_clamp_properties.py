"""The clamp's promises, by the real judge: over every shipped machine, tool and material, and over cards at random."""

from __future__ import annotations

import copy
import math
from typing import Any

import msgspec
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from chargehand.auditor.cards import load_cards, loaded
from chargehand.auditor.evidence import DRY_RUN, Evidence
from chargehand.auditor.judge import judge
from chargehand.auditor.policy_file import policy_of_tree
from chargehand.auditor.rulebook import Rulebook
from chargehand.auditor.shrink import edges
from chargehand.contracts.card import Edition, Resolution
from chargehand.contracts.examples import NOW
from chargehand.contracts.units import UNITS
from chargehand.contracts.verdict import Verdict
from chargehand.kernel.clock import parse_utc
from chargehand.testing.proposals import Drawn, Situation, drawn, middle, proposal_of, situations, state_of

CARDS = load_cards()
AMONG = situations(CARDS)
NOW_US = parse_utc(NOW)
POLICY = policy_of_tree({"policy": {"name": "bench", "version": "1", "default": "allow"}}, "bench")
SEEDS = st.integers(0, 2**40)
STEP = {"spindle_speed": 1.0, "feed_rate": 1.0, "axial_depth": 0.01, "radial_depth": 0.01, "feed_override": 1.0}


def _book(situation: Situation) -> Rulebook:
    return Rulebook(
        POLICY,
        tools={situation.tool.id: loaded(situation.tool)},
        materials={situation.material.id: loaded(situation.material)},
        engine_version="0.1.0",
    )


def _judged(case: Drawn, body: dict[str, Any] | None = None) -> Verdict:
    proposal = case.proposal if body is None else proposal_of(body)
    return judge(proposal, case.evidence, _book(case.situation), NOW_US, DRY_RUN)


def _working(case: Drawn, params: dict[str, Any]) -> dict[str, float]:
    """The merged settings, in working units."""
    assert case.evidence.state is not None
    setup = case.evidence.state.setup
    found = {name: float(getattr(setup, name)) for name in STEP}
    return found | {name: item["value"] * UNITS[item["unit"]].factor for name, item in params.items()}


def _per_tooth(case: Drawn, params: dict[str, Any]) -> float:
    values = _working(case, params)
    feed = values["feed_rate"] * values["feed_override"] / 100
    return float(feed / (edges(case.situation.tool) * values["spindle_speed"]))


@st.composite
def random_cards(draw: st.DrawFn) -> Situation:
    """A shipped situation with ratings, geometry, grid and sources redrawn."""
    situation = draw(st.sampled_from(AMONG))
    tool, card, material = situation.tool, situation.machine.card, situation.material
    weaker = draw(st.floats(0.02, 2))
    tool = msgspec.structs.replace(
        tool,
        flute_length=tool.flute_length * draw(st.floats(0.2, 1)),
        force_max=None if tool.force_max is None else tool.force_max * weaker,
        deflection_roughing=tool.deflection_roughing * draw(st.floats(0.1, 2)),
        axial_depth_min=draw(st.sampled_from([0.01, 0.05, 0.3])),
        helix=draw(st.sampled_from([None, tool.helix])),
        life_min=draw(st.sampled_from([None, tool.life_min])),
    )
    power = draw(st.floats(0.05, 1.5))
    curve = [
        msgspec.structs.replace(
            point, power_s1=point.power_s1 * power, power_peak=point.power_peak * power, torque=point.torque * power
        )
        for point in card.spindle_curve
    ]
    step = draw(st.sampled_from([0.1, 1.0, 7.0]))
    card = msgspec.structs.replace(
        card, spindle_curve=curve, resolution=Resolution(spindle_speed=step, feed_rate=step, axial_depth=0.01 * step)
    )
    spread = draw(st.floats(1, 1.3))
    material = msgspec.structs.replace(
        material,
        editions=[
            Edition(
                source="drawn",
                kc1_1_min=material.kc1_1,
                kc1_1_max=material.kc1_1 * spread,
                mc_min=max(0.05, material.mc - 0.05),
                mc_max=material.mc + draw(st.floats(0, 0.1)),
            )
        ],
    )
    return situation._replace(machine=loaded(card), tool=tool, material=material)


def _promises(case: Drawn) -> None:
    verdict = _judged(case)
    clamped = verdict.clamped_proposal
    clamps = {
        remedy.path: remedy.to for reason in verdict.reasons for remedy in reason.remedies if remedy.kind == "clamp"
    }
    assert verdict.verdict != "indeterminate"
    if clamped is None:
        assert not clamps
        return
    assert verdict.verdict == "deny", "an admissible proposal is left as it is"
    again = _judged(case, clamped)
    assert again.verdict in ("allow", "allow_with_obligations", "needs_approval"), again.reason_codes
    assert again.clamped_proposal is None
    asked, found = case.proposal.body["action"]["params"], clamped["action"]["params"]
    changed = {name for name in asked if repr(asked[name]) != repr(found[name])}
    assert {f"/action/params/{name}/value" for name in changed} == clamps.keys()
    assert all(found[name]["unit"] == asked[name]["unit"] for name in asked)
    assert all(clamps[f"/action/params/{name}/value"] == found[name]["value"] for name in changed)
    expected = copy.deepcopy(case.proposal.body)
    for name in changed:
        expected["action"]["params"][name]["value"] = found[name]["value"]
    assert repr(clamped) == repr(expected) or clamped == expected
    if case.proposal.body["action"]["operation"] == "override":
        assert changed == {"feed_override"}


@given(SEEDS)
def test_shipped_cards(seed: int) -> None:
    """Never denied, idempotent, silent where nothing is wrong, and untouched parameters keep their bytes."""
    _promises(drawn(seed, AMONG))


@given(SEEDS, random_cards())
def test_cards_at_random(seed: int, situation: Situation) -> None:
    _promises(drawn(seed, [situation]))


@given(SEEDS)
def test_clamped_values_lie_on_the_machines_grid(seed: int) -> None:
    case = drawn(seed, AMONG)
    clamped = _judged(case).clamped_proposal
    assume(clamped is not None)
    assert clamped is not None
    resolution = case.situation.machine.card.resolution
    for name, item in clamped["action"]["params"].items():
        if item == case.proposal.body["action"]["params"][name]:
            continue
        step = resolution.override if name == "feed_override" else getattr(resolution, name)
        steps = item["value"] * UNITS[item["unit"]].factor / step
        assert steps == pytest.approx(round(steps), abs=1e-6)


@given(SEEDS)
def test_order_of_reduction(seed: int) -> None:
    """The feed per tooth first, the speed only into its box, the depth only where the feed is spent; ae by its box."""
    case = drawn(seed, AMONG)
    assume(case.complete)
    verdict = _judged(case)
    assume(verdict.clamped_proposal is not None)
    assert verdict.clamped_proposal is not None
    asked, found = case.proposal.body["action"]["params"], verdict.clamped_proposal["action"]["params"]
    before, after = _working(case, asked), _working(case, found)
    tool, use = case.situation.tool, case.situation.use
    if "radial_depth" in asked and before["radial_depth"] <= tool.diameter:
        assert asked["radial_depth"] == found["radial_depth"]
    grid = 2 * case.situation.machine.card.resolution.feed_rate / (edges(tool) * after["spindle_speed"])
    spent = _per_tooth(case, found) <= use.feed_per_tooth_min + grid
    shallower = after["axial_depth"] < min(before["axial_depth"], tool.flute_length) - STEP["axial_depth"]
    if shallower and "CUT.CHATTER_UNSTABLE" not in verdict.reason_codes and tool.modal is None:
        assert spent
    assert after["axial_depth"] <= before["axial_depth"]
    fast = 1000 * use.cutting_speed_max / (math.pi * case.situation.across)
    slow = 1000 * use.cutting_speed_min / (math.pi * case.situation.across)
    if slow <= before["spindle_speed"] <= fast and after["spindle_speed"] < before["spindle_speed"] - 1:
        assert not verdict.primary_code.startswith("CUT.FORCE"), "force does not slow the spindle"


@given(SEEDS, st.floats(1.05, 4))
def test_stronger_tool_is_never_asked_for_less(seed: int, factor: float) -> None:
    case = drawn(seed, AMONG)
    tool = case.situation.tool
    assume(case.complete and tool.force_max is not None and tool.modal is None)
    assert tool.force_max is not None
    found = []
    for force in (tool.force_max / 20, tool.force_max / 20 * factor):
        cutter = msgspec.structs.replace(tool, force_max=force)
        verdict = _judged(case._replace(situation=case.situation._replace(tool=cutter)))
        body = case.proposal.body if verdict.verdict != "deny" else verdict.clamped_proposal
        found.append(None if body is None else body["action"]["params"])
    weak, strong = found
    assume(weak is not None and strong is not None)
    assert weak is not None
    assert strong is not None
    resolution = case.situation.machine.card.resolution
    less, more = _working(case, weak), _working(case, strong)
    # The grid may cost a step of the feed, and a depth that met its limit at the one feed is laid down at the other.
    assert more["feed_rate"] >= less["feed_rate"] - resolution.feed_rate * 1.01
    assert more["axial_depth"] >= less["axial_depth"] * (1 - 0.05) - 4 * resolution.axial_depth


def _at_middle(situation: Situation, **given_: tuple[float, str]) -> Drawn:
    params = {name: {"value": value, "unit": unit} for name, (value, unit) in given_.items()}
    action = {"operation": "parameter_set", "params": params}
    body = {"kind": "machine.change", "subject": f"machine/{situation.machine.card.id}", "action": action}
    return Drawn(situation, proposal_of(body), Evidence(machine=situation.machine, state=state_of(situation)))


MILLING = next(
    situation
    for situation in AMONG
    if (situation.machine.card.id, situation.tool.id, situation.material.id) == ("CNC-001", "EM12-4", "steel-qt-250hb")
)


@pytest.mark.parametrize(
    ("name", "limit", "unit"),
    [
        ("axial_depth", MILLING.tool.flute_length, "mm"),
        ("radial_depth", MILLING.tool.diameter, "mm"),
    ],
)
def test_at_the_end_of_a_box_is_inside_and_one_digit_further_is_not(name: str, limit: float, unit: str) -> None:
    others = {"axial_depth": (0.2, "mm"), "radial_depth": (0.2, "mm")}
    at = _at_middle(MILLING, **{**others, name: (limit, unit)})
    assert _judged(at).verdict == "allow"
    verdict = _judged(_at_middle(MILLING, **{**others, name: (math.nextafter(limit, math.inf), unit)}))
    assert verdict.verdict == "deny"
    assert verdict.clamped_proposal == at.proposal.body


@pytest.mark.parametrize("tool", ["EM12-4", "TT25-SN12", "DR85-2"])
def test_at_a_ceiling_is_inside_and_one_digit_less_is_not(tool: str) -> None:
    """The rating is put exactly on what the cut asks for; with the next lower rating a step less of feed is found."""
    situation = next(item for item in AMONG if item.tool.id == tool and item.material.id == "steel-qt-250hb")
    cutter = msgspec.structs.replace(situation.tool, force_max=0.001)
    now = middle(situation)
    params = {"feed_rate": (now["feed_rate"], "mm/min"), "axial_depth": (now["axial_depth"], "mm")}
    denied = _judged(_at_middle(situation._replace(tool=cutter), **params))
    asked = next(reason for reason in denied.reasons if reason.code == "CUT.FORCE_ABOVE_MAX").params.observed
    assert isinstance(asked, float)
    for force, expected in ((asked, "allow"), (math.nextafter(asked, 0), "deny")):
        cutter = msgspec.structs.replace(situation.tool, force_max=force)
        case = _at_middle(situation._replace(tool=cutter), **params)
        verdict = _judged(case)
        assert verdict.verdict == expected
    assert verdict.clamped_proposal is not None
    found = verdict.clamped_proposal["action"]["params"]
    assert found["axial_depth"]["value"] == now["axial_depth"]
    assert 0 < now["feed_rate"] - found["feed_rate"]["value"] <= 1
    assert _judged(case, verdict.clamped_proposal).verdict == "allow"


def test_almost_every_denied_cut_has_a_clamp() -> None:
    """At most 2 % of what physics denies is left without a way out, and none where all of the cut may move."""
    denied = left = 0
    for seed in range(400):
        case = drawn(seed, AMONG)
        verdict = _judged(case)
        if verdict.verdict == "deny":
            denied += 1
            left += verdict.clamped_proposal is None
            assert verdict.clamped_proposal is not None or not case.complete
    assert denied > 200
    assert left <= 0.02 * denied
