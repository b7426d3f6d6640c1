"""What was released stays: each guard is shown to pass an addition and to name every sort of breach."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tools.breaks import BREAKS, kind_breaks, operation_breaks, reason_breaks, schema_breaks
from tools.snapshot import kinds, operations, reason_codes, schemas, snapshots, streams

ROOT = Path(__file__).resolve().parents[2]
Table = dict[str, Any]


def planted(table: Table, change: Callable[[Table], Any]) -> Table:
    """A copy of a table with a change in it."""
    changed = copy.deepcopy(table)
    change(changed)
    return changed


@pytest.mark.parametrize("name", sorted(BREAKS))
def test_released_table_is_kept(name: str) -> None:
    released = json.loads((ROOT / "contracts/released" / name).read_text("utf-8"))
    assert released, "an empty released table guards nothing"
    assert BREAKS[name](released, snapshots()[name]) == []


def test_every_snapshot_has_a_guard() -> None:
    assert snapshots().keys() == BREAKS.keys()


@pytest.mark.parametrize(
    ("change", "breach"),
    [
        (lambda t: t.pop("MACH.DOOR_OPEN"), "reason code MACH.DOOR_OPEN was removed or renamed"),
        (lambda t: t["MACH.DOOR_OPEN"].update(wire_id=1199), "MACH.DOOR_OPEN: wire id changed from 1012 to 1199"),
        (lambda t: t.update({"MACH.NEW": dict(t.pop("MACH.DOOR_OPEN"))}), "wire id 1012 of MACH.DOOR_OPEN was given"),
        (lambda t: t["TELEM.LINE_CORRUPT"].update(severity="block"), "severity rose from advice to block"),
        (lambda t: t["MACH.SPEED_ABOVE_MAX"]["params"].update(limit="string"), "parameter limit changed from"),
        (lambda t: t["MACH.SPEED_ABOVE_MAX"]["params"].update(limit="number rev/s"), "parameter limit changed from"),
        (lambda t: t["MACH.SPEED_ABOVE_MAX"]["params"].pop("limit"), "parameter limit was removed"),
    ],
)
def test_reason_guard_can_fail(change: Callable[[Table], Any], breach: str) -> None:
    found = reason_breaks(reason_codes(), planted(reason_codes(), change))
    assert any(breach in line for line in found), found


def test_reason_guard_passes_additions() -> None:
    def grow(table: Table) -> None:
        table["MACH.ZZ_FUTURE"] = {"wire_id": 1198, "severity": "block", "params": {}}
        table["MACH.DOOR_OPEN"]["params"]["which"] = "string"
        table["MACH.DOOR_OPEN"]["severity"] = "block"

    assert reason_breaks(reason_codes(), planted(reason_codes(), grow)) == []


@pytest.mark.parametrize(
    ("change", "breach"),
    [
        (lambda t: t.pop("proposal.submit"), "operation proposal.submit was removed or renamed"),
        (lambda t: t.update({"proposal.send": t.pop("proposal.submit")}), "proposal.submit was removed or renamed"),
        (lambda t: t["proposal.submit"].update(path="/v1/proposal"), "path changed"),
        (lambda t: t["proposal.submit"].update(method="PUT"), "method changed"),
        (lambda t: t["proposal.submit"].update(status=200), "status changed from 201 to 200"),
        (lambda t: t["proposal.submit"].update(output="Approval"), "output changed from 'Verdict' to 'Approval'"),
        (lambda t: t["proposal.submit"]["roles"].remove("agent"), "role agent lost access"),
        (lambda t: t["reason.list"]["roles"].append("viewer"), "was open to anybody and now needs a role"),
        (lambda t: t["proposal.submit"]["parameters"].pop("dry_run"), "parameter dry_run was removed or renamed"),
        (lambda t: t["decision.list"]["parameters"]["code"].update(required=True), "parameter code became required"),
        (lambda t: t["decision.list"]["parameters"]["limit"].update(type="string"), "limit changed its type or place"),
        (lambda t: t["decision.list"]["parameters"]["verdict"]["choices"].pop(), "verdict takes fewer values"),
        (lambda t: t["decision.list"]["parameters"]["code"].update(choices=["A"]), "code takes fewer values"),
        (
            lambda t: t["decision.list"]["parameters"].update(
                since={"where": "query", "type": "string", "required": True, "choices": []}
            ),
            "new parameter since is required",
        ),
        (lambda t: t["machine.telemetry"]["media"].remove("text/event-stream"), "no longer one of its media"),
        (lambda t: t["event.stream"]["frames"].remove("GapFrame"), "GapFrame is no longer one of its frames"),
    ],
)
def test_operation_guard_can_fail(change: Callable[[Table], Any], breach: str) -> None:
    found = operation_breaks(operations(), planted(operations(), change))
    assert any(breach in line for line in found), found


def test_operation_guard_passes_additions() -> None:
    def grow(table: Table) -> None:
        optional = {"where": "query", "type": "string", "required": False, "choices": []}
        table["proposal.submit"]["parameters"]["note"] = optional
        table["proposal.submit"]["roles"].append("approver")
        table["system.version"]["roles"].clear()
        table["mission.list"] = table["machine.list"]

    assert operation_breaks(operations(), planted(operations(), grow)) == []


@pytest.mark.parametrize(
    ("change", "breach"),
    [
        (lambda t: t.pop("fleet.watch"), "fleet.watch was removed or renamed"),
        (lambda t: t["machine.watch"].update(path="/ws/machine/{id}"), "path changed"),
        (lambda t: t["machine.watch"]["frames"].remove("DecisionFrame"), "DecisionFrame is no longer"),
    ],
)
def test_stream_guard_can_fail(change: Callable[[Table], Any], breach: str) -> None:
    found = operation_breaks(streams(), planted(streams(), change))
    assert any(breach in line for line in found), found


@pytest.mark.parametrize(
    ("change", "breach"),
    [
        (lambda t: t.pop("proposal.decided.v1"), "event kind proposal.decided.v1 was removed or renamed"),
        (lambda t: t["proposal.decided.v1"].update(payload="Verdict"), "payload changed"),
        (lambda t: t["proposal.decided.v1"].update(stability="experimental"), "no longer stable"),
    ],
)
def test_kind_guard_can_fail(change: Callable[[Table], Any], breach: str) -> None:
    found = kind_breaks(kinds(), planted(kinds(), change))
    assert any(breach in line for line in found), found


@pytest.mark.parametrize(
    ("change", "breach"),
    [
        (lambda t: t.pop("Verdict"), "record Verdict was removed or renamed"),
        (lambda t: t["Verdict"]["properties"].pop("reasons"), "Verdict.reasons: member was removed"),
        (lambda t: t["Verdict"]["required"].remove("reasons"), "Verdict.reasons: became optional"),
        (lambda t: t["DecideBody"]["required"].append("reason"), "DecideBody.reason: became required"),
        (lambda t: t["Verdict"]["properties"].update(id={"type": "string"}), "Verdict.id: type changed"),
        (lambda t: t["Verdict"]["properties"]["verdict"]["enum"].append("maybe"), "Verdict.verdict: type changed"),
        (lambda t: t["Reason"]["properties"]["retry"]["enum"].remove("never"), "Reason.retry: type changed"),
        (lambda t: t["Machine"]["properties"]["source"]["enum"].remove("live"), "Machine.source: type changed"),
        (lambda t: t["Verdict"].update(closed=True), "unknown members are no longer allowed"),
    ],
)
def test_schema_guard_can_fail(change: Callable[[Table], Any], breach: str) -> None:
    found = schema_breaks(schemas(), planted(schemas(), change))
    assert any(breach in line for line in found), found


def test_schema_guard_passes_additions() -> None:
    def grow(table: Table) -> None:
        table["Verdict"]["properties"]["score"] = {"type": "number"}
        table["Machine"]["properties"]["source"]["enum"].append("rented")
        table["Robot"] = table["Machine"]

    assert schema_breaks(schemas(), planted(schemas(), grow)) == []
