"""What vendors recommend is not denied: their published cutting data, row by row, through the whole auditor.

Each row becomes a tool card of that geometry that sticks out by three diameters, rated for what the vendor prints, in
the shipped material of its VDI group, on the first shipped machine that bears it. What no page prints is stated here:
helix, length of the flutes, and how far a rougher's tip may give way. The data were collected before any limit of a
card was set; `tests/data/cutting/README.md` says from where. A row that is denied is a fault of a limit or of a card,
not of the row.
"""

from __future__ import annotations

import csv
import math
from collections import Counter
from pathlib import Path
from typing import Any

import msgspec
import pytest

from chargehand.auditor.cards import Cards, LoadedCard, load_cards, loaded
from chargehand.auditor.evidence import DRY_RUN, Evidence
from chargehand.auditor.judge import judge
from chargehand.auditor.policy_file import policy_of_tree
from chargehand.auditor.rulebook import Rulebook
from chargehand.contracts.card import Holder, MachineCard, ToolCard, ToolUse
from chargehand.contracts.examples import INSTANCE_ID, NOW, STATE
from chargehand.contracts.machine import SIGNAL_UNITS, MachineState, SignalValue
from chargehand.contracts.proposal import Proposal
from chargehand.contracts.verdict import Verdict
from chargehand.kernel.canonical import canonical_bytes, sha256_text
from chargehand.kernel.clock import parse_utc

DATA = Path(__file__).resolve().parents[1] / "data" / "cutting"
NOT_DENIED = 0.99
"""The least share of rows that may not be denied."""
HELIX_DEG = 35.0
"""Of the end mills, whose pages do not print it: carbide end mills for steel have 30 to 45."""
FLUTES, STICKOUT = 2.5, 3.0
"""Diameters."""
TIP_ROUGHING = 0.02
"""Of the diameter: the upper end of what the definitions give a roughing tool, whose maker recommends such cuts."""
ROOM = 0.1
"""To either side of a speed or feed that the vendor prints as one number and not as a range."""
Row = dict[str, str]
CARDS: Cards = load_cards()
BOOK = policy_of_tree({"policy": {"name": "vendor", "version": "1", "default": "allow"}}, "vendor")


def _rows(name: str) -> list[Row]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


MILLING, TURNING, SOURCES = _rows("milling.csv"), _rows("turning.csv"), _rows("sources.csv")


MILLS = [card for card in CARDS.machines.values() if card.card.kind.startswith("mill")]
LATHES = [card for card in CARDS.machines.values() if card.card.kind in ("turn_mill", "turning")]


def _range(row: Row, name: str) -> tuple[float, float]:
    low, high = float(row[f"{name}_min"]), float(row[f"{name}_max"])
    return (low, high) if low < high else (low * (1 - ROOM), high * (1 + ROOM))


def _use(row: Row) -> ToolUse:
    speeds, feeds = _range(row, "vc"), _range(row, "fz")
    return ToolUse(
        group=row["iso"],
        cutting_speed_min=speeds[0],
        cutting_speed_max=speeds[1],
        feed_per_tooth_min=feeds[0],
        feed_per_tooth_max=feeds[1],
    )


def _core_ratio() -> float:
    """Of a bar that bends as a tool does whose core is 0.8 of its shank, the flutes ending before the holder."""
    fluted, whole = FLUTES**3, STICKOUT**3
    return math.sqrt(math.sqrt(whole / (fluted / 0.8**4 + whole - fluted)))


def _end_mill(row: Row) -> ToolCard:
    diameter = float(row["diameter"])
    return ToolCard(
        id="VENDOR",
        name=row["tool"],
        diameter=diameter,
        teeth=int(row["teeth"]),
        flute_length=FLUTES * diameter,
        stickout=STICKOUT * diameter,
        stickout_max=4 * diameter,
        core_ratio=_core_ratio(),
        deflection_roughing=TIP_ROUGHING,
        spindle_speed_min=1,
        spindle_speed_max=40_000,
        helix=HELIX_DEG,
        uses=[_use(row)],
        holder=Holder(name="shrink-fit chuck", speed_max=40_000, torque_max=400),
    )


def _turning_tool(row: Row) -> ToolCard:
    return ToolCard(
        id="VENDOR",
        name=row["tool"],
        kind="turning",
        diameter=25,
        teeth=1,
        flute_length=9,
        stickout=35,
        stickout_max=40,
        shank=(25, 25),
        youngs_modulus=210e3,
        lead_angle=90,
        spindle_speed_min=1,
        spindle_speed_max=40_000,
        uses=[_use(row)],
        holder=Holder(name="tool post", speed_max=40_000, torque_max=1e6),
    )


def _state(card: MachineCard, row: Row, *, turned: bool) -> MachineState:
    """The machine as a setter leaves it for this row: coolant on, everything seen a moment ago."""
    text = {"execution": "ACTIVE", "mode": "AUTOMATIC", "program": "ROUGH-17", "block": "N10"}
    numbers = {"coolant_flow": 18.0, "spindle_temperature": 30.0, "spindle_override": 100.0, "feed_override": 100.0}
    values = {
        name: SignalValue(v=text.get(name, numbers.get(name, 0.0)), u=SIGNAL_UNITS[name], q="good")
        for name in card.sensors
    }
    setup = msgspec.structs.replace(
        STATE.setup,
        tool="VENDOR",
        material=_material(row),
        axial_depth=0.5,
        radial_depth=None if turned else 0.5,
        engagement=None if turned else "side",
        cut_type="roughing",
        workpiece_diameter=float(row["work_diameter"]) if turned else None,
    )
    return msgspec.structs.replace(
        STATE, machine_id=card.id, setup=setup, values=values, seen_at=dict.fromkeys(values, NOW)
    )


def _material(row: Row) -> str:
    return f"vdi-{int(row['vdi']):02d}"


def _proposal(card: MachineCard, row: Row, *, turned: bool) -> Proposal:
    params = {
        "spindle_speed": (row["speed"], "rev/min"),
        "feed_rate": (row["feed"], "mm/min"),
        "axial_depth": (row["depth"] if turned else row["axial_depth"], "mm"),
    } | ({} if turned else {"radial_depth": (row["radial_depth"], "mm")})
    body: dict[str, Any] = {
        "kind": "machine.change",
        "subject": f"machine/{card.id}",
        "action": {
            "operation": "parameter_set",
            "tool": "VENDOR",
            "material": _material(row),
            "params": {name: {"value": float(value), "unit": unit} for name, (value, unit) in params.items()},
        },
        "based_on": {"instance_id": INSTANCE_ID, "seq": STATE.seq},
    }
    return Proposal(
        kind="machine.change", subject=body["subject"], body=body, digest=sha256_text(canonical_bytes(body))
    )


def judged(row: Row, machine: LoadedCard[MachineCard]) -> Verdict:
    """The auditor's verdict on a row on a machine."""
    turned = "work_diameter" in row
    tool = loaded(_turning_tool(row) if turned else _end_mill(row))
    material = CARDS.materials[_material(row)]
    book = Rulebook(BOOK, tools={"VENDOR": tool}, materials={material.card.id: material}, engine_version="0.1.0")
    evidence = Evidence(machine=machine, state=_state(machine.card, row, turned=turned))
    return judge(_proposal(machine.card, row, turned=turned), evidence, book, parse_utc(NOW), DRY_RUN)


def best(row: Row) -> tuple[str, Verdict]:
    """The first machine that does not deny a row, with its verdict; the last one if all do."""
    verdict: Verdict | None = None
    name = ""
    for machine in LATHES if "work_diameter" in row else MILLS:
        name, verdict = machine.card.id, judged(row, machine)
        if verdict.verdict not in ("deny", "indeterminate"):
            break
    assert verdict is not None
    return name, verdict


def _line(row: Row, machine: str, verdict: Verdict) -> str:
    grounds = "; ".join(
        f"{reason.code} {reason.params.observed:.4g} over {reason.params.limit:.4g} {reason.params.unit}"
        if isinstance(reason.params.observed, float)
        else reason.code
        for reason in verdict.reasons
    )
    return f"{row['id']:24} {row['work'][:34]:34} {machine} {verdict.verdict}: {grounds}"


def test_at_least_ninety_nine_percent_are_not_denied() -> None:
    found = [(row, *best(row)) for row in (*MILLING, *TURNING)]
    denied = [_line(*case) for case in found if case[2].verdict in ("deny", "indeterminate")]
    print(f"{len(found)} rows: {Counter(verdict.verdict for _, _, verdict in found)}")
    print("\n".join(denied))
    share = 1 - len(denied) / len(found)
    assert share >= NOT_DENIED, "\n".join(denied)


def test_there_are_sixty_rows_and_each_has_a_source() -> None:
    cited = {source["source"] for source in SOURCES}
    rows = [*MILLING, *TURNING]
    assert len(rows) >= 60
    assert {row["source"] for row in rows} == cited
    assert {row["checked"] for row in rows} <= {"yes", "no"}
    assert len({row["id"] for row in rows}) == len(rows)
    for source in SOURCES:
        assert all(source[name] for name in ("vendor", "publication", "page", "address", "remark"))


def test_rows_span_every_group_but_the_hardened() -> None:
    rows = [*MILLING, *TURNING]
    assert {row["iso"] for row in rows} == set("PMKNS")
    assert len({row["vdi"] for row in rows}) >= 12
    assert len({row["vendor"] for row in SOURCES}) >= 5
    for row in rows:
        assert CARDS.materials[_material(row)].card.group == row["iso"]


@pytest.mark.parametrize("row", MILLING, ids=lambda row: str(row["id"]))
def test_row_lies_within_what_its_vendor_prints(row: Row) -> None:
    """A row that was copied wrongly would test nothing: speed and feed give the printed ranges back."""
    speed, feed = float(row["speed"]), float(row["feed"])
    cutting_speed = math.pi * float(row["diameter"]) * speed / 1000
    per_tooth = feed / (int(row["teeth"]) * speed)
    assert float(row["vc_min"]) * 0.99 <= cutting_speed <= float(row["vc_max"]) * 1.01
    assert float(row["fz_min"]) * 0.99 <= per_tooth <= float(row["fz_max"]) * 1.01
    assert 0 < float(row["radial_depth"]) <= float(row["diameter"])


@pytest.mark.parametrize(
    "row", [row for row in MILLING if row["diameter"] == "12" and row["iso"] in "PMS"], ids=lambda row: str(row["id"])
)
def test_the_same_tool_in_a_slot_as_deep_as_its_flutes_is_denied(row: Row) -> None:
    """The limits that let the vendors pass are limits all the same."""
    verdict = best(row | {"axial_depth": str(FLUTES * 12), "radial_depth": "12"})[1]
    assert verdict.verdict == "deny"
    assert "CUT.DEFLECTION_ABOVE_MAX" in verdict.reason_codes
