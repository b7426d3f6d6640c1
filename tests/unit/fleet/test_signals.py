"""Mapping: which data item feeds which signal, from its native unit, and what cannot be mapped."""

from __future__ import annotations

import pytest

from chargehand.contracts.machine import SIGNAL_UNITS
from chargehand.contracts.units import UNITS
from chargehand.fleet.signals import (
    NATIVE_UNITS,
    POSSIBLE,
    UNDECLARED_SPEED_MAX,
    VOCABULARY,
    Route,
    map_signals,
    mapping_fault,
    recorded_card,
)
from tests.unit.fleet.models import component, device, item, mill


def test_a_mill_is_mapped() -> None:
    mapping = map_signals(mill())
    assert mapping.routes["speed"] == (Route("spindle_speed"),)
    assert mapping.routes["cmd"] == (Route("set.spindle_speed"),)
    assert mapping.routes["xload"] == (Route("axis_load_x"),)
    assert mapping.routes["fovr"] == (Route("feed_override"),)
    assert "vc" not in mapping.routes
    assert mapping.sensors == (
        "spindle_speed",
        "feed_rate",
        "spindle_load",
        "axis_load_x",
        "feed_override",
        "spindle_temperature",
        "execution",
        "mode",
        "program",
    )
    assert mapping.interlocks == ("alarms", "door", "estop", "feed_hold")
    assert mapping.quarantined == ()


def test_conversion_is_from_the_native_unit() -> None:
    """Declared in mm/s, sent in mm/min: taking the declared unit would be wrong by a factor of 60."""
    assert map_signals(mill()).routes["feed"] == (Route("feed_rate", 1.0),)


@pytest.mark.parametrize(
    ("traits", "route"),
    [
        ({"units": "MILLIMETER/SECOND"}, Route("feed_rate", 60.0)),
        ({"units": "MILLIMETER/SECOND", "nativeUnits": "INCH/MINUTE"}, Route("feed_rate", 25.4)),
        ({"units": "MILLIMETER/SECOND", "nativeUnits": "FOOT/MINUTE"}, Route("feed_rate", 304.8)),
        ({"units": "MILLIMETER/SECOND", "nativeScale": "1000"}, Route("feed_rate", 0.06)),
    ],
)
def test_units_and_scales(traits: dict[str, str], route: Route) -> None:
    made = map_signals(device(component("Path", "p", item("f", "PATH_FEEDRATE", subType="ACTUAL", **traits))))
    assert made.routes["f"][0].target == route.target
    assert made.routes["f"][0].factor == pytest.approx(route.factor)


@pytest.mark.parametrize(
    "traits",
    [
        {},
        {"units": "PERCENT"},
        {"units": "MILLIMETER/SECOND", "nativeUnits": "FURLONG/FORTNIGHT"},
        {"units": "MILLIMETER/SECOND", "nativeScale": "0"},
        {"units": "MILLIMETER/SECOND", "nativeScale": "-1"},
        {"units": "MILLIMETER/SECOND", "nativeScale": "nan"},
    ],
)
def test_a_unit_that_cannot_be_feeds_nothing(traits: dict[str, str]) -> None:
    made = map_signals(device(component("Path", "p", item("f", "PATH_FEEDRATE", subType="ACTUAL", **traits))))
    assert made.routes == {}
    assert made.sensors == ()
    assert [(found.code, found.key) for found in made.quarantined] == [("TELEM.UNIT_MISMATCH", "f")]


def position(identity: str, system: str, axis: str = "X") -> str:
    return item(identity, "POSITION", subType="ACTUAL", units="MILLIMETER", coordinateSystemIdRef=system)


SYSTEMS = '<CoordinateSystem id="m" type="MACHINE"/><CoordinateSystem id="w" type="OBJECT"/>'


@pytest.mark.parametrize("order", [("m", "w"), ("w", "m")])
def test_the_machine_coordinate_comes_before_the_work_coordinate(order: tuple[str, str]) -> None:
    made = map_signals(
        device(component("Linear", "X", *(position(f"x{system}", system) for system in order)), systems=SYSTEMS)
    )
    assert made.routes == {"xm": (Route("position_x"),)}


def test_of_several_axes_of_a_letter_the_first_is_taken() -> None:
    made = map_signals(
        device(
            component("Linear", "Z1", position("z1", "w")),
            component("Linear", "Z4", position("z4", "m")),
            systems=SYSTEMS,
        )
    )
    assert made.routes == {"z1": (Route("position_z"),)}


def test_of_several_spindles_the_first_is_taken() -> None:
    made = map_signals(
        device(
            component("Rotary", "B", item("bload", "LOAD", units="PERCENT")),
            component(
                "Rotary",
                "C1",
                item("s1", "ROTARY_VELOCITY", units="REVOLUTION/MINUTE"),
                item("l1", "LOAD", units="PERCENT"),
            ),
            component(
                "Rotary",
                "C2",
                item("s2", "ROTARY_VELOCITY", units="REVOLUTION/MINUTE"),
                item("l2", "LOAD", units="PERCENT"),
            ),
        )
    )
    assert made.routes == {"s1": (Route("spindle_speed"),), "l1": (Route("spindle_load"),)}


def test_a_commanded_position_is_no_position() -> None:
    programmed = item("x", "POSITION", subType="PROGRAMMED", units="MILLIMETER")
    assert map_signals(device(component("Linear", "X", programmed))).routes == {}


def test_a_load_condition_is_no_load() -> None:
    condition = item("x", "LOAD", category="CONDITION")
    assert map_signals(device(component("Linear", "X", condition))).routes == {}


@pytest.mark.parametrize(
    ("value", "faulty"), [(116_266.67, True), (-116_266.67, True), (50_000.0, False), (0.0, False)]
)
def test_a_cutting_speed_that_no_process_has_is_a_mapping_fault(value: float, faulty: bool) -> None:
    assert mapping_fault(mill().items["vc"], value) is faulty


def test_a_cutting_speed_in_metres_per_minute_is_judged_in_its_unit() -> None:
    made = device(component("Rotary", "C", item("vc", "CUTTING_SPEED", units="METER/MINUTE"))).items["vc"]
    assert not mapping_fault(made, 2_999.0)
    assert mapping_fault(made, 3_001.0)


def test_other_items_have_no_mapping_fault() -> None:
    assert not mapping_fault(mill().items["load"], 1e9)


def test_every_numeric_signal_has_a_possible_range_and_every_native_unit_a_dimension() -> None:
    assert set(POSSIBLE) == {name for name, unit in SIGNAL_UNITS.items() if unit is not None}
    assert all(low < high for low, high in POSSIBLE.values())
    assert {unit[0] for unit in NATIVE_UNITS.values()} <= {unit.dimension for unit in UNITS.values()}
    assert set(VOCABULARY) <= set(SIGNAL_UNITS)


def test_a_card_says_what_is_known_and_stays_cautious() -> None:
    made = mill()
    card = recorded_card(made, map_signals(made), machine_id="M-1")
    assert (card.id, card.source, card.writable, card.operations) == ("M-1", "replay", False, [])
    assert card.sensors == list(map_signals(made).sensors)
    assert card.spindle_speed_max == UNDECLARED_SPEED_MAX
    assert card.axes == {}


def test_a_declared_spindle_limit_is_taken_the_lowest_of_several() -> None:
    limits = "".join(
        f'<Specification id="s{top}" type="VELOCITY" units="REVOLUTION/MINUTE"><Maximum>{top}</Maximum></Specification>'
        for top in (12_000, 6_000)
    )
    made = device(component("Rotary", "C", item("s", "ROTARY_VELOCITY", units="REVOLUTION/MINUTE"), limits=limits))
    assert recorded_card(made, map_signals(made), machine_id="M").spindle_speed_max == 6_000


@pytest.mark.parametrize(
    ("parts", "kind"),
    [
        ((), "mill_3axis"),
        ((component("Rotary", "B", item("b", "ANGLE")), component("Rotary", "A", item("a", "ANGLE"))), "mill_5axis"),
        ((component("Rotary", "C", item("chuck", "CHUCK_STATE", category="EVENT")),), "turn_mill"),
    ],
)
def test_the_kind_is_told_from_the_components(parts: tuple[str, ...], kind: str) -> None:
    made = device(*parts)
    assert recorded_card(made, map_signals(made), machine_id="M").kind == kind
