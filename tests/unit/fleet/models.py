"""Small device models for the fleet's tests."""

from __future__ import annotations

from chargehand.fleet.devices import Device, read_devices

_HEAD = '<MTConnectDevices xmlns="urn:mtconnect.org:MTConnectDevices:2.0"><Devices>'
_TAIL = "</Devices></MTConnectDevices>"


def item(identity: str, kind: str, **traits: str) -> str:
    """One data item: `item("load", "LOAD", units="PERCENT")`."""
    category = traits.pop("category", "SAMPLE")
    more = "".join(f' {name}="{value}"' for name, value in traits.items())
    return f'<DataItem id="{identity}" category="{category}" type="{kind}"{more}/>'


def component(tag: str, name: str, *items: str, limits: str = "") -> str:
    """A component with its items."""
    configuration = f"<Configuration><Specifications>{limits}</Specifications></Configuration>" if limits else ""
    return f'<{tag} id="{tag}-{name}" name="{name}">{configuration}<DataItems>{"".join(items)}</DataItems></{tag}>'


def device(*components: str, items: tuple[str, ...] = (), systems: str = "", name: str = "MILL") -> Device:
    """A device of components; `items` are its own."""
    text = (
        f'{_HEAD}<Device name="{name}" uuid="{name}-1" id="d"><CoordinateSystems>{systems}</CoordinateSystems>'
        f"<DataItems>{''.join(items)}</DataItems><Components>{''.join(components)}</Components></Device>{_TAIL}"
    )
    return read_devices(text.encode())[0]


def mill() -> Device:
    """A mill with a spindle, an X axis, interlocks and a condition."""
    return device(
        component(
            "Rotary",
            "C",
            item("speed", "ROTARY_VELOCITY", subType="ACTUAL", units="REVOLUTION/MINUTE"),
            item("cmd", "ROTARY_VELOCITY", subType="PROGRAMMED", units="REVOLUTION/MINUTE"),
            item("load", "LOAD", units="PERCENT"),
            item("wave", "TEMPERATURE", units="CELSIUS", representation="TIME_SERIES"),
            item("vc", "CUTTING_SPEED", units="MILLIMETER/SECOND"),
        ),
        component("Linear", "X", item("xload", "LOAD", units="PERCENT")),
        component(
            "Controller",
            "c",
            item("exec", "EXECUTION", category="EVENT"),
            item("mode", "CONTROLLER_MODE", category="EVENT"),
            item("program", "PROGRAM", category="EVENT"),
            item("estop", "EMERGENCY_STOP", category="EVENT"),
            item("door", "DOOR_STATE", category="EVENT"),
            item("fovr", "PATH_FEEDRATE_OVERRIDE", category="EVENT", subType="PROGRAMMED"),
            item("system", "SYSTEM", category="CONDITION"),
        ),
        component(
            "Path",
            "p",
            item(
                "feed",
                "PATH_FEEDRATE",
                subType="ACTUAL",
                units="MILLIMETER/SECOND",
                nativeUnits="MILLIMETER/MINUTE",
            ),
        ),
        items=(item("avail", "AVAILABILITY", category="EVENT"),),
    )
