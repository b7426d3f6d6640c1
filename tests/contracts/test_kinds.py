"""Event kinds: each has a payload, a golden file that keeps its bytes, and a proof that exists."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import msgspec
import pytest

from chargehand.contracts.examples import PAYLOADS
from chargehand.contracts.kinds import KINDS, NEWEST, Kind
from chargehand.contracts.schemas import documents
from chargehand.kernel.canonical import canonical_bytes

ROOT = Path(__file__).resolve().parents[2]
ROWS = pytest.mark.parametrize("row", KINDS.values(), ids=[f"{kind}.v{v}" for kind, v in KINDS])

NAMED = {
    "proposal.submitted",
    "proposal.rejected",
    "proposal.decided",
    "proposal.permitted",
    "proposal.refused",
    "proposal.executing",
    "proposal.executed",
    "approval.requested",
    "approval.decided",
    "approval.expired",
    "approval.consumed",
    "machine.state",
    "machine.condition",
    "telemetry.sealed",
    "principal.added",
    "principal.revoked",
    "policy.loaded",
    "engine.started",
}


@ROWS
def test_golden_payload_decodes_and_encodes_to_the_same_bytes(row: Kind) -> None:
    stored = (ROOT / f"contracts/golden/{row.kind}.v{row.v}.json").read_bytes().removesuffix(b"\n")
    decoded = msgspec.json.decode(stored, type=row.payload)
    assert canonical_bytes(decoded) == stored


@ROWS
def test_example_is_the_golden_payload(row: Kind) -> None:
    stored = (ROOT / f"contracts/golden/{row.kind}.v{row.v}.json").read_bytes()
    assert msgspec.json.decode(stored, type=row.payload) == PAYLOADS[row.kind]


@ROWS
def test_unknown_members_of_a_payload_are_ignored(row: Kind) -> None:
    tree = msgspec.to_builtins(PAYLOADS[row.kind])
    later = msgspec.json.encode({**tree, "zz_future": {"a": [1]}})
    assert msgspec.json.decode(later, type=row.payload) == PAYLOADS[row.kind]


@ROWS
def test_row_is_complete(row: Kind) -> None:
    assert re.fullmatch(r"[a-z_]+(\.[a-z_]+)+", row.kind)
    assert row.v >= 1
    assert row.dataschema.rpartition("/")[2] in documents()
    assert "{" in row.subject
    assert NEWEST[row.kind].v >= row.v


@ROWS
def test_proof_exists(row: Kind) -> None:
    path, _, name = row.proof.partition("::")
    tree = ast.parse((ROOT / path).read_text("utf-8"))
    assert name in {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def test_named_kinds_exist() -> None:
    assert set(NEWEST) >= NAMED


def test_every_kind_has_one_payload_record_of_its_own() -> None:
    payloads = [row.payload for row in KINDS.values()]
    assert len(payloads) == len(set(payloads))
    assert set(PAYLOADS) == set(NEWEST)


def test_no_golden_file_belongs_to_nothing() -> None:
    stored = {path.name for path in (ROOT / "contracts/golden").glob("*.json")}
    assert stored == {f"{kind}.v{v}.json" for kind, v in KINDS}
