"""What is shown: data on one stream, talk on the other, and no text from outside that moves the cursor."""

from __future__ import annotations

import json

import msgspec
import pytest

from chargehand.cli import screen
from chargehand.contracts.examples import EXAMPLES


def test_an_answer_keeps_its_bytes_beside_the_version(capsys: pytest.CaptureFixture[str]) -> None:
    verdict = msgspec.json.encode(EXAMPLES["Verdict"], order="sorted")
    screen.json_object(verdict)
    out = capsys.readouterr().out
    assert out.startswith('{"schema_version":1,')
    assert out.rstrip("\n").encode().replace(b'"schema_version":1,', b"", 1) == verdict


@pytest.mark.parametrize(
    ("content", "shown"),
    [
        (b"{}", {"schema_version": 1}),
        (b'{"a":{"schema_version":9}}', {"schema_version": 1, "a": {"schema_version": 9}}),
        (b'{"a":1,"schema_version":2}', {"schema_version": 2, "a": 1}),
    ],
)
def test_a_version_that_is_there_is_kept(
    content: bytes, shown: dict[str, object], capsys: pytest.CaptureFixture[str]
) -> None:
    screen.json_object(content)
    out = capsys.readouterr().out
    assert json.loads(out) == shown
    assert out.count('"schema_version"') == content.count(b'"schema_version"') + (b"2}" not in content)


def test_numbers_keep_their_digits(capsys: pytest.CaptureFixture[str]) -> None:
    screen.json_object(b'{"a":1.50,"b":-0.0,"c":1e999,"d":12345678901234567890123}')
    assert '"a":1.50,"b":-0.0,"c":1e999,"d":12345678901234567890123}' in capsys.readouterr().out


@pytest.mark.parametrize(
    "text", ["\x1b[2J\x1b[31mok", "a\rb", "safe\u202etxt.exe", "bell\x07", "zero\u200bwidth", "\x9b31m"]
)
def test_text_from_outside_cannot_move_the_cursor(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    screen.line(text)
    screen.note(text)
    screen.facts([("intent", text), (text, "x")])
    screen.table(("Intent",), [(text,), ([text],), ({text: 1},)])
    out, err = capsys.readouterr()
    for character in (out + err).replace("\n", ""):
        assert character.isprintable(), repr(character)


def test_brackets_are_text_and_no_markup(capsys: pytest.CaptureFixture[str]) -> None:
    screen.table(("A",), [("[red]x[/red]",)])
    screen.facts([("[bold]", "[link=http://x]y[/link]")])
    out = capsys.readouterr().out
    assert "[red]x[/red]" in out
    assert "[bold]" in out
    assert "[link=http://x]y[/link]" in out


def test_a_pipe_gets_no_colours_and_whole_cells(capsys: pytest.CaptureFixture[str]) -> None:
    long = "x" * 150
    screen.table(("Verdict", "Text"), [("deny", long)])
    out = capsys.readouterr().out
    assert "\x1b" not in out
    assert long in out


def test_what_is_missing_is_said_beside_the_data(capsys: pytest.CaptureFixture[str]) -> None:
    screen.table(("A",), [], empty="no machine")
    screen.more(None)
    assert capsys.readouterr() == ("", "no machine\n")
    screen.more("abc")
    assert capsys.readouterr() == ("", "more: --cursor abc\n")


def test_facts_leave_out_what_is_null_and_keep_what_is_false(capsys: pytest.CaptureFixture[str]) -> None:
    screen.facts([("a", None), ("b", []), ("c", {}), ("d", False), ("e", 0), ("f", ["x", 1.5])])
    assert capsys.readouterr().out.split() == ["d", "no", "e", "0", "f", "x,", "1.5"]


@pytest.mark.parametrize(
    ("value", "shown"), [(1.0, "1"), (0.1 + 0.2, "0.3"), (12345.678, "12345.7"), (None, ""), (7, "7"), ("x", "x")]
)
def test_numbers_read_well(value: object, shown: str) -> None:
    assert screen.number(value) == shown
