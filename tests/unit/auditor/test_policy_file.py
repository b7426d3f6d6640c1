"""Policies are read whole or refused with file and line of everything that is wrong."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chargehand.auditor.defect import DefectiveFileError
from chargehand.auditor.policy import DEFAULT_EFFECTS
from chargehand.auditor.policy_file import POLICY_INVALID, load_policy, policy_of_tree, read_policy, shipped_policy
from chargehand.contracts.verdict import Obligation

HEAD = '[policy]\nname = "p"\nversion = "1"\ndefault = "allow"\n'


def _refused(text: str) -> list[str]:
    with pytest.raises(DefectiveFileError) as caught:
        read_policy(text, "p.toml")
    assert caught.value.code == POLICY_INVALID
    return [str(defect) for defect in caught.value.defects]


def test_smallest_policy_has_safe_defaults() -> None:
    policy = read_policy(HEAD, "p.toml")
    assert (policy.single_operator, policy.rules, policy.tools, policy.limits) == (False, (), {}, ())
    assert policy.effects == DEFAULT_EFFECTS
    assert (policy.verdict_ttl_s, policy.approval_ttl_s, policy.permit_ttl_s, policy.basis_age_s) == (300, 3600, 30, 30)


def test_only_reading_and_inner_writing_are_allowed_by_default() -> None:
    assert {effect for effect, answer in DEFAULT_EFFECTS.items() if answer == "allow"} == {"read", "internal_write"}


def test_shipped_policy_is_acceptable() -> None:
    policy = shipped_policy()
    assert policy.name == "shop-floor"
    assert policy.default == "allow"
    assert not policy.single_operator
    assert {"read_file", "write_file", "shell", "http_get"} <= set(policy.tools)


def test_effects_table_overrides_class_by_class() -> None:
    policy = read_policy(HEAD + '[effects]\nmoney = "deny"\nexternal = "allow"\n', "p.toml")
    assert policy.effects == {**DEFAULT_EFFECTS, "money": "deny", "external": "allow"}


@pytest.mark.parametrize(
    ("text", "effect", "code", "gate"),
    [
        ("deny = true", "deny", "TOOL.RULE_DENIES", "operator"),
        ("needs_approval = true", "needs_approval", "GATE.APPROVAL_REQUIRED", "operator"),
        ('needs_approval = "finance"', "needs_approval", "GATE.APPROVAL_REQUIRED", "finance"),
        ("allow = true", "allow", "OK.RULE_ALLOWS", "operator"),
        ('deny = true\ncode = "X-ACME.NIGHT_SHIFT"', "deny", "X-ACME.NIGHT_SHIFT", "operator"),
    ],
)
def test_rule(text: str, effect: str, code: str, gate: str) -> None:
    (rule,) = read_policy(f'{HEAD}[[rule]]\nid = "r"\nwhen = {{ tool = "t" }}\n{text}\n', "p").rules
    assert (rule.id, rule.effect, rule.code, rule.gate) == ("r", effect, code, gate)


def test_rule_about_machines_has_their_code() -> None:
    (rule,) = read_policy(f'{HEAD}[[rule]]\nid = "r"\nwhen = {{ machine = "M" }}\ndeny = true\n', "p").rules
    assert rule.code == "MACH.RULE_DENIES"


def test_obligations() -> None:
    said = (
        '[{ kind = "max_duration", seconds = 60 }, { kind = "notify", who = "lead" }, { kind = "record", text = "x" }]'
    )
    (rule,) = read_policy(f'{HEAD}[[rule]]\nid = "r"\nwhen = {{ tool = "t" }}\nallow_with = {said}\n', "p").rules
    assert rule.obligations == (
        Obligation(kind="max_duration", seconds=60),
        Obligation(kind="notify", who="lead"),
        Obligation(kind="record", text="x"),
    )


def test_limit_is_kept_in_the_working_unit() -> None:
    (limit,) = read_policy(f'{HEAD}[[limit]]\nfield = "feed_rate"\nmax = 10\nunit = "in/min"\n', "p").limits
    assert (limit.machine, limit.field, limit.min, limit.max) == ("*", "feed_rate", None, 254.0)
    assert limit.id == "limit[0]"


def test_tool_entry_is_read() -> None:
    text = """[[tool]]
name = "get"
effect = "external"
paths = ["/a"]
hosts = ["a.example", "*.b.example"]
commands = ["curl"]
bounds = { n = { min = 1, max = 2, required = true }, s = { type = "text", max_length = 3, one_of = ["x"] } }
"""
    tool = read_policy(HEAD + text, "p").tools["get"]
    assert (tool.effect, tool.paths, tool.hosts, tool.commands) == (
        "external",
        ("/a",),
        ("a.example", "*.b.example"),
        ("curl",),
    )
    assert (tool.bounds["n"].min, tool.bounds["n"].max, tool.bounds["n"].required) == (1, 2, True)
    assert (tool.bounds["s"].type, tool.bounds["s"].one_of) == ("text", ("x",))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("", "bogus = 1"), "p.toml:5: unknown key 'bogus'"),
        (('name = "p"', "name = 1"), "p.toml:2: name must be a text"),
        (('version = "1"', 'version = ""'), "p.toml:3: version must be a text"),
        (('default = "allow"', 'default = "maybe"'), "p.toml:4: default must be one of"),
        (('default = "allow"', 'default = ["allow"]'), "p.toml:4: default must be one of"),
        (('default = "allow"\n', ""), "p.toml:1: default must be one of"),
        (("", "single_operator = 1"), "p.toml:5: single_operator must be true or false"),
        (("", "verdict_ttl_s = 0"), "p.toml:5: verdict_ttl_s must be a number of seconds above 0"),
        (("", "permit_ttl_s = -1"), "p.toml:5: permit_ttl_s"),
        (("", "approval_ttl_s = 1.5"), "p.toml:5: approval_ttl_s"),
        (("", "approval_ttl_s = 604801"), "p.toml:5: approval_ttl_s"),
        (("", "basis_age_s = true"), "p.toml:5: basis_age_s"),
        (("", "basis_age_s = nan"), "p.toml:5: policy.basis_age_s must be finite"),
        (("", 'basis_age_s = "30"'), "p.toml:5: basis_age_s"),
    ],
)
def test_faulty_head_names_its_line(change: tuple[str, str], message: str) -> None:
    text = HEAD.replace(*change) if change[0] else HEAD + change[1] + "\n"
    assert _refused(text)[0].startswith(message)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[bogus]", "p.toml:5: unknown key 'bogus'"),
        ("effects = 1", "p.toml:5: unknown key 'effects'"),
        ("[effects]\nfun = 'deny'", "p.toml:6: unknown key 'fun'"),
        ("[effects]\nmoney = 'no'", "p.toml:6: money must be one of"),
        ("[effects]\nmoney = ['deny']", "p.toml:6: money must be one of"),
        ("[rule]\nid = 'r'", "p.toml:5: write [[rule]]"),
        ("[[rule]]\nwhen = { tool = 't' }\ndeny = true", "p.toml:5: a rule needs an id"),
        ("[[rule]]\nid = 'a b'\nwhen = { tool = 't' }\ndeny = true", "p.toml:6: a rule needs an id"),
        ("[[rule]]\nid = 'r'\ndeny = true", "p.toml:5: when must be a table"),
        ("[[rule]]\nid = 'r'\nwhen = { tool = 't' }", "p.toml:5: a rule says exactly one of"),
        (
            "[[rule]]\nid = 'r'\nwhen = { tool = 't' }\ndeny = true\nallow = true",
            "p.toml:5: a rule says exactly one of",
        ),
        ("[[rule]]\nid = 'r'\nwhen = { tool = 't' }\ndeny = false", "p.toml:8: deny must be true"),
        ("[[rule]]\nid = 'r'\nwhen = { tool = 't' }\ndeny = 'x'", "p.toml:8: deny must be true"),
        ("[[rule]]\nid = 'r'\nwhen = { tool = 't' }\nallow = 1", "p.toml:8: allow must be true"),
        (
            "[[rule]]\nid = 'r'\nwhen = { tool = 't' }\nneeds_approval = ''",
            "p.toml:8: needs_approval must be true or a",
        ),
        ("[[rule]]\nid = 'r'\nwhen = { tool = 't' }\ndney = true", "p.toml:5: a rule says exactly one of"),
        ("[[rule]]\nid = 'r'\nwhen = { tool = 't' }\ndeny = true\ncode = 'TOOL.NOPE'", "p.toml:9: code 'TOOL.NOPE' is"),
        ("[[rule]]\nid = 'r'\nwhen = { tool = 't' }\ndeny = true\ncode = 'X-a.B'", "p.toml:9: code 'X-a.B' is not reg"),
        ("[[rule]]\nid = 'r'\nwhen = { tool = 't' }\ndeny = true\ncode = 7", "p.toml:9: code 7 is not registered"),
        ("[[rule]]\nid = 'r'\nwhen = { tool = 't' }\ndeny = true\ncode = 'OK.RULE_ALLOWS'", "p.toml:9: code 'OK.RULE"),
        ("[[rule]]\nid = 'r'\nwhen = { tool = 't' }\nallow = true\ncode = 'TOOL.RULE_DENIES'", "p.toml:9: code 'TOOL."),
        ("[[rule]]\nid = 'r'\nwhen = { tool = 't', x = 1 }\ndeny = true", "p.toml:7: unknown key 'x'"),
        ("[[rule]]\nid = 'r'\nwhen = { tool = 't' }\nallow_with = []", "p.toml:8: allow_with must be a list"),
        ("[[rule]]\nid = 'r'\nwhen = { tool = 't' }\nallow_with = true", "p.toml:8: allow_with must be a list"),
        ("[[rule]]\nid = 'r'\nwhen = { tool = 't' }\nallow_with = [{ kind = 'x' }]", "p.toml:8: obligation"),
        (
            "[[rule]]\nid = 'r'\nwhen = { tool = 't' }\nallow_with = [{ kind = 'notify' }]",
            "p.toml:8: obligation notify",
        ),
        (
            "[[rule]]\nid = 'r'\nwhen = { tool = 't' }\nallow_with = [{ kind = 'max_duration', seconds = 0 }]",
            "p.toml:8: obligation max_duration",
        ),
        (
            "[[rule]]\nid = 'r'\nwhen = { tool = 't' }\ndeny = true\n" * 2,
            "p.toml:10: rule 'r' stands there twice",
        ),
    ],
)
def test_faulty_rule_names_its_line(text: str, message: str) -> None:
    assert any(defect.startswith(message) for defect in _refused(HEAD + text + "\n"))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("effect = 'read'", "p.toml:5: tool: Object missing required field `name`"),
        ("name = 't'\neffect = 'fun'", "p.toml:5: tool: Invalid enum value 'fun'"),
        ("name = 't'\neffect = 'read'\nfoo = 1", "p.toml:8: unknown key 'foo'"),
        ("name = 't'\neffect = 'read'\npaths = ['a']", "p.toml:8: path 'a' must be full"),
        ("name = 't'\neffect = 'read'\npaths = ['/a/../b']", "p.toml:8: path"),
        ("name = 't'\neffect = 'read'\npaths = '/a'", "p.toml:5: tool: Expected `array`"),
        ("name = 't'\neffect = 'read'\nhosts = ['https://a']", "p.toml:8: host"),
        ("name = 't'\neffect = 'read'\nhosts = ['A.example']", "p.toml:8: host"),
        ("name = 't'\neffect = 'read'\nhosts = ['*']", "p.toml:8: host"),
        ("name = 't'\neffect = 'read'\nhosts = ['a:443']", "p.toml:8: host"),
        ("name = 't'\neffect = 'read'\ncommands = ['rm -rf']", "p.toml:8: command"),
        ("name = 't'\neffect = 'read'\ncommands = ['']", "p.toml:8: command"),
        ("name = 't'\neffect = 'read'\nbounds.x = { min = 2, max = 1 }", "p.toml:8: x: min 2.0 is above max"),
        ("name = 't'\neffect = 'read'\nbounds.x = { minn = 2 }", "p.toml:8: unknown key 'minn'"),
        ("name = 't'\neffect = 'read'\nbounds.x = { type = 'text', min = 2 }", "p.toml:8: x: min and max belong"),
        ("name = 't'\neffect = 'read'\nbounds.x = { max_length = 2 }", "p.toml:8: x: max_length belongs"),
        ("name = 't'\neffect = 'read'\nopen = 'yes'", "p.toml:5: tool: Expected `bool`"),
        ("name = 't'\neffect = 'read'\nbounds.x = { type = 'int' }", "p.toml:5: tool: Invalid enum"),
        ("name = 't'\neffect = 'read'\nbounds.x = { max = nan }", "p.toml:8: tool.0.bounds.x.max must be finite"),
        ("name = 't'\neffect = 'read'\n[[tool]]\nname = 't'\neffect = 'read'", "p.toml:9: tool 't' stands there twice"),
    ],
)
def test_faulty_tool_names_its_line(text: str, message: str) -> None:
    assert _refused(f"{HEAD}[[tool]]\n{text}\n")[0].startswith(message)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("max = 1", "p.toml:5: unknown field None"),
        ("field = 'fed'\nmax = 1", "p.toml:6: unknown field 'fed'"),
        ("field = ['a']\nmax = 1", "p.toml:6: unknown field"),
        ("field = 'feed_rate'", "p.toml:5: a limit needs min or max"),
        ("field = 'feed_rate'\nmax = nan", "p.toml:7: limit.0.max must be finite"),
        ("field = 'feed_rate'\nmax = inf", "p.toml:7: limit.0.max must be finite"),
        ("field = 'feed_rate'\nmax = '1'", "p.toml:7: max must be a number"),
        ("field = 'feed_rate'\nmin = true", "p.toml:7: min must be a number"),
        ("field = 'feed_rate'\nmin = 2\nmax = 1", "p.toml:7: min 2.0 is above max 1.0"),
        ("field = 'feed_rate'\nmax = 1\nunit = 'mm'", "p.toml:7: max must be a number in a unit of"),
        ("field = 'feed_rate'\nmax = 1\nunit = 'mm/min '", "p.toml:7: max must be a number in a unit of"),
        ("field = 'feed_rate'\nmax = 1\nunit = 1", "p.toml:7: max must be a number in a unit of"),
        ("field = 'feed_rate'\nmax = 1\nmachine = ''", "p.toml:8: machine must be"),
        ("field = 'feed_rate'\nmax = 1\nid = ''", "p.toml:8: id must be a text"),
        ("field = 'feed_rate'\nmaxx = 1", "p.toml:7: unknown key 'maxx'"),
    ],
)
def test_faulty_limit_names_its_line(text: str, message: str) -> None:
    assert any(defect.startswith(message) for defect in _refused(f"{HEAD}[[limit]]\n{text}\n"))


def test_all_faults_of_a_file_are_listed() -> None:
    faults = _refused(HEAD + "bogus = 1\n[[limit]]\nfield = 'x'\n[[rule]]\nid = 'r'\nwhen = { y = 1 }\ndeny = true\n")
    assert [fault.split(":")[1] for fault in faults] == ["5", "7", "10", "10"]


def test_missing_head_is_refused() -> None:
    assert "[policy]" in _refused("[effects]\n")[0]


def test_digest_ignores_comments_and_order() -> None:
    other = "# note\n[policy]\ndefault = 'allow'   # yes\nversion = '1'\nname = 'p'\n"
    assert read_policy(other, "q").digest == read_policy(HEAD, "p").digest


@pytest.mark.parametrize("change", [('"allow"', '"deny"'), ('version = "1"', 'version = "2"'), ('"p"', '"q"')])
def test_digest_sees_every_change(change: tuple[str, str]) -> None:
    assert read_policy(HEAD.replace(*change), "p").digest != read_policy(HEAD, "p").digest


def test_recorded_policy_is_the_policy() -> None:
    policy = shipped_policy()
    assert policy_of_tree(policy.document, "recorded") == policy


def test_policy_of_a_file(tmp_path: Path) -> None:
    path = tmp_path / "p.toml"
    path.write_text(HEAD, "utf-8")
    assert load_policy(path).name == "p"


@pytest.mark.parametrize("name", ["missing.toml", "binary.toml"])
def test_file_that_cannot_be_read_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / "binary.toml").write_bytes(b"\xff")
    with pytest.raises(DefectiveFileError, match="cannot be read"):
        load_policy(tmp_path / name)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
TABLE = st.dictionaries(
    st.sampled_from(["id", "name", "when", "deny", "allow_with", "field", "min", "max", "unit", "machine", "effect"])
    | st.sampled_from(["bounds", "paths", "hosts", "code", "version", "default", "single_operator", "permit_ttl_s"]),
    JSON,
    max_size=5,
)


@given(
    st.fixed_dictionaries(
        {}, optional={"policy": TABLE | JSON, "effects": JSON, "rule": st.lists(TABLE), "tool": st.lists(TABLE)}
    ),
    st.lists(TABLE) | JSON,
)
def test_any_tree_is_read_or_refused(tree: dict[str, Any], limits: Any) -> None:
    with contextlib.suppress(DefectiveFileError):
        assert policy_of_tree({**tree, "limit": limits}, "fuzz").digest.startswith("sha256:")


def test_open_tool_and_url_argument_are_read() -> None:
    tool = {"name": "t", "effect": "read", "open": True, "bounds": {"u": {"type": "url", "max_length": 9}}}
    tree = {"policy": {"name": "p", "version": "1", "default": "deny"}, "tool": [tool, {"name": "s", "effect": "read"}]}
    read = policy_of_tree(tree, "p").tools
    assert (read["t"].open, read["s"].open) == (True, False)
    assert (read["t"].bounds["u"].type, read["t"].bounds["u"].max_length) == ("url", 9)
