"""The operation registry keeps its own rules: names, addresses, bounds, roles."""

from __future__ import annotations

import re
from typing import get_args

from chargehand.contracts.operations import JSON, OPERATIONS, SSE, STREAMS, TELEMETRY_LIMIT_MAX
from chargehand.contracts.page import LIMIT_MAX
from chargehand.contracts.principal import IMPLIED, Role
from chargehand.contracts.schemas import component_schemas, schema_name

FIXED_ROUTES = {
    "/v1/health",
    "/v1/version",
    "/v1/machines",
    "/v1/machines/{id}",
    "/v1/machines/{id}/telemetry",
    "/v1/proposals",
    "/v1/proposals/{id}",
    "/v1/decisions",
    "/v1/decisions/{id}",
    "/v1/decisions/{id}/explain",
    "/v1/decisions/{id}/permit",
    "/v1/decisions/{id}/execute",
    "/v1/approvals",
    "/v1/approvals/{id}/decide",
    "/v1/policies",
    "/v1/reason-codes",
    "/v1/ledger/checkpoint",
    "/v1/ledger/proof",
    "/v1/ledger/consistency",
    "/v1/principals",
    "/v1/session",
    "/v1/events",
}


def test_names_are_noun_and_verb_and_addresses_are_versioned() -> None:
    for name, entry in OPERATIONS.items():
        assert re.fullmatch(r"[a-z]+\.[a-z]+", name)
        assert re.fullmatch(r"/v1(/[a-z-]+|/\{[a-z]+\})+", entry.path), name
        assert entry.summary.endswith("."), name


def test_effects_fit_their_methods() -> None:
    for name, entry in OPERATIONS.items():
        if entry.effect == "write":
            assert entry.method in {"POST", "DELETE"}, name
        else:
            assert entry.method == "GET" or name == "ledger.verify"
            assert entry.input is None, name
        assert (entry.status == 201) == (entry.location is not None), name
        assert (entry.status == 204) == (entry.output is None and not entry.frames), name


def test_lists_are_bounded() -> None:
    lists = [entry for entry in OPERATIONS.values() if entry.output and schema_name(entry.output).endswith("Page")]
    assert len(lists) >= 7
    for entry in lists:
        limit = next(parameter for parameter in entry.query if parameter.name == "limit")
        assert isinstance(limit.default, int), entry.name
        assert limit.maximum == (TELEMETRY_LIMIT_MAX if entry.name == "machine.telemetry" else LIMIT_MAX)
        assert limit.minimum == 1 <= limit.default <= limit.maximum, entry.name
        assert {"cursor", "after"} & {parameter.name for parameter in entry.query}, entry.name


def test_records_are_published() -> None:
    for name, entry in OPERATIONS.items():
        for record in (entry.input, entry.output, *entry.frames):
            assert record is None or schema_name(record) in component_schemas(), name
        assert bool(entry.frames) == (entry.media != (JSON,)), name


def test_roles_are_roles_and_writes_need_one() -> None:
    for name, entry in OPERATIONS.items():
        assert set(entry.roles) <= set(get_args(Role)), name
        assert entry.roles or entry.effect == "read" or name.startswith("session."), name


def test_parameters_are_documented_once() -> None:
    for name, entry in OPERATIONS.items():
        names = [parameter.name for parameter in (*entry.query, *entry.headers)]
        assert len(names) == len(set(names)), name
        assert all(parameter.docs.endswith(".") for parameter in (*entry.query, *entry.headers)), name
        assert {parameter.where for parameter in entry.query} <= {"query"}, name
        assert {parameter.where for parameter in entry.headers} <= {"header"}, name
        for parameter in entry.query:
            assert not parameter.choices or parameter.default in (None, *parameter.choices), name


def test_addresses_are_unique() -> None:
    addresses = [(entry.method, entry.path) for entry in OPERATIONS.values()]
    assert len(addresses) == len(set(addresses))


def test_fixed_routes_exist() -> None:
    assert {entry.path for entry in OPERATIONS.values()} >= FIXED_ROUTES
    assert {stream.path for stream in STREAMS.values()} == {
        "/ws/telemetry/{machine_id}",
        "/ws/telemetry",
        "/ws/events",
    }


def _may(role: Role, operation: str) -> bool:
    needed = OPERATIONS[operation].roles
    return not needed or bool(IMPLIED[role] & set(needed))


def test_agents_propose_and_read_and_nothing_else() -> None:
    writes = {name for name, entry in OPERATIONS.items() if entry.effect == "write" and _may("agent", name)}
    assert writes == {
        "program.put",
        "proposal.submit",
        "decision.permit",
        "decision.execute",
        "session.create",
        "session.delete",
    }
    assert _may("agent", "machine.telemetry")
    assert not _may("agent", "approval.decide")
    assert not _may("agent", "principal.list")


def test_viewers_change_nothing() -> None:
    for name, entry in OPERATIONS.items():
        if entry.effect == "write" and not name.startswith("session."):
            assert not _may("viewer", name), name


def test_whoever_is_refused_can_look_up_why() -> None:
    assert OPERATIONS["reason.show"].roles == OPERATIONS["reason.list"].roles == ()


def test_event_streams_resume_by_header_and_by_parameter() -> None:
    for entry in OPERATIONS.values():
        if SSE in entry.media:
            assert "after" in {parameter.name for parameter in entry.query}
            assert "Last-Event-ID" in {parameter.name for parameter in entry.headers}
