"""`chargehand decision`: read verdicts, have them explained, and carry them out under a one-shot permit."""

from __future__ import annotations

from typing import Literal

import msgspec

from chargehand.cli import failure, screen, verdict
from chargehand.cli.engine import connected
from chargehand.cli.noun import noun
from chargehand.cli.options import DEFAULT, Options
from chargehand.contracts.explanation import Explanation, Rejudgement
from chargehand.contracts.page import Page
from chargehand.contracts.proposal import Outcome, PermitRecord
from chargehand.contracts.verdict import Verdict, VerdictName

app = noun("decision")


@app.command(name="list")
def list_decisions(
    *,
    verdict: VerdictName | None = None,
    code: str | None = None,
    subject: str | None = None,
    limit: int | None = None,
    cursor: str | None = None,
    options: Options = DEFAULT,
) -> None:
    """List verdicts, newest first.

    Example: chargehand decision list --code MACH.SPEED_ABOVE_MAX

    Args:
        verdict: only this verdict.
        code: only verdicts that carry this reason code.
        subject: only what is about this subject, machine/CNC-001.
        limit: most verdicts to answer with.
        cursor: `next_cursor` of the page before.
    """
    with connected(options) as client:
        answer = client.raw("decision.list", verdict=verdict, code=code, subject=subject, limit=limit, cursor=cursor)
    if options.json:
        screen.json_object(answer.content)
        return
    page = msgspec.json.decode(answer.content, type=Page[Verdict])
    screen.table(
        ("Decision", "Evaluated", "Verdict", "Codes", "Proposal"),
        [(v.id, v.evaluated_at, v.verdict, v.reason_codes, v.proposal_id) for v in page.items],
        empty="no decision",
    )
    screen.more(page.next_cursor)


@app.command
def show(decision: str, /, *, options: Options = DEFAULT) -> None:
    """Show a verdict. With --json its bytes are those of every other surface.

    Example: chargehand decision show dec_01K... --json

    Args:
        decision: its id.
    """
    with connected(options) as client:
        answer = client.raw("decision.show", id=decision)
    if options.json:
        screen.json_object(answer.content)
    else:
        verdict.show(msgspec.json.decode(answer.content, type=Verdict))


@app.command
def explain(decision: str, /, *, view: Literal["caller", "operator"] = "caller", options: Options = DEFAULT) -> None:
    """Explain a verdict in words.

    Example: chargehand decision explain dec_01K... --view operator

    Args:
        decision: its id.
        view: for whom; the operator's view names rules and needs the role operator.
    """
    with connected(options) as client:
        answer = client.raw("decision.explain", id=decision, view=view)
    if options.json:
        screen.json_object(answer.content)
        return
    found = msgspec.json.decode(answer.content, type=Explanation)
    screen.line(found.summary)
    for reason in found.reasons:
        screen.line()
        screen.facts(
            [
                ("code", reason.code),
                ("title", reason.title),
                ("what to do", reason.text),
                ("who", reason.owner),
                ("again", reason.retry),
                ("where", reason.path),
                ("observed", reason.params.observed),
                ("limit", reason.params.limit),
                ("margin", reason.params.margin),
                ("unit", reason.params.unit),
                ("rule", reason.rule_id),
                ("way out", [text for text in map(verdict.way_out, reason.remedies) if text]),
            ]
        )
    screen.line()
    screen.facts([("judged on", found.evidence)])


@app.command
def rejudge(decision: str, /, *, options: Options = DEFAULT) -> int:
    """Judge a decision again on what was recorded with it. Exit code 7 where the verdict differs.

    Example: chargehand decision rejudge dec_01K...

    Args:
        decision: its id.
    """
    with connected(options) as client:
        answer = client.raw("decision.rejudge", id=decision)
    found = msgspec.json.decode(answer.content, type=Rejudgement)
    if options.json:
        screen.json_object(answer.content)
    else:
        same = "the same, byte for byte" if found.identical else "another verdict"
        screen.line(f"{decision}, judged again by {found.engine_version}: {same}")
        verdict.show(found.verdict)
    return failure.OK if found.identical else failure.CHECK_FAILED


@app.command
def permit(decision: str, /, *, options: Options = DEFAULT) -> None:
    """Ask for the one-shot permit of an allowed or approved decision. It is shown this once.

    Example: chargehand decision permit dec_01K...

    Args:
        decision: its id.
    """
    with connected(options) as client:
        answer = client.raw("decision.permit", id=decision)
    if options.json:
        screen.json_object(answer.content)
        return
    found = msgspec.json.decode(answer.content, type=PermitRecord)
    screen.line(found.permit)
    screen.note(f"good once, for you, until {found.expires_at}")


@app.command
def execute(decision: str, /, *, permit: str | None = None, options: Options = DEFAULT) -> int:
    """Carry out a decision. It is judged again just before the act.

    Example: chargehand decision execute dec_01K...

    Args:
        decision: its id.
        permit: its permit; without one, one is asked for and used at once.
    """
    with connected(options) as client:
        text = permit or client.decision.permit(decision).permit
        answer = client.raw("decision.execute", id=decision, body={"permit": text})
    found = msgspec.json.decode(answer.content, type=Outcome)
    if options.json:
        screen.json_object(answer.content)
    else:
        screen.facts([("outcome", found.status), ("at", found.at), ("code", found.code), ("detail", found.detail)])
    return failure.OK if found.status == "applied" else failure.FAILED
