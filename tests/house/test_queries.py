"""SQL stands in named queries, alike in both dialects, and every query is run."""

from __future__ import annotations

import pytest

from tests.house.conftest import Plant
from tools.house import queries
from tools.house.tree import Tree

QUERY = "-- name: take_lease\n-- The row of a lease, locked.\nSELECT 1 FROM lease WHERE name = :name;\n"
SQLITE = f"{queries.FOLDER}/sqlite/queries/lease.sql"
POSTGRES = f"{queries.FOLDER}/postgres/queries/lease.sql"
CALLER = 'def take(session):\n    return session.one("lease.take_lease")\n'
SOUND = {SQLITE: QUERY, POSTGRES: QUERY, "src/chargehand/kernel/lease.py": CALLER}


def migration(dialect: str, name: str) -> str:
    return f"{queries.FOLDER}/{dialect}/migrations/engine/{name}"


def test_dialects_answer_alike(tree: Tree) -> None:
    assert queries.differing(tree) == []


def test_every_query_is_run_and_every_run_query_exists(tree: Tree) -> None:
    assert queries.unmatched(tree) == []


def test_no_sql_in_python(tree: Tree) -> None:
    assert queries.stray_sql(tree) == []


def test_migrations_are_numbered_alike(tree: Tree) -> None:
    assert queries.migrations(tree) == []


def test_the_tree_has_queries(tree: Tree) -> None:
    assert len(queries.queries(tree, "sqlite")) > 5


def test_sound_tree_has_no_findings(plant: Plant) -> None:
    sound = {**SOUND, **{migration(dialect, "0001_pre_lease.sql"): "" for dialect in queries.DIALECTS}}
    assert queries.findings(plant(sound)) == []


def test_query_named_in_parts_counts_as_run(plant: Plant) -> None:
    caller = 'def take(session, room):\n    return session.one(f"{room}.take_lease")\n'
    assert queries.unmatched(plant({**SOUND, "src/chargehand/kernel/lease.py": caller})) == []


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({POSTGRES: ""}, "missing in the other dialect"),
        ({POSTGRES: QUERY.replace(":name", ":lease")}, "other parameters"),
        ({SQLITE: QUERY.replace("-- The row of a lease, locked.\n", "")}, "nothing of its purpose"),
        ({"src/chargehand/kernel/lease.py": ""}, "never run"),
        ({"src/chargehand/kernel/more.py": 'session.run("lease.drop_lease")\n'}, "no query is named"),
        ({"src/chargehand/kernel/more.py": 'TEXT = "SELECT id FROM lease"\n'}, "not in Python"),
        ({migration("sqlite", "0001_pre_lease.sql"): ""}, "missing in one dialect"),
        ({migration("sqlite", "lease.sql"): "", migration("postgres", "lease.sql"): ""}, "is named NNNN"),
        ({migration(name, "0002_pre_lease.sql"): "" for name in queries.DIALECTS}, "without gaps"),
    ],
)
def test_planted_fault_is_caught(plant: Plant, change: dict[str, str], says: str) -> None:
    found = queries.findings(plant({**SOUND, **change}))
    assert any(says in finding.message for finding in found), found
