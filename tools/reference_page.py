"""Writes `docs/TECHNICAL_REFERENCE.md`: prose from the template, schemas and examples from the contracts.

The template, `technical_reference.md` beside this file, holds directives on lines of their own: `{{record NAME}}` puts
the members, the example and the schema of a record there, `{{operations}}`, `{{streams}}` and `{{kinds}}` the tables.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import msgspec

from chargehand.contracts.examples import EXAMPLES
from chargehand.contracts.kinds import KINDS
from chargehand.contracts.operations import OPERATIONS, STREAMS
from chargehand.contracts.schemas import documents, schema_name

TEMPLATE = Path(__file__).with_name("technical_reference.md")

_DIRECTIVE = re.compile(r"^\{\{(\w+)(?: (\w+))?\}\}$", re.MULTILINE)


def reference_page() -> str:
    """The page as Markdown.

    Raises:
        KeyError: the template names a directive or record that does not exist.
    """
    tables = {"operations": _operations, "streams": _streams, "kinds": _kinds}

    def replaced(match: re.Match[str]) -> str:
        return _record(match[2]) if match[1] == "record" else tables[match[1]]()

    return _DIRECTIVE.sub(replaced, TEMPLATE.read_text("utf-8"))


def _record(name: str) -> str:
    schema = documents()[f"{name}.json"]
    required = schema.get("required", [])
    rows = [
        f"| `{key}` | {_type(value)} | {'yes' if key in required else ''} | {_cell(value['description'])} |"
        for key, value in schema["properties"].items()
    ]
    example = json.dumps(msgspec.to_builtins(EXAMPLES[name]), indent=2)
    return "\n".join(
        [
            "| member | type | required | meaning |",
            "|---|---|---|---|",
            *rows,
            "",
            f"<!-- example of {name} -->",
            "```json",
            example,
            "```",
            "",
            f"<details><summary>JSON Schema, as in <code>contracts/schemas/{name}.json</code></summary>",
            "",
            f"<!-- schema of {name} -->",
            "```json",
            json.dumps(schema, indent=2),
            "```",
            "",
            "</details>",
        ]
    )


def _type(schema: dict[str, Any]) -> str:
    if "$ref" in schema:
        return str(schema["$ref"].rpartition("/")[2])
    if "anyOf" in schema:
        return " or ".join(map(_type, schema["anyOf"]))
    if "const" in schema:
        return f"`{schema['const']}`"
    if "enum" in schema:
        return ", ".join(f"`{value}`" for value in schema["enum"])
    kind = schema.get("type", "any")
    if isinstance(kind, list):
        return " or ".join(kind)
    if kind == "array":
        return f"array of {_type(schema['items'])}"
    if isinstance(schema.get("additionalProperties"), dict):
        return f"object of {_type(schema['additionalProperties'])}"
    return str(kind)


def _operations() -> str:
    rows = ["| operation | request | answer | roles | |", "|---|---|---|---|---|"]
    for entry in OPERATIONS.values():
        output = schema_name(entry.output) if entry.output is not None else ""
        streamed = " or ".join(schema_name(frame) for frame in entry.frames)
        answer = " · ".join(part for part in (output, f"stream of {streamed}" if streamed else "") if part)
        roles = ", ".join(entry.roles) or "anybody"
        request = f"`{entry.method} {entry.path}`"
        rows.append(f"| `{entry.name}` | {request} | {entry.status} {answer} | {roles} | {_cell(entry.summary)} |")
    return "\n".join(rows)


def _streams() -> str:
    rows = ["| stream | address | frames | roles | |", "|---|---|---|---|---|"]
    for entry in STREAMS.values():
        frames = ", ".join(schema_name(frame) for frame in entry.frames)
        rows.append(
            f"| `{entry.name}` | `{entry.path}` | {frames} | {', '.join(entry.roles)} | {_cell(entry.summary)} |"
        )
    return "\n".join(rows)


def _kinds() -> str:
    rows = ["| kind | v | payload | about | written by | stability |", "|---|---|---|---|---|---|"]
    rows += [
        f"| `{row.kind}` | {row.v} | {row.payload.__name__} | `{row.subject}` | {row.owner} | {row.stability} |"
        for row in KINDS.values()
    ]
    return "\n".join(rows)


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
