"""Cutting: power, torque, force, deflection, chips and stability (1200 on)."""

from __future__ import annotations

from functools import partial
from typing import Any

from chargehand.contracts.codes.record import Example, ReasonCode, bound

_cut = partial(
    ReasonCode, family="CUT", since=2, severity="block", retry="after_change", owner="agent", safety_relevant=True
)
_card = partial(_cut, owner="machine_owner")

_KIENZLE = "Kienzle 1952; VDI 3323"
_DUTY = "IEC 60034-1 (S1, S6)"
_ANY: dict[str, str] = {
    "field": "string",
    "observed": "number",
    "limit": "number",
    "margin": "number",
    "unit": "string",
}
_RADIUS = "/proposal/action/path_radius"


def _curve(power_s1: float, *, torque: float = 70.0, last: float = 12000) -> dict[str, Any]:
    """The reference machine with another drive, the same at every speed, whose peak is 1.36 times its rating."""
    drive = {"power_s1": power_s1, "power_peak": 1.36 * power_s1, "torque": torque}
    return {"/machine/spindle_curve": [{"speed": 100, **drive}, {"speed": last, **drive}]}


def _use(**other: float) -> dict[str, Any]:
    """The reference tool with another use in steel."""
    use = {
        "group": "P",
        "cutting_speed_min": 18,
        "cutting_speed_max": 460,
        "feed_per_tooth_min": 0.01,
        "feed_per_tooth_max": 0.2,
    }
    return {"/tool/uses": [{**use, **other}], "/tool/life_min": None}


def _mm(value: float) -> dict[str, Any]:
    return {"value": value, "unit": "mm"}


def _timed(duty: float | None) -> dict[str, Any]:
    """200 s at 113 % of the rating, the drive as warm as its trend says."""
    return {
        **_curve(0.5),
        "/proposal/action/cut_time": {"value": 200, "unit": "s"},
        "/state/trend": None if duty is None else {"duty": duty, "duty_covered_s": 2600},
    }


_TURNED = {"/machine/kind": "turn_mill", "/tool/kind": "turning", "/tool/shank": [25, 25]}
_CHIP = 764 / (4 * 3183)
_WEAK = {"frequency": 900, "damping": 0.02, "stiffness": 1e6}
_STIFF = {**_WEAK, "stiffness": 1e8}
_SPREAD = {
    "/material/editions": [{"source": "two", "kc1_1_min": 1500, "kc1_1_max": 2500, "mc_min": 0.24, "mc_max": 0.24}]
}

CODES: tuple[ReasonCode, ...] = (
    _card(
        code="CUT.CURVE_MISSING",
        wire_id=1200,
        title="The machine's card has no drive curve",
        caller_text="Propose nothing that cuts for this machine until its card says what its drive gives.",
        operator_text="Add `spindle_curve` to the machine card; power and torque cannot be judged without it.",
        references=(_DUTY,),
        positive=Example(when="A card without a curve.", given={"/machine/spindle_curve": []}),
        negative=Example(when="A card with a curve.", given=_curve(11)),
    ),
    _cut(
        code="CUT.SPEED_OUTSIDE_CURVE",
        wire_id=1201,
        params=bound("rev/min"),
        title="The drive's curve says nothing at this speed",
        caller_text="Choose a speed that the curve covers; its nearer end is `limit`, the override included.",
        operator_text="A curve is never continued beyond its ends. Add the missing points from the drive's data sheet.",
        remedies=("clamp",),
        references=(_DUTY,),
        positive=Example(when="3183 rev/min on a curve that ends at 3000.", given=_curve(11, last=3000)),
        negative=Example(when="Exactly at the curve's end.", given=_curve(11, last=3183)),
    ),
    _cut(
        code="CUT.POWER_ABOVE_S1",
        wire_id=1202,
        params=bound("kW"),
        title="More power than the drive gives for ever",
        caller_text="Lower the feed or the depth until `observed` is within `limit`, or say how long the cut lasts.",
        operator_text="Without a cut time the continuous rating (S1) governs; `observed` is the motor's power.",
        remedies=("clamp", "supply"),
        references=(_KIENZLE, _DUTY),
        positive=Example(when="0.56 kW over a rating of 0.5 kW.", given=_curve(0.5)),
        negative=Example(when="0.56 kW under a rating of 0.6 kW.", given=_curve(0.6)),
    ),
    _cut(
        code="CUT.POWER_ABOVE_PEAK",
        wire_id=1203,
        params=bound("kW"),
        title="More power than the drive gives at all",
        caller_text="Lower the feed or the depth until `observed` is at or under `limit`, however short the cut.",
        operator_text="The drive would stall or trip; `observed` is the motor's power, `limit` the curve's peak.",
        remedies=("clamp",),
        references=(_KIENZLE, _DUTY),
        positive=Example(when="0.56 kW over a peak of 0.54 kW.", given=_curve(0.4)),
        negative=Example(when="0.56 kW under a peak of 0.68 kW.", given=_curve(0.5)),
    ),
    _cut(
        code="CUT.DUTY_EXCEEDED",
        wire_id=1204,
        retry="after_time",
        params=bound("1"),
        title="The drive would be too hot at the cut's end",
        caller_text="Wait until the drive has cooled, make the cut shorter, or lower the feed or the depth.",
        operator_text="`observed` is the drive's heat at the end; at 1 it is as hot as its continuous rating makes it.",
        remedies=("clamp", "wait", "supply"),
        references=(_DUTY,),
        positive=Example(when="200 s at 113 % on a drive that nobody has seen rest.", given=_timed(None)),
        negative=Example(when="200 s at 113 % on a cold drive.", given=_timed(0.0)),
    ),
    _cut(
        code="CUT.TORQUE_ABOVE_CURVE",
        wire_id=1205,
        params=bound("N.m"),
        title="More torque than the drive gives at this speed",
        caller_text="Lower the feed or the depth until `observed` is at or under `limit`.",
        operator_text="At low speeds torque is the limit long before power is; see the card's curve.",
        remedies=("clamp",),
        references=(_KIENZLE, _DUTY),
        positive=Example(when="1.4 N.m over 1.", given=_curve(11, torque=1.0)),
        negative=Example(when="1.4 N.m under 2.", given=_curve(11, torque=2.0)),
    ),
    _cut(
        code="CUT.CHIP_LOAD_ABOVE_MAX",
        wire_id=1206,
        params=_ANY,
        title="The chip is too thick for the edge",
        caller_text="Lower the feed or raise the speed until the feed per tooth is at or under `limit`.",
        operator_text="`observed` is the feed per tooth, or per revolution when turning, overrides included.",
        remedies=("clamp",),
        positive=Example(when="0.06 mm per tooth over 0.05.", given=_use(feed_per_tooth_max=0.05)),
        negative=Example(when="Exactly at the limit.", given=_use(feed_per_tooth_max=_CHIP)),
    ),
    _cut(
        code="CUT.CHIP_LOAD_BELOW_MIN",
        wire_id=1207,
        params=_ANY,
        title="The chip is too thin to be cut",
        caller_text="Raise the feed or lower the speed until the feed per tooth is at or over `limit`.",
        operator_text="Under this the edge rubs, heats and wears instead of cutting.",
        remedies=("clamp",),
        positive=Example(when="0.06 mm per tooth under 0.07.", given=_use(feed_per_tooth_min=0.07)),
        negative=Example(when="Exactly at the limit.", given=_use(feed_per_tooth_min=_CHIP)),
    ),
    _cut(
        code="CUT.SPEED_ABOVE_BAND",
        wire_id=1208,
        params=bound("m/min"),
        title="Cutting speed above the tool's band for this material",
        caller_text="Lower the spindle speed until the cutting speed is at or under `limit`.",
        operator_text="The tool's card gives a band of cutting speeds for each group of materials.",
        remedies=("clamp",),
        references=("ISO 513",),
        positive=Example(when="120 m/min over 100.", given=_use(cutting_speed_max=100)),
        negative=Example(when="120 m/min under 121.", given=_use(cutting_speed_max=121)),
    ),
    _cut(
        code="CUT.SPEED_BELOW_BAND",
        wire_id=1209,
        params=bound("m/min"),
        title="Cutting speed below the tool's band for this material",
        caller_text="Raise the spindle speed until the cutting speed is at or over `limit`.",
        operator_text="Under the band the edge builds up and breaks out; see the tool's card.",
        remedies=("clamp",),
        references=("ISO 513",),
        positive=Example(when="120 m/min under 150.", given=_use(cutting_speed_min=150)),
        negative=Example(when="120 m/min over 119.", given=_use(cutting_speed_min=119)),
    ),
    _cut(
        code="CUT.FORCE_ABOVE_MAX",
        wire_id=1210,
        params=bound("N"),
        title="More force than the tool bears",
        caller_text="Lower the feed or the depth until `observed` is at or under `limit`.",
        operator_text="`observed` is the peak tangential force, not its mean; `limit` is the tool card's.",
        remedies=("clamp",),
        references=(_KIENZLE,),
        positive=Example(when="505 N over 500 N.", given={"/tool/force_max": 500}),
        negative=Example(when="505 N under 600 N.", given={"/tool/force_max": 600}),
    ),
    _cut(
        code="CUT.DEFLECTION_ABOVE_MAX",
        wire_id=1211,
        params=bound("mm"),
        title="The tool's tip gives way too far",
        caller_text="Lower the feed or the depth, or take a tool that sticks out less.",
        operator_text="It grows with the cube of the stick-out; the limit is finer where a cut finishes.",
        remedies=("clamp",),
        positive=Example(when="31 um over 24 um.", given={"/tool/deflection_roughing": 0.002}),
        negative=Example(when="31 um under 36 um.", given={"/tool/deflection_roughing": 0.003}),
    ),
    _cut(
        code="CUT.CORNER_ACCELERATION",
        wire_id=1212,
        params=bound("mm/min"),
        title="Too fast for the path's smallest radius: acceleration",
        caller_text="Lower the feed to `limit`, the override included, or widen the path.",
        operator_text="At `limit` the slower axis of the plane gives all the acceleration that it has.",
        remedies=("clamp",),
        positive=Example(when="764 mm/min through 0.01 mm.", given={_RADIUS: _mm(0.01)}),
        negative=Example(when="764 mm/min through 5 mm.", given={_RADIUS: _mm(5)}),
    ),
    _cut(
        code="CUT.CORNER_JERK",
        wire_id=1213,
        params=bound("mm/min"),
        title="Too fast for the path's smallest radius: jerk",
        caller_text="Lower the feed to `limit`, the override included, or widen the path.",
        operator_text="At `limit` the slower axis of the plane gives all the jerk that it has.",
        remedies=("clamp",),
        positive=Example(when="764 mm/min through 0.1 mm.", given={_RADIUS: _mm(0.1)}),
        negative=Example(when="764 mm/min through 5 mm.", given={_RADIUS: _mm(5)}),
    ),
    _cut(
        code="CUT.CHATTER_UNSTABLE",
        wire_id=1214,
        params=bound("mm"),
        title="The cut would chatter",
        caller_text="Lower the axial depth to `limit`, or choose a speed at which the tool is stable deeper.",
        operator_text="`limit` is the stability limit at this speed, from the tool's tap test.",
        remedies=("clamp",),
        references=("Altintas, Budak 1995",),
        positive=Example(when="3 mm deep with a tool that gives way.", given={"/tool/modal": _WEAK}),
        negative=Example(when="3 mm deep with a tool a hundred times as stiff.", given={"/tool/modal": _STIFF}),
    ),
    _card(
        code="CUT.CHATTER_NOT_JUDGED",
        wire_id=1215,
        severity="info",
        safety_relevant=False,
        title="Nobody knows whether the cut chatters",
        caller_text="Nothing to do: stability was not judged, and is not held against the change.",
        operator_text="The tool's card has no tap test, or the lobes do not describe this kind of tool.",
        references=("Altintas, Budak 1995",),
        positive=Example(when="A tool without a tap test.", given={"/tool/modal": None}),
        negative=Example(when="A tool with a tap test.", given={"/tool/modal": _STIFF}),
    ),
    _cut(
        code="CUT.OUT_OF_DOMAIN",
        wire_id=1216,
        params=_ANY,
        title="The formulas do not cover this cut",
        caller_text="Propose a cut that exists: no deeper than the work's radius, and no feed without rotation.",
        operator_text="Outside of their domain the formulas say nothing, so nothing is allowed there.",
        positive=Example(
            when="Turned 3 mm deep on work of 4 mm.",
            given={**_TURNED, "/proposal/action/workpiece_diameter": _mm(4)},
        ),
        negative=Example(
            when="Turned 3 mm deep on work of 60 mm.",
            given={**_TURNED, "/proposal/action/workpiece_diameter": _mm(60)},
        ),
    ),
    _cut(
        code="CUT.SPREAD_ABOVE_LIMIT",
        wire_id=1217,
        severity="warn",
        retry="after_approval",
        params=_ANY,
        title="Over a limit if the material is as hard as its sources allow",
        caller_text="Wait for the approval that `approval_id` names, or make the cut lighter.",
        operator_text="`field` is over `limit` only with the greatest figures that a source gives for the material.",
        remedies=("request_approval", "clamp"),
        references=(_KIENZLE,),
        positive=Example(when="505 N nominal and 754 N at worst, of 600 N.", given={**_SPREAD, "/tool/force_max": 600}),
        negative=Example(when="754 N at worst, of 900 N.", given={**_SPREAD, "/tool/force_max": 900}),
    ),
    _card(
        code="CUT.DYNAMICS_MISSING",
        wire_id=1219,
        params={"field": "string"},
        title="The machine's card does not say how its axes move",
        caller_text="Propose nothing for a path with a known radius until the card has the figure.",
        operator_text="Add `field` to the axes of the plane on the machine card.",
        positive=Example(
            when="A radius is known, the acceleration of X is not.",
            given={_RADIUS: _mm(5), "/machine/axes/X": {"min": -400, "max": 400, "jerk": 50000}},
        ),
        negative=Example(
            when="No radius is known.", given={"/machine/axes/X": {"min": -400, "max": 400, "jerk": 50000}}
        ),
    ),
    _cut(
        code="CUT.SETUP_MISMATCH",
        wire_id=1220,
        params={"field": "string", "observed": "string", "limit": "string"},
        title="The set-up knows the cut otherwise",
        caller_text="Leave `field` out, or name what the set-up has, which `limit` says.",
        operator_text="Either the proposer assumes another cut, or the set-up was recorded wrongly.",
        remedies=("choose", "supply"),
        positive=Example(
            when="A side cut is claimed, the set-up is centred.",
            given={"/proposal/action/engagement": "side", "/state/setup/engagement": "centred"},
        ),
        negative=Example(
            when="Both say the same.",
            given={"/proposal/action/engagement": "side", "/state/setup/engagement": "side"},
        ),
    ),
)
