"""The index finds exactly the rules whose conditions hold, and does no more work for more rules."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chargehand.auditor.index import ALTERNATIVES_MAX, CALL_FACTS, CHANGE_FACTS, Bounds, Facts, Index, holds
from chargehand.auditor.policy import PolicyLimit, Rule, RuleEffect, When

TOOLS = ("read", "write", "run")
HOSTS = ("a.example", "b.example", "*.example")
FOLDERS = ("/", "/a", "/a/b", "/ab", "/c", "/A/b")
NUMBERS = st.one_of(st.integers(-3, 3), st.floats(-3, 3), st.just(math.nan), st.just(math.inf))
VALUES = st.dictionaries(st.sampled_from(["n", "m"]), NUMBERS | st.just("text") | st.just(True), max_size=2)


def _some(values: tuple[str, ...]) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(st.sampled_from(values), unique=True, max_size=2).map(tuple)


@st.composite
def call_rules(draw: st.DrawFn) -> list[Rule]:
    rules = []
    for place in range(draw(st.integers(0, 8))):
        field = draw(st.sampled_from([None, "arguments.n", "arguments.m"]))
        above = draw(st.none() | st.integers(-2, 2).map(float)) if field else None
        below = draw(st.integers(-2, 2).map(float)) if field and above is None else None
        if field and above is not None:
            below = draw(st.none() | st.integers(-2, 2).map(float))
        when = When(
            kind="tool.call",
            tool=draw(_some(TOOLS)),
            effect=draw(_some(("read", "money"))),
            host=draw(_some(HOSTS)),
            command=draw(_some(("ls", "rm"))),
            path_prefix=draw(_some(FOLDERS)),
            field=field,
            above=above,
            below=below,
        )
        effect: RuleEffect = draw(st.sampled_from(["deny", "needs_approval", "allow"]))
        rules.append(Rule(id=f"r{place}", when=when, effect=effect, code="TOOL.RULE_DENIES"))
    return rules


FACTS = st.tuples(
    st.sampled_from([*TOOLS, None]),
    st.sampled_from(["read", "money"]),
    st.sampled_from(["a.example", "b.example", "c.other", None]),
    st.sampled_from(["ls", "rm", None]),
)
PATHS = st.lists(st.sampled_from(["/", "/a", "/a/b", "/a/b/c", "/abc", "/c/d", "/A/B"]), max_size=3)


@given(call_rules(), FACTS, VALUES, PATHS)
def test_index_means_what_the_conditions_say(
    rules: list[Rule], facts: Facts, values: dict[str, Any], paths: list[str]
) -> None:
    found = sorted(rule.id for rule in Index(rules, CALL_FACTS).match(facts, values, paths))
    assert found == sorted(rule.id for rule in rules if holds(rule, CALL_FACTS, facts, values, paths))


def _rule(effect: RuleEffect = "deny", **when: Any) -> Rule:
    return Rule(id="r", when=When(kind="tool.call", **when), effect=effect, code="TOOL.RULE_DENIES")


def _matches(rule: Rule, values: dict[str, Any]) -> bool:
    return bool(Index([rule], CALL_FACTS).match(("t", "read", None, None), values))


@pytest.mark.parametrize(
    ("when", "value", "expected"),
    [
        ({"above": 5.0}, 5, False),
        ({"above": 5.0}, math.nextafter(5, 6), True),
        ({"below": 5.0}, 5, False),
        ({"below": 5.0}, math.nextafter(5, 4), True),
        ({"above": 5.0, "below": 1.0}, 1, False),
        ({"above": 5.0, "below": 1.0}, 5, False),
        ({"above": 5.0, "below": 1.0}, 0.9, True),
        ({"above": 5.0, "below": 1.0}, 5.1, True),
        ({"above": 1.0, "below": 5.0}, 3, True),
        ({"above": 1.0, "below": 5.0}, 1, False),
        ({"above": 1.0, "below": 5.0}, 5, False),
        ({"above": 1.0, "below": 5.0}, 9, False),
        ({"above": 5.0}, None, False),
    ],
)
def test_bounds_are_open_at_their_end(when: dict[str, Any], value: float | None, expected: bool) -> None:
    assert _matches(_rule(field="arguments.n", **when), {"n": value}) is expected


@pytest.mark.parametrize("value", [math.nan, "5", True, [5], {}])
@pytest.mark.parametrize(("effect", "expected"), [("deny", True), ("needs_approval", True), ("allow", False)])
@pytest.mark.parametrize("when", [{"above": 5.0}, {"below": 5.0}, {"above": 1.0, "below": 5.0}])
def test_value_without_a_number_fails_closed(
    value: Any, effect: RuleEffect, expected: bool, when: dict[str, Any]
) -> None:
    assert _matches(_rule(effect, field="arguments.n", **when), {"n": value}) is expected


def test_each_rule_is_found_once() -> None:
    rule = _rule(path_prefix=("/a", "/a/b"))
    assert Index([rule], CALL_FACTS).match(("t", "read", None, None), {}, ["/a/b/c", "/a/b/d"]) == [rule]


NARROWING: list[RuleEffect] = ["deny", "needs_approval"]
WIDENING: list[RuleEffect] = ["allow", "allow_with"]


def _holds(effect: RuleEffect, paths: list[str], *folders: str) -> bool:
    rule, facts = _rule(effect, path_prefix=folders), ("t", "read", None, None)
    found = Index([rule], CALL_FACTS).match(facts, {}, paths)
    assert bool(found) is holds(rule, CALL_FACTS, facts, {}, paths)
    return bool(found)


@pytest.mark.parametrize("paths", [["/a/x", "/b"], ["/b", "/a/x"], ["/a", "/ab"]])
def test_allowing_rule_covers_no_place_that_it_does_not_name(paths: list[str]) -> None:
    assert [_holds(effect, paths, "/a") for effect in NARROWING + WIDENING] == [True, True, False, False]


@pytest.mark.parametrize("paths", [["/a/x", "/b"], ["/a"], ["/b/y", "/b/z", "/a/x"]])
def test_allowing_rule_covers_places_in_any_of_its_folders(paths: list[str]) -> None:
    assert all(_holds(effect, paths, "/a", "/b") for effect in NARROWING + WIDENING)


@pytest.mark.parametrize(
    ("path", "folder"),
    [("/w/.GIT/x", "/w/.git"), ("/W/.git", "/w/.git"), ("/w/.git", "/w/.GIT"), ("/w/\u00c4", "/w/a\u0308")],
)
def test_case_of_letters_hides_nothing_from_a_narrowing_rule(path: str, folder: str) -> None:
    assert [_holds(effect, [path], folder) for effect in NARROWING + WIDENING] == [True, True, False, False]


@pytest.mark.parametrize("effect", NARROWING + WIDENING)
def test_folders_that_differ_in_case_are_one_rule(effect: RuleEffect) -> None:
    assert _holds(effect, ["/a/x"], "/a", "/A")


def test_folder_condition_needs_a_path() -> None:
    assert Index([_rule(path_prefix=("/",))], CALL_FACTS).match(("t", "read", None, None), {}, []) == []


@pytest.mark.parametrize(
    ("when", "residual"),
    [
        ({"tool": ("t",)}, False),
        ({"host": ("a.example",)}, False),
        ({"host": ("*.example",)}, True),
        ({"field": "arguments.n", "above": 1.0}, False),
        ({"field": "arguments.n", "above": 1.0, "below": 5.0}, True),
        ({"tool": tuple(f"t{n}" for n in range(ALTERNATIVES_MAX))}, False),
        ({"tool": tuple(f"t{n}" for n in range(ALTERNATIVES_MAX + 1))}, True),
    ],
)
def test_what_fits_no_index_is_counted(when: dict[str, Any], residual: bool) -> None:
    assert bool(Index([_rule(**when)], CALL_FACTS).residual) is residual


def test_wildcard_host_needs_a_label_before_it() -> None:
    index = Index([_rule(host=("*.example",))], CALL_FACTS)
    assert index.match(("t", "read", "a.example", None), {})
    assert not index.match(("t", "read", "example", None), {})
    assert not index.match(("t", "read", "aexample", None), {})
    assert not index.match(("t", "read", None, None), {})


class CountingFacts(tuple[str | None, ...]):
    """Facts that count how often they are looked at."""

    __slots__ = ()
    looks = 0

    def __getitem__(self, key: Any) -> Any:
        type(self).looks += 1
        return super().__getitem__(key)


def _change_rule(place: int) -> Rule:
    when = When(kind="machine.change", material=(f"m{place}",), field="feed_rate", above=float(place))
    return Rule(id=f"r{place}", when=when, effect="deny", code="MACH.RULE_DENIES")


@pytest.mark.parametrize("count", [10, 100, 1000])
def test_work_does_not_grow_with_the_rules(count: int) -> None:
    index = Index([_change_rule(place) for place in range(count)], CHANGE_FACTS)
    CountingFacts.looks = 0
    facts = CountingFacts(("start", "M", "m7", "t"))
    assert [rule.id for rule in index.match(facts, {"feed_rate": 8})] == ["r7"]
    assert CountingFacts.looks == 1


@given(st.lists(st.tuples(NUMBERS, NUMBERS), max_size=8), st.floats(-4, 4))
def test_bounds_report_every_violated_one(ends: list[tuple[float, float]], value: float) -> None:
    limits = [
        PolicyLimit(id=str(place), machine="*", field="f", min=low, max=high)
        for place, (low, high) in enumerate(ends)
        if low <= high
    ]
    bounds = Bounds([(limit, limit.min, limit.max) for limit in limits])
    above, below = bounds.violated(value)
    assert {limit.id for limit in above} == {
        limit.id for limit in limits if limit.max is not None and value > limit.max
    }
    assert {limit.id for limit in below} == {
        limit.id for limit in limits if limit.min is not None and value < limit.min
    }
    assert (bounds.low <= value <= bounds.high) is not bool(above or below)


def test_nan_violates_all_bounds() -> None:
    limit = PolicyLimit(id="l", machine="*", field="f", min=1, max=2)
    assert Bounds([(limit, 1, 2)]).violated(math.nan) == ([limit], [limit])


def test_no_bounds_admit_everything() -> None:
    bounds: Bounds[PolicyLimit] = Bounds([])
    assert (bounds.low, bounds.high) == (-math.inf, math.inf)
    assert bounds.violated(1e308) == ([], [])
