"""Noise from a counter: the same (seed, scenario, machine, channel, tick) gives the same number, each tick by itself.

No generator carries state from one tick to the next, so a simulated machine can be judged at any instant without
playing what came before. It is not for secrets.

Source of the mixing constants: Steele, Lea, Flood, "Fast splittable pseudorandom number generators" (SplitMix64).
"""

from __future__ import annotations

import math
from functools import lru_cache

_MASK = 0xFFFF_FFFF_FFFF_FFFF
_GOLDEN = 0x9E37_79B9_7F4A_7C15
_UNIT = 2.0**-53
_TAU = 2.0 * math.pi


def mix(value: int) -> int:
    """A 64-bit number whose every bit depends on every bit of the given one."""
    value = (value + _GOLDEN) & _MASK
    value = ((value ^ (value >> 30)) * 0xBF58_476D_1CE4_E5B9) & _MASK
    value = ((value ^ (value >> 27)) * 0x94D0_49BB_1331_11EB) & _MASK
    return value ^ (value >> 31)


@lru_cache(maxsize=4096)
def stream(seed: int, machine: str, channel: str, scenario: str = "") -> int:
    """The 64-bit name of one channel's noise."""
    name = mix(seed & _MASK)
    for byte in f"{scenario}\0{machine}\0{channel}".encode():
        name = mix(name ^ byte)
    return name


def uniform(seed: int, machine: str, channel: str, tick: int, scenario: str = "") -> float:
    """A number in [0, 1), evenly spread."""
    return (mix(stream(seed, machine, channel, scenario) ^ mix(tick)) >> 11) * _UNIT


def normal(seed: int, machine: str, channel: str, tick: int, scenario: str = "") -> float:
    """A number of mean 0 and deviation 1, by the Box-Muller transform."""
    return normal_of(stream(seed, machine, channel, scenario), mix(tick))


def normal_of(name: int, stirred: int) -> float:
    """The same from the channel's name and the mixed tick, for those who draw many channels of one tick."""
    first = mix(name ^ stirred)
    radius = math.sqrt(-2.0 * math.log(((first >> 11) + 1) * _UNIT))
    return radius * math.cos(_TAU * (mix(first) >> 11) * _UNIT)
