"""Every key of a TOML text is found at its line, whatever stands between."""

from __future__ import annotations

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chargehand.auditor.lines import LineIndex

TEXT = '''# a comment with [brackets] = and "quotes"
top = 1

[policy]
name = "x"  # [not] a table
"quoted.key" = 2
long = """
fake = 1
[fake]
"""
after = 3
list = [
  1, # one ]
  "]", # closing in a string
  { inner = 1 },
]
last = 4
dotted.deep.key = 5

[[rule]]
id = "first"
when = { tool = "x" }

[[rule]]
id = "second"

  [rule.when]
  tool = 'y # not a comment'

[machine.axes.X]
min = 0
'''


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("top",), 2),
        (("policy",), 4),
        (("policy", "name"), 5),
        (("policy", "quoted.key"), 6),
        (("policy", "long"), 7),
        (("policy", "after"), 11),
        (("policy", "list"), 12),
        (("policy", "list", 1), 12),
        (("policy", "list", 2, "inner"), 15),
        (("policy", "last"), 17),
        (("policy", "dotted", "deep", "key"), 18),
        (("rule", 0), 20),
        (("rule", 0, "id"), 21),
        (("rule", 0, "when", "tool"), 22),
        (("rule", 1), 24),
        (("rule", 1, "id"), 25),
        (("rule", 1, "when"), 27),
        (("rule", 1, "when", "tool"), 28),
        (("machine", "axes", "X", "min"), 31),
    ],
)
def test_key_is_found_at_its_line(path: tuple[str | int, ...], line: int) -> None:
    assert LineIndex(TEXT).find(path) == line


def test_the_text_is_what_it_claims() -> None:
    tree = tomllib.loads(TEXT)
    assert tree["policy"]["after"] == 3
    assert tree["rule"][1]["when"]["tool"] == "y # not a comment"


def test_unknown_path_is_nowhere() -> None:
    assert LineIndex(TEXT).find(("nothing",)) is None
    assert LineIndex(TEXT).find(()) is None


def test_escaped_quote_does_not_end_a_string() -> None:
    index = LineIndex('a = "x \\" [ y"\nb = 1\n')
    assert index.find(("b",)) == 2


@given(st.text(max_size=200))
def test_any_text_is_survived(text: str) -> None:
    LineIndex(text).find(("a",))


@given(st.lists(st.sampled_from("abcdef"), unique=True, max_size=6), st.integers(0, 5))
def test_lines_are_counted(names: list[str], blank: int) -> None:
    text = "".join("\n" * blank + f"{name} = 1\n" for name in names)
    index = LineIndex(text)
    for place, name in enumerate(names):
        assert index.find((name,)) == place * (blank + 1) + blank + 1
