"""`chargehand proposal`: submit a proposal and read what became of it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import msgspec
from cyclopts import Parameter

from chargehand.cli import failure, screen
from chargehand.cli import verdict as verdicts
from chargehand.cli.engine import connected
from chargehand.cli.noun import noun
from chargehand.cli.options import DEFAULT, Options
from chargehand.contracts.page import Page
from chargehand.contracts.proposal import ProposalRecord
from chargehand.contracts.verdict import Verdict, VerdictName

app = noun("proposal")


@app.command
def submit(
    file: Annotated[Path, Parameter(allow_leading_hyphen=True)],
    /,
    *,
    dry_run: Annotated[bool, Parameter(negative=())] = False,
    idempotency_key: str | None = None,
    options: Options = DEFAULT,
) -> int:
    """Submit a proposal and get its verdict. Exit code 0 allowed, 3 denied, 4 a person has to decide.

    Example: chargehand proposal submit proposal.json
    Example: agent | chargehand proposal submit - --json

    Args:
        file: JSON file with the proposal; - reads standard input. It is sent as it is.
        dry_run: judge only; nothing is recorded.
        idempotency_key: a name of your own; submitting again with it gives the first answer.
    """
    body = _read(file)
    with connected(options) as client:
        answer = client.raw("proposal.submit", body=body, dry_run=dry_run or None, idempotency_key=idempotency_key)
    found = msgspec.json.decode(answer.content, type=Verdict)
    if options.json:
        screen.json_object(answer.content)
    else:
        verdicts.show(found)
        if answer.replayed:
            screen.note("this is the first answer to that key, given again")
        _next_step(found)
    return verdicts.EXITS[found.verdict]


@app.command(name="list")
def list_proposals(
    *,
    kind: str | None = None,
    subject: str | None = None,
    status: str | None = None,
    proposer: str | None = None,
    verdict: VerdictName | None = None,
    code: str | None = None,
    limit: int | None = None,
    cursor: str | None = None,
    options: Options = DEFAULT,
) -> None:
    """List proposals, newest first.

    Example: chargehand proposal list --subject machine/CNC-001

    Args:
        kind: only this kind, machine.change.
        subject: only what is about this subject.
        status: only this status, awaiting_approval.
        proposer: only what this principal proposed.
        verdict: only this verdict.
        code: only what was given this reason code, MACH.SPEED_ABOVE_MAX.
        limit: most proposals to answer with.
        cursor: `next_cursor` of the page before.
    """
    with connected(options) as client:
        answer = client.raw(
            "proposal.list",
            kind=kind,
            subject=subject,
            status=status,
            proposer=proposer,
            verdict=verdict,
            code=code,
            limit=limit,
            cursor=cursor,
        )
    if options.json:
        screen.json_object(answer.content)
        return
    page = msgspec.json.decode(answer.content, type=Page[ProposalRecord])
    screen.table(
        ("Proposal", "Submitted", "Kind", "Subject", "Status", "Verdict", "Code", "Proposer"),
        [
            (p.id, p.submitted_at, p.kind, p.subject, p.status, p.verdict, p.primary_code, p.proposer)
            for p in page.items
        ],
        empty="no proposal",
    )
    screen.more(page.next_cursor)


@app.command
def show(proposal: str, /, *, options: Options = DEFAULT) -> None:
    """Show a proposal and where it stands.

    Example: chargehand proposal show prp_01K...

    Args:
        proposal: its id.
    """
    with connected(options) as client:
        answer = client.raw("proposal.show", id=proposal)
    if options.json:
        screen.json_object(answer.content)
        return
    found = msgspec.json.decode(answer.content, type=ProposalRecord)
    outcome = found.outcome
    screen.facts(
        [
            ("proposal", found.id),
            ("kind", found.kind),
            ("subject", found.subject),
            ("status", found.status),
            ("proposer", found.proposer),
            ("submitted", found.submitted_at),
            ("verdict", found.verdict),
            ("code", f"{found.primary_code}: {verdicts.title(found.primary_code)}"),
            ("took", None if found.took_us is None else f"{screen.number(found.took_us / 1_000)} ms"),
            ("decision", found.decision_id),
            ("approval", found.approval_id),
            ("permit until", found.permit_expires_at),
            ("outcome", None if outcome is None else f"{outcome.status} at {outcome.at}"),
            ("intent", (found.proposal or {}).get("intent")),
            ("sets", verdicts.changed(found.proposal or {})),
        ]
    )


def _read(file: Path) -> bytes:
    if str(file) == "-":
        return sys.stdin.buffer.read()
    try:
        return file.read_bytes()
    except OSError as error:
        raise failure.Refusal(
            "REQ.BODY_INVALID", f"{file}: {error.strerror}", "Name a file that can be read, or - for standard input."
        ) from error


def _next_step(found: Verdict) -> None:
    if found.id is None:
        screen.note("a dry run: nothing was recorded")
    elif verdicts.EXITS[found.verdict] == failure.OK:
        screen.note(f"next: chargehand decision execute {found.id}")
    elif found.approval_id is not None:
        screen.note(f"next: chargehand approval approve {found.approval_id}")
    else:
        screen.note(f"next: chargehand decision explain {found.id}")
