"""`chargehand program`: part programs as the engine keeps them, by the digest of their text.

`chargehand policy check-program` judges one without an engine.
"""

from __future__ import annotations

from pathlib import Path

import msgspec

from chargehand.cli import failure, screen
from chargehand.cli.engine import connected
from chargehand.cli.noun import noun
from chargehand.cli.options import DEFAULT, Options
from chargehand.contracts.page import Page
from chargehand.contracts.program import PROGRAM_BYTES_MAX, ProgramBody, ProgramRecord, ProgramText

app = noun("program")


@app.command
def put(file: Path, /, *, name: str | None = None, options: Options = DEFAULT) -> None:
    """Store a program and print its digest, which proposals name. The same text twice is one program.

    Example: chargehand program put part.ngc

    Args:
        file: the program, UTF-8.
        name: what people call it; absent means the file's name.
    """
    text = read_text(file)
    with connected(options) as client:
        answer = client.raw("program.put", body=ProgramBody(name=name or file.name, text=text))
    if options.json:
        screen.json_object(answer.content)
        return
    stored = msgspec.json.decode(answer.content, type=ProgramRecord)
    screen.line(f"sha256:{stored.sha256}  {stored.name}")


@app.command(name="list")
def list_programs(*, limit: int | None = None, cursor: str | None = None, options: Options = DEFAULT) -> None:
    """List stored programs by digest.

    Example: chargehand program list

    Args:
        limit: most programs to answer with.
        cursor: `next_cursor` of the page before.
    """
    with connected(options) as client:
        answer = client.raw("program.list", limit=limit, cursor=cursor)
    if options.json:
        screen.json_object(answer.content)
        return
    page = msgspec.json.decode(answer.content, type=Page[ProgramRecord])
    screen.table(
        ("Program", "Name", "Bytes", "Lines", "Stored", "By"),
        [(p.sha256, p.name, p.size, p.lines, p.stored_at, p.stored_by) for p in page.items],
        empty="no program",
    )
    screen.more(page.next_cursor)


@app.command
def show(program: str, /, *, options: Options = DEFAULT) -> None:
    """Show a program's record and text.

    Example: chargehand program show 9f2c...

    Args:
        program: its digest, 64 hexadecimal digits.
    """
    with connected(options) as client:
        answer = client.raw("program.show", id=program)
    if options.json:
        screen.json_object(answer.content)
        return
    found = msgspec.json.decode(answer.content, type=ProgramText)
    screen.facts(
        [
            ("program", found.sha256),
            ("name", found.name),
            ("size", f"{found.size} bytes, {found.lines} lines"),
            ("stored", f"{found.stored_at} by {found.stored_by}"),
        ]
    )
    screen.line(found.text.rstrip("\r\n"))


@app.command
def get(program: str, /, *, output: Path, options: Options = DEFAULT) -> None:
    """Write a program's text to a file, byte for byte as it was stored.

    Example: chargehand program get 9f2c... --output part.ngc

    Args:
        program: its digest, 64 hexadecimal digits.
        output: the file; what is there is kept, and the command refused.
    """
    with connected(options) as client:
        found = client.program.show(program)
    try:
        with output.open("xb") as file:
            file.write(found.text.encode())
    except OSError as error:
        detail = f"{output}: {error.strerror}"
        raise failure.Refusal("REQ.PARAMETER_INVALID", detail, "Name a new file.", failure.USAGE) from error
    if options.json:
        screen.json_record({"sha256": found.sha256, "output": str(output), "size": found.size})
    else:
        screen.line(f"{output}  {found.size} bytes")


def read_text(file: Path) -> str:
    """A program's text from a file.

    Raises:
        Refusal: it cannot be read, or is no UTF-8.
    """
    try:
        with file.open("rb") as opened:
            # One byte more than is taken: enough to be told that it is too long, of whatever the file may be.
            return opened.read(PROGRAM_BYTES_MAX + 1).decode()
    except OSError as error:
        detail = f"{file}: {error.strerror}"
        raise failure.Refusal("REQ.PARAMETER_INVALID", detail, "Name a program file.", failure.USAGE) from error
    except UnicodeDecodeError as error:
        detail = f"{file}: not UTF-8 at byte {error.start}"
        raise failure.Refusal("PROG.TEXT_INVALID", detail, "Save the program as UTF-8 or ASCII.") from error
