"""Named SQL: both dialects answer to the same names with the same parameters, and no SQL stands in Python.

Migrations are numbered without gaps, alike in both dialects, and marked `pre` or `post` deployment.
"""

from __future__ import annotations

import ast
import re
from typing import NamedTuple

from tools.house.tree import Finding, Tree

DIALECTS = ("sqlite", "postgres")
FOLDER = "src/chargehand/kernel/sql"
RUNNERS = frozenset({"run", "many", "one", "all"})
SPEAKS_SQL = (
    "src/chargehand/kernel/sqlite.py",
    "src/chargehand/kernel/postgres.py",
    "src/chargehand/kernel/migrate.py",
)

_HEADER = re.compile(r"^-- name: (?P<name>[a-z_]+)$")
_PARAMETER = re.compile(r"(?<![:\w]):([a-z_]+)")
_MIGRATION = re.compile(r"^(?P<number>\d{4})_(pre|post)_[a-z_]+\.sql$")
_SQL = re.compile(r"^\s*(SELECT\s|INSERT\s+INTO\s|UPDATE\s+\w+\s+SET\s|DELETE\s+FROM\s|(CREATE|DROP|ALTER)\s+TABLE\s)")
_NAME = re.compile(r"^[a-z_]+\.[a-z_]+$")


class Query(NamedTuple):
    """A query as it stands in its file."""

    path: str
    line: int
    purpose: str
    parameters: frozenset[str]


def queries(tree: Tree, dialect: str) -> dict[str, Query]:
    """Every query of a dialect by `domain.name`."""
    found: dict[str, Query] = {}
    for path in tree.match(f"{FOLDER}/{dialect}/queries/*.sql"):
        domain = path.rpartition("/")[2].removesuffix(".sql")
        lines = tree.text(path).splitlines()
        heads = [index for index, line in enumerate(lines) if _HEADER.match(line)]
        for head, end in zip(heads, [*heads, len(lines)][1:], strict=True):
            body = lines[head + 1 : end]
            purpose = body[0].removeprefix("--").strip() if body and body[0].startswith("--") else ""
            statement = "\n".join(line for line in body if not line.startswith("--"))
            name = lines[head].removeprefix("-- name: ")
            found[f"{domain}.{name}"] = Query(path, head + 1, purpose, frozenset(_PARAMETER.findall(statement)))
    return found


def differing(tree: Tree) -> list[Finding]:
    """Queries that one dialect lacks, that take other parameters there, or that do not say what they are for."""
    sqlite, postgres = (queries(tree, dialect) for dialect in DIALECTS)
    found = [
        Finding(query.path, query.line, f"{name} says nothing of its purpose")
        for known in (sqlite, postgres)
        for name, query in known.items()
        if not query.purpose
    ]
    for name in sorted(sqlite.keys() | postgres.keys()):
        here, there = sqlite.get(name), postgres.get(name)
        if here is None or there is None:
            only = here or there
            assert only is not None
            found.append(Finding(only.path, only.line, f"{name} is missing in the other dialect"))
        elif here.parameters != there.parameters:
            other = ", ".join(sorted(here.parameters ^ there.parameters))
            found.append(Finding(there.path, there.line, f"{name} takes other parameters than in SQLite: {other}"))
    return found


def unmatched(tree: Tree) -> list[Finding]:
    """Calls of a query that does not exist, and queries that nothing calls.

    A name may be put together as `f"{room}.verb_noun"`; every query of that verb then counts as called.
    """
    known = queries(tree, "sqlite")
    found: list[Finding] = []
    named: set[str] = set()
    for path in tree.match("src/*.py"):
        for node in ast.walk(tree.module(path)):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                named.add(node.value)
            name = _query_called(node)
            if name and name not in known:
                found.append(Finding(path, getattr(node, "lineno", 1), f"no query is named {name!r}"))
    unused = {name: query for name, query in known.items() if not {name, name[name.index(".") :]} & named}
    return found + [Finding(query.path, query.line, f"{name} is never run") for name, query in unused.items()]


def stray_sql(tree: Tree) -> list[Finding]:
    """Statements written in Python."""
    return [
        Finding(path, node.lineno, "SQL stands in named queries, not in Python")
        for path in tree.match("src/*.py")
        if path not in SPEAKS_SQL
        for node in ast.walk(tree.module(path))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and _SQL.match(node.value)
    ]


def migrations(tree: Tree) -> list[Finding]:
    """Migrations that are badly named or numbered, or that only one dialect has."""
    found: list[Finding] = []
    lists: dict[str, dict[str, list[str]]] = {}
    for dialect in DIALECTS:
        for path in tree.match(f"{FOLDER}/{dialect}/migrations/*.sql"):
            family, name = path.split("/")[-2:]
            lists.setdefault(family, {}).setdefault(dialect, []).append(name)
            if not _MIGRATION.match(name):
                found.append(Finding(path, 1, "a migration is named NNNN_pre_what.sql or NNNN_post_what.sql"))
    for family, by_dialect in lists.items():
        here, there = (sorted(by_dialect.get(dialect, [])) for dialect in DIALECTS)
        place = f"{FOLDER}/*/migrations/{family}"
        found += [Finding(place, 1, f"{name} is missing in one dialect") for name in sorted({*here} ^ {*there})]
        numbers = [name[:4] for name in here]
        if numbers != [f"{count:04d}" for count in range(1, len(numbers) + 1)]:
            found.append(Finding(place, 1, f"migrations are numbered from 0001 without gaps: {numbers}"))
    return found


def findings(tree: Tree) -> list[Finding]:
    """Everything of the above."""
    return [finding for rule in (differing, unmatched, stray_sql, migrations) for finding in rule(tree)]


def _query_called(node: ast.AST) -> str | None:
    if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in RUNNERS):
        return None
    first = node.args[0] if node.args else None
    if isinstance(first, ast.Constant) and isinstance(first.value, str) and _NAME.match(first.value):
        return first.value
    return None
