"""The interpreter against LinuxCNC's `rs274`: every motion of its sample programs, where it is installed.

`rs274` is run as a program of its own and nothing of it is bundled. It is looked for under `CHARGEHAND_TEST_RS274`,
else on the path; the samples beside it, or under `CHARGEHAND_TEST_RS274_SAMPLES`. Without it the tests are skipped.

It prints four decimals. Positions are compared to 1e-6 mm plus half of its last printed digit; a copy of the program
whose formats print nine (`%.4f` and `%.9f` are equally long) compares to 1e-6 mm.

Both are given the same work offsets, tool lengths and home, none of them zero, and are compared in the machine's frame.
Rapids and feeds that go nowhere are left out on both sides. A program that we refuse is compared up to that line, and
one with radius compensation up to its first compensated move, because rs274 moves the contour and we do not.
"""

from __future__ import annotations

import math
import os
import re
import shutil
import subprocess
from collections import Counter
from pathlib import Path
from typing import NamedTuple

import pytest

from chargehand.machining.gcode.interpreter import run
from chargehand.machining.gcode.moves import Frame, Move, Point, Program

ROOT = Path(__file__).resolve().parents[2]
INCH = 25.4
OFFSETS_INCH: dict[Frame, Point] = {
    "G54": (10.0, 20.0, 30.0),
    "G55": (11.0, 21.0, 31.5),
    "G56": (12.0, 22.5, 32.0),
    "G57": (13.5, 23.0, 33.0),
    "G58": (14.0, 24.0, 34.5),
    "G59": (15.0, 25.5, 35.0),
}
HOME_INCH: Point = (1.0, 2.0, 3.0)
TOOLS = range(1, 100)
MM_MAX = 1e-6
AXES_OF_PLANE = {"G17": (0, 1, 2), "G18": (2, 0, 1), "G19": (1, 2, 0)}
PLANES = {"XY": "G17", "XZ": "G18", "YZ": "G19"}
CALL = re.compile(r"^\s*\d+\s+\S+\s+([A-Z0-9_]+)\((.*)\)$")


class Motion(NamedTuple):
    """A motion as both sides tell it, in mm of the machine's frame; `places` is half of the last printed digit."""

    kind: str
    end: Point
    feed: float | None = None
    centre: Point | None = None
    turns: int = 0
    places: float = 0.0


def length_of_tool(number: int) -> float:
    """Inches."""
    return 0.25 + 0.125 * number


def mm(point: Point) -> Point:
    return point[0] * INCH, point[1] * INCH, point[2] * INCH


@pytest.fixture(scope="module")
def rs274() -> str:
    found = os.environ.get("CHARGEHAND_TEST_RS274") or shutil.which("rs274")
    if not found:
        pytest.skip("no rs274: not on the path, and CHARGEHAND_TEST_RS274 names none")
    return found


@pytest.fixture(scope="module")
def samples(rs274: str) -> list[Path]:
    given = os.environ.get("CHARGEHAND_TEST_RS274_SAMPLES")
    share = Path(rs274).resolve().parents[1] / "share"
    folders = [Path(given)] if given else [share / "linuxcnc", share / "doc" / "linuxcnc"]
    found = sorted(path for folder in folders for path in folder.rglob("*.ngc"))
    if not found:
        pytest.skip("rs274 without its samples: CHARGEHAND_TEST_RS274_SAMPLES names no folder with .ngc files")
    return found


def ours(text: str) -> Program:
    return run(
        text,
        tools={number: length_of_tool(number) * INCH for number in TOOLS},
        start=mm((-10.0, -20.0, -30.0)),  # rs274 begins at the machine's zero
        home=mm(HOME_INCH),
        offsets={frame: mm(offset) for frame, offset in OFFSETS_INCH.items()},
        block_delete=False,
    )


def in_machine(move: Move, point: Point) -> Point:
    if move.frame == "G53":
        return point
    offset = mm(OFFSETS_INCH[move.frame])
    length = length_of_tool(move.length_offset) * INCH if move.length_offset else 0.0
    return point[0] + offset[0], point[1] + offset[1], point[2] + offset[2] + length


def told_by_us(moves: list[Move]) -> list[Motion]:
    motions = []
    for move in moves:
        if move.radius_side:
            break
        if move.kind == "dwell":
            continue
        end = in_machine(move, move.end)
        if move.kind == "arc":
            assert move.arc is not None
            turns = math.ceil(abs(move.arc.angle) / (2 * math.pi) - 1e-9)
            turns = -turns if move.arc.angle < 0 else turns
            centre = list(in_machine(move, move.arc.centre))
            # Along the plane's normal rs274 tells the end's coordinate.
            normal = AXES_OF_PLANE[move.arc.plane][2]
            centre[normal] = end[normal]
            motions.append(Motion("arc", end, move.feed, (centre[0], centre[1], centre[2]), turns))
        else:
            motions.append(Motion(move.kind, end, move.feed or None))
    return motions


def told_by_rs274(printed: str) -> list[Motion]:
    """Its canonical motions; a feed is None unless it is one per minute."""
    unit, plane, per_minute, rate = 1.0, "XY", True, 0.0
    offset, length = [0.0] * 3, [0.0] * 3
    motions: list[Motion] = []
    at = (math.nan, math.nan, math.nan)
    for line in printed.splitlines():
        found = CALL.match(line)
        if found is None:
            continue
        call, text = found.groups()
        numbers = [float(part) for part in re.findall(r"-?\d+(?:\.\d+)?", text)]
        decimals = re.search(r"\.(\d+)", text)
        places = 0.5 * 10.0 ** -len(decimals[1]) * unit if decimals else 0.0
        if call == "USE_LENGTH_UNITS":
            unit = INCH if "INCH" in text else 1.0
        elif call == "SET_G5X_OFFSET":
            offset = [number * unit for number in numbers[1:4]]
        elif call == "USE_TOOL_LENGTH_OFFSET":
            length = [number * unit for number in numbers[:3]]
        elif call == "SELECT_PLANE":
            plane = text.removeprefix("CANON_PLANE_")
        elif call == "SET_FEED_MODE":
            per_minute = numbers[1] == 0
        elif call == "SET_FEED_RATE":
            rate = numbers[0] * unit
        elif call in ("STRAIGHT_TRAVERSE", "STRAIGHT_FEED", "ARC_FEED"):
            shift = [offset[axis] + length[axis] for axis in range(3)]
            feed = rate if call != "STRAIGHT_TRAVERSE" and per_minute else None
            motion = told(call, numbers, unit, shift, AXES_OF_PLANE[PLANES[plane]])._replace(feed=feed, places=places)
            at = motion.end
            motions.append(motion)
    assert not motions or at == motions[-1].end
    return motions


def told(call: str, numbers: list[float], unit: float, shift: list[float], plane: tuple[int, int, int]) -> Motion:
    if call != "ARC_FEED":
        x, y, z = (numbers[axis] * unit + shift[axis] for axis in range(3))
        return Motion("rapid" if call == "STRAIGHT_TRAVERSE" else "feed", (x, y, z))
    first, second, normal = plane
    end, centre = [0.0] * 3, [0.0] * 3
    for axis, of_end, of_centre in ((first, 0, 2), (second, 1, 3), (normal, 5, 5)):
        end[axis] = numbers[of_end] * unit + shift[axis]
        centre[axis] = numbers[of_centre] * unit + shift[axis]
    return Motion("arc", (end[0], end[1], end[2]), None, (centre[0], centre[1], centre[2]), int(numbers[4]))


def run_rs274(rs274: str, text: str, folder: Path) -> tuple[list[Motion], bool]:
    """What it tells, and whether it came to the program's end."""
    program, tools, variables = folder / "program.ngc", folder / "tools.tbl", folder / "variables.var"
    program.write_text(text)
    tools.write_text("".join(f"T{number} P{number} D0.1 Z{length_of_tool(number)}\n" for number in TOOLS))
    numbers = {5161 + axis: HOME_INCH[axis] for axis in range(3)} | {5220: 1.0}
    for row, offset in enumerate(OFFSETS_INCH.values()):
        numbers |= {5221 + 20 * row + axis: offset[axis] for axis in range(3)}
    variables.write_text("".join(f"{number}\t{value:f}\n" for number, value in sorted(numbers.items())))
    ran = subprocess.run(
        [rs274, "-t", str(tools), "-v", str(variables), "-g", str(program)],
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
        timeout=60,
        cwd=folder,
    )
    return told_by_rs274(ran.stdout), "PROGRAM_END()" in ran.stdout


def stepping(motions: list[Motion]) -> list[Motion]:
    """Without straight motions that go nowhere."""
    kept: list[Motion] = []
    at = (0.0, 0.0, 0.0)
    for motion in motions:
        if motion.kind == "arc" or math.dist(motion.end, at) > 1e-9 + 2 * motion.places:
            kept.append(motion)
        at = motion.end
    return kept


def difference(a: Motion, b: Motion, where: str) -> float:
    """Largest difference in position beyond what printing rounds off, in mm."""
    assert a.kind == b.kind, where
    assert a.turns == b.turns, where
    pairs = [*zip(a.end, b.end, strict=True), *zip(a.centre or (), b.centre or (), strict=True)]
    if a.feed is not None and b.feed is not None:
        assert a.feed == pytest.approx(b.feed, rel=1e-6, abs=2 * b.places), where
    return max(0.0, max(abs(p - q) for p, q in pairs) - b.places)


class Compared(NamedTuple):
    """Of one program: how many motions were compared, whether to the program's end, the largest difference in mm."""

    motions: int
    whole: bool
    apart: float


def compare(rs274: str, text: str, folder: Path, name: str) -> Compared:
    program = ours(text)
    whole = program.fault is None and not any(move.radius_side for move in program.moves)
    theirs, ended = run_rs274(rs274, text, folder)
    mine, theirs = stepping(told_by_us(program.moves)), stepping(theirs)
    apart = [difference(a, b, f"{name}: motion {i}") for i, (a, b) in enumerate(zip(mine, theirs, strict=False))]
    if whole:
        assert ended, f"{name}: we run it to its end, and rs274 does not"
        assert len(mine) == len(theirs), name
    assert max(apart, default=0.0) <= MM_MAX, name
    return Compared(len(apart), whole, max(apart, default=0.0))


def completed(text: str) -> str:
    """A sample that leaves out what rs274 takes for granted (millimetres, an end), with it."""
    fault = ours(text).fault
    if fault is not None and fault.code == "PROG.UNITS_MISSING":
        text = re.sub(r"\A(\s*%[^\n]*\n)?", r"\1G21\n", text)
        fault = ours(text).fault
    if fault is not None and fault.code == "PROG.NOT_ENDED":
        text += "\nM2\n"
    return text


def test_samples_move_alike(
    rs274: str, samples: list[Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told: list[Compared] = []
    refused: Counter[str] = Counter()
    for path in samples:
        text = completed(path.read_text(errors="replace"))
        program = ours(text)
        if program.fault is not None:
            refused[program.fault.code] += 1
        if program.moves:
            told.append(compare(rs274, text, tmp_path, path.name))
    whole = [one for one in told if one.whole]
    with capsys.disabled():
        print(
            f"\n  {len(samples)} samples: {len(whole)} compared to their end "
            f"({sum(one.motions for one in whole)} motions), "
            f"{len(told) - len(whole)} up to the refused or compensated line "
            f"({sum(one.motions for one in told if not one.whole)} motions), "
            f"largest difference {max(one.apart for one in told):.3g} mm\n  refused: {dict(refused.most_common())}"
        )
    assert sum(one.motions for one in told) > 1000


@pytest.mark.parametrize("path", sorted((ROOT / "tests" / "data" / "gcode").glob("*.ngc")), ids=lambda path: path.stem)
def test_our_programs_move_alike(rs274: str, path: Path, tmp_path: Path) -> None:
    compared = compare(rs274, path.read_text(), tmp_path, path.name)
    assert compared.whole
    assert compared.motions > 0
