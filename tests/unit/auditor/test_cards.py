"""Cards are read whole or refused with file and line; a card's identity is its content."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from chargehand.auditor.cards import load_cards, loaded, read_cards
from chargehand.auditor.defect import DefectiveFileError
from chargehand.contracts.card import MachineCard, ToolCard
from chargehand.kernel.canonical import canonical_bytes, sha256_text
from tests.unit.auditor.card_texts import faulty

TOOL = """# a tool
[[tool]]
id = "T1"
name = "a tool"
diameter = 10
teeth = 4
flute_length = 20
stickout = 30
spindle_speed_min = 100
spindle_speed_max = 9000
"""
MATERIAL = """[[material]]
id = "m"
name = "a material"
group = "P"
kc1_1 = 1675
mc = 0.24
source = "a test"
"""
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
axes.X = { min = 0, max = 100 }
"""


def test_shipped_cards_are_there() -> None:
    cards = load_cards()
    assert set(cards.machines) == {"CNC-001", "CNC-002", "CNC-003"}
    assert {"EM12-4"} < set(cards.tools)
    assert {"steel-qt-250hb"} < set(cards.materials)


def test_shipped_end_mill_is_the_agreed_one() -> None:
    tool = load_cards().tools["EM12-4"].card
    assert (tool.diameter, tool.teeth, tool.flute_length) == (12, 4, 26)
    assert (tool.spindle_speed_min, tool.spindle_speed_max) == (500, 12000)


def test_shipped_steel_is_the_agreed_one() -> None:
    material = load_cards().materials["steel-qt-250hb"].card
    assert (material.group, material.kc1_1, material.mc) == ("P", 1675, 0.24)


def test_shipped_machines_differ() -> None:
    cards = load_cards().machines
    kinds = {card.card.kind for card in cards.values()}
    speeds = {card.card.spindle_speed_max for card in cards.values()}
    assert len(kinds) == len(speeds) == len(cards)
    assert "feed_hold" not in cards["CNC-003"].card.interlocks
    assert "coolant_flow" not in cards["CNC-003"].card.sensors


def test_identity_is_the_canonical_content() -> None:
    card = read_cards(TOOL, "a").tools["T1"]
    assert card.body == canonical_bytes(card.card)
    assert card.digest == sha256_text(card.body)
    assert msgspec.json.decode(card.body, type=ToolCard) == card.card


def test_comments_and_order_do_not_change_the_identity() -> None:
    lines = TOOL.splitlines()
    other = "\n".join([lines[1], *reversed(lines[2:]), "# another comment"])
    assert read_cards(other, "b").tools["T1"].digest == read_cards(TOOL, "a").tools["T1"].digest


def test_any_changed_figure_changes_the_identity() -> None:
    other = TOOL.replace("diameter = 10", "diameter = 10.001")
    assert read_cards(other, "b").tools["T1"].digest != read_cards(TOOL, "a").tools["T1"].digest


def test_card_made_in_code_is_the_card_of_the_file() -> None:
    card = read_cards(MACHINE, "a").machines["M1"]
    assert loaded(card.card) == card


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("diameter = 10", "diametre = 10"), "cards.toml:5: unknown key 'diametre'"),
        (("diameter = 10", "diameter = nan"), "cards.toml:5: tool.0.diameter must be finite"),
        (("diameter = 10", "diameter = -1"), "cards.toml:5: diameter must be above 0"),
        (("diameter = 10", "diameter = 0"), "cards.toml:5: diameter must be above 0"),
        (("diameter = 10", 'diameter = "10"'), "cards.toml:5: diameter: Expected `float`"),
        (("diameter = 10", "diameter = true"), "cards.toml:5: diameter: Expected `float`"),
        (("teeth = 4", "teeth = 4.5"), "cards.toml:6: teeth: Expected `int`"),
        (("teeth = 4", "teeth = 0"), "cards.toml:6: teeth must be above 0"),
        (("spindle_speed_min = 100", "spindle_speed_min = 9001"), "cards.toml:9: spindle_speed_min is above"),
        (("spindle_speed_min = 100", "spindle_speed_min = -1"), "cards.toml:9: spindle_speed_min must not be negative"),
        (("flute_length = 20", "flute_length = 31"), "cards.toml:7: flute_length is above stickout"),
        (('id = "T1"', 'id = "T 1"'), "cards.toml:3: id must be letters"),
        (('id = "T1"\n', ""), "cards.toml:2: tool: Object missing required field `id`"),
        (("stickout = 30", "stickout = 30\nlead_angle = 91"), "cards.toml:9: lead_angle must be at most 90"),
    ],
)
def test_faulty_tool_card_names_its_line(change: tuple[str, str], message: str) -> None:
    assert faulty(TOOL.replace(*change))[0].startswith(message)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("feed_rate_min = 1", "feed_rate_min = 6000"), "cards.toml:10: feed_rate_min is above feed_rate_max"),
        (("spindle_power_s1 = 11", "spindle_power_s1 = 0"), "cards.toml:12: spindle_power_s1 must be above 0"),
        (("spindle_power_s1 = 11", "spindle_power_s1 = 11\neta = 1.2"), "cards.toml:13: eta must be at most 1"),
        (('["spindle_speed"]', '["spindle_sped"]'), "cards.toml:13: sensors: unknown 'spindle_sped'"),
        (('["spindle_speed"]', '["mode", "mode"]'), "cards.toml:13: sensors: a name stands there twice"),
        (('["door"]', '["dor"]'), "cards.toml:14: interlocks.0: Invalid enum"),
        (("axes.X", "axes.Q"), "cards.toml:15: unknown axis 'Q'"),
        (("min = 0, max = 100", "min = 100, max = 100"), "cards.toml:15: axis X: min 100.0 is not below"),
        (("min = 0, max = 100", "min = 0, maximum = 100"), "cards.toml:15: unknown key 'maximum'"),
        (('["door"]', '["door"]\nresolution.ofset = 1'), "cards.toml:15: unknown key 'ofset'"),
        (("min = 0, max = 100", "min = 0"), "cards.toml:15: axes: Object missing required field `max`"),
        (('kind = "mill_3axis"', 'kind = "mill"'), "cards.toml:6: kind: Invalid enum"),
        (('["door"]', '["door"]\noperations = ["turbo"]'), "cards.toml:15: operations: unknown 'turbo'"),
        (('["door"]', '["door"]\nresolution.offset = 0'), "cards.toml:15: resolution.offset must be above 0"),
        (('["door"]', '["door"]\nfreshness_s = 0'), "cards.toml:15: freshness_s must be above 0"),
        (('["door"]', '["door"]\nclock_skew_s = -1'), "cards.toml:15: clock_skew_s must not be negative"),
    ],
)
def test_faulty_machine_card_names_its_line(change: tuple[str, str], message: str) -> None:
    assert faulty(MACHINE.replace(*change))[0].startswith(message)


@pytest.mark.parametrize("change", [("mc = 0.24", "mc = 1.0"), ("mc = 0.24", "mc = -0.1"), ("1675", "0")])
def test_faulty_material_card_is_refused(change: tuple[str, str]) -> None:
    assert faulty(MATERIAL.replace(*change))


def test_every_defect_is_listed() -> None:
    text = TOOL.replace("diameter = 10", "diameter = -1").replace("teeth = 4", "teeth = 0")
    assert len(faulty(text + MATERIAL.replace("1675", "0"))) == 3


def test_unknown_table_is_refused() -> None:
    assert faulty('[[tols]]\nid = "x"\n')[0].startswith("cards.toml:1: unknown key 'tols'")


def test_single_table_in_place_of_a_list_is_refused() -> None:
    assert "write [[tool]]" in faulty(TOOL.replace("[[tool]]", "[tool]"))[0]


def test_an_id_stands_once() -> None:
    assert "cards.toml:12: tool 'T1' is described twice" in faulty(TOOL + TOOL.replace("# a tool\n", ""))


def test_own_card_replaces_the_shipped_one(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text(TOOL.replace('"T1"', '"EM12-4"'), "utf-8")
    (tmp_path / "notes.txt").write_text("not a card", "utf-8")
    cards = load_cards(tmp_path)
    assert cards.tools["EM12-4"].card.diameter == 10
    assert set(cards.machines) == set(load_cards().machines)


def test_own_card_that_is_faulty_names_its_file(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(TOOL.replace("teeth = 4", "teeth = 0"), "utf-8")
    with pytest.raises(DefectiveFileError, match=r"mine\.toml:6: teeth"):
        load_cards(tmp_path)


def test_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(DefectiveFileError, match="cannot be read"):
        load_cards(tmp_path)


def test_defaults_of_a_card_are_those_of_the_contract() -> None:
    card: MachineCard = read_cards(MACHINE, "a").machines["M1"].card
    assert (card.eta, card.freshness_s, card.clock_skew_s, card.writable) == (0.8, 2.0, 5.0, True)
