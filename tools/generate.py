"""Writes every generated file of the repository, or says which of them are stale: `python -m tools.generate [--check]`.

Three sorts of files. Derived ones are written from the contracts each time. Golden payloads are written once and kept:
to let one follow its record before it was ever released, remove it first. Released tables only grow: a change that
would break a reader is refused here, by name, and never written.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from chargehand.contracts.asyncapi import asyncapi
from chargehand.contracts.examples import PAYLOADS
from chargehand.contracts.kinds import KINDS, NEWEST
from chargehand.contracts.openapi import openapi
from chargehand.contracts.schemas import documents
from chargehand.kernel.canonical import canonical_bytes
from tools.breaks import BREAKS
from tools.reason_page import reason_page
from tools.reference_page import reference_page
from tools.snapshot import snapshots

ROOT = Path(__file__).resolve().parent.parent
SCHEMAS = "contracts/schemas"
GOLDEN = "contracts/golden"
RELEASED = "contracts/released"


def derived() -> dict[str, str]:
    """Text of every file that is written from the contracts each time, by path."""
    return {
        **{f"{SCHEMAS}/{name}": _pretty(schema) for name, schema in sorted(documents().items())},
        "contracts/openapi.json": _pretty(openapi()),
        "contracts/asyncapi.json": _pretty(asyncapi()),
        "docs/reason-codes.md": reason_page(),
        "docs/TECHNICAL_REFERENCE.md": reference_page(),
    }


def golden() -> dict[str, str]:
    """Text of the golden payload of every kind in its newest version, by path: canonical JSON and a line feed."""
    return {
        f"{GOLDEN}/{row.kind}.v{row.v}.json": canonical_bytes(PAYLOADS[row.kind]).decode() + "\n"
        for row in KINDS.values()
        if row is NEWEST[row.kind]
    }


def breaches(root: Path = ROOT) -> list[str]:
    """Every change against the released tables that would break a reader."""
    found: list[str] = []
    for name, current in snapshots().items():
        path = root / RELEASED / name
        if path.exists():
            found += [f"{RELEASED}/{name}: {breach}" for breach in BREAKS[name](json.loads(path.read_text()), current)]
    return found


def stale(root: Path = ROOT) -> list[str]:
    """Every generated file that is missing, differs, or belongs to nothing any more."""
    wanted = {**derived(), **_released()}
    found = [path for path, text in wanted.items() if _read(root / path) != text]
    found += [path for path in golden() if not (root / path).exists()]
    return found + _orphans(root)


def write(root: Path = ROOT) -> list[str]:
    """Bring every generated file up to date; returns the paths that changed."""
    changed = stale(root)
    texts = {**derived(), **_released(), **golden()}
    for path in changed:
        if path in texts:
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_text(texts[path], "utf-8")
        else:
            (root / path).unlink()
    return changed


def main(arguments: list[str], root: Path = ROOT) -> int:
    """Exit status: 0 when all is well, 1 when a file is stale or a change breaks readers, 2 for a wrong call."""
    if arguments not in ([], ["--check"]):
        print("usage: python -m tools.generate [--check]", file=sys.stderr)
        return 2
    found = breaches(root)
    if found:
        print("This would break readers of version 1:", *found, sep="\n  ", file=sys.stderr)
        return 1
    if arguments:
        late = stale(root)
        if late:
            print("Stale; run python -m tools.generate:", *late, sep="\n  ", file=sys.stderr)
        return 1 if late else 0
    for path in write(root):
        print(path)
    return 0


def _released() -> dict[str, str]:
    return {f"{RELEASED}/{name}": _pretty(table) for name, table in snapshots().items()}


def _orphans(root: Path) -> list[str]:
    return [
        f"{SCHEMAS}/{entry.name}" for entry in sorted((root / SCHEMAS).glob("*.json")) if entry.name not in documents()
    ]


def _pretty(document: Any) -> str:
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"


def _read(path: Path) -> str | None:
    return path.read_text("utf-8") if path.exists() else None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
