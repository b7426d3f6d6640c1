"""Every operation of the registry, walked: what succeeds has the registered shape, what fails is a problem."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import jsonschema
import msgspec
import pytest

from chargehand.api.answer import SECURITY_HEADERS
from chargehand.contracts.operations import JSON, JSONL, OPERATIONS, SSE, Operation
from chargehand.contracts.page import LIMIT_MAX
from chargehand.contracts.problems import PROBLEM_MEDIA_TYPE, Problem
from chargehand.contracts.schemas import schema_name
from tests.surfaces.asking import NOTHING, RIGHTLY, Ask, World, able, answer, asked
from tests.surfaces.engine import Engine, engines
from tests.surfaces.reading import cut_out, items

EVERY = pytest.mark.parametrize("operation", OPERATIONS.values(), ids=list(OPERATIONS))
WITH_ID = [operation for operation in OPERATIONS.values() if "{" in operation.path]
WITH_BODY = [operation for operation in OPERATIONS.values() if operation.input is not None]
LISTS = [operation for operation in OPERATIONS.values() if any(entry.name == "limit" for entry in operation.query)]
UNKNOWN = {"REQ.NOT_FOUND", "FLEET.MACHINE_UNKNOWN", "AUTH.PRINCIPAL_UNKNOWN"}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """An engine with a principal of every role."""
    with engines() as starter:
        yield World(starter(tmp_path_factory.mktemp("world") / "data").ready())


def schema(engine: Engine, record: Any) -> dict[str, Any]:
    """The published schema of a record."""
    found: dict[str, Any] = engine.get(f"/schemas/{schema_name(record)}.json").json()
    return found


def closed(kind: Any) -> msgspec.json.Decoder[Any]:
    """A decoder of a record in which nothing is coerced."""
    return msgspec.json.Decoder(kind, strict=True)


def check_headers(response: httpx.Response) -> None:
    """Whatever is answered carries the security headers, once each, and the name of the request."""
    for name, value in SECURITY_HEADERS:
        assert response.headers.get_list(name.decode()) == [value.decode()], name
    assert response.headers["x-request-id"].startswith("req_")
    assert "server" not in response.headers


def check_problem(engine: Engine, response: httpx.Response, status: int, *codes: str) -> Problem:
    """A problem of this status with one of these codes."""
    assert response.headers["content-type"] == PROBLEM_MEDIA_TYPE, response.text
    check_headers(response)
    problem: Problem = closed(Problem).decode(response.content)
    assert (response.status_code, problem.status, problem.code) == (status, status, problem.code), response.text
    assert problem.code in codes
    assert problem.type == f"/v1/reason-codes/{problem.code}"
    assert problem.request_id == response.headers["x-request-id"]
    assert problem.instance == response.request.url.path
    assert problem.detail
    assert problem.hint
    jsonschema.validate(msgspec.json.decode(response.content), schema(engine, Problem))
    return problem


def _further(response: httpx.Response) -> Iterator[bytes]:
    """What an event stream sends behind its greeting."""
    return (chunk for chunk in response.iter_raw() if b": connected\n" not in chunk)


@EVERY
def test_success_has_the_registered_shape(world: World, operation: Operation) -> None:
    engine = world.engine
    with asked(engine, operation, RIGHTLY[operation.name](world), headers=world.bearer(able(operation))) as response:
        check_headers(response)
        assert response.status_code == operation.status, response.read()
        if operation.location is not None:
            expected = operation.location.partition("{")[0]
            assert response.headers["location"].startswith(expected)
        if operation.media[0] == SSE:
            assert response.headers["content-type"].startswith(SSE)
            event = next(message for message in cut_out(next(_further(response))) if message.data)
            assert closed(operation.frames[0]).decode(event.data)
            return
        body = response.read()
    if operation.status == 204:
        assert body == b""
        return
    assert response.headers["content-type"] == operation.media[0]
    if operation.media[0] == JSONL:
        header, *lines = body.splitlines()
        assert closed(operation.frames[0]).decode(header).size == len(lines)
        assert all(closed(operation.frames[1]).decode(line) for line in lines)
        return
    assert operation.media[0] == JSON
    assert closed(operation.output).decode(body) is not None
    jsonschema.validate(msgspec.json.decode(body), schema(engine, operation.output))


@pytest.mark.parametrize("operation", [o for o in OPERATIONS.values() if o.location and "{" in o.location])
def test_location_leads_to_what_was_made(world: World, operation: Operation) -> None:
    made = answer(world.engine, operation, RIGHTLY[operation.name](world), headers=world.bearer(able(operation)))
    location = made.headers["location"]
    if operation.name == "principal.add":
        assert location == f"/v1/principals/{made.json()['id']}"
    elif operation.name == "program.put":
        assert world.engine.get(location).json()["sha256"] == made.json()["sha256"]
    elif operation.name == "quarantine.open":
        assert world.engine.get(location).json() == made.json()
    else:
        assert world.engine.get(location).json()["decision_id"] == made.json()["id"]


@pytest.mark.parametrize("operation", WITH_ID, ids=[operation.name for operation in WITH_ID])
@pytest.mark.parametrize("key", ["none", "..%2F..%2Fetc%2Fpasswd", "%00", "x" * 500, "%F0%9F%92%A5", "' OR 1=1 --"])
def test_what_does_not_exist(world: World, operation: Operation, key: str) -> None:
    ask = RIGHTLY[operation.name](world)._replace(path=dict.fromkeys(("id", "name", "code"), key))
    response = answer(world.engine, operation, ask, headers=world.bearer(able(operation)))
    check_problem(world.engine, response, 404, *UNKNOWN)


@EVERY
def test_wrong_method(world: World, operation: Operation) -> None:
    response = answer(world.engine, operation, NOTHING, method="PUT", headers=world.bearer("admin"))
    check_problem(world.engine, response, 405, "REQ.METHOD_NOT_ALLOWED")
    here = {other.method for other in OPERATIONS.values() if other.path == operation.path}
    assert here <= set(response.headers["allow"].split(", ")) <= here | {"HEAD"}


@EVERY
def test_unknown_parameter(world: World, operation: Operation) -> None:
    ask = RIGHTLY[operation.name](world)
    query = "&".join(part for part in (ask.query, "zz_unknown=1") if part)
    response = answer(world.engine, operation, ask._replace(query=query), headers=world.bearer(able(operation)))
    assert check_problem(world.engine, response, 400, "REQ.PARAMETER_INVALID").field == "zz_unknown"


@EVERY
def test_parameter_given_twice(world: World, operation: Operation) -> None:
    for parameter in operation.query:
        ask = RIGHTLY[operation.name](world)._replace(query=f"{parameter.name}=1&{parameter.name}=1")
        response = answer(world.engine, operation, ask, headers=world.bearer(able(operation)))
        assert check_problem(world.engine, response, 400, "REQ.PARAMETER_INVALID").field == parameter.name


@EVERY
def test_parameter_that_cannot_be_meant(world: World, operation: Operation) -> None:
    """No value of any parameter is an error of the engine."""
    for parameter in operation.query:
        for value in ("-1", "1.5", "zz", "", "9" * 18, "9" * 25, "9" * 5_000, "%00", "%F0%9F%92%A5", "1e3", "0x1"):
            ask = RIGHTLY[operation.name](world)
            others = [part for part in ask.query.split("&") if part and not part.startswith(f"{parameter.name}=")]
            query = "&".join([*others, f"{parameter.name}={value}"])
            with asked(
                world.engine, operation, ask._replace(query=query), headers=world.bearer(able(operation))
            ) as response:
                assert response.status_code < 500, (parameter.name, value, response.read())
                if response.status_code >= 400:
                    response.read()
                    check_problem(world.engine, response, 400, "REQ.PARAMETER_INVALID", "REQ.CURSOR_INVALID")
                else:
                    assert parameter.type == "string", (parameter.name, value)
                    assert not parameter.choices, (parameter.name, value)


@EVERY
def test_foreign_origin(world: World, operation: Operation) -> None:
    for origin in ("http://evil.example", "null", "https://127.0.0.1.evil.example", "http://localhost:1"):
        headers = world.bearer(able(operation)) | {"origin": origin}
        response = answer(world.engine, operation, NOTHING, headers=headers)
        check_problem(world.engine, response, 403, "AUTH.ORIGIN_REFUSED")


@EVERY
def test_foreign_host(world: World, operation: Operation) -> None:
    """A name that an attacker's resolver points to this machine is not this machine's name."""
    for host in ("evil.example", "127.0.0.1.evil.example", "10.0.0.1", "localhost.evil.example:8420"):
        headers = world.bearer(able(operation)) | {"host": host}
        response = answer(world.engine, operation, NOTHING, headers=headers)
        check_problem(world.engine, response, 403, "AUTH.HOST_REFUSED")


@pytest.mark.parametrize("operation", WITH_BODY, ids=[operation.name for operation in WITH_BODY])
@pytest.mark.parametrize("media", ["text/plain", "application/x-www-form-urlencoded", "", "application/jsonx"])
def test_wrong_media_type(world: World, operation: Operation, media: str) -> None:
    headers = world.bearer(able(operation)) | {"content-type": media}
    response = answer(world.engine, operation, RIGHTLY[operation.name](world), headers=headers)
    check_problem(world.engine, response, 415, "REQ.MEDIA_TYPE")


@pytest.mark.parametrize("operation", WITH_BODY, ids=[operation.name for operation in WITH_BODY])
def test_body_that_does_not_fit(world: World, operation: Operation) -> None:
    bodies: tuple[Any, ...] = ([], 1, None, "text", {"zz_unknown": 1}, {})
    for body in bodies:
        response = answer(world.engine, operation, Ask(NOTHING.path, body=body), headers=world.bearer(able(operation)))
        check_problem(world.engine, response, 422, "REQ.BODY_INVALID", "REQ.NOT_A_PROPOSAL")


@pytest.mark.parametrize("path", ["/signin", "/style.css", "/openapi.json", "/asyncapi.json", "/schemas/Verdict.json"])
def test_pages_carry_the_headers(world: World, path: str) -> None:
    response = world.engine.get(path)
    assert response.status_code == 200
    check_headers(response)


@pytest.mark.parametrize(
    "path", ["/none", "/v1", "/v1/", "/v1/none", "/v1/proposals/", "/v2/proposals", "/schemas/none", "/v1/proposals//x"]
)
def test_no_such_path(world: World, path: str) -> None:
    for method in ("GET", "POST", "DELETE"):
        response = world.engine.http.request(method, path, headers=world.bearer("admin"))
        if response.status_code != 405:
            check_problem(world.engine, response, 404, "REQ.NOT_FOUND")


@pytest.mark.parametrize("operation", LISTS, ids=[operation.name for operation in LISTS])
def test_pages_are_bounded(world: World, operation: Operation) -> None:
    (limit,) = [entry for entry in operation.query if entry.name == "limit"]
    assert limit.maximum is not None
    assert limit.maximum <= max(LIMIT_MAX, 5_000)
    headers = world.bearer(able(operation))
    for value in (0, -1, limit.maximum + 1):
        ask = RIGHTLY[operation.name](world)._replace(query=f"limit={value}")
        check_problem(world.engine, answer(world.engine, operation, ask, headers=headers), 400, "REQ.PARAMETER_INVALID")
    one = answer(world.engine, operation, RIGHTLY[operation.name](world)._replace(query="limit=1"), headers=headers)
    assert len(one.json()["items"]) <= 1


PAGED = ["proposal.list", "decision.list", "approval.list", "machine.list", "reason.list", "principal.list"]


@pytest.mark.parametrize("name", PAGED)
def test_pages_join_to_the_whole(world: World, name: str) -> None:
    """Page by page gives every record once, in one order, however small the pages are."""
    for _ in range(7):
        world.submit({"kind": "machine.change", "subject": "machine/CNC-001", "action": {"operation": "program_load"}})
        world.approval()
    operation, headers = OPERATIONS[name], world.bearer("admin")
    whole = items(answer(world.engine, operation, Ask(query=f"limit={LIMIT_MAX}"), headers=headers).content)
    joined: list[bytes] = []
    cursor = ""
    while True:
        page = answer(world.engine, operation, Ask(query=f"limit=3{cursor}"), headers=headers)
        joined += items(page.content)
        if (following := page.json()["next_cursor"]) is None:
            break
        cursor = f"&cursor={following}"
    assert joined == whole
    assert len(joined) > 2
