"""A card written as TOML comes back as the same card with the same digest, whatever its figures."""

from __future__ import annotations

import json
from typing import Any

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from chargehand.auditor.card_domain import VDI_GROUPS, domain
from chargehand.auditor.cards import Cards, load_cards, loaded, read_cards
from chargehand.contracts.card import (
    Axis,
    DutyRating,
    Edition,
    Holder,
    MachineCard,
    MaterialCard,
    Modal,
    SpindlePoint,
    ToolCard,
    ToolUse,
)
from chargehand.machining.drive import ratings, time_constant

NAMES = st.text(st.characters(codec="utf-8"), max_size=20)
BARE = msgspec.structs.replace(load_cards().machines["CNC-001"].card, spindle_curve=[])
"""A machine whose only doubtful figure will be its rating."""
IDS = st.from_regex(r"\A[A-Za-z0-9][A-Za-z0-9._-]{0,20}\Z")


def figures(low: float, high: float) -> st.SearchStrategy[float]:
    """Figures of a data sheet, within bounds."""
    return st.floats(low, high, allow_nan=False, allow_subnormal=False)


def pair(low: float, high: float) -> st.SearchStrategy[list[float]]:
    """Two figures, the lesser first."""
    return st.lists(figures(low, high), min_size=2, max_size=2).map(sorted)


@st.composite
def curves(draw: st.DrawFn) -> list[SpindlePoint]:
    """A drive: any rising speeds, power and torque of one shaft, a peak within 1.3 times S1."""
    speeds = sorted(draw(st.lists(st.integers(50, 20_000), min_size=2, max_size=8, unique=True)))
    points = []
    for speed in speeds:
        power = draw(figures(0.5, 50))
        points.append(
            SpindlePoint(
                speed=speed,
                power_s1=power,
                power_peak=power * draw(figures(1, 1.3)),
                torque=power * 9549.3 / speed * draw(figures(0.9, 1.1)),
            )
        )
    return points


@st.composite
def machines(draw: st.DrawFn) -> MachineCard:
    """A machine that can be judged."""
    curve = draw(curves())
    travel = draw(pair(-1000, 1000).filter(lambda ends: ends[0] < ends[1]))
    return MachineCard(
        id=draw(IDS),
        name=draw(NAMES),
        site=draw(NAMES),
        cell=draw(NAMES),
        kind=draw(st.sampled_from(["mill_3axis", "turn_mill", "other"])),
        source="simulated",
        axes={"X": Axis(min=travel[0], max=travel[1], jerk=draw(st.none() | figures(1, 1e6)))},
        spindle_speed_min=curve[0].speed,
        spindle_speed_max=curve[-1].speed,
        feed_rate_min=1,
        feed_rate_max=draw(figures(1, 50_000)),
        spindle_power_s1=max(point.power_s1 for point in curve),
        sensors=draw(st.lists(st.sampled_from(["spindle_load", "feed_rate", "mode"]), unique=True)),
        interlocks=["door"],
        spindle_curve=curve,
        duty=DutyRating(ratio=draw(figures(1.3, 1.5)), share=draw(figures(0.1, 0.4))),
        work_offsets=draw(st.dictionaries(st.sampled_from(["G54", "G59"]), st.just({"X": 1.5}))),
    )


@st.composite
def tools(draw: st.DrawFn) -> ToolCard:
    """A cutter that can be judged."""
    uses = []
    for group in draw(st.lists(st.sampled_from(list(VDI_GROUPS)), unique=True)):
        speed, feed = draw(pair(1, 1000)), draw(pair(0.001, 2))
        taylor = draw(st.none() | st.tuples(figures(0.05, 0.9), figures(1, 5000)))
        uses.append(
            ToolUse(
                group=group,
                cutting_speed_min=speed[0],
                cutting_speed_max=speed[1],
                feed_per_tooth_min=feed[0],
                feed_per_tooth_max=feed[1],
                coolant=draw(st.booleans()),
                taylor_n=None if taylor is None else taylor[0],
                taylor_c=None if taylor is None else taylor[1],
            )
        )
    turning = draw(st.booleans())
    flute = draw(figures(0.1, 50))
    return ToolCard(
        id=draw(IDS),
        name=draw(NAMES),
        diameter=draw(figures(0.1, 300)),
        teeth=1 if turning else draw(st.integers(1, 40)),
        flute_length=flute,
        stickout=flute + draw(figures(0, 300)),
        spindle_speed_min=10,
        spindle_speed_max=draw(figures(10, 60_000)),
        kind="turning" if turning else draw(st.sampled_from(["end_mill", "face_mill", "drill"])),
        shank=(draw(figures(1, 60)), draw(figures(1, 60))) if turning else None,
        uses=uses,
        holder=draw(st.none() | st.just(Holder(name="chuck", speed_max=1, torque_max=2))),
        modal=draw(st.none() | st.just(Modal(frequency=900, damping=0.03, stiffness=2e7))),
    )


@st.composite
def materials(draw: st.DrawFn) -> MaterialCard:
    """A material that can be judged."""
    group = draw(st.sampled_from(list(VDI_GROUPS)))
    editions = []
    for number in range(draw(st.integers(1, 3))):
        force, exponent = draw(pair(50, 20_000)), draw(pair(0, 0.99))
        editions.append(
            Edition(
                source=f"edition {number}",
                kc1_1_min=force[0],
                kc1_1_max=force[1],
                mc_min=exponent[0],
                mc_max=exponent[1],
            )
        )
    return MaterialCard(
        id=draw(IDS),
        name=draw(NAMES),
        group=group,
        kc1_1=editions[-1].kc1_1_max,
        mc=editions[0].mc_min,
        source=draw(NAMES),
        vdi=draw(st.none() | st.sampled_from(list(VDI_GROUPS[group]))),
        editions=draw(st.sampled_from([editions, list(reversed(editions))])),
        coolant=draw(st.booleans()),
    )


def toml(value: Any) -> str:
    """A value in TOML, tables inline; a null is left out, as TOML has none."""
    if isinstance(value, dict):
        members = (f"{json.dumps(key)} = {toml(item)}" for key, item in value.items() if item is not None)
        return "{ " + ", ".join(members) + " }"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(toml, value)) + "]"
    # JSON leaves DEL as it is, and TOML does not take it; both write the rest of a text alike.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def card_file(kind: str, card: msgspec.Struct) -> str:
    """A card as a file of one table."""
    tree = msgspec.to_builtins(card)
    members = (f"{key} = {toml(value)}" for key, value in tree.items() if value is not None)
    return "\n".join([f"[[{kind}]]", *members])


@given(machines())
def test_machine_comes_back(card: MachineCard) -> None:
    assert read_cards(card_file("machine", card), "a").machines == {card.id: loaded(card)}


@given(tools())
def test_tool_comes_back(card: ToolCard) -> None:
    assert read_cards(card_file("tool", card), "a").tools == {card.id: loaded(card)}


@given(materials())
def test_material_comes_back(card: MaterialCard) -> None:
    assert read_cards(card_file("material", card), "a").materials == {card.id: loaded(card)}


def test_shipped_cards_come_back() -> None:
    shipped: Cards = load_cards()
    text = "\n".join(
        card_file(kind, entry.card)
        for kind, entries in (
            ("machine", shipped.machines),
            ("tool", shipped.tools),
            ("material", shipped.materials),
        )
        for entry in entries.values()
    )
    assert read_cards(text, "a") == shipped


@given(machines(), st.floats(0, 1))
def test_accepted_machine_has_figures_wherever_its_curve_reaches(card: MachineCard, share: float) -> None:
    first, last = card.spindle_curve[0].speed, card.spindle_curve[-1].speed
    drive = ratings(card.spindle_curve, min(last, first + share * (last - first)))
    assert drive is not None
    assert 0 < drive.power_s1 <= drive.power_peak
    assert drive.torque > 0
    assert card.duty is not None
    assert time_constant(card.duty) > 0


@given(figures(1.0001, 4), figures(0.001, 0.999))
def test_rating_is_accepted_exactly_where_it_has_a_time_constant(ratio: float, share: float) -> None:
    rating = DutyRating(ratio=ratio, share=share)
    try:
        solvable = time_constant(rating) > 0
    except ValueError:
        solvable = False
    card = msgspec.structs.replace(BARE, duty=rating)
    assert (not list(domain(card))) == solvable
