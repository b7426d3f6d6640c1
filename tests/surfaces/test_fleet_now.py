"""What the fleet does now, in one list: state, since when, the newest verdict, the limits, what may be named."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec
import pytest

from chargehand.auditor.cards import load_cards
from chargehand.contracts.card import MaterialCard, ToolCard
from chargehand.contracts.limit import LimitEnd, MachineLimit, MachineLimits
from chargehand.contracts.machine import Machine
from chargehand.contracts.page import Page
from chargehand.kernel.clock import parse_utc
from tests.surfaces.engine import Engine, engines
from tests.surfaces.proposals import ALLOWED, DENIED, change


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """An engine on which only this module proposes anything."""
    with engines() as starter:
        yield starter(tmp_path_factory.mktemp("fleet") / "data").ready()


def fleet(engine: Engine, query: str = "with_state=true") -> list[Machine]:
    return msgspec.json.decode(engine.get(f"/v1/machines?{query}").content, type=Page[Machine]).items


def test_a_list_without_a_wish_is_as_it_was(fresh: Engine) -> None:
    for query in ("", "with_state=false"):
        for machine in fleet(fresh, query):
            assert (machine.state, machine.state_since, machine.last_decision) == (None, None, None)


def test_a_list_with_states_has_what_each_machine_shows(fresh: Engine) -> None:
    found = fleet(fresh)
    assert len(found) >= 3
    for machine in found:
        shown = fresh.machine(machine.id)
        assert machine.state is not None
        assert shown.state is not None
        assert (machine.state.machine_id, machine.connection) == (machine.id, machine.state.connection)
        assert machine.state.instance_id == shown.state.instance_id
        assert machine.last_decision == shown.last_decision
        if (machine.connection, machine.state.execution) == (shown.connection, shown.state.execution):
            assert machine.state_since == shown.state_since
        assert machine.state.ts_ingest is not None
        assert machine.state_since is not None
        assert parse_utc(machine.state_since) <= parse_utc(shown.state.ts_ingest or "")


def test_pages_with_states_join_to_the_whole(fresh: Engine) -> None:
    whole = [machine.id for machine in fleet(fresh)]
    first = fresh.get("/v1/machines?with_state=true&limit=1").json()
    rest = fresh.get(f"/v1/machines?with_state=true&limit=99&cursor={first['next_cursor']}").json()
    assert [machine["id"] for machine in (*first["items"], *rest["items"])] == whole
    assert fleet(fresh, "with_state=true&site=nowhere") == []


def test_a_wish_that_is_neither_is_refused(fresh: Engine) -> None:
    answer = fresh.get("/v1/machines?with_state=perhaps")
    assert (answer.status_code, answer.json()["code"], answer.json()["field"]) == (
        400,
        "REQ.PARAMETER_INVALID",
        "with_state",
    )


def test_the_newest_verdict_stands_with_its_machine_and_no_other(fresh: Engine) -> None:
    for proposal in (ALLOWED, DENIED, change("CNC-002")):
        verdict = fresh.post("/v1/proposals", proposal).json()
        machine_id = proposal["subject"].removeprefix("machine/")
        found = {machine.id: machine.last_decision for machine in fleet(fresh)}
        last = found[machine_id]
        assert last is not None
        assert msgspec.to_builtins(last) == {
            name: verdict[name]
            for name in ("id", "proposal_id", "verdict", "primary_code", "reason_codes", "evaluated_at")
        }
        assert fresh.machine(machine_id).last_decision == last
        assert found["CNC-003"] is None
    assert fresh.post("/v1/proposals?dry_run=true", DENIED).status_code == 200
    assert fresh.machine("CNC-001").last_decision != fresh.machine("CNC-002").last_decision
    assert fresh.machine("CNC-001").last_decision is not None


def limits(engine: Engine, machine: str = "CNC-001") -> dict[str, MachineLimit]:
    answer = msgspec.json.decode(engine.get(f"/v1/machines/{machine}/limits").content, type=MachineLimits)
    assert answer.machine_id == machine
    found = {limit.field: limit for limit in answer.items}
    assert list(found) == sorted(limit.field for limit in answer.items)
    return found


def reasons(engine: Engine, operation: str, field: str, value: float, unit: str) -> list[dict[str, Any]]:
    """The grounds of a dry run that sets one parameter."""
    proposal = change(operation=operation)
    if operation != "parameter_set":
        proposal["action"] = {"operation": operation, "params": {}}
    proposal["action"]["params"][field] = {"value": value, "unit": unit}
    answer = engine.post("/v1/proposals?dry_run=true", proposal)
    assert answer.status_code == 200, answer.text
    return [reason for reason in answer.json()["reasons"] if reason["params"]["field"] == field]


@pytest.mark.parametrize(
    ("operation", "field"),
    [
        ("parameter_set", "spindle_speed"),
        ("parameter_set", "feed_rate"),
        ("override", "spindle_override"),
        ("override", "feed_override"),
        ("offset_write", "offset_x"),
        ("offset_write", "offset_z"),
    ],
)
def test_what_is_told_is_what_verdicts_go_by(fresh: Engine, operation: str, field: str) -> None:
    """Exactly at an end its entry says nothing; a step beyond, it is the ground, with this very limit."""
    limit = limits(fresh)[field]
    for end, step in ((limit.min, -1), (limit.max, 1)):
        if end is None:
            continue
        inside = reasons(fresh, operation, field, end.value, limit.unit)
        assert end.rule_id not in {reason["rule_id"] for reason in inside}
        if end.value + step < 0 and field in ("feed_override", "spindle_override", "feed_rate"):
            continue
        outside = reasons(fresh, operation, field, end.value + step, limit.unit)
        found = [reason["params"] for reason in outside if reason["rule_id"] == end.rule_id]
        assert [(params["limit"], params["unit"]) for params in found] == [(end.value, limit.unit)], outside


def test_limits_of_the_policy_are_told_as_such(fresh: Engine) -> None:
    load = limits(fresh)["spindle_load"]
    assert (load.min, load.unit) == (None, "%")
    assert load.max == LimitEnd(value=300, origin="policy", rule_id="impossible-spindle-load")


def test_no_machine_no_limits(fresh: Engine) -> None:
    answer = fresh.get("/v1/machines/NOBODY/limits")
    assert (answer.status_code, answer.json()["code"]) == (404, "FLEET.MACHINE_UNKNOWN")


@pytest.mark.parametrize(("path", "kind"), [("tools", ToolCard), ("materials", MaterialCard)])
def test_cards_that_a_proposal_may_name(fresh: Engine, path: str, kind: Any) -> None:
    cards = load_cards()
    known = cards.tools if path == "tools" else cards.materials
    found = msgspec.json.decode(fresh.get(f"/v1/{path}").content, type=Page[kind])
    assert [card.id for card in found.items] == sorted(known)
    assert all(card == known[card.id].card for card in found.items)
    joined, cursor = [], ""
    while True:
        page = fresh.get(f"/v1/{path}?limit=2{cursor}").json()
        assert len(page["items"]) <= 2
        joined += [card["id"] for card in page["items"]]
        if page["next_cursor"] is None:
            break
        cursor = f"&cursor={page['next_cursor']}"
    assert joined == sorted(known)
