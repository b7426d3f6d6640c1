"""SHDR lines: every form of the protocol, and every way in which a line can be broken."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chargehand.fleet.shdr import (
    ASSET_LINES_MAX,
    LINE_CHARS_MAX,
    Line,
    Shape,
    ShdrParser,
    split_fields,
    time_us,
)
from chargehand.kernel.clock import parse_utc

STAMP = "2022-08-08T13:51:34.7167146Z"
STAMP_US = parse_utc("2022-08-08T13:51:34.716714Z")
SHAPES: dict[str, Shape] = {
    "load": "value",
    "speed": "value",
    "system": "condition",
    "wave": "time_series",
    "note": "message",
    "bell": "alarm",
    "x:odd": "value",
}


def parser() -> ShdrParser:
    return ShdrParser(SHAPES.get, frozenset({"OKUMA", "OKUMA.123456"}), frozenset({"Mazak"}))


def read(text: str) -> Line:
    return parser().feed(text)


def items(text: str) -> list[tuple[str, ...]]:
    return [(found.key, *found.fields) for found in read(text).observations]


def codes(line: Line) -> list[str]:
    return [found.code for found in line.quarantined]


def test_several_items_share_a_time() -> None:
    line = read(f"{STAMP}|load|56|speed|3183")
    assert line.ts_us == STAMP_US
    assert [(found.key, *found.fields) for found in line.observations] == [("load", "56"), ("speed", "3183")]
    assert line.quarantined == ()


@pytest.mark.parametrize(
    ("stamp", "expected"),
    [
        ("2022-08-08T13:51:34Z", "2022-08-08T13:51:34Z"),
        ("2022-08-08T13:51:34", "2022-08-08T13:51:34Z"),
        ("2022-08-08T13:51:34.5", "2022-08-08T13:51:34.5Z"),
        ("2022-08-08T13:51:34.123456789Z", "2022-08-08T13:51:34.123456Z"),
        ("2022-08-08T15:51:34+02:00", "2022-08-08T13:51:34Z"),
        ("2022-08-08T13:51:34Z@100.0", "2022-08-08T13:51:34Z"),
    ],
)
def test_times(stamp: str, expected: str) -> None:
    assert time_us(stamp) == parse_utc(expected)


@pytest.mark.parametrize(
    "stamp",
    ["", "now", "2022-13-08T13:51:34Z", "2022-08-08", "2022-08-08 13:51:34Z", "2022-08-08T25:00:00Z", "12345", "-1",
     "2022-08-08T13:51:34+99:99", "٢٠٢٢-08-08T13:51:34Z"],
)  # fmt: skip
def test_what_is_no_time(stamp: str) -> None:
    assert time_us(stamp) is None


def test_a_condition_has_five_fields() -> None:
    assert items(f"{STAMP}|system|FAULT|12|3|HIGH|too hot|load|5") == [
        ("system", "FAULT", "12", "3", "HIGH", "too hot"),
        ("load", "5"),
    ]


@pytest.mark.parametrize("text", ["|system|NORMAL||||", "|system|NORMAL", "|system|Normal|"])
def test_a_condition_may_leave_out_fields_at_the_end(text: str) -> None:
    found = items(STAMP + text)
    assert len(found) == 1
    assert len(found[0]) == 6
    assert found[0][1].upper() == "NORMAL"


def test_a_time_series_a_message_and_an_alarm_keep_their_fields() -> None:
    assert items(f"{STAMP}|wave|3|100|1 2 3|load|5") == [("wave", "3", "100", "1 2 3"), ("load", "5")]
    assert items(f"{STAMP}|note|N1|hello|load|5") == [("note", "N1", "hello"), ("load", "5")]
    assert items(f"{STAMP}|bell|1|n1|2|ACTIVE|ring|load|5")[1] == ("load", "5")


def test_an_empty_time_is_taken_without_one() -> None:
    line = read("|load|56")
    assert line.ts_us is None
    assert line.observations[0].fields == ("56",)
    assert codes(line) == ["TELEM.TIME_MISSING"]


def test_a_jump_back_is_counted_and_the_values_taken() -> None:
    made = parser()
    made.feed("2022-08-08T13:51:34Z|load|1")
    back = made.feed("2022-08-08T10:33:04Z|load|2")
    forth = made.feed("2022-08-08T10:33:05Z|load|3")
    assert codes(back) == ["TELEM.TIME_BACKWARDS"]
    assert back.observations[0].fields == ("2",)
    assert back.ts_us == parse_utc("2022-08-08T10:33:04Z")
    assert codes(forth) == []


def test_equal_times_are_no_jump() -> None:
    made = parser()
    made.feed(f"{STAMP}|load|1")
    assert codes(made.feed(f"{STAMP}|load|2")) == []


def test_a_device_prefix_is_taken_off() -> None:
    assert items(f"{STAMP}|OKUMA:load|56|OKUMA.123456:speed|1") == [("load", "56"), ("speed", "1")]


def test_another_device_is_not_ours() -> None:
    made = parser()
    line = made.feed(f"{STAMP}|Mazak:load|99|load|56")
    assert [found.key for found in line.observations] == ["load"]
    assert line.observations[0].fields == ("56",)
    assert codes(line) == []
    assert made.foreign == 1


def test_a_colon_within_a_known_key_is_part_of_it() -> None:
    assert items(f"{STAMP}|x:odd|1") == [("x:odd", "1")]


def test_an_unknown_key_is_quarantined_and_its_neighbours_taken() -> None:
    line = read(f"{STAMP}|load|1|ghost|2|speed|3")
    assert [found.key for found in line.observations] == ["load", "speed"]
    assert [(found.code, found.key, found.text) for found in line.quarantined] == [("TELEM.KEY_UNKNOWN", "ghost", "2")]


def test_an_unknown_prefix_is_an_unknown_key() -> None:
    assert codes(read(f"{STAMP}|Haas:load|1")) == ["TELEM.KEY_UNKNOWN"]


def test_an_empty_key_is_quarantined_and_its_neighbours_taken() -> None:
    line = read(f"{STAMP}|load|1||7|speed|3")
    assert [found.key for found in line.observations] == ["load", "speed"]
    assert codes(line) == ["TELEM.LINE_CORRUPT"]


def test_a_key_without_a_value_is_corrupt() -> None:
    assert codes(read(f"{STAMP}|load|1|speed")) == ["TELEM.LINE_CORRUPT"]


def test_an_empty_value_is_a_value() -> None:
    assert items(f"{STAMP}|load||speed|") == [("load", ""), ("speed", "")]


@pytest.mark.parametrize("text", ["garbage", "not a time|load|1", "\0|load|1", "x" * (LINE_CHARS_MAX + 1)])
def test_a_corrupt_line_is_quarantined_whole(text: str) -> None:
    line = read(text)
    assert line.kind == "corrupt"
    assert codes(line) == ["TELEM.LINE_CORRUPT"]
    assert len(line.quarantined[0].text) <= 200


@pytest.mark.parametrize("text", ["* PING", "*adapterVersion:UNAVAILABLE", "* device: OKUMA"])
def test_commands_are_not_observations(text: str) -> None:
    assert read(text) == Line("command")


@pytest.mark.parametrize("text", ["", "   ", "\r"])
def test_blank_lines_are_nothing(text: str) -> None:
    assert read(text) == Line("blank")


def test_a_carriage_return_belongs_to_no_value() -> None:
    assert items(f"{STAMP}|load|56\r") == [("load", "56")]


def test_a_multi_line_asset_is_no_observation() -> None:
    made = parser()
    kinds = [
        made.feed(text).kind
        for text in (
            f"{STAMP}|@ASSET@|1|CuttingTool|--multiline--ABCD",
            "<CuttingTool>|load|99|</CuttingTool>",
            "* not a command",
            "",
            "--multiline--ABCE",
            "--multiline--ABCD",
            f"{STAMP}|load|56",
        )
    ]
    assert kinds == ["asset", "asset_text", "asset_text", "asset_text", "asset_text", "asset_end", "observations"]


def test_a_single_line_asset_does_not_open_one() -> None:
    made = parser()
    assert made.feed(f"{STAMP}|@ASSET@|1|CuttingTool|<CuttingTool/>").kind == "asset"
    assert made.feed(f"{STAMP}|@REMOVE_ASSET@|1").kind == "asset"
    assert made.feed(f"{STAMP}|load|1").kind == "observations"


def test_an_asset_without_an_end_does_not_swallow_the_stream() -> None:
    made = parser()
    made.feed(f"{STAMP}|@ASSET@|1|CuttingTool|--multiline--ABCD")
    kinds = [made.feed("<x/>").kind for _ in range(ASSET_LINES_MAX + 1)]
    assert kinds[-1] == "corrupt"
    assert made.feed(f"{STAMP}|load|1").kind == "observations"


def test_a_restart_forgets_an_open_asset_and_the_time() -> None:
    made = parser()
    made.feed("2030-01-01T00:00:00Z|@ASSET@|1|CuttingTool|--multiline--ABCD")
    made.restart()
    line = made.feed(f"{STAMP}|load|1")
    assert line.kind == "observations"
    assert codes(line) == []


@pytest.mark.parametrize(
    ("rest", "fields"),
    [
        ("a|b", ["a", "b"]),
        ("a|", ["a", ""]),
        ('note|"one \\| two"|c', ["note", "one | two", "c"]),
        ('"plain"|x', ['"plain"', "x"]),
        ('"a"b|"c \\| d"', ['"a"b', "c | d"]),
        ('"open \\| end', ['"open \\', " end"]),
    ],
)
def test_fields_and_escaped_bars(rest: str, fields: list[str]) -> None:
    assert split_fields(rest) == fields


def test_counts_add_up() -> None:
    made = parser()
    for text in (f"{STAMP}|load|1", "* PING", "", "broken", "|load|1", f"{STAMP}|@ASSET@|1"):
        made.feed(text)
    assert made.lines == sum(made.kinds.values()) == 6
    assert made.timed == 2
    assert made.kinds == {"observations": 2, "command": 1, "blank": 1, "corrupt": 1, "asset": 1}


fragments = st.sampled_from(
    [
        STAMP,
        "",
        "|",
        "||",
        "load",
        "system",
        "wave",
        "ghost",
        "OKUMA:",
        "Mazak:",
        "NORMAL",
        "NaN",
        "1e999",
        "-0.0",
        "56",
        "@ASSET@",
        "--multiline--A",
        "* ",
        '"',
        "\\|",
        "\r",
        "\0",
        "é",
        "\ud7ff",
        "9" * 400,
    ]
)


@given(lines=st.lists(st.one_of(st.text(max_size=80), st.lists(fragments, max_size=12).map("".join)), max_size=20))
def test_no_line_is_fatal_and_none_is_lost(lines: list[str]) -> None:
    made = parser()
    for text in lines:
        line = made.feed(text)
        assert all(found.code.startswith("TELEM.") and found.line == made.lines for found in line.quarantined)
        assert line.kind != "corrupt" or line.quarantined
    assert sum(made.kinds.values()) == len(lines)


@given(rest=st.lists(fragments, max_size=12).map("".join))
def test_splitting_never_loses_text(rest: str) -> None:
    plain = '"' not in rest or "\\|" not in rest
    fields = split_fields(rest)
    assert fields == rest.split("|") if plain else sum(map(len, fields)) <= len(rest)
