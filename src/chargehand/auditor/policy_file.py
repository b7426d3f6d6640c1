"""Policy files in TOML: read as a whole, refused as a whole, with file and line of everything that is wrong.

```
[policy]   name, version, default = allow | needs_approval | deny; optional single_operator, verdict_ttl_s,
           approval_ttl_s, permit_ttl_s, basis_age_s
[effects]  effect class = allow | needs_approval | deny
[[rule]]   id, when = { ... }, one of deny = true, needs_approval = true | "GATE", allow = true,
           allow_with = [{ kind = "notify", who = "..." }], optional code
[[tool]]   name, effect, optional paths, hosts, commands, open = true (it takes arguments that bounds does not name),
           bounds = { argument = { type, min, max, max_length, one_of, required } }, type = number | integer | text |
           boolean | path (within paths) | url (to the call's host) | any
[[limit]]  field, min and/or max, optional machine (absent: all), unit (absent: the field's working unit), id
```

A deny outranks an approval, an approval outranks an allow. For a machine change the default answers where no rule does;
for a tool call the effect table answers, and the default where it is stricter. An allowing rule replaces both of them,
nothing else; a rule that asks for an approval replaces neither.
"""

from __future__ import annotations

import re
from importlib.resources import files
from pathlib import Path
from typing import Any, get_args

import msgspec

from chargehand.auditor.condition import read_when
from chargehand.auditor.defect import Defect, DefectiveFileError, Document, is_number
from chargehand.auditor.policy import DEFAULT_EFFECTS, Answer, Policy, Rule, RuleEffect
from chargehand.auditor.policy_limit import read_limit
from chargehand.auditor.tool_entry import read_tool
from chargehand.contracts.reasons import reason_code
from chargehand.contracts.verdict import Obligation
from chargehand.kernel.canonical import canonical_bytes, sha256_text

POLICY_INVALID = "ENG.POLICY_INVALID"
TTL_S_MAX = 7 * 24 * 3600
"""Longest life of a verdict, an approval or a permit, in seconds."""

_ANSWERS: frozenset[str] = frozenset(get_args(Answer))
_HEAD = frozenset(
    {
        "name",
        "version",
        "default",
        "single_operator",
        "verdict_ttl_s",
        "approval_ttl_s",
        "permit_ttl_s",
        "basis_age_s",
    }
)
_LIFE_S: dict[str, int] = {"verdict_ttl_s": 300, "approval_ttl_s": 3600, "permit_ttl_s": 30, "basis_age_s": 30}
_RULE_EFFECTS: tuple[RuleEffect, ...] = ("deny", "needs_approval", "allow", "allow_with")
_RULE = frozenset({"id", "when", "code", *_RULE_EFFECTS})
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,63}")
_DEFAULT_CODE: dict[tuple[RuleEffect, str], str] = {
    ("deny", "machine.change"): "MACH.RULE_DENIES",
    ("deny", "tool.call"): "TOOL.RULE_DENIES",
    ("needs_approval", "machine.change"): "GATE.APPROVAL_REQUIRED",
    ("needs_approval", "tool.call"): "GATE.APPROVAL_REQUIRED",
}


def shipped_policy() -> Policy:
    """The policy that the engine uses when nobody gave one."""
    entry = files(__package__) / "policies" / "shop-floor.toml"
    return read_policy(entry.read_text("utf-8"), "shop-floor.toml")


def load_policy(path: Path) -> Policy:
    """The policy of a file.

    Raises:
        DefectiveFileError: the file cannot be read or is not acceptable.
    """
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise DefectiveFileError(POLICY_INVALID, [Defect(str(path), None, f"cannot be read: {error}")]) from error
    return read_policy(text, str(path))


def read_policy(text: str, file: str) -> Policy:
    """The policy of a text.

    Raises:
        DefectiveFileError: the text is not acceptable; it names `file` and the lines.
    """
    return _policy(Document.parse(text, file, POLICY_INVALID))


def policy_of_tree(tree: dict[str, Any], name: str) -> Policy:
    """The policy of a parsed document, as it is recorded beside the decisions that were made by it.

    Raises:
        DefectiveFileError: the document is not acceptable; it names `name` and no lines.
    """
    return _policy(Document(tree, name, POLICY_INVALID))


def _policy(document: Document) -> Policy:
    tree = document.tree
    document.closed((), tree, frozenset({"policy", "effects", "rule", "tool", "limit"}))
    head = _head(document, tree.get("policy"))
    effects = _effects(document, tree.get("effects", {}))
    rules = [_rule(document, ("rule", place), table) for place, table in enumerate(_tables(document, "rule"))]
    tools = [read_tool(document, ("tool", place), table) for place, table in enumerate(_tables(document, "tool"))]
    limits = [read_limit(document, ("limit", place), table) for place, table in enumerate(_tables(document, "limit"))]
    _unique(document, "rule", "id", [rule.id for rule in rules if rule is not None])
    _unique(document, "tool", "name", [tool.name for tool in tools if tool is not None])
    document.refuse_if_faulty()
    return Policy(
        **head,
        effects={**DEFAULT_EFFECTS, **effects},
        rules=tuple(rule for rule in rules if rule is not None),
        tools={tool.name: tool for tool in tools if tool is not None},
        limits=tuple(limit for limit in limits if limit is not None),
        digest=sha256_text(canonical_bytes(tree)),
        document=tree,
    )


def _tables(document: Document, name: str) -> list[dict[str, Any]]:
    tables = document.tree.get(name, [])
    if isinstance(tables, list) and all(isinstance(table, dict) for table in tables):
        return tables
    document.fault((name,), f"write [[{name}]], one table each")
    return []


def _unique(document: Document, table: str, key: str, names: list[str]) -> None:
    seen: set[str] = set()
    for place, name in enumerate(names):
        if name in seen:
            document.fault((table, place, key), f"{table} {name!r} stands there twice")
        seen.add(name)


def _head(document: Document, table: Any) -> dict[str, Any]:
    if not isinstance(table, dict):
        document.fault(("policy",), "the table [policy] with name, version and default is missing")
        return {}
    document.closed(("policy",), table, _HEAD)
    for key in ("name", "version"):
        if not isinstance(table.get(key), str) or not table[key]:
            document.fault(("policy", key), f"{key} must be a text")
    if not _is_answer(table.get("default")):
        document.fault(("policy", "default"), f"default must be one of {', '.join(sorted(_ANSWERS))}")
    if not isinstance(table.get("single_operator", False), bool):
        document.fault(("policy", "single_operator"), "single_operator must be true or false")
    for key in _LIFE_S:
        value = table.get(key, 1)
        if not is_number(value) or not 0 < value <= TTL_S_MAX or (key != "basis_age_s" and not isinstance(value, int)):
            document.fault(("policy", key), f"{key} must be a number of seconds above 0, at most {TTL_S_MAX}")
    return {"single_operator": False, **_LIFE_S, **table}


def _effects(document: Document, table: Any) -> dict[Any, Any]:
    if not isinstance(table, dict):
        document.fault(("effects",), "[effects] must be a table")
        return {}
    document.closed(("effects",), table, frozenset(DEFAULT_EFFECTS))
    for key, value in table.items():
        if not _is_answer(value):
            document.fault(("effects", key), f"{key} must be one of {', '.join(sorted(_ANSWERS))}, not {value!r}")
    return table


def _rule(document: Document, path: tuple[str | int, ...], table: dict[str, Any]) -> Rule | None:
    before = len(document.defects)
    document.closed(path, table, _RULE)
    if not isinstance(table.get("id"), str) or not _ID.fullmatch(table["id"]):
        document.fault((*path, "id"), "a rule needs an id of letters, digits, '.', '_', ':' or '-', at most 64")
    when = read_when(document, (*path, "when"), table.get("when"))
    given = [effect for effect in _RULE_EFFECTS if effect in table]
    if len(given) != 1:
        document.fault(path, f"a rule says exactly one of {', '.join(_RULE_EFFECTS)}")
    if when is None or len(given) != 1:
        return None
    effect, said = given[0], table[given[0]]
    named = effect == "needs_approval" and isinstance(said, str) and bool(said)
    gate = said if named else "operator"
    if effect != "allow_with" and said is not True and not named:
        document.fault((*path, effect), f"{effect} must be true{' or a gate' if effect == 'needs_approval' else ''}")
    obligations = _obligations(document, (*path, effect), said) if effect == "allow_with" else ()
    code = table.get("code", _DEFAULT_CODE.get((effect, when.kind), "OK.RULE_ALLOWS"))
    _code(document, (*path, "code"), effect, code)
    if len(document.defects) > before:
        return None
    return Rule(id=table["id"], when=when, effect=effect, code=code, gate=gate, obligations=obligations)


def _code(document: Document, path: tuple[str | int, ...], effect: RuleEffect, code: Any) -> None:
    try:
        entry = reason_code(code) if isinstance(code, str) else None
    except KeyError:
        entry = None
    if entry is None:
        document.fault(path, f"code {code!r} is not registered")
    elif effect == "deny" and entry.severity not in ("block", "critical"):
        document.fault(path, f"code {code!r} has severity {entry.severity!r} and cannot stand for a deny")
    elif effect in ("allow", "allow_with") and entry.severity != "info" and entry.family != "OK":
        document.fault(path, f"code {code!r} has severity {entry.severity!r} and cannot stand for an allow")


def _obligations(document: Document, path: tuple[str | int, ...], said: Any) -> tuple[Obligation, ...]:
    needs = {"max_duration": "seconds", "notify": "who", "record": "text"}
    if not isinstance(said, list) or not said:
        document.fault(path, "allow_with must be a list of obligations")
        return ()
    found: list[Obligation] = []
    for item in said:
        try:
            obligation = msgspec.convert(item, Obligation)
        except msgspec.ValidationError as error:
            document.fault(path, f"obligation: {error}")
            continue
        need = needs[obligation.kind]
        value = getattr(obligation, need)
        if set(item) != {"kind", need} or (need == "seconds" and not value > 0):
            document.fault(path, f"obligation {obligation.kind} needs exactly kind and {need}, seconds above 0")
        found.append(obligation)
    return tuple(found)


def _is_answer(value: Any) -> bool:
    return isinstance(value, str) and value in _ANSWERS
