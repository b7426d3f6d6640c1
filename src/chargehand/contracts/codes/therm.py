"""Heat of the spindle and of the cut (1300 on). The heat of the drive is duty, and stands with cutting."""

from __future__ import annotations

from functools import partial
from typing import Any

from chargehand.contracts.codes.record import Example, ReasonCode, bound

_therm = partial(
    ReasonCode, family="THERM", since=2, severity="block", retry="after_time", owner="operator", safety_relevant=True
)


def _warm(degrees: float, rate: float | None = None) -> dict[str, Any]:
    """The reference machine with a sensor for its spindle's temperature, seen for long enough if a rate is given."""
    return {
        "/machine/sensors": ["spindle_speed", "feed_rate", "spindle_load", "coolant_flow", "spindle_temperature"],
        "/state/values/spindle_temperature": {"v": degrees, "u": "degC", "q": "good"},
        "/state/trend": {"temperature_rate": rate, "temperature_window_s": 0 if rate is None else 120},
    }


_WET = {"/material/coolant": True}

CODES: tuple[ReasonCode, ...] = (
    _therm(
        code="THERM.SPINDLE_ABOVE_MAX",
        wire_id=1300,
        params=bound("degC"),
        title="The spindle is too hot",
        caller_text="Wait until the spindle has cooled to `limit`.",
        operator_text="See the spindle's cooling and its bearings; `limit` is the machine card's.",
        remedies=("wait",),
        positive=Example(when="71 degC over 70.", given=_warm(71, 0)),
        negative=Example(when="Exactly at the limit.", given=_warm(70, 0)),
    ),
    _therm(
        code="THERM.GRADIENT_ABOVE_MAX",
        wire_id=1301,
        params=bound("degC/min"),
        title="The spindle warms up too fast",
        caller_text="Wait until the spindle's temperature is steady.",
        operator_text="A steep rise tells of bearings or lost cooling long before the temperature does.",
        remedies=("wait",),
        positive=Example(when="6 degC a minute over 5.", given=_warm(40, 6)),
        negative=Example(when="Exactly at the limit.", given=_warm(40, 5)),
    ),
    _therm(
        code="THERM.GRADIENT_NOT_SEEN",
        wire_id=1302,
        severity="info",
        safety_relevant=False,
        title="How fast the spindle warms up was not seen",
        caller_text="Nothing to do: the gradient was not judged, and is not held against the change.",
        operator_text="The temperature has not been seen for long enough since the adapter started.",
        positive=Example(when="The first minute after a start.", given=_warm(40)),
        negative=Example(when="A rate over two minutes.", given=_warm(40, 1)),
    ),
    _therm(
        code="THERM.COOLANT_REQUIRED",
        wire_id=1303,
        retry="after_change",
        params={"field": "string", "observed": "number L/min"},
        title="This must not be cut dry",
        caller_text="Propose it with coolant on.",
        operator_text="Tool or material must not be cut dry, as the card that `rule_id` names says; coolant is off.",
        positive=Example(
            when="Coolant is switched off for a material that needs it.",
            given={**_WET, "/state/setup/coolant": False},
        ),
        negative=Example(when="Coolant is on.", given={**_WET, "/state/setup/coolant": True}),
    ),
)
