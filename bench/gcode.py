"""Lines of part program per second: the interpreter, a reader of words alone, and LinuxCNC's `rs274` where it is.

Two programs of 100,000 lines, made from their line numbers: `contour`, straight cuts as a surface program has them, and
`mixed`, with every fifth line an arc or a modal code and a feed in every tenth. The reader of words splits lines with a
regular expression and turns numbers into numbers, without any state: what reading costs before anything is meant.
`rs274` (`--rs274 PROGRAM`, else the one on the path) is run as a program of its own, its start included.

    python -m bench.gcode [--quick] [--rounds N] [--rs274 PROGRAM]
"""

from __future__ import annotations

import argparse
import re
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

from bench.measure import Measured, interleave, paired_ratio, report
from chargehand.machining.gcode.interpreter import run

LINES = 100_000
WORD = re.compile(r"([A-Za-z])\s*([-+]?[0-9.]+)")


def contour(lines: int) -> str:
    """Straight cuts, absolute."""
    rows = [
        f"X{(i * 7919) % 200_000 / 1000:.3f} Y{(i * 104_729) % 150_000 / 1000:.3f} Z{-(i % 40) / 10:.3f}"
        for i in range(lines - 4)
    ]
    return "\n".join(["G21 G90 G17", "F800", "G1 X0 Y0 Z0", *rows, "M2"]) + "\n"


def mixed(lines: int) -> str:
    """Straight cuts, feeds, arcs and modal codes."""
    rows = []
    for i in range(lines - 4):
        if i % 10 == 3:
            rows.append(f"N{i} G3 X{(i - 1) % 90 + 2}. Y0 I1. J0.")
        elif i % 10 == 8:
            rows.append("G17 G90 M8 (coolant)")
        elif i % 10 == 9:
            rows.append(f"G1 X{i % 90 + 10}. F{500 + i % 300}")
        else:
            rows.append(f"G1 X{i % 90 + (0 if i % 10 == 2 else 0.25)} Y0")
    return "\n".join(["G21 G90 G17", "F800", "G1 X0 Y0 Z0", *rows, "M2"]) + "\n"


def interpreted(text: str) -> Measured:
    """Lines per second of ours."""
    lines = text.count("\n")

    def measured() -> float:
        started = time.perf_counter()
        program = run(text, blocks_max=2 * lines)
        took = time.perf_counter() - started
        assert program.fault is None, program.fault
        return lines / took

    return measured


def words_alone(text: str) -> Measured:
    """Lines per second of a reader without state."""
    lines = text.count("\n")

    def measured() -> float:
        started = time.perf_counter()
        read = [[(letter, float(number)) for letter, number in WORD.findall(line)] for line in text.split("\n")]
        took = time.perf_counter() - started
        assert len(read) == lines + 1
        return lines / took

    return measured


def interpreted_by_rs274(program: str, text: str, folder: Path, name: str) -> Measured:
    """Lines per second of `rs274`, as a process."""
    lines = text.count("\n")
    path, tools, variables = folder / f"{name}.ngc", folder / "tools.tbl", folder / "variables.var"
    path.write_text(text)
    tools.write_text("T1 P1 D0.5 Z1\n")
    variables.touch()
    command = [program, "-t", str(tools), "-v", str(variables), "-g", str(path)]

    def measured() -> float:
        started = time.perf_counter()
        ran = subprocess.run(command, capture_output=True, check=True, cwd=folder)
        took = time.perf_counter() - started
        assert b"PROGRAM_END" in ran.stdout
        return lines / took

    return measured


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--quick", action="store_true", help="a tenth of the lines, two rounds")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--rs274", default=shutil.which("rs274"))
    given = parser.parse_args()
    lines, rounds = (LINES // 10, 2) if given.quick else (LINES, given.rounds)
    rows: list[dict[str, object]] = []
    with tempfile.TemporaryDirectory() as name:
        for kind, text in (("contour", contour(lines)), ("mixed", mixed(lines))):
            contenders = {"chargehand": interpreted(text), "words alone": words_alone(text)}
            if given.rs274:
                contenders["rs274"] = interpreted_by_rs274(given.rs274, text, Path(name), kind)
            series = interleave(contenders, rounds)
            rows.extend(
                {
                    "program": kind,
                    "who": who,
                    "lines_per_s": one.median,
                    "chargehand_to_it": paired_ratio(series["chargehand"], one),
                }
                for who, one in series.items()
            )
    report("gcode", rows)


if __name__ == "__main__":
    main()
