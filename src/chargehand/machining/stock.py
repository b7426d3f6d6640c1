"""What a program takes off its blank: for every stretch of path, how deep and how wide the tool really cuts.

Milled work is a map of layers, each a field of bits, that the cutter's disc clears along the path; turned work is a
profile of radii. Both answer in bites whose depth times width times length is the volume that went. A bite is told as
side cut; a plunge as the slot that removes as much. Held speeds and feeds play no part, so the answer belongs to the
geometry alone. It refuses no collision, knows only cutters with square corners, and sees no more than a cell.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from chargehand.machining.gcode.moves import Move
from chargehand.machining.track import Track, track_of

CELL_MM = 0.05
"""Side of a cell; an edge of the work that lies on a multiple of it is met exactly."""
STEP_MM = 2.0
"""Of path that one bite is measured over; on an arc, cells blur its width by 4 %."""
STAMPS = 2
"""Of the disc per step. The ridge that they leave is 0.02 mm high at 12 mm diameter."""
LAYERS_MAX = 32
SAME = 0.05
"""Bites whose depth and width differ by less are told as one."""
_LEVEL = 1e-6


class Blank(NamedTuple):
    """What is clamped, in the frame of the program; its top or its face is at Z 0, its middle at X 0, Y 0.

    Attributes:
        shape: box; round, a disc that stands upright; or bar, a shaft along Z that turns.
        x: mm, length; for round work and bars the diameter.
        y: mm, width; ignored for round work and bars.
        z: mm, height or length.
    """

    shape: str
    x: float
    y: float
    z: float

    @property
    def volume(self) -> float:
        """mm3."""
        return self.z * (self.x * self.y if self.shape == "box" else math.pi * self.x**2 / 4.0)


class Bite(NamedTuple):
    """A stretch of a move on which the cut stays the same.

    Attributes:
        begins: mm along the move.
        ends: mm along the move.
        axial: mm, depth; for turning the depth of cut.
        radial: mm, width; 0 for turning.
        volume: mm3 that went.
        diameter: mm, of the turned surface that was cut; 0 for milling.
    """

    begins: float
    ends: float
    axial: float
    radial: float
    volume: float
    diameter: float = 0.0


def bites(moves: Sequence[Move], blank: Blank, *, diameter: float, edge: float) -> list[list[Bite]]:
    """The bites of every move, in order; air has none.

    Args:
        moves: the program, in one frame.
        blank: what it cuts.
        diameter: mm, of the cutter; of no account for a bar.
        edge: mm that a turning tool's edge reaches back from its tip; of no account for milling.
    """
    work: _Milled | _Turned = _Turned(blank, edge) if blank.shape == "bar" else _Milled(moves, blank, diameter)
    return [_merged(_taken(work, track_of(move))) if move.kind != "dwell" else [] for move in moves]


def _taken(work: _Milled | _Turned, track: Track) -> Iterator[Bite]:
    steps = max(1, math.ceil(track.length / STEP_MM))
    if not track.length or not work.near(track):
        return
    before = 0.0
    for step in range(1, steps + 1):
        here = track.length * step / steps
        bite = work.take(track, before, here)
        if bite is not None:
            yield bite
        before = here


def _merged(found: Iterator[Bite]) -> list[Bite]:
    """Neighbours that are alike as one; their width follows from their common volume."""
    told: list[Bite] = []
    for bite in found:
        last = told[-1] if told else None
        if last is None or last.ends < bite.begins - _LEVEL or not _alike(last, bite):
            told.append(bite)
            continue
        length, volume = bite.ends - last.begins, last.volume + bite.volume
        share = (bite.ends - bite.begins) / length
        axial = last.axial + share * (bite.axial - last.axial)
        radial = last.radial + share * (bite.radial - last.radial)
        diameter = last.diameter + share * (bite.diameter - last.diameter)
        told[-1] = Bite(last.begins, bite.ends, axial, radial, volume, diameter)
    return told


def _alike(one: Bite, other: Bite) -> bool:
    def near(a: float, b: float) -> bool:
        return abs(a - b) <= max(SAME * max(a, b), 0.5 * CELL_MM)

    return near(one.axial, other.axial) and near(one.radial, other.radial) and near(one.diameter, other.diameter)


class _Milled:
    """Layers of bits: the lowest is what the deepest level leaves under it."""

    def __init__(self, moves: Sequence[Move], blank: Blank, diameter: float) -> None:
        self._half = (blank.x / 2.0, (blank.y if blank.shape == "box" else blank.x) / 2.0)
        self._reach = diameter / 2.0
        self._diameter = diameter
        self._floors = _floors(moves, blank)
        columns, rows = (round(2.0 * half / CELL_MM) for half in self._half)
        full = (1 << columns) - 1
        field = [full] * rows
        if blank.shape == "round":
            field = [_chord(self._half[0], (row + 0.5) * CELL_MM - self._half[1], columns) for row in range(rows)]
        self._layers = [list(field) for _ in self._floors]
        count = round(2.0 * self._reach / CELL_MM)
        self._disc = [_chord(self._reach, (row + 0.5) * CELL_MM - self._reach, count) for row in range(count)]

    def near(self, track: Track) -> bool:
        """Whether the line may touch the work at all."""
        if track.arc is not None:
            return min(track.start[2], track.end[2]) < -_LEVEL
        low, high = (tuple(map(side, track.start, track.end)) for side in (min, max))
        sides = zip(low[:2], high[:2], self._half, strict=True)
        return low[2] < -_LEVEL and all(a < half + self._reach and b > -half - self._reach for a, b, half in sides)

    def take(self, track: Track, begins: float, ends: float) -> Bite | None:
        """Clear the disc along a step; what went is the bite."""
        top, low, volume = -math.inf, math.inf, 0.0
        length = ends - begins
        for stamp in range(1, STAMPS + 1):
            here = track.point(begins + length * stamp / STAMPS)
            left = round((here[0] - self._reach + self._half[0]) / CELL_MM)
            front = round((here[1] - self._reach + self._half[1]) / CELL_MM)
            for (floor, ceiling), layer in zip(self._floors, self._layers, strict=True):
                cells = _clear(layer, self._disc, left, front) if here[2] <= 0.5 * (floor + ceiling) else 0
                if cells:
                    top, low = max(top, ceiling), min(low, floor)
                    volume += cells * CELL_MM**2 * (ceiling - floor)
        if not volume:
            return None
        if math.hypot(*track.heading(begins)[:2]) < 0.5:
            return Bite(begins, ends, volume / length / self._diameter, self._diameter, volume)
        return Bite(begins, ends, top - low, min(volume / length / (top - low), self._diameter), volume)


def _clear(layer: list[int], disc: list[int], left: int, front: int) -> int:
    cells = 0
    first, last = max(0, -front), min(len(disc), len(layer) - front)
    for index in range(first, last):
        row = layer[front + index]
        # Most of what the disc passes over has gone before.
        if not row:
            continue
        hit = row & (disc[index] << left if left >= 0 else disc[index] >> -left)
        if hit:
            layer[front + index] = row ^ hit
            cells += hit.bit_count()
    return cells


def _chord(radius: float, height: float, columns: int) -> int:
    """The bits of a row of cells whose middles lie within a circle, at a height over its middle."""
    if abs(height) >= radius:
        return 0
    half = math.sqrt(radius**2 - height**2) / CELL_MM
    width = min(columns, 2 * int(half) + 1 if columns % 2 else 2 * int(half + 0.5))
    return ((1 << width) - 1) << (columns - width) // 2


def _floors(moves: Sequence[Move], blank: Blank) -> list[tuple[float, float]]:
    """Layers from the bottom up, as (floor, ceiling): the levels that the program cuts at, or as many even ones."""
    levels = {round(place[2], 6) for move in moves if move.kind != "dwell" for place in (move.start, move.end)}
    edges = sorted({-blank.z, 0.0} | {level for level in levels if -blank.z < level < 0})
    if len(edges) > LAYERS_MAX + 1:
        deepest = max(-blank.z, min(levels))
        edges = sorted({-blank.z, *(deepest * step / LAYERS_MAX for step in range(LAYERS_MAX + 1))})
    return list(pairwise(edges))


class _Turned:
    """Radii along Z, from the face at 0 down to the chuck."""

    def __init__(self, blank: Blank, edge: float) -> None:
        self._radii = [blank.x / 2.0] * round(blank.z / CELL_MM)
        self._edge = max(1, round(edge / CELL_MM))

    def near(self, track: Track) -> bool:
        """Whether the line may touch the work at all."""
        return min(track.start[2], track.end[2]) < -_LEVEL

    def take(self, track: Track, begins: float, ends: float) -> Bite | None:
        """Cut off what stands over the edge; the edge reaches back from its tip to what it has turned before."""
        before, here = track.point(begins), track.point(ends)
        last = round(-min(before[2], here[2]) / CELL_MM)
        first = max(0, last - self._edge)
        area = volume = weight = 0.0
        for cell in range(first, min(last, len(self._radii))):
            radius, left = self._radii[cell], max(0.0, here[0])
            if radius > left + _LEVEL:
                self._radii[cell] = left
                ring = radius**2 - left**2
                area += (radius - left) * CELL_MM
                volume += math.pi * ring * CELL_MM
                weight += (radius + left) * (radius - left) * CELL_MM
        if not area:
            return None
        return Bite(begins, ends, area / (ends - begins), 0.0, volume, weight / area)
