"""A verdict as people read it: the sentence, every ground with its numbers and its way out, the clamp."""

from __future__ import annotations

from typing import Any

from chargehand.cli import failure, screen
from chargehand.contracts.reasons import reason_code
from chargehand.contracts.verdict import Reason, Remedy, Verdict

SENTENCES = {
    "allow": "allowed",
    "allow_with_obligations": "allowed, with obligations",
    "needs_approval": "a person has to decide",
    "deny": "denied",
    "indeterminate": "could not be judged, so it is denied",
}
EXITS = {
    "allow": failure.OK,
    "allow_with_obligations": failure.OK,
    "needs_approval": failure.NEEDS_APPROVAL,
    "deny": failure.DENIED,
    "indeterminate": failure.DENIED,
}
"""Exit code of a submission, by its verdict."""


def show(verdict: Verdict) -> None:
    """Print a verdict."""
    screen.facts(
        [
            ("verdict", verdict.verdict),
            ("meaning", f"{SENTENCES[verdict.verdict]} ({verdict.primary_code})"),
            ("decision", verdict.id),
            ("proposal", verdict.proposal_id),
            ("approval", verdict.approval_id),
            ("evaluated", verdict.evaluated_at),
            ("valid until", verdict.valid_until),
            ("obligations", [_obligation(item) for item in verdict.obligations]),
            ("checks", _count_checks(verdict)),
        ]
    )
    screen.table(
        ("Code", "Field", "Observed", "Limit", "Margin", "Unit", "What it means", "Way out"),
        [_row(reason) for reason in verdict.reasons],
    )
    if verdict.clamped_proposal is not None:
        screen.line("nearest proposal that would pass: " + ", ".join(changed(verdict.clamped_proposal)))


def changed(proposal: dict[str, Any]) -> list[str]:
    """The values that a proposal sets, `spindle_speed 12000 rev/min`; what is malformed is shown as it is."""
    action = proposal.get("action")
    params = action.get("params") if isinstance(action, dict) else None
    if not isinstance(params, dict):
        return [] if params is None else [str(params)]
    return [f"{name} {_quantity(item)}" for name, item in params.items()]


def _quantity(item: Any) -> str:
    if not isinstance(item, dict):
        return str(item)
    return f"{screen.number(item.get('value'))} {item.get('unit', '')}".rstrip()


def title(code: str) -> str:
    """The registry's headline of a code; nothing for one that is newer than this client."""
    try:
        return reason_code(code).title
    except KeyError:
        return ""


def _row(reason: Reason) -> tuple[Any, ...]:
    params = reason.params
    return (
        reason.code,
        params.field or reason.path,
        params.observed,
        params.limit,
        params.margin,
        params.unit,
        title(reason.code),
        "; ".join(text for text in map(way_out, reason.remedies) if text),
    )


def way_out(remedy: Remedy) -> str:
    """A remedy in words; nothing for one that is none."""
    texts: dict[str, str] = {
        "clamp": f"set {remedy.path} to {screen.number(remedy.to)}",
        "request_approval": f"ask for approval ({remedy.gate or 'any approver'})",
        "request_capability": f"ask for the capability {remedy.op} on {remedy.scope}",
        "wait": f"wait until {remedy.until}" if remedy.until else "wait",
        "supply": f"supply {remedy.path}",
        "refresh": f"read {remedy.what} again",
        "choose": f"choose for {remedy.path} one of {', '.join(map(str, remedy.one_of or []))}",
        "edit_policy": f"change the policy, rule {remedy.rule_id}",
    }
    return texts.get(remedy.kind, "")


def _obligation(item: Any) -> str:
    if item.kind == "max_duration":
        return f"at most {screen.number(item.seconds)} s"
    return f"{item.kind} {item.who or item.text or ''}".strip()


def _count_checks(verdict: Verdict) -> str:
    counts: dict[str, int] = {}
    for check in verdict.checks:
        counts[check.status] = counts.get(check.status, 0) + 1
    return ", ".join(f"{count} {status.replace('_', ' ')}" for status, count in counts.items())
