"""`chargehand ledger`: signed checkpoints, proofs, verification, export.

`verify EXPORT` needs no engine and trusts none; `verify` alone asks the engine to check itself.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import msgspec

from chargehand.cli import failure, screen
from chargehand.cli.engine import connected
from chargehand.cli.noun import noun
from chargehand.cli.options import DEFAULT, Options
from chargehand.contracts.ledger import Checkpoint, ConsistencyProof, InclusionProof, LedgerReport

app = noun("ledger")


@app.command
def checkpoint(*, size: int | None = None, options: Options = DEFAULT) -> None:
    """Get a signed checkpoint. Keep it elsewhere: what lies below it can no longer be cut off unnoticed.

    Example: chargehand ledger checkpoint > checkpoint.txt

    Args:
        size: of the first so many events; absent means all.
    """
    with connected(options) as client:
        answer = client.raw("ledger.checkpoint", size=size)
    if options.json:
        screen.json_object(answer.content)
        return
    found = msgspec.json.decode(answer.content, type=Checkpoint)
    # The note is data to the last byte: its signature covers the line feeds.
    sys.stdout.write(found.note)
    screen.note(f"{found.size} events, root {found.root}, key {found.public_key}")


@app.command
def verify(
    export: Path | None = None,
    /,
    *,
    checkpoint: tuple[Path, ...] = (),
    key: str | None = None,
    options: Options = DEFAULT,
) -> int:
    """Check every recorded byte. Exit code 7 if something does not verify.

    Example: chargehand ledger verify export.jsonl --checkpoint checkpoint.txt
    Example: chargehand ledger verify

    Args:
        export: an export, checked without any engine; absent asks the engine to check its own log.
        checkpoint: a checkpoint that you have kept; may be given several times.
        key: the log's verifier key as you know it, name+hash+key.
    """
    if export is not None:
        report = _offline(export, checkpoint, key)
    elif checkpoint or key:
        raise failure.Refusal(
            "REQ.PARAMETER_INVALID",
            "--checkpoint and --key belong to an export",
            "Export first: chargehand ledger export --output export.jsonl",
            failure.USAGE,
        )
    else:
        with connected(options) as client:
            report = msgspec.to_builtins(client.ledger.verify())
    if options.json:
        screen.json_record(report)
    else:
        _show(report)
    return failure.OK if report["ok"] else failure.CHECK_FAILED


@app.command
def prove(seq: int, /, *, size: int | None = None, options: Options = DEFAULT) -> None:
    """Prove that an event is in the log (RFC 9162 inclusion proof).

    Example: chargehand ledger prove 42 --json

    Args:
        seq: position of the event.
        size: size of the tree to prove it in; absent means all.
    """
    with connected(options) as client:
        answer = client.raw("ledger.proof", seq=seq, size=size)
    if options.json:
        screen.json_object(answer.content)
        return
    found = msgspec.json.decode(answer.content, type=InclusionProof)
    screen.facts([("event", found.seq), ("leaf hash", found.leaf_hash), ("in a tree of", found.checkpoint.size)])
    screen.table(("Audit path, bottom up",), [(text,) for text in found.hashes], empty="the leaf is the root")
    screen.facts([("root", found.checkpoint.root)])


@app.command
def consistency(first: int, second: int | None = None, /, *, options: Options = DEFAULT) -> None:
    """Prove that the log only grew between two sizes (RFC 9162 consistency proof).

    Example: chargehand ledger consistency 100 200

    Args:
        first: the smaller size.
        second: the larger size; absent means all.
    """
    with connected(options) as client:
        answer = client.raw("ledger.consistency", first=first, second=second)
    if options.json:
        screen.json_object(answer.content)
        return
    found = msgspec.json.decode(answer.content, type=ConsistencyProof)
    screen.facts([("first size", found.first), ("second size", found.second)])
    screen.table(("Proof nodes",), [(text,) for text in found.hashes], empty="no node is needed")
    screen.facts([("root", found.checkpoint.root)])


@app.command
def export(*, output: Path | None = None, options: Options = DEFAULT) -> None:
    """Export the log for verification elsewhere: one header line, then one line for each event.

    Example: chargehand ledger export --output export.jsonl

    Args:
        output: file to write, which must not exist yet; absent writes to standard output.
    """
    with connected(options) as client:
        if output is None:
            for chunk in client.ledger.export():
                sys.stdout.buffer.write(chunk)
            sys.stdout.buffer.flush()
            return
        try:
            with output.open("xb") as file:
                for chunk in client.ledger.export():
                    file.write(chunk)
        except FileExistsError:
            raise failure.Refusal(
                "LEDG.EXPORT_INVALID", f"{output} exists", "Name another file: an export is never overwritten."
            ) from None
        except OSError as error:
            raise failure.Refusal(
                "LEDG.EXPORT_INVALID", f"{output}: {error.strerror}", "Name a file that can be written."
            ) from error
    size = output.stat().st_size
    if options.json:
        screen.json_record({"file": str(output), "bytes": size})
    else:
        screen.line(f"{output}  {size} bytes")
        screen.note(f"next: chargehand ledger verify {output}")


def _offline(export: Path, notes: tuple[Path, ...], key: str | None) -> dict[str, Any]:
    from chargehand.cli import local

    try:
        return {"schema_version": 1, **local.verify_export(export, notes, key)}
    except OSError as error:
        raise failure.Refusal(
            "LEDG.EXPORT_INVALID", f"{error.filename}: {error.strerror}", "Name files that can be read."
        ) from error


def _show(report: dict[str, Any]) -> None:
    found = msgspec.convert(report, LedgerReport)
    screen.facts(
        [
            ("verifies", found.ok),
            ("events", found.size),
            ("root", found.root),
            ("no cut below", found.anchored_size),
            ("erased payloads", found.erased or None),
        ]
    )
    if found.findings:
        screen.table(("Code", "Event", "Finding"), [(f.code, f.seq, f.detail) for f in found.findings])
