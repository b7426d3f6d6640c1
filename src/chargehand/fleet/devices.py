"""A machine as its MTConnect device model describes it: devices, their data items and their rated limits.

It reads `Devices.xml` and refuses what a device model never needs: a document type, entities, great size or depth.
A file with several devices needs a name to choose by; none is guessed.

Source: MTConnect standard, part 2 (Devices information model).
"""

from __future__ import annotations

from typing import NamedTuple
from xml.parsers import expat

from chargehand.fleet.shdr import Shape

DOCUMENT_BYTES_MAX = 8 * 1024 * 1024
DEPTH_MAX = 100
ELEMENTS_MAX = 200_000


class DevicesError(ValueError):
    """A device model that cannot be used: not XML, unsafe, without devices, or without the device asked for."""

    code = "ENG.CONFIG_INVALID"


class DataItem(NamedTuple):
    """One thing that a device reports. Units are MTConnect's names; None where the model gives none.

    Attributes:
        key: its name in SHDR: `name`, or `id` where it has no name.
        id: identifier.
        category: SAMPLE, EVENT or CONDITION.
        type: such as POSITION.
        subtype: such as ACTUAL, or an empty text.
        units: unit in which an agent publishes it.
        native_units: unit in which the machine sends it.
        native_scale: the machine's numbers are this many times too large.
        representation: VALUE, TIME_SERIES, DATA_SET or TABLE.
        component: element of the component it belongs to: Linear, Rotary, Controller, ...
        component_name: name of that component.
        coordinates: type of its coordinate system, such as MACHINE, or an empty text.
    """

    key: str
    id: str
    category: str
    type: str
    subtype: str
    units: str | None
    native_units: str | None
    native_scale: float
    representation: str
    component: str
    component_name: str
    coordinates: str

    @property
    def shape(self) -> Shape:
        """How many fields it has in SHDR."""
        if self.category == "CONDITION":
            return "condition"
        if self.representation == "TIME_SERIES":
            return "time_series"
        if self.type == "MESSAGE":
            return "message"
        return "alarm" if self.type == "ALARM" else "value"


class Limit(NamedTuple):
    """A rated limit of a component, in MTConnect's unit."""

    component: str
    component_name: str
    type: str
    subtype: str
    units: str
    maximum: float


class Device(NamedTuple):
    """One device of a model.

    Attributes:
        name: name.
        uuid: unique id.
        maker: manufacturer, or an empty text.
        model: model, or an empty text.
        items: by key, in the order of the document.
        limits: rated limits.
    """

    name: str
    uuid: str
    maker: str
    model: str
    items: dict[str, DataItem]
    limits: tuple[Limit, ...]


class _Element:
    __slots__ = ("children", "tag", "text", "traits")

    def __init__(self, tag: str, traits: dict[str, str]) -> None:
        self.tag = tag
        self.traits = traits
        self.children: list[_Element] = []
        self.text = ""

    def child(self, tag: str) -> _Element | None:
        return next((child for child in self.children if child.tag == tag), None)


def read_devices(document: bytes) -> list[Device]:
    """Every device of a model.

    Raises:
        DevicesError: it is not a usable device model.
    """
    root = _tree(document)
    listed = root.child("Devices") if root.tag == "MTConnectDevices" else None
    devices = [_device(element) for element in (listed.children if listed else []) if element.tag == "Device"]
    if not devices:
        raise DevicesError("no <Device> in the device model")
    return devices


def choose_device(devices: list[Device], name: str | None) -> Device:
    """The device of that name or uuid; the only one where no name is given.

    Raises:
        DevicesError: there is none of that name, or several and no name.
    """
    known = ", ".join(repr(device.name) for device in devices)
    if name is None:
        if len(devices) > 1:
            raise DevicesError(f"the device model has several devices ({known}): choose one with --device NAME")
        return devices[0]
    for device in devices:
        if name in (device.name, device.uuid):
            return device
    raise DevicesError(f"no device {name!r} in the device model; it has {known}")


def _device(element: _Element) -> Device:
    described = element.child("Description")
    traits = described.traits if described else {}
    systems = {
        found.traits.get("id", ""): found.traits.get("type", "")
        for found in _walk(element, "CoordinateSystem")
        if "id" in found.traits
    }
    items: dict[str, DataItem] = {}
    limits: list[Limit] = []
    _collect(element, element, systems, items, limits)
    name = element.traits.get("name") or element.traits.get("uuid") or element.traits.get("id") or ""
    return Device(
        name=name,
        uuid=element.traits.get("uuid", name),
        maker=traits.get("manufacturer", ""),
        model=traits.get("model", ""),
        items=items,
        limits=tuple(limits),
    )


def _collect(
    element: _Element, component: _Element, systems: dict[str, str], items: dict[str, DataItem], limits: list[Limit]
) -> None:
    """Data items and limits, each with the component that encloses it."""
    for child in element.children:
        if child.tag == "DataItem":
            item = _item(child, component, systems)
            items.setdefault(item.key, item)
        elif child.tag == "Specification":
            if (limit := _limit(child, component)) is not None:
                limits.append(limit)
        elif child.tag in ("Components", "DataItems", "Configuration", "Specifications"):
            _collect(child, component, systems, items, limits)
        else:
            _collect(child, child, systems, items, limits)


def _item(element: _Element, component: _Element, systems: dict[str, str]) -> DataItem:
    traits = element.traits
    identity = traits.get("id", "")
    try:
        scale = float(traits.get("nativeScale", "1"))
    except ValueError:
        scale = 0.0
    return DataItem(
        key=traits.get("name") or identity,
        id=identity,
        category=traits.get("category", ""),
        type=traits.get("type", ""),
        subtype=traits.get("subType", ""),
        units=traits.get("units"),
        native_units=traits.get("nativeUnits"),
        native_scale=scale,
        representation=traits.get("representation", "VALUE"),
        component=component.tag,
        component_name=component.traits.get("name", ""),
        coordinates=systems.get(traits.get("coordinateSystemIdRef", ""), traits.get("coordinateSystem", "")),
    )


def _limit(element: _Element, component: _Element) -> Limit | None:
    traits = element.traits
    top = element.child("Maximum")
    try:
        maximum = float(top.text) if top else None
    except ValueError:
        maximum = None
    if maximum is None:
        return None
    return Limit(
        component.tag,
        component.traits.get("name", ""),
        traits.get("type", ""),
        traits.get("subType", ""),
        traits.get("units", ""),
        maximum,
    )


def _walk(element: _Element, tag: str) -> list[_Element]:
    found = [element] if element.tag == tag else []
    for child in element.children:
        found += _walk(child, tag)
    return found


def _tree(document: bytes) -> _Element:
    if len(document) > DOCUMENT_BYTES_MAX:
        raise DevicesError(f"the device model is larger than {DOCUMENT_BYTES_MAX} bytes")
    stack = [_Element("", {})]
    count = 0

    def begin(tag: str, traits: dict[str, str]) -> None:
        nonlocal count
        count += 1
        if len(stack) > DEPTH_MAX or count > ELEMENTS_MAX:
            raise DevicesError("the device model is nested too deep or has too many elements")
        element = _Element(tag.rpartition(" ")[2], traits)
        stack[-1].children.append(element)
        stack.append(element)

    def end(_tag: str) -> None:
        stack.pop()

    def text(data: str) -> None:
        stack[-1].text += data

    def refuse(*_declared: object) -> None:
        # Entities are declared within a document type, so without one there are none.
        raise DevicesError("a device model has no document type and no entities")

    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler = begin
    parser.EndElementHandler = end
    parser.CharacterDataHandler = text
    parser.StartDoctypeDeclHandler = refuse
    try:
        parser.Parse(document, True)
    except expat.ExpatError as error:
        raise DevicesError(f"the device model is not XML: {error}") from error
    return stack[0].children[0]
