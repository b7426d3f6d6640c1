"""Rules compiled for finding all that match in a time that does not grow with their number.

Exact conditions become keys of dictionaries, one dictionary per combination of conditions that some rule uses; folders
become keys of a prefix table; numeric bounds become sorted arrays, searched by bisection. What fits none of these (a
host with `*`, a value between two bounds, very many alternatives) stays in a residual list that is tried one by one;
its length is reported, because it is the only part that grows.

A rule that narrows (it denies, or asks for an approval) holds if any place of the act lies in its folders, whatever
the case of the letters, because many file systems do not tell them apart. A rule that allows holds only if every place
does, letter by letter: it covers nothing that it does not name.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Mapping, Sequence
from itertools import product
from operator import itemgetter
from typing import Any, Generic, TypeVar

from chargehand.auditor.condition import ARGUMENT_PREFIX
from chargehand.auditor.paths import folded, within
from chargehand.auditor.policy import NARROWING, PolicyLimit, Rule, When

Facts = tuple[str | None, ...]
T = TypeVar("T", Rule, PolicyLimit)

CHANGE_FACTS = ("operation", "machine", "material", "cutting_tool")
CALL_FACTS = ("tool", "effect", "host", "command")
ALTERNATIVES_MAX = 64
"""Most dictionary entries that one rule may take; with more alternatives it goes to the residual list."""


class Bounds(Generic[T]):
    """All bounds on one field: whose are violated by a value, found by bisection.

    Attributes:
        low: the greatest of the lower bounds; below it at least one is violated.
        high: the least of the upper bounds.
    """

    __slots__ = ("_above", "_above_at", "_below", "_below_at", "high", "low")

    def __init__(self, entries: Sequence[tuple[T, float | None, float | None]]) -> None:
        """Take (owner, lower bound or None, upper bound or None)."""
        above = sorted(((high, place) for place, (_, _, high) in enumerate(entries) if high is not None))
        below = sorted(((low, place) for place, (_, low, _) in enumerate(entries) if low is not None))
        self._above_at = [at for at, _ in above]
        self._above: list[T] = [entries[place][0] for _, place in above]
        self._below_at = [at for at, _ in below]
        self._below: list[T] = [entries[place][0] for _, place in below]
        self.high = self._above_at[0] if above else math.inf
        self.low = self._below_at[-1] if below else -math.inf

    def violated(self, value: float) -> tuple[list[T], list[T]]:
        """Owners of upper and of lower bounds that a number violates. NaN violates all of them."""
        if value != value:  # noqa: PLR0124  (NaN is the only number that differs from itself)
            return list(self._above), list(self._below)
        above = self._above[: bisect_left(self._above_at, value)]
        below = self._below[bisect_right(self._below_at, value) :]
        return above, below


class _Bucket:
    """The rules behind one key."""

    __slots__ = ("always", "bounds", "folders", "longest", "root", "shortest")

    def __init__(self, rules: list[tuple[Rule, str | None]]) -> None:
        """Take rules with the folder each asks for, folded, if any."""
        plain = [rule for rule, folder in rules if folder is None]
        self.always = [rule for rule in plain if rule.when.field is None]
        fields: dict[str, list[tuple[Rule, float | None, float | None]]] = {}
        for rule in plain:
            if rule.when.field is not None:
                name = rule.when.field.removeprefix(ARGUMENT_PREFIX)
                fields.setdefault(name, []).append((rule, rule.when.below, rule.when.above))
        self.bounds = [(name, Bounds(entries)) for name, entries in fields.items()]
        by_folder: dict[str, list[tuple[Rule, str | None]]] = {}
        for rule, folder in rules:
            if folder is not None:
                by_folder.setdefault(folder, []).append((rule, None))
        self.folders = {folder: _Bucket(inner) for folder, inner in by_folder.items()}
        self.root = self.folders.pop("/", None)
        self.shortest = min(map(len, self.folders), default=0)
        self.longest = max(map(len, self.folders), default=0)

    def collect(self, values: Mapping[str, Any], paths: Sequence[str], found: list[Rule]) -> None:
        if self.always:
            found += self.always
        for name, bounds in self.bounds:
            value = values.get(name)
            if value is None:
                continue
            kind = type(value)
            if kind is not float and kind is not int:
                _unjudged(bounds, found)
            elif not (bounds.low <= value <= bounds.high):
                above, below = bounds.violated(value)
                found += above
                found += below
        if paths and self.root is not None:
            self.root.collect(values, (), found)
        if self.folders:
            # Every folder above a path written out: a generator here costs as much as the rest of the rule stage.
            table, longest = self.folders, self.longest
            for path in paths:
                at = path.find("/", self.shortest)
                while 0 < at <= longest:
                    if path[:at] in table:
                        table[path[:at]].collect(values, (), found)
                    at = path.find("/", at + 1)
                if path in table:
                    table[path].collect(values, (), found)


class Index:
    """All rules about one kind of proposal."""

    def __init__(self, rules: Sequence[Rule], names: tuple[str, ...]) -> None:
        """Compile the rules; `names` are the exact conditions, in the order of the facts."""
        self._names = names
        self._folders = any(rule.when.path_prefix for rule in rules)
        self._careful_allows = any(
            rule.effect not in NARROWING and (rule.when.field is not None or rule.when.path_prefix) for rule in rules
        )
        self.residual: list[Rule] = []
        shapes: dict[tuple[int, ...], dict[Any, list[tuple[Rule, str | None]]]] = {}
        for rule in rules:
            wanted = [getattr(rule.when, name) for name in names]
            if not _indexable(rule.when, wanted):
                self.residual.append(rule)
                continue
            places = tuple(place for place, values in enumerate(wanted) if values)
            table = shapes.setdefault(places, {})
            for key in product(*(wanted[place] for place in places)):
                behind = table.setdefault(key[0] if len(key) == 1 else key, [])
                behind.extend((rule, folder) for folder in dict.fromkeys(map(folded, rule.when.path_prefix)) or (None,))
        self._shapes = [
            (_key_of(places), {key: _Bucket(behind) for key, behind in table.items()})
            for places, table in shapes.items()
        ]

    def match(self, facts: Facts, values: Mapping[str, Any], paths: Sequence[str] = ()) -> list[Rule]:
        """Every rule whose conditions hold, each once, in no particular order.

        Args:
            facts: what the exact conditions compare with; None where there is nothing.
            values: numbers by field (of a call: its arguments). A value that is no number, or NaN, meets every bound of
                a rule that denies or asks, and none of a rule that allows.
            paths: every place of a call, cleaned. A rule that denies or asks meets any of them, one that allows all.
        """
        found: list[Rule] = []
        alike = [path.lower() if path.isascii() else folded(path) for path in paths] if self._folders else ()
        for key_of, buckets in self._shapes:
            bucket = buckets.get(key_of(facts))
            if bucket is not None:
                bucket.collect(values, alike, found)
        if self.residual:
            found += [rule for rule in self.residual if holds(rule, self._names, facts, values, paths)]
        if len(found) > 1:
            found = list({rule.id: rule for rule in found}.values())
        if found and self._careful_allows:
            found = [rule for rule in found if _admits(rule, values, paths)]
        return found


def holds(rule: Rule, names: tuple[str, ...], facts: Facts, values: Mapping[str, Any], paths: Sequence[str]) -> bool:
    """Whether a rule's conditions hold, evaluated one by one: the meaning that the index must reproduce."""
    when = rule.when
    for name, fact in zip(names, facts, strict=True):
        wanted = getattr(when, name)
        if wanted and not any(_same(name, fact, value) for value in wanted):
            return False
    if when.path_prefix and not (_touches if rule.effect in NARROWING else _covers)(when.path_prefix, paths):
        return False
    if when.field is None:
        return True
    value = values.get(when.field.removeprefix(ARGUMENT_PREFIX))
    return value is not None and _beyond(rule, value)


def _touches(folders: Sequence[str], paths: Sequence[str]) -> bool:
    return any(within(folded(path), folded(folder)) for path in paths for folder in folders)


def _covers(folders: Sequence[str], paths: Sequence[str]) -> bool:
    return bool(paths) and all(any(within(path, folder) for folder in folders) for path in paths)


def _beyond(rule: Rule, value: Any) -> bool:
    if type(value) not in (int, float) or value != value:  # noqa: PLR0124  (NaN)
        return rule.effect in NARROWING
    above, below = rule.when.above, rule.when.below
    if above is not None and below is not None and above < below:
        return bool(above < value < below)
    return bool((above is not None and value > above) or (below is not None and value < below))


def _admits(rule: Rule, values: Mapping[str, Any], paths: Sequence[str]) -> bool:
    """A rule that allows needs a number that it can compare, and every place in its folders."""
    when = rule.when
    if rule.effect in NARROWING:
        return True
    if when.path_prefix and not _covers(when.path_prefix, paths):
        return False
    return when.field is None or _beyond(rule, values.get(when.field.removeprefix(ARGUMENT_PREFIX)))


def _same(name: str, fact: str | None, wanted: str) -> bool:
    if name == "host" and fact is not None and wanted.startswith("*."):
        return fact.endswith(wanted[1:])
    return fact == wanted


def _indexable(when: When, wanted: Sequence[tuple[str, ...]]) -> bool:
    between = when.above is not None and when.below is not None and when.above < when.below
    entries = math.prod(len(values) or 1 for values in wanted) * (len(when.path_prefix) or 1)
    return not between and entries <= ALTERNATIVES_MAX and not any(host.startswith("*.") for host in when.host)


def _unjudged(bounds: Bounds[Rule], found: list[Rule]) -> None:
    above, below = bounds.violated(math.nan)
    found += above
    found += below


def _key_of(places: tuple[int, ...]) -> Callable[[Facts], Any]:
    return itemgetter(*places) if places else lambda _: ()
