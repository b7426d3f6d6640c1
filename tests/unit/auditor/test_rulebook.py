"""A rulebook is a policy and cards, compiled once."""

from __future__ import annotations

from typing import Any

import pytest

from chargehand.auditor.cards import load_cards
from chargehand.auditor.policy_file import policy_of_tree, shipped_policy
from chargehand.auditor.rulebook import RESIDUAL_RULES_MAX, Rulebook, program_of

HEAD = {"policy": {"name": "p", "version": "1", "default": "deny"}}


def _book(tree: dict[str, Any] | None = None) -> Rulebook:
    cards = load_cards()
    policy = shipped_policy() if tree is None else policy_of_tree({**HEAD, **tree}, "p")
    return Rulebook(policy, tools=cards.tools, materials=cards.materials, engine_version="0.1.0")


def test_shipped_rulebook_has_no_residual_rules() -> None:
    book = _book()
    assert book.residual_count == 0
    assert book.warnings == ()


def test_many_residual_rules_are_warned_about() -> None:
    rules = [
        {"id": f"r{place}", "when": {"tool": "t", "host": f"*.h{place}.example"}, "deny": True}
        for place in range(RESIDUAL_RULES_MAX + 1)
    ]
    book = _book({"rule": rules})
    assert book.residual_count == RESIDUAL_RULES_MAX + 1
    assert book.warnings[0].startswith(f"{RESIDUAL_RULES_MAX + 1} rules fit no index")
    assert _book({"rule": rules[1:]}).warnings == ()


def test_limits_of_a_machine_include_those_of_all() -> None:
    limits = [
        {"field": "feed_rate", "max": 500},
        {"machine": "M", "field": "feed_rate", "max": 300},
        {"machine": "M", "field": "axial_depth", "max": 3},
    ]
    book = _book({"limit": limits})
    of_m = dict(book.limits("M"))
    assert (of_m["feed_rate"].high, of_m["axial_depth"].high) == (300, 3)
    (other,) = book.limits("N")
    assert (other[0], other[1].high) == ("feed_rate", 500)


def test_signals_that_are_spoken_of_are_known() -> None:
    book = _book(
        {
            "limit": [{"field": "spindle_temperature", "max": 70}, {"field": "spindle_speed", "max": 1}],
            "rule": [{"id": "r", "when": {"field": "vibration", "above": 4}, "deny": True}],
        }
    )
    assert book.signal_fields == ("spindle_temperature", "vibration")


def test_tools_are_ready_for_comparing() -> None:
    tool = {
        "name": "get",
        "effect": "money",
        "hosts": ["a.example", "*.b.example"],
        "paths": ["/w"],
        "commands": ["curl"],
    }
    entry = _book({"tool": [tool], "effects": {"money": "deny"}}).call_tools["get"]
    assert (entry.answer, entry.hosts, entry.host_ends) == ("deny", frozenset({"a.example"}), (".b.example",))
    assert (entry.folders, entry.commands) == (("/w",), frozenset({"curl"}))


def test_record_says_what_is_loaded() -> None:
    book = _book({"limit": [{"field": "feed_rate", "max": 500}]})
    record = book.record(active=True)
    assert (record.name, record.default, record.limits, record.rules, record.active) == ("p", "deny", 1, 0, True)
    assert record.digest == book.policy.digest
    assert record.document is None
    assert book.record(active=False, document=True).document == book.policy.document


@pytest.mark.parametrize(
    ("command", "program"),
    [
        ("ls -l", "ls"),
        ("  ls", "ls"),
        ("ls", "ls"),
        ("", ""),
        ("   ", ""),
        (None, None),
        (5, None),
        ("/bin/ls", "/bin/ls"),
    ],
)
def test_program_is_the_first_word(command: object, program: str | None) -> None:
    assert program_of(command) == program
