"""`chargehand approval`: the inbox of what a person has to decide."""

from __future__ import annotations

import msgspec

from chargehand.cli import screen, verdict
from chargehand.cli.engine import connected
from chargehand.cli.noun import noun
from chargehand.cli.options import DEFAULT, Options
from chargehand.contracts.approval import Approval, ApprovalDecision, ApprovalStatus, DecideBody
from chargehand.contracts.page import Page

app = noun("approval")


@app.command(name="list")
def list_approvals(
    *,
    status: ApprovalStatus | None = None,
    subject: str | None = None,
    limit: int | None = None,
    cursor: str | None = None,
    options: Options = DEFAULT,
) -> None:
    """List approvals, newest first.

    Example: chargehand approval list --status pending

    Args:
        status: only this status.
        subject: only what is about this subject, machine/CNC-001.
        limit: most approvals to answer with.
        cursor: `next_cursor` of the page before.
    """
    with connected(options) as client:
        answer = client.raw("approval.list", status=status, subject=subject, limit=limit, cursor=cursor)
    if options.json:
        screen.json_object(answer.content)
        return
    page = msgspec.json.decode(answer.content, type=Page[Approval])
    screen.table(
        ("Approval", "Requested", "Status", "Risk", "Kind", "Subject", "By", "Expires"),
        [(a.id, a.requested_at, a.status, a.risk, a.kind, a.subject, a.requested_by, a.expires_at) for a in page.items],
        empty="nothing to decide",
    )
    screen.more(page.next_cursor)


@app.command
def show(approval: str, /, *, options: Options = DEFAULT) -> None:
    """Show an approval and the exact act that it is about.

    Example: chargehand approval show apr_01K...

    Args:
        approval: its id.
    """
    with connected(options) as client:
        answer = client.raw("approval.show", id=approval)
        if options.json:
            screen.json_object(answer.content)
            return
        found = msgspec.json.decode(answer.content, type=Approval)
        proposal = client.proposal.show(found.proposal_id).proposal or {}
    _show(found)
    action = proposal.get("action")
    named = action if isinstance(action, dict) else {}
    screen.facts(
        [
            ("intent", proposal.get("intent")),
            ("operation", named.get("operation") or named.get("tool")),
            ("sets", verdict.changed(proposal)),
        ]
    )


@app.command
def approve(approval: str, /, *, reason: str = "", options: Options = DEFAULT) -> None:
    """Approve exactly this act.

    Example: chargehand approval approve apr_01K... --reason "checked on the machine"

    Args:
        approval: its id.
        reason: why.
    """
    _decide(approval, "approve", reason, options)


@app.command
def deny(approval: str, /, *, reason: str, options: Options = DEFAULT) -> None:
    """Deny it.

    Example: chargehand approval deny apr_01K... --reason "the fixture is not in place"

    Args:
        approval: its id.
        reason: why, in words; the proposer reads it.
    """
    _decide(approval, "deny", reason, options)


@app.command
def rework(approval: str, /, *, reason: str, options: Options = DEFAULT) -> None:
    """Send it back to the proposer.

    Example: chargehand approval rework apr_01K... --reason "with half the depth, please"

    Args:
        approval: its id.
        reason: what has to change; the proposer reads it.
    """
    _decide(approval, "rework", reason, options)


def _decide(approval: str, decision: ApprovalDecision, reason: str, options: Options) -> None:
    with connected(options) as client:
        answer = client.raw("approval.decide", id=approval, body=DecideBody(decision=decision, reason=reason))
    if options.json:
        screen.json_object(answer.content)
    else:
        _show(msgspec.json.decode(answer.content, type=Approval))


def _show(found: Approval) -> None:
    screen.facts(
        [
            ("approval", found.id),
            ("status", found.status),
            ("risk", found.risk),
            ("kind", found.kind),
            ("subject", found.subject),
            ("proposal", found.proposal_id),
            ("digest", found.proposal_digest),
            ("because", [f"{code} ({verdict.title(code)})" for code in found.reason_codes]),
            ("requested by", found.requested_by),
            ("requested", found.requested_at),
            ("expires", found.expires_at),
            ("decided by", found.decided_by),
            ("decided", found.decided_at),
            ("reason", found.reason),
            ("code", found.code),
        ]
    )
