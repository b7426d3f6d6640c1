"""Card files that are right, for tests that put one thing wrong; `faulty` says what the loader makes of it."""

from __future__ import annotations

import pytest

from chargehand.auditor.cards import CARD_INVALID, read_cards
from chargehand.auditor.defect import DefectiveFileError

MACHINE = """[[machine]]
id = "M1"
name = "a machine"
site = "s"
cell = "c"
kind = "mill_3axis"
source = "simulated"
spindle_speed_min = 100
spindle_speed_max = 9000
feed_rate_min = 1
feed_rate_max = 5000
spindle_power_s1 = 11
sensors = ["spindle_speed"]
interlocks = ["door"]
spindle_temperature_max = 70
temperature_rate_max = 5
duty = { ratio = 1.36, share = 0.4 }
spindle_curve = [
  { speed = 100, power_s1 = 0.7333, power_peak = 0.9973, torque = 70.03 },
  { speed = 1500, power_s1 = 11, power_peak = 14.96, torque = 70.03 },
  { speed = 3000, power_s1 = 11, power_peak = 14.96, torque = 35.01 },
  { speed = 9000, power_s1 = 10, power_peak = 13.6, torque = 10.61 },
]
keep_out = [
  { name = "tool setter", low = [80, 80, -90], high = [100, 100, -50] },
  { name = "probe", low = [0, 80, -90], high = [20, 100, -50] },
]
[machine.axes]
X = { min = 0, max = 100, acceleration = 5000, jerk = 50000, rapid = 30000 }
Y = { min = 0, max = 100 }
Z = { min = -90, max = 0 }
A = { min = -30, max = 120, unit = "deg" }
[machine.work_offsets]
G54 = { X = 50, Y = 50, Z = -60 }
[machine.home]
X = 0
Y = 100
Z = 0
"""
"""A machine with everything that a card can say."""

TOOL = """[[tool]]
id = "T1"
name = "an end mill"
diameter = 12
teeth = 4
flute_length = 26
stickout = 36
spindle_speed_min = 500
spindle_speed_max = 12000
helix = 35
stickout_max = 48
force_max = 3000
life_min = 8
uses = [
  {group = "P", cutting_speed_min = 60, cutting_speed_max = 190, feed_per_tooth_min = 0.02, feed_per_tooth_max = 0.12 },
  {group = "M", cutting_speed_min = 40, cutting_speed_max = 100, feed_per_tooth_min = 0.02, feed_per_tooth_max = 0.08 },
]
holder = { name = "chuck", speed_max = 25000, torque_max = 65 }
modal = { frequency = 1800, damping = 0.04, stiffness = 3e7 }
"""
"""An end mill with everything that a card can say but Taylor's figures."""

INSERT = """[[tool]]
id = "T2"
name = "a turning tool"
kind = "turning"
diameter = 12.7
teeth = 1
flute_length = 6
stickout = 40
spindle_speed_min = 30
spindle_speed_max = 6000
shank = [25, 25]
"""
"""A turning tool."""

MATERIAL = """[[material]]
id = "m"
name = "a material"
group = "S"
vdi = 37
kc1_1 = 2110
mc = 0.22
source = "an edition"
editions = [
  { source = "older", kc1_1_min = 2110, kc1_1_max = 2110, mc_min = 0.22, mc_max = 0.22 },
  { source = "newer", kc1_1_min = 1245, kc1_1_max = 1300, mc_min = 0.23, mc_max = 0.24 },
]
"""
"""A material on which two editions disagree."""


def edited(text: str, old: str, new: str) -> str:
    """The text with the first occurrence changed; a test that changes nothing is wrong."""
    assert old in text, old
    return text.replace(old, new, 1)


def faulty(text: str) -> list[str]:
    """What is wrong with the text of `cards.toml`, in the words of the loader."""
    with pytest.raises(DefectiveFileError) as caught:
        read_cards(text, "cards.toml")
    assert caught.value.code == CARD_INVALID
    return [str(defect) for defect in caught.value.defects]
