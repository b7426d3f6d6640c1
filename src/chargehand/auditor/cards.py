"""Card files: what is known about machines, cutting tools and materials, read once and refused when anything is off.

A file holds any number of `[[machine]]`, `[[tool]]` and `[[material]]` tables whose keys are the fields of
`contracts/card.py`. An unknown key at any depth, a number that is not finite, a figure out of its range
(`card_range.py`) or figures that do not go together (`card_domain.py`) refuse the file, each with its line. A card is
identified by the digest of its canonical JSON, so comments and order do not matter.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from importlib.resources import files
from pathlib import Path as FilePath
from typing import Any, Generic, NamedTuple, TypeVar, get_args, get_origin, get_type_hints

import msgspec

from chargehand.auditor.card_domain import domain
from chargehand.auditor.card_range import Path
from chargehand.auditor.defect import Defect, DefectiveFileError, Document
from chargehand.contracts.card import MachineCard, MaterialCard, ToolCard
from chargehand.kernel.canonical import canonical_bytes, sha256_text

CARD_INVALID = "FLEET.CARD_INVALID"
C = TypeVar("C", MachineCard, ToolCard, MaterialCard)

_AT = re.compile(r" - at `\$\.?([^`]*)`$")
_PART = re.compile(r"\w+")


class LoadedCard(msgspec.Struct, Generic[C], frozen=True):
    """A card with its identity.

    Attributes:
        card: the card.
        body: its canonical JSON.
        digest: `sha256:` of `body`.
    """

    card: C
    body: bytes
    digest: str


class Cards(msgspec.Struct, frozen=True, kw_only=True):
    """Every card there is, by id."""

    machines: dict[str, LoadedCard[MachineCard]] = {}
    tools: dict[str, LoadedCard[ToolCard]] = {}
    materials: dict[str, LoadedCard[MaterialCard]] = {}


def loaded(card: C) -> LoadedCard[C]:
    """A card made in code (a replayed machine's, for example), with its identity."""
    body = canonical_bytes(card)
    return LoadedCard(card, body, sha256_text(body))


def load_cards(folder: FilePath | None = None) -> Cards:
    """The shipped cards, with those of a user's folder on top: a card there replaces the shipped one of the same id.

    Raises:
        DefectiveFileError: any file is not acceptable, or the folder names an id twice.
    """
    shipped = _read_files([(entry.name, entry.read_text("utf-8")) for entry in _toml(files(__package__) / "cards")])
    if folder is None:
        return shipped
    own = _read_files([(str(entry), _text(FilePath(str(entry)))) for entry in _toml(folder)])
    return Cards(
        machines=shipped.machines | own.machines,
        tools=shipped.tools | own.tools,
        materials=shipped.materials | own.materials,
    )


def read_cards(text: str, file: str) -> Cards:
    """The cards of one file.

    Raises:
        DefectiveFileError: the file is not acceptable.
    """
    return _read_files([(file, text)])


def _toml(folder: Any) -> list[Any]:
    return sorted((entry for entry in folder.iterdir() if entry.name.endswith(".toml")), key=lambda entry: entry.name)


def _text(path: FilePath) -> str:
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise DefectiveFileError(CARD_INVALID, [Defect(str(path), None, f"cannot be read: {error}")]) from error


def _read_files(texts: list[tuple[str, str]]) -> Cards:
    cards = Cards()
    for file, text in texts:
        document = Document.parse(text, file, CARD_INVALID)
        document.closed((), document.tree, frozenset({"machine", "tool", "material"}))
        _read_kind(document, "machine", MachineCard, cards.machines)
        _read_kind(document, "tool", ToolCard, cards.tools)
        _read_kind(document, "material", MaterialCard, cards.materials)
        document.refuse_if_faulty()
    return cards


def _read_kind(document: Document, kind: str, record: type[C], into: dict[str, LoadedCard[C]]) -> None:
    tables = document.tree.get(kind, [])
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        document.fault((kind,), f"write [[{kind}]], one table per card")
        return
    for place, table in enumerate(tables):
        path: Path = (kind, place)
        before = len(document.defects)
        _closed(document, path, table, record)
        if len(document.defects) > before:
            continue
        try:
            card = msgspec.convert(table, record)
        except msgspec.ValidationError as error:
            _type_fault(document, path, str(error))
            continue
        for key, message in domain(card):
            document.fault(path + key, message)
        if card.id in into:
            document.fault((*path, "id"), f"{kind} {card.id!r} is described twice")
        into[card.id] = loaded(card)


class _Held(NamedTuple):
    """What a field holds: a record, or a list or a map of them."""

    record: type[msgspec.Struct]
    mapped: bool


def _closed(document: Document, path: Path, table: dict[str, Any], record: type[msgspec.Struct]) -> None:
    """Every table within a card's table is closed too."""
    fields = _fields(record)
    document.closed(path, table, frozenset(fields))
    for key, value in table.items():
        held = fields.get(key)
        if held is None:
            continue
        for place, part in _parts((*path, key), value, held.mapped):
            _closed(document, place, part, held.record)


@lru_cache(maxsize=64)
def _fields(record: type[msgspec.Struct]) -> dict[str, _Held | None]:
    hints = get_type_hints(record)
    return {field: _held(hints[field]) for field in record.__struct_fields__}


def _held(hint: Any) -> _Held | None:
    if isinstance(hint, type) and issubclass(hint, msgspec.Struct):
        return _Held(hint, mapped=False)
    for part in get_args(hint):
        inner = _held(part)
        if inner is not None:
            return _Held(inner.record, mapped=get_origin(hint) is dict)
    return None


def _parts(path: Path, value: Any, mapped: bool) -> Iterator[tuple[Path, dict[str, Any]]]:
    """The tables that a field's value holds; what is no table is left to the check of types."""
    if isinstance(value, dict) and not mapped:
        yield path, value
    elif isinstance(value, dict | list):
        members: Iterable[tuple[str | int, Any]] = value.items() if isinstance(value, dict) else enumerate(value)
        yield from (((*path, key), part) for key, part in members if isinstance(part, dict))


def _type_fault(document: Document, path: Path, message: str) -> None:
    found = _AT.search(message)
    # The library writes `axes[...].min` where a key of a map is meant, and does not say which key.
    inner = tuple(_PART.findall(found[1].partition("[...]")[0])) if found else ()
    name = ".".join(inner) or str(path[0])
    place = tuple(int(part) if part.isdigit() else part for part in inner)
    document.fault((*path, *place), f"{name}: {_AT.sub('', message)}")
