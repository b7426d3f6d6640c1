"""Engine code for commands that need no engine: the one file besides `serve` that may reach below the SDK.

The engine is imported inside the functions: most commands only look into the lock file, and that must stay quick.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from chargehand.kernel.folder import KEYS_FOLDER, is_held, read_holder

if TYPE_CHECKING:
    from chargehand.auditor.cards import LoadedCard
    from chargehand.contracts.card import MachineCard, MaterialCard, ToolCard
    from chargehand.sdk.client import Client

    C = TypeVar("C", MachineCard, ToolCard, MaterialCard)


def check_policy(path: Path, cards: Path | None = None) -> dict[str, Any]:
    """Load and compile a policy file without using it.

    Returns:
        `ok`, `policy` (name, version, digest, counts) or null, `defects` (file, line, message), `warnings`.
    """
    from chargehand import __version__
    from chargehand.auditor.cards import load_cards
    from chargehand.auditor.defect import DefectiveFileError
    from chargehand.auditor.policy_file import load_policy
    from chargehand.auditor.rulebook import Rulebook

    try:
        found = load_cards(cards)
        book = Rulebook(load_policy(path), tools=found.tools, materials=found.materials, engine_version=__version__)
    except DefectiveFileError as error:
        return {"ok": False, "policy": None, "defects": [defect._asdict() for defect in error.defects], "warnings": []}
    return {"ok": True, "policy": book.record(active=False), "defects": [], "warnings": list(book.warnings)}


def check_program(
    text: bytes,
    *,
    machine: str,
    tool: str,
    material: str,
    offset: tuple[float, float, float] | None = None,
    stock: tuple[float, ...] | None = None,
    cards: Path | None = None,
) -> dict[str, Any]:
    """Judge a part program without an engine; the answer is `auditor.program_report.report`'s.

    Args:
        text: the program.
        machine: its card.
        tool: card of the tool in the spindle.
        material: card of the work's material.
        offset: machine coordinates of G54's zero; None takes those of the machine's card.
        stock: two corners of the raw part, X0 Y0 Z0 X1 Y1 Z1 in G54.
        cards: folder with more cards.

    Raises:
        RequestError: a card of that name does not exist.
        DefectiveFileError: a card cannot be used.
    """
    from chargehand.auditor.cards import load_cards
    from chargehand.auditor.program_limits import Conditions
    from chargehand.auditor.program_report import report
    from chargehand.auditor.program_run import offsets_of, stock_of

    found = load_cards(cards)
    card = _card("FLEET.MACHINE_UNKNOWN", "machine", machine, found.machines)
    conditions = Conditions(
        card=card,
        tool=_card("TOOL.CARD_UNKNOWN", "tool", tool, found.tools),
        material=_card("MACH.MATERIAL_UNKNOWN", "material", material, found.materials),
        offsets=offsets_of(card, {} if offset is None else dict(zip("XYZ", offset, strict=True))),
        stock=None if stock is None else stock_of(stock),
    )
    return report(text, conditions)


def _card(code: str, kind: str, name: str, known: Mapping[str, LoadedCard[C]]) -> C:
    from chargehand.contracts.problems import RequestError

    if name not in known:
        raise RequestError(code, f"no {kind} {name!r}", hint=f"Known: {', '.join(sorted(known))}.")
    return known[name].card


def verify_export(export: Path, notes: Sequence[Path] = (), key: str | None = None) -> dict[str, Any]:
    """Verify an exported ledger, offline, by the same code that runs alone.

    Raises:
        OSError: a file cannot be read.
        UnverifiedError: what was given to hold it against cannot be used.
    """
    from chargehand.ledger import verify

    with export.open("rb") as file:
        report = verify.verify_export(file, [note.read_bytes() for note in notes], key)
    return {**report._asdict(), "findings": [finding._asdict() for finding in report.findings]}


def sign_in_link(data: Path) -> str | None:
    """A fresh one-time sign-in link of the engine that serves this folder; None if none does.

    Only somebody who can read the folder's keys can make one: that is what proves who asks.

    Raises:
        OSError: the folder's keys cannot be read.
    """
    from chargehand.access.signin import OneTimeCodes, load_secret
    from chargehand.kernel.clock import SystemClock
    from chargehand.kernel.ids import SystemIds

    holder = read_holder(data)
    if holder is None or holder.url is None or not is_held(data):
        return None
    ids = SystemIds()
    codes = OneTimeCodes(load_secret(data / KEYS_FOLDER, bytes.fromhex(ids.secret())))
    return f"{holder.url}/signin?code={codes.make(ids.secret()[:16], SystemClock().now_us())}"


def running_url(data: Path) -> str | None:
    """URL of the engine that serves this folder; None if none does."""
    holder = read_holder(data)
    return None if holder is None or not is_held(data) else holder.url


@contextmanager
def open_client(data: Path, token: str | None = None) -> Iterator[Client]:
    """A client of a folder that nobody serves: the engine runs in this process, on loopback, for as long as it is used.

    Raises:
        StoreError: the folder cannot be opened.
    """
    import structlog

    from chargehand.config import load_config
    from chargehand.sdk.client import Client
    from chargehand.server import running

    devnull = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 - for the life of the process
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(devnull))
    with running(load_config({"data": data, "port": 0, "simulator": False})) as url, Client(url, token=token) as client:
        yield client


def verify_script() -> Path:
    """The file that verifies an export alone, with nothing but Python."""
    from chargehand.ledger import verify

    return Path(verify.__file__)


def clock_ahead_s(engine_time: str) -> float:
    """Seconds by which an engine's clock, as it just told it, is ahead of this machine's.

    Raises:
        ValueError: the text is no time.
    """
    from chargehand.kernel.clock import SECOND_US, SystemClock, parse_utc

    return (parse_utc(engine_time) - SystemClock().now_us()) / SECOND_US
