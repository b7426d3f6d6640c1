"""Card files: what is known about machines, cutting tools and materials, read once and refused when anything is off.

A file holds any number of `[[machine]]`, `[[tool]]` and `[[material]]` tables whose keys are the fields of
`contracts/card.py`. An unknown key, a number that is not finite, a limit upside down or a negative rating refuses the
file, with its line. A card is identified by the digest of its canonical JSON, so comments and order do not matter.
"""

from __future__ import annotations

import re
from importlib.resources import files
from pathlib import Path
from typing import Any, Generic, TypeVar, get_args

import msgspec

from chargehand.auditor.defect import Defect, DefectiveFileError, Document
from chargehand.contracts.card import Axis, MachineCard, MaterialCard, Resolution, ToolCard
from chargehand.contracts.machine import SIGNAL_UNITS
from chargehand.contracts.proposal import Operation
from chargehand.kernel.canonical import canonical_bytes, sha256_text

CARD_INVALID = "FLEET.CARD_INVALID"
AnyCard = MachineCard | ToolCard | MaterialCard
C = TypeVar("C", MachineCard, ToolCard, MaterialCard)

_CARD_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_AT = re.compile(r" - at `\$\.?([^`]*)`$")
_PART = re.compile(r"\w+")
_OPERATIONS = frozenset(get_args(Operation))
_AXES = frozenset("XYZABCUVW")

_POSITIVE: dict[str, tuple[str, ...]] = {
    "machine": ("spindle_speed_max", "feed_rate_max", "spindle_power_s1", "eta", "freshness_s"),
    "tool": ("diameter", "flute_length", "stickout", "spindle_speed_max", "lead_angle", "teeth"),
    "material": ("kc1_1",),
}
_NOT_NEGATIVE: dict[str, tuple[str, ...]] = {
    "machine": (
        "spindle_speed_min",
        "feed_rate_min",
        "spindle_override_min",
        "feed_override_min",
        "coolant_flow_min",
        "clock_skew_s",
    ),
    "tool": ("spindle_speed_min",),
    "material": ("mc",),
}
_AT_MOST: dict[str, tuple[tuple[str, float], ...]] = {
    "machine": (("eta", 1.0),),
    "tool": (("lead_angle", 90.0),),
    "material": (("mc", 0.99),),
}
_ORDERED: dict[str, tuple[tuple[str, str], ...]] = {
    "machine": (
        ("spindle_speed_min", "spindle_speed_max"),
        ("feed_rate_min", "feed_rate_max"),
        ("spindle_override_min", "spindle_override_max"),
        ("feed_override_min", "feed_override_max"),
    ),
    "tool": (("spindle_speed_min", "spindle_speed_max"), ("flute_length", "stickout")),
    "material": (),
}


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


def load_cards(folder: Path | None = None) -> Cards:
    """The shipped cards, with those of a user's folder on top: a card there replaces the shipped one of the same id.

    Raises:
        DefectiveFileError: any file is not acceptable, or the folder names an id twice.
    """
    shipped = _read_files([(entry.name, entry.read_text("utf-8")) for entry in _toml(files(__package__) / "cards")])
    if folder is None:
        return shipped
    own = _read_files([(str(entry), _text(Path(str(entry)))) for entry in _toml(folder)])
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


def _text(path: Path) -> str:
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
        path: tuple[str | int, ...] = (kind, place)
        before = len(document.defects)
        document.closed(path, table, frozenset(record.__struct_fields__))
        _closed_parts(document, path, table)
        if len(document.defects) > before:
            continue
        try:
            card = msgspec.convert(table, record)
        except msgspec.ValidationError as error:
            _type_fault(document, path, str(error))
            continue
        _domain(document, path, kind, card)
        if card.id in into:
            document.fault((*path, "id"), f"{kind} {card.id!r} is described twice")
        into[card.id] = loaded(card)


def _closed_parts(document: Document, path: tuple[str | int, ...], table: dict[str, Any]) -> None:
    """The tables within a machine's table are closed too."""
    parts: list[tuple[tuple[str | int, ...], Any, Any]] = [((*path, "resolution"), table.get("resolution"), Resolution)]
    axes = table.get("axes")
    if isinstance(axes, dict):
        parts += [((*path, "axes", name), axis, Axis) for name, axis in axes.items()]
    for place, part, record in parts:
        if isinstance(part, dict):
            document.closed(place, part, frozenset(record.__struct_fields__))


def _type_fault(document: Document, path: tuple[str | int, ...], message: str) -> None:
    found = _AT.search(message)
    # The library writes `axes[...].min` where a key of a map is meant, and does not say which key.
    inner = tuple(_PART.findall(found[1].partition("[...]")[0])) if found else ()
    name = ".".join(inner) or str(path[0])
    document.fault((*path, *inner), f"{name}: {_AT.sub('', message)}")


def _domain(document: Document, path: tuple[str | int, ...], kind: str, card: AnyCard) -> None:
    def fault(key: str, message: str) -> None:
        document.fault((*path, key), f"{key} {message}")

    if not _CARD_ID.fullmatch(card.id):
        fault("id", f"must be letters, digits, '.', '_' or '-', at most 64, not {card.id!r}")
    for key in _POSITIVE[kind]:
        if not getattr(card, key) > 0:
            fault(key, f"must be above 0, not {getattr(card, key)!r}")
    for key in _NOT_NEGATIVE[kind]:
        if not getattr(card, key) >= 0:
            fault(key, f"must not be negative, not {getattr(card, key)!r}")
    for key, most in _AT_MOST[kind]:
        if not getattr(card, key) <= most:
            fault(key, f"must be at most {most:g}, not {getattr(card, key)!r}")
    for low, high in _ORDERED[kind]:
        if not getattr(card, low) <= getattr(card, high):
            fault(low, f"is above {high}: {getattr(card, low)!r} > {getattr(card, high)!r}")
    if isinstance(card, MachineCard):
        _machine_domain(document, path, card)


def _machine_domain(document: Document, path: tuple[str | int, ...], card: MachineCard) -> None:
    for name, axis in card.axes.items():
        if name not in _AXES:
            document.fault((*path, "axes", name), f"unknown axis {name!r}; known: {', '.join(sorted(_AXES))}")
        if not axis.min < axis.max:
            document.fault((*path, "axes", name), f"axis {name}: min {axis.min!r} is not below max {axis.max!r}")
    for step in card.resolution.__struct_fields__:
        if not getattr(card.resolution, step) > 0:
            document.fault((*path, "resolution", step), f"resolution.{step} must be above 0")
    for key, known in (("sensors", frozenset(SIGNAL_UNITS)), ("operations", _OPERATIONS)):
        names: list[str] = getattr(card, key)
        for name in names:
            if name not in known:
                document.fault((*path, key), f"{key}: unknown {name!r}; known: {', '.join(sorted(known))}")
        if len(set(names)) < len(names):
            document.fault((*path, key), f"{key}: a name stands there twice")
