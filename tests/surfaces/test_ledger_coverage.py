"""What verification covers: every table and column stands in the ledger's page, and what is said to be covered is.

Each covered column is changed in a folder that an engine has filled, by somebody with the files in hand, and the
report must not be `ok`. What is out of scope is out of scope by name.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from chargehand.kernel.migrate import CREATE_TABLE, load_migrations
from tests.surfaces.kept import copied, fill, tamper, verified

PAGE = Path(__file__).resolve().parents[2] / "docs" / "ledger.md"
_TABLE = re.compile(r"CREATE TABLE (?:IF NOT EXISTS )?(\w+) \((.*?)\n\)", re.DOTALL)
_COLUMN = re.compile(r"^  ([a-z_]+) (INTEGER|TEXT|BLOB)", re.MULTILINE)
_ADDED = re.compile(r"^ALTER TABLE (\w+) ADD COLUMN (\w+) (INTEGER|TEXT|BLOB|REAL)", re.MULTILINE)
_ROW = re.compile(r"^\| `(\w+)` \| ((?:`\w+`(?:, )?)+) \| (.+) \|$", re.MULTILINE)
TELEMETRY = ("instance", "segment", "sealed")
MIDDLE = "ORDER BY last_us LIMIT 1 OFFSET 1500"
"""A segment that retention cannot have touched: older ones are there."""
CHOSEN = {
    "event": "ORDER BY seq DESC LIMIT 1",
    "segment": MIDDLE,
    "evidence": "WHERE role = 'samples' LIMIT 1",
    "proposal": "WHERE status = 'awaiting_approval' LIMIT 1",
}
"""Which row of a table is changed, where it is not just any."""
LEGAL = {
    ("proposal", "status"): "denied",
    ("proposal", "verdict"): "allow",
    ("proposal", "outcome_status"): "applied",
    ("principal", "role"): "admin",
    ("approval", "status"): "expired",
    ("approval", "risk"): "low",
    ("quarantine", "status"): "expired",
    ("program", "id"): "0" * 64,
    ("program_text", "id"): "0" * 64,
}
"""Values that the schema admits, where it admits few: a store refuses a file that breaks its schema."""
BESIDE = {
    ("proposal", "outcome_status"): "status = 'executed'",
    ("quarantine", "override"): "status = 'overridden'",
    ("segment", "first_seq"): "frames = frames - 1",
    ("segment", "last_seq"): "frames = frames + 1",
}
"""What has to be changed along, for the same reason."""


class Row(NamedTuple):
    """A line of the page's table: columns of a table, and what covers them."""

    table: str
    columns: list[str]
    said: str

    @property
    def covered(self) -> bool:
        return not self.said.startswith("out of scope: ")


def rows() -> list[Row]:
    """The page's table."""
    return [Row(table, re.findall(r"`(\w+)`", names), said) for table, names, said in _ROW.findall(PAGE.read_text())]


def columns(covered: bool) -> set[tuple[str, str]]:
    """Columns that the page calls covered, or out of scope."""
    return {(row.table, name) for row in rows() for name in row.columns if row.covered is covered}


def schema() -> dict[tuple[str, str], str]:
    """Type of every column of every table of both databases."""
    steps = [step.text for family in ("engine", "telemetry") for step in load_migrations("sqlite", family)]
    made = {
        (table, name): sort
        for text in [CREATE_TABLE, *steps]
        for table, body in _TABLE.findall(text)
        for name, sort in _COLUMN.findall(body)
    }
    return made | {(table, name): sort for text in steps for table, name, sort in _ADDED.findall(text)}


def keys(table: str) -> list[str]:
    """Columns that tell the rows of a table apart."""
    named = [name for found, name in schema() if found == table]
    return named[:3] if table == "segment" else named[:2] if table == "ledger_tile" else named[:1]


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that nobody changes."""
    path = tmp_path_factory.mktemp("filled") / "data"
    fill(path)
    return path


@pytest.fixture
def data(filled: Path, tmp_path: Path) -> Path:
    """A folder to change."""
    return copied(filled, tmp_path / "data")


def database(data: Path, table: str) -> Path:
    """The file that holds a table."""
    return data / ("telemetry.db" if table in TELEMETRY else "chargehand.db")


def other(value: Any, sort: str) -> Any:
    """Another value of the same type."""
    if sort == "BLOB":
        return value[:-1] + bytes([value[-1] ^ 1])
    return (value or 0) + 1 if sort in ("INTEGER", "REAL") else f"{value or ''}x"


def codes(data: Path) -> set[str]:
    """What verification finds."""
    report = verified(data)
    assert report.ok is not bool(report.findings)
    return {finding.code for finding in report.findings}


def test_every_column_stands_in_the_page_once() -> None:
    written = [(row.table, name) for row in rows() for name in row.columns]
    assert sorted(written) == sorted(schema())


def test_what_was_left_alone_has_no_findings(filled: Path) -> None:
    report = verified(filled)
    assert (report.ok, report.findings, report.erased, report.minutes_unchecked) == (True, [], 0, 0)
    for table in {row.table for row in rows() if row.covered}:
        assert tamper(database(filled, table), f"SELECT count(*) FROM {table}")[0][0], f"{table} has no rows to change"


@pytest.mark.parametrize(("table", "column"), sorted(columns(covered=True)))
def test_a_change_of_a_covered_column_is_found(data: Path, table: str, column: str) -> None:
    file = database(data, table)
    key = keys(table)
    chosen = CHOSEN.get(table, "LIMIT 1")
    value, *at = tamper(file, f"SELECT {column}, {', '.join(key)} FROM {table} {chosen}")[0]
    matching = " AND ".join(f"{name} = ?" for name in key)
    changed = LEGAL.get((table, column)) or other(value, schema()[table, column])
    assert changed != value
    change = ", ".join([f"{column} = ?", *filter(None, [BESIDE.get((table, column))])])
    tamper(file, f"UPDATE {table} SET {change} WHERE {matching}", (changed, *at))
    assert tamper(file, f"SELECT count(*) FROM {table} WHERE {column} = ?", (changed,))[0][0]
    said = next(row.said for row in rows() if row.table == table and column in row.columns)
    assert codes(data) & set(re.findall(r"LEDG\.\w+", said))


@pytest.mark.parametrize("table", sorted({row.table for row in rows() if row.covered} - {"checkpoint"}))
def test_a_row_that_is_gone_is_found(data: Path, table: str) -> None:
    file = database(data, table)
    key = keys(table)[-1]
    tamper(file, f"DELETE FROM {table} WHERE {key} = (SELECT {key} FROM {table} {CHOSEN.get(table, 'LIMIT 1')})")
    assert codes(data)


@pytest.mark.parametrize("role", ["state", "machine", "samples", "policy", "cards"])
def test_no_evidence_of_a_decision_may_be_missing_or_be_called_something_else(data: Path, role: str) -> None:
    file = data / "chargehand.db"
    named = "SELECT 1 FROM event WHERE kind = 'proposal.decided' AND instr(data, digest)"
    tamper(file, f"UPDATE evidence SET role = 'other' WHERE role = ? AND EXISTS ({named})", (role,))
    assert codes(data) == {"LEDG.EVIDENCE_CHANGED"}
    tamper(file, "DELETE FROM evidence WHERE role = 'other'")
    assert codes(data) == {"LEDG.EVIDENCE_CHANGED"}


@pytest.mark.parametrize("kind", ["proposal.decided", "proposal.rejected", "telemetry.sealed", "principal.added"])
@pytest.mark.parametrize("change", ["data = NULL, salt = NULL", "data = x'7b'", "data = x'ff'", "envelope = x'7b7d'"])
def test_a_payload_that_cannot_be_read_is_a_finding_and_no_stumbling_block(data: Path, kind: str, change: str) -> None:
    file = data / "chargehand.db"
    ((seq,),) = tamper(file, "SELECT seq FROM event WHERE kind = ? ORDER BY seq LIMIT 1", (kind,))
    tamper(file, f"UPDATE event SET {change} WHERE seq = ?", (seq,))
    report = verified(data)
    assert ("LEDG.RECORD_CHANGED", seq) in {(finding.code, finding.seq) for finding in report.findings}
    assert report.ok is False
    assert report.erased == ("NULL" in change)


def test_frames_that_retention_has_taken_are_counted_and_no_finding(data: Path) -> None:
    file = data / "telemetry.db"
    tamper(file, f"DELETE FROM segment WHERE last_us < (SELECT last_us FROM segment {MIDDLE})")
    report = verified(data)
    ((gone,),) = tamper(
        file,
        "SELECT count(*) FROM sealed WHERE frames > (SELECT coalesce(sum(s.frames), 0) FROM segment AS s"
        " WHERE s.machine_id = sealed.machine_id AND s.first_seq BETWEEN sealed.first_seq AND sealed.last_seq)",
    )
    assert (report.ok, report.minutes_unchecked) == (True, gone)
    assert gone > 3
    tamper(file, "DELETE FROM segment")
    report = verified(data)
    assert (report.ok, [report.minutes_unchecked]) == (
        True,
        [row[0] for row in tamper(file, "SELECT count(*) FROM sealed")],
    )


def test_frames_of_the_oldest_minute_that_are_all_there_are_compared(data: Path) -> None:
    file = data / "telemetry.db"
    tamper(file, "UPDATE segment SET body = cast(replace(cast(body AS TEXT), '\"seq\":2,', '\"seq\":3,') AS BLOB)")
    assert codes(data) == {"LEDG.EVIDENCE_CHANGED"}


def test_frames_that_were_put_between_sealed_ones_are_found(data: Path) -> None:
    file = data / "telemetry.db"
    tamper(
        file,
        "INSERT INTO segment SELECT machine_id, instance_id, last_seq + 1, last_seq + 1, first_us, last_us, 1, 2,"
        f" x'7b7d' FROM (SELECT * FROM segment {MIDDLE}) WHERE 1 ON CONFLICT DO UPDATE SET body = excluded.body",
    )
    assert codes(data) == {"LEDG.EVIDENCE_CHANGED"}


def test_forgotten_checkpoints_are_not_seen_and_the_report_says_so(data: Path) -> None:
    assert verified(data).anchored_size > 0
    tamper(data / "chargehand.db", "DELETE FROM checkpoint")
    report = verified(data)
    assert (report.ok, report.anchored_size) == (True, 0)


def test_a_report_lists_no_more_than_its_bound(data: Path) -> None:
    tamper(data / "telemetry.db", "UPDATE segment SET body = x'7b7d'")
    tamper(data / "chargehand.db", "UPDATE event SET actor = 'human:nobody'")
    assert len(verified(data).findings) == 100
