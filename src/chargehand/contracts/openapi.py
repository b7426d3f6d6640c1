"""The OpenAPI 3.1 document, made from the operation registry. It is what the engine serves at `/openapi.json`.

It refuses to describe what the registry does not say: no hand-written path, no schema without content.

Source: OpenAPI Specification 3.1.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any

import msgspec

from chargehand.contracts.examples import EXAMPLES
from chargehand.contracts.operations import JSON, OPERATIONS, Operation, Parameter
from chargehand.contracts.problems import PROBLEM_MEDIA_TYPE
from chargehand.contracts.schemas import Schema, component_schemas, schema_name

CONTRACTS_VERSION = "1"

PROBLEMS: dict[int, str] = {
    400: "The request is malformed, or a parameter is wrong.",
    401: "A token is needed, or the one shown is not valid.",
    403: "The caller does not have the role, or comes from a foreign origin.",
    404: "There is no such record.",
    409: "The record is not as the caller believes, or a gate refuses; `reason_codes` says why.",
    412: "`If-Match` names a revision that is no longer present.",
    413: "The body is too large.",
    415: "The body is not sent as JSON.",
    422: "The body does not fit its schema.",
    429: "A named bound was reached; `Retry-After` says when to come back.",
    500: "The engine is at fault.",
    503: "The engine cannot do it now; nothing was done.",
}
"""What each problem status means here."""

SECURITY_SCHEMES: dict[str, Schema] = {
    "token": {
        "type": "http",
        "scheme": "bearer",
        "description": "A principal's token, as `chargehand principal add` prints it once.",
    },
    "session": {
        "type": "apiKey",
        "in": "cookie",
        "name": "chargehand_session",
        "description": "HttpOnly, SameSite=Strict cookie that `POST /v1/session` sets.",
    },
}

_INTRODUCTION = (
    "Proposals in, verdicts with stable reason codes out, everything recorded and provable. "
    "Calls without a token are taken on loopback only, unless the engine was started with `--require-token`. "
    "Errors are RFC 9457 problems with a reason code. Readers ignore members that they do not know."
)
_KEY = Parameter(
    name="Idempotency-Key",
    where="header",
    docs="Any text of the caller's own; a repeated request with the same key gets the first answer, marked as such.",
)
_PATH_PARAMETER = re.compile(r"\{(\w+)\}")


@cache
def openapi(version: str = CONTRACTS_VERSION) -> Schema:
    """The whole document.

    Args:
        version: what `info.version` says.
    """
    paths: dict[str, Schema] = {}
    for entry in OPERATIONS.values():
        paths.setdefault(entry.path, {})[entry.method.lower()] = _operation(entry)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Chargehand",
            "version": version,
            "description": _INTRODUCTION,
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "tags": [{"name": noun} for noun in dict.fromkeys(name.partition(".")[0] for name in OPERATIONS)],
        "paths": paths,
        "components": {
            "schemas": component_schemas(),
            "responses": {f"Problem{status}": _problem(status) for status in PROBLEMS},
            "securitySchemes": SECURITY_SCHEMES,
        },
    }


def _operation(entry: Operation) -> Schema:
    described: Schema = {
        "operationId": entry.name,
        "tags": [entry.name.partition(".")[0]],
        "summary": entry.summary,
        "parameters": _parameters(entry),
        "responses": _responses(entry),
        "security": [{"token": []}, {"session": []}, {}] if entry.roles else [{}],
        "x-roles": list(entry.roles),
        "x-effect": entry.effect,
    }
    if entry.docs:
        described["description"] = entry.docs
    if entry.input is not None:
        described["requestBody"] = {"required": True, "content": {"application/json": _content(entry.input)}}
    return described


def _parameters(entry: Operation) -> list[Schema]:
    in_path: list[Schema] = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in _PATH_PARAMETER.findall(entry.path)
    ]
    given = [*entry.query, *entry.headers, *([_KEY] if entry.effect == "write" else [])]
    return in_path + [parameter_object(parameter) for parameter in given]


def parameter_object(parameter: Parameter) -> Schema:
    """A query or header parameter as OpenAPI has it."""
    schema: Schema = {"type": parameter.type}
    for key, value in (
        ("default", parameter.default),
        ("minimum", parameter.minimum),
        ("maximum", parameter.maximum),
        ("enum", list(parameter.choices) or None),
    ):
        if value is not None:
            schema[key] = value
    return {
        "name": parameter.name,
        "in": parameter.where,
        "required": parameter.required,
        "description": parameter.docs,
        "schema": schema,
    }


def _responses(entry: Operation) -> Schema:
    success: Schema = {"description": entry.summary}
    if entry.status != 204:
        success["content"] = {
            media: _content(entry.output) if media == JSON else _streamed(entry) for media in entry.media
        }
    found: Schema = {str(entry.status): success}
    if any(parameter.name == "dry_run" for parameter in entry.query):
        found["200"] = {**success, "description": "The verdict of a dry run. Nothing was recorded."}
    if entry.location is not None:
        location = {"description": f"Address of the new record, `{entry.location}`.", "schema": {"type": "string"}}
        found[str(entry.status)] = {**success, "headers": {"Location": location}}
    for status in problem_statuses(entry):
        found[str(status)] = {"$ref": f"#/components/responses/Problem{status}"}
    return found


def problem_statuses(entry: Operation) -> list[int]:
    """The statuses with which an operation may answer a problem."""
    found = {400, 403, 429, 500, 503}
    if entry.roles or entry.name == "session.create":
        found.add(401)
    if "{" in entry.path:
        found.add(404)
    if entry.input is not None:
        found |= {413, 415, 422}
    if entry.effect == "write":
        found.add(409)
    if any(header.name == "If-Match" for header in entry.headers):
        found.add(412)
    return sorted(found)


def _content(record: Any) -> Schema:
    name = schema_name(record)
    content: Schema = {"schema": {"$ref": f"#/components/schemas/{name}"}}
    if name in EXAMPLES:
        content["example"] = msgspec.to_builtins(EXAMPLES[name])
    return content


def _streamed(entry: Operation) -> Schema:
    """One message or line of a streamed answer: whichever of the operation's frames it is."""
    return {"schema": {"oneOf": [{"$ref": f"#/components/schemas/{schema_name(frame)}"} for frame in entry.frames]}}


def _problem(status: int) -> Schema:
    return {
        "description": PROBLEMS[status],
        "content": {PROBLEM_MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
