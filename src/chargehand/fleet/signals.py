"""From a device's data items to our signals: which item feeds which, in which unit, and what no machine can report.

A machine sends an item in its native unit; that is what is converted from. An item whose unit is missing or of another
dimension feeds nothing, and is quarantined once. Where several items would do, the first of the document is taken, a
machine coordinate before a work coordinate: one spindle and three axes per machine, as the signals have them.

Source of types, subtypes and units: MTConnect standard, part 2.
"""

from __future__ import annotations

from typing import NamedTuple

from chargehand.contracts.card import Interlock, MachineCard
from chargehand.contracts.machine import SIGNAL_UNITS
from chargehand.contracts.units import UNITS
from chargehand.fleet.adapter import Quarantined
from chargehand.fleet.devices import DataItem, Device

NATIVE_UNITS: dict[str, tuple[str, float, float]] = {
    "REVOLUTION/MINUTE": ("rotation", 1.0, 0.0),
    "REVOLUTION/SECOND": ("rotation", 60.0, 0.0),
    "MILLIMETER/MINUTE": ("feed", 1.0, 0.0),
    "MILLIMETER/SECOND": ("feed", 60.0, 0.0),
    "METER/MINUTE": ("feed", 1_000.0, 0.0),
    "INCH/MINUTE": ("feed", 25.4, 0.0),
    "INCH/SECOND": ("feed", 1_524.0, 0.0),
    "FOOT/MINUTE": ("feed", 304.8, 0.0),
    "MILLIMETER": ("length", 1.0, 0.0),
    "CENTIMETER": ("length", 10.0, 0.0),
    "METER": ("length", 1_000.0, 0.0),
    "INCH": ("length", 25.4, 0.0),
    "PERCENT": ("ratio", 1.0, 0.0),
    "CELSIUS": ("temperature", 1.0, 0.0),
    "FAHRENHEIT": ("temperature", 5.0 / 9.0, -160.0 / 9.0),
    "KELVIN": ("temperature", 1.0, -273.15),
    "WATT": ("power", 0.001, 0.0),
    "KILOWATT": ("power", 1.0, 0.0),
    "LITER/MINUTE": ("flow", 1.0, 0.0),
    "LITER/SECOND": ("flow", 60.0, 0.0),
    "GALLON/MINUTE": ("flow", 3.785411784, 0.0),
}
"""MTConnect's units: dimension, factor and offset to the unit that the engine works in."""

POSSIBLE: dict[str, tuple[float, float]] = {
    "spindle_speed": (-200_000.0, 200_000.0),
    "feed_rate": (0.0, 300_000.0),
    "spindle_load": (-400.0, 400.0),
    "axis_load_x": (-400.0, 400.0),
    "axis_load_y": (-400.0, 400.0),
    "axis_load_z": (-400.0, 400.0),
    "spindle_override": (0.0, 300.0),
    "feed_override": (0.0, 300.0),
    "vibration": (0.0, 1_000.0),
    "spindle_temperature": (-50.0, 250.0),
    "coolant_flow": (0.0, 2_000.0),
    "position_x": (-100_000.0, 100_000.0),
    "position_y": (-100_000.0, 100_000.0),
    "position_z": (-100_000.0, 100_000.0),
    "cutting_power": (-1_000.0, 1_000.0),
    "tool_wear": (0.0, 50.0),
}
"""What any machine tool can report, in the signals' units. It is far wider than any limit: drives are rated for short
overloads (the recording has 176 %), so only what is no measurement at all lies outside."""

CUTTING_SPEED_MAX_MM_PER_S = 50_000.0
"""3,000 m/min. An item that exceeds it in its declared unit is declared wrongly, and all of its values with it."""

VOCABULARY: dict[str, frozenset[str]] = {
    "execution": frozenset(
        {
            "READY",
            "ACTIVE",
            "INTERRUPTED",
            "FEED_HOLD",
            "STOPPED",
            "OPTIONAL_STOP",
            "PROGRAM_STOPPED",
            "PROGRAM_COMPLETED",
            "PROGRAM_OPTIONAL_STOP",
            "WAIT",
        }
    ),
    "mode": frozenset(["AUTOMATIC", "MANUAL", "MANUAL_DATA_INPUT", "SEMI_AUTOMATIC", "EDIT"]),
}

UNDECLARED_SPEED_MAX = 3_000.0
UNDECLARED_FEED_MAX = 3_000.0
UNDECLARED_POWER_S1_KW = 5.5
"""Where the model declares no limit: rev/min, mm/min and kW that any machining centre with a main spindle is rated
for, so that nothing is called admissible that only a stronger machine could do."""


class Route(NamedTuple):
    """Where an item goes: a signal, `set.<field>` of the set-up, or `is.<fact>`; and `value * factor + offset`."""

    target: str
    factor: float = 1.0
    offset: float = 0.0


class Mapping(NamedTuple):
    """What of a device we understand.

    Attributes:
        routes: item key to where it goes, possibly to several places.
        sensors: signals that are fed, in the order of `SIGNAL_UNITS`.
        interlocks: what stops the machine and is reported.
        quarantined: items that cannot be used, each once.
    """

    routes: dict[str, tuple[Route, ...]]
    sensors: tuple[str, ...]
    interlocks: tuple[Interlock, ...]
    quarantined: tuple[Quarantined, ...]


class _Rule(NamedTuple):
    target: str
    type: str
    subtypes: frozenset[str]
    component: str = ""


_ACTUAL = frozenset({"ACTUAL", ""})
_PROGRAMMED = frozenset({"PROGRAMMED", ""})
_ANY = frozenset({"", "ACTIVE", "MAIN"})
_RULES = (
    _Rule("spindle_speed", "ROTARY_VELOCITY", _ACTUAL),
    _Rule("spindle_speed", "SPINDLE_SPEED", _ACTUAL),
    _Rule("feed_rate", "PATH_FEEDRATE", _ACTUAL),
    _Rule("spindle_load", "LOAD", _ACTUAL, "Rotary"),
    _Rule("spindle_override", "ROTARY_VELOCITY_OVERRIDE", _PROGRAMMED),
    _Rule("feed_override", "PATH_FEEDRATE_OVERRIDE", _PROGRAMMED),
    _Rule("spindle_temperature", "TEMPERATURE", _ACTUAL, "Rotary"),
    _Rule("coolant_flow", "FLOW", _ACTUAL, "Coolant"),
    _Rule("cutting_power", "WATTAGE", _ACTUAL, "Rotary"),
    _Rule("set.spindle_speed", "ROTARY_VELOCITY", frozenset({"PROGRAMMED"})),
    _Rule("set.feed_rate", "PATH_FEEDRATE", frozenset({"PROGRAMMED"})),
    _Rule("execution", "EXECUTION", _ANY),
    _Rule("mode", "CONTROLLER_MODE", _ANY),
    _Rule("program", "PROGRAM", _ANY),
    _Rule("block", "BLOCK", _ANY),
    _Rule("is.estop", "EMERGENCY_STOP", _ANY),
    _Rule("is.door", "DOOR_STATE", _ANY),
    _Rule("is.available", "AVAILABILITY", _ANY),
)
_UNITLESS = frozenset({"execution", "mode", "program", "block"})


def map_signals(device: Device) -> Mapping:
    """What of a device feeds which signal."""
    spindle = _spindle(device)
    chosen: dict[str, DataItem] = {}
    for item in device.items.values():
        for target in _targets(item, spindle):
            present = chosen.get(target)
            if present is None or _better(item, present):
                chosen[target] = item
    routes: dict[str, tuple[Route, ...]] = {}
    quarantined: list[Quarantined] = []
    sensors: set[str] = set()
    for target, item in chosen.items():
        route = _route(target, item)
        if route is None:
            text = f"{item.type} in {item.native_units or item.units} cannot be {target}"
            quarantined.append(Quarantined(code="TELEM.UNIT_MISMATCH", key=item.key, text=text))
            continue
        routes[item.key] = (*routes.get(item.key, ()), route)
        if target in SIGNAL_UNITS:
            sensors.add(target)
    interlocks: list[Interlock] = []
    if any(item.category == "CONDITION" for item in device.items.values()):
        interlocks.append("alarms")
    if "is.door" in chosen:
        interlocks.append("door")
    if "is.estop" in chosen:
        interlocks.append("estop")
    if "execution" in sensors:
        interlocks.append("feed_hold")
    return Mapping(
        routes, tuple(name for name in SIGNAL_UNITS if name in sensors), tuple(interlocks), tuple(quarantined)
    )


def mapping_fault(item: DataItem, value: float) -> bool:
    """Whether a value proves that the item is declared wrongly: a cutting speed that no process has."""
    if item.type != "CUTTING_SPEED":
        return False
    unit = NATIVE_UNITS.get(item.native_units or item.units or "")
    return unit is not None and unit[0] == "feed" and abs(value) * unit[1] / 60.0 > CUTTING_SPEED_MAX_MM_PER_S


def recorded_card(device: Device, mapping: Mapping, *, machine_id: str) -> MachineCard:
    """A card for a machine that is known by its device model only: what it declares, and cautious values elsewhere.

    Travels stay unknown: a model gives their length, not where they lie.
    """
    speeds = [limit.maximum for limit in device.limits if _is_spindle_limit(limit.type, limit.units)]
    rotary = {item.component_name for item in device.items.values() if item.component == "Rotary"}
    turning = {item.component_name for item in device.items.values() if item.type == "ROTARY_VELOCITY"}
    chuck = any(item.type == "CHUCK_STATE" for item in device.items.values())
    return MachineCard(
        id=machine_id,
        name=" ".join(part for part in (device.maker, device.model) if part) or device.name,
        site="recording",
        cell="replay",
        kind="turn_mill" if chuck else "mill_5axis" if len(rotary - turning) > 1 else "mill_3axis",
        source="replay",
        axes={},
        spindle_speed_min=0.0,
        spindle_speed_max=min(speeds, default=UNDECLARED_SPEED_MAX),
        feed_rate_min=0.0,
        feed_rate_max=UNDECLARED_FEED_MAX,
        spindle_power_s1=UNDECLARED_POWER_S1_KW,
        sensors=list(mapping.sensors),
        interlocks=list(mapping.interlocks),
        writable=False,
        operations=[],
    )


def _better(item: DataItem, present: DataItem) -> bool:
    """Whether an item of the same component is the machine coordinate and the present one is not."""
    return (
        item.component_name == present.component_name
        and item.coordinates == "MACHINE"
        and present.coordinates != "MACHINE"
    )


def _is_spindle_limit(kind: str, units: str) -> bool:
    return kind in ("VELOCITY", "ROTARY_VELOCITY") and units == "REVOLUTION/MINUTE"


def _spindle(device: Device) -> str | None:
    """Name of the main spindle: the first rotary that reports a speed."""
    for item in device.items.values():
        if item.type in ("ROTARY_VELOCITY", "SPINDLE_SPEED"):
            return item.component_name
    return None


def _targets(item: DataItem, spindle: str | None) -> list[str]:
    if item.component == "Linear" and (axis := item.component_name[:1].lower()) in ("x", "y", "z"):
        if item.type == "POSITION" and item.subtype in _ACTUAL and item.category == "SAMPLE":
            return [f"position_{axis}"]
        return [f"axis_load_{axis}"] if item.type == "LOAD" and item.category == "SAMPLE" else []
    if item.category == "CONDITION" or (item.component == "Rotary" and item.component_name != spindle):
        return []
    return [
        rule.target
        for rule in _RULES
        if item.type == rule.type
        and item.subtype in rule.subtypes
        and (not rule.component or item.component == rule.component)
    ]


def _route(target: str, item: DataItem) -> Route | None:
    if target in _UNITLESS or target.startswith("is."):
        return Route(target)
    signal_unit = SIGNAL_UNITS[target.removeprefix("set.")]
    assert signal_unit is not None, "a signal without a unit is text"
    # The standard fixes the unit of an override, and models leave it out.
    implied = "PERCENT" if item.type.endswith("_OVERRIDE") else ""
    unit = NATIVE_UNITS.get(item.native_units or item.units or implied)
    if unit is None or unit[0] != UNITS[signal_unit].dimension or not item.native_scale > 0:
        return None
    return Route(target, unit[1] / item.native_scale, unit[2])
