"""JSON Schema (2020-12) of every record that crosses the engine's border, made from the records themselves.

Titles are record names and descriptions the docstrings' own words: what is not said there is not said anywhere.
Request bodies are closed. Every other record says that unknown members are allowed: readers ignore them.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterable
from functools import cache
from typing import Any

import msgspec

from chargehand.contracts.card import MachineCard, MaterialCard, ToolCard
from chargehand.contracts.kinds import KINDS
from chargehand.contracts.operations import OPERATIONS, STREAMS
from chargehand.contracts.problems import Problem
from chargehand.contracts.proposal import ConnectorCall, MachineChange, ToolCall

Schema = dict[str, Any]

DIALECT = "https://json-schema.org/draft/2020-12/schema"

_BESIDE: tuple[type, ...] = (
    Problem,
    MachineChange,
    ToolCall,
    ConnectorCall,
    MachineCard,
    ToolCard,
    MaterialCard,
)
"""Records that no operation, stream or kind names but that readers meet: problems, actions, cards."""

_JUDGED = frozenset({"ProposalBody", "BasedOn", "Quantity"})
"""Records whose unknown members decode, only to be denied with PROP.FIELD_UNKNOWN."""

_ENTRY = re.compile(r"^ {4}(\w+): (.*)$")
_PAGE = re.compile(r"Page_(\w+?)_")


def published_types() -> list[Any]:
    """Every record that is published, operations first."""
    operations = [kind for entry in OPERATIONS.values() for kind in (entry.input, entry.output) if kind is not None]
    streamed = [entry.frames for entry in OPERATIONS.values()] + [entry.frames for entry in STREAMS.values()]
    frames = [frame for sent in streamed for frame in sent]
    payloads = [kind.payload for kind in KINDS.values()]
    return list(dict.fromkeys([*operations, *frames, *payloads, *_BESIDE]))


@cache
def component_schemas(ref_template: str = "#/components/schemas/{name}") -> dict[str, Schema]:
    """Schema of every published record and of what it contains, by name.

    Args:
        ref_template: how one schema points to another; `{name}` is replaced.
    """
    return _components(published_types(), ref_template)


def schema_name(record: Any) -> str:
    """Name of a record in `component_schemas`: `Verdict`, and `VerdictPage` for `Page[Verdict]`."""
    arguments = getattr(record, "__args__", ())
    return f"{arguments[0].__name__}Page" if arguments else str(record.__name__)


@cache
def documents() -> dict[str, Schema]:
    """Every published schema as a document that stands alone, by file name.

    A record is `Verdict.json`; an event payload is also `proposal.decided.v1.json`, as its events' `dataschema` says.
    """
    found = {f"{schema_name(record)}.json": _document(record) for record in published_types()}
    for row in KINDS.values():
        name = row.dataschema.rpartition("/")[2]
        found[name] = {**_document(row.payload), "$id": row.dataschema}
    return found


def _document(record: Any) -> Schema:
    name = schema_name(record)
    definitions = _components([record], "#/$defs/{name}")
    own = definitions.pop(name)
    document = {"$schema": DIALECT, "$id": f"/schemas/{name}.json", **own}
    return {**document, "$defs": definitions} if definitions else document


def _components(records: Iterable[Any], ref_template: str) -> dict[str, Schema]:
    _, raw = msgspec.json.schema_components(records, ref_template=ref_template)
    named = {_PAGE.sub(r"\1Page", name): schema for name, schema in raw.items()}
    return {name: _mended(name, schema) for name, schema in sorted(named.items())}


def _mended(name: str, schema: Schema) -> Schema:
    text, fields = split_docstring(inspect.cleandoc(schema["description"]))
    fields.setdefault("type", "names the record.")
    properties = {
        key: {**_simplified(value), "description": fields[key]} for key, value in schema["properties"].items()
    }
    mended: Schema = {"title": name, "description": text, "type": "object", "properties": properties}
    if schema.get("required"):
        mended["required"] = schema["required"]
    # A missing keyword allows unknown members just as well; said aloud, nobody has to wonder.
    mended["additionalProperties"] = schema.get("additionalProperties", name not in _JUDGED)
    return mended


def split_docstring(text: str) -> tuple[str, dict[str, str]]:
    """The words before `Attributes:` as one line per paragraph, and the words of each attribute by JSON name."""
    head, _, tail = text.partition("\nAttributes:\n")
    fields: dict[str, str] = {}
    name = ""
    for line in tail.splitlines():
        match = _ENTRY.match(line)
        if match:
            name = match[1].rstrip("_")
            fields[name] = match[2]
        elif name and line.startswith(" " * 8):
            fields[name] += " " + line.strip()
    paragraphs = [" ".join(part.split()) for part in head.strip().split("\n\n")]
    return "\n\n".join(paragraphs), fields


def _simplified(schema: Schema) -> Schema:
    """The same schema with plain alternatives as a list of types, single values as constants, nothing left empty."""
    if not schema:
        return {"description": "Any JSON value."}
    plain = dict(schema)
    if len(plain.get("enum", ())) == 1:
        plain["const"] = plain.pop("enum")[0]
    if isinstance(plain.get("default"), tuple):
        plain["default"] = list(plain["default"])
    for key in ("items", "additionalProperties"):
        if isinstance(plain.get(key), dict):
            plain[key] = _simplified(plain[key])
    if "anyOf" in plain:
        parts = [_simplified(part) for part in plain["anyOf"]]
        if all(part.keys() == {"type"} for part in parts):
            types = [part["type"] for part in parts]
            if "number" in types and "integer" in types:
                types.remove("integer")
            del plain["anyOf"]
            plain["type"] = types if len(types) > 1 else types[0]
        else:
            plain["anyOf"] = parts
    return plain
