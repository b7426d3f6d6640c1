"""Device models: what is read from them, and what is refused before it is read."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chargehand.fleet.devices import (
    DEPTH_MAX,
    DOCUMENT_BYTES_MAX,
    ELEMENTS_MAX,
    DevicesError,
    choose_device,
    read_devices,
)

HEAD = '<MTConnectDevices xmlns="urn:mtconnect.org:MTConnectDevices:2.0"><Devices>'
TAIL = "</Devices></MTConnectDevices>"
MILL = """
<Device uuid="U1" name="MILL" id="d1"><Description manufacturer="Maker" model="M1"/>
 <Configuration><CoordinateSystems><CoordinateSystem id="mc" type="MACHINE"/></CoordinateSystems></Configuration>
 <DataItems><DataItem category="EVENT" id="avail" type="AVAILABILITY"/></DataItems>
 <Components><Axes name="Axes" id="a"><Components>
  <Linear name="X" id="x">
   <Configuration><Specifications>
    <Specification id="s1" type="VELOCITY" units="MILLIMETER/SECOND"><Maximum>500</Maximum></Specification>
    <Specification id="s2" type="LENGTH" units="MILLIMETER"><Nominal>650</Nominal></Specification>
    <Specification id="s3" type="LENGTH" units="MILLIMETER"><Maximum>long</Maximum></Specification>
   </Specifications></Configuration>
   <DataItems><DataItem category="SAMPLE" id="x1" name="Xpos" type="POSITION" subType="ACTUAL" units="MILLIMETER"
     nativeUnits="INCH" nativeScale="10" coordinateSystemIdRef="mc"/></DataItems>
  </Linear></Components></Axes>
  <Controller name="c" id="c"><DataItems>
   <DataItem category="CONDITION" id="sys" type="SYSTEM"/>
   <DataItem category="SAMPLE" id="wave" type="DISPLACEMENT" representation="TIME_SERIES"/>
   <DataItem category="EVENT" id="msg" type="MESSAGE"/>
   <DataItem category="EVENT" id="old" type="ALARM"/>
   <DataItem category="SAMPLE" id="odd" type="LOAD" nativeScale="big"/>
  </DataItems></Controller></Components>
</Device>"""
LATHE = '<Device uuid="U2" name="LATHE" id="d2"/>'


def document(*devices: str) -> bytes:
    return (HEAD + "".join(devices) + TAIL).encode()


def test_items_know_their_component_units_and_coordinates() -> None:
    item = read_devices(document(MILL))[0].items["Xpos"]
    assert (item.id, item.category, item.type, item.subtype) == ("x1", "SAMPLE", "POSITION", "ACTUAL")
    assert (item.units, item.native_units, item.native_scale) == ("MILLIMETER", "INCH", 10.0)
    assert (item.component, item.component_name, item.coordinates) == ("Linear", "X", "MACHINE")


def test_an_item_without_a_name_goes_by_its_id() -> None:
    assert "avail" in read_devices(document(MILL))[0].items


def test_shapes() -> None:
    items = read_devices(document(MILL))[0].items
    shapes = {key: items[key].shape for key in ("Xpos", "sys", "wave", "msg", "old")}
    assert shapes == {"Xpos": "value", "sys": "condition", "wave": "time_series", "msg": "message", "old": "alarm"}


def test_a_scale_that_is_no_number_is_zero_and_so_unusable() -> None:
    assert read_devices(document(MILL))[0].items["odd"].native_scale == 0.0


def test_limits_are_maxima_that_are_numbers() -> None:
    limits = read_devices(document(MILL))[0].limits
    assert [(limit.component_name, limit.type, limit.maximum) for limit in limits] == [("X", "VELOCITY", 500.0)]


def test_a_device_knows_its_maker() -> None:
    device = read_devices(document(MILL))[0]
    assert (device.name, device.uuid, device.maker, device.model) == ("MILL", "U1", "Maker", "M1")


def test_the_only_device_needs_no_name() -> None:
    assert choose_device(read_devices(document(MILL)), None).name == "MILL"


def test_of_several_devices_none_is_guessed() -> None:
    with pytest.raises(DevicesError, match=r"'MILL', 'LATHE'.*--device NAME"):
        choose_device(read_devices(document(MILL, LATHE)), None)


@pytest.mark.parametrize("name", ["LATHE", "U2"])
def test_a_device_is_chosen_by_name_or_uuid(name: str) -> None:
    assert choose_device(read_devices(document(MILL, LATHE)), name).name == "LATHE"


def test_an_unknown_name_lists_the_known_ones() -> None:
    with pytest.raises(DevicesError, match=r"no device 'mill'.*'MILL', 'LATHE'"):
        choose_device(read_devices(document(MILL, LATHE)), "mill")


def test_the_error_carries_a_code() -> None:
    assert DevicesError.code == "ENG.CONFIG_INVALID"


BOMB = b'<!DOCTYPE d [<!ENTITY a "x"><!ENTITY b "&a;&a;">]><MTConnectDevices>&b;</MTConnectDevices>'
OUTSIDE = b'<!DOCTYPE d [<!ENTITY f SYSTEM "file:///etc/hostname">]><MTConnectDevices>&f;</MTConnectDevices>'


@pytest.mark.parametrize(
    ("content", "match"),
    [
        (b"", "not XML"),
        (b"not xml", "not XML"),
        (b"<a>", "not XML"),
        (b"<a></b>", "not XML"),
        (b"<a/><b/>", "not XML"),
        (b"<a/>", "no <Device>"),
        (b"<MTConnectDevices/>", "no <Device>"),
        (document(), "no <Device>"),
        (BOMB, "no document type"),
        (OUTSIDE, "no document type"),
        (b"<!DOCTYPE d SYSTEM 'http://127.0.0.1/d.dtd'><MTConnectDevices/>", "no document type"),
        (BOMB.decode().encode("utf-16"), "no document type"),
        (b"<MTConnectDevices>&undefined;</MTConnectDevices>", "not XML"),
        (b"<a>" * (DEPTH_MAX + 1) + b"</a>" * (DEPTH_MAX + 1), "too deep"),
        (b"<a>" + b"<b/>" * ELEMENTS_MAX + b"</a>", "too many"),
        (b" " * (DOCUMENT_BYTES_MAX + 1), "larger than"),
    ],
)
def test_what_is_refused(content: bytes, match: str) -> None:
    with pytest.raises(DevicesError, match=match):
        read_devices(content)


@given(content=st.binary(max_size=200))
def test_no_bytes_raise_anything_else(content: bytes) -> None:
    with contextlib.suppress(DevicesError):
        assert read_devices(content)


@given(cut=st.integers(0, 1500))
def test_a_cut_model_is_refused(cut: int) -> None:
    whole = document(MILL)
    with pytest.raises(DevicesError):
        read_devices(whole[: min(cut, len(whole) - 1)])
