"""Content checks: whether the proposal says one exact act, in closed records, for a subject that its kind can have.

They read the proposal's parts into the case. Nothing that a proposal claims about itself (that it was approved, that it
is safe) is ever evaluated; a field that could carry such a claim does not exist.
"""

from __future__ import annotations

import re
from typing import Any, get_args

from chargehand.auditor.call import read_call
from chargehand.auditor.case import NOT_APPLICABLE, Case, Outcome, noted, question
from chargehand.auditor.change import read_change
from chargehand.auditor.finding import choose, refresh, supply
from chargehand.auditor.quantity import closed_record, wrong_type
from chargehand.contracts.proposal import KNOWN_FIELDS, BasedOn, ProposalKind
from chargehand.kernel.canonical import SAFE_INTEGER_MAX
from chargehand.kernel.clock import parse_utc

KINDS: tuple[str, ...] = get_args(ProposalKind)
SERVED = ("machine.change", "tool.call")
"""Kinds that this auditor has checks for."""

_REQUIRED = frozenset({"kind", "subject", "action"})
_BASIS = frozenset(BasedOn.__struct_fields__)
_SUBJECT = re.compile(r"[a-z][a-z_]{0,31}/[A-Za-z0-9][A-Za-z0-9._:@+/-]{0,127}")
_MACHINE_SUBJECT = re.compile(r"machine/[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_TIME = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,9})?([Zz]|[+-][0-9]{2}:[0-9]{2})"
)


def _kind(case: Case) -> None:
    kind = case.proposal.kind
    if kind not in KINDS:
        case.deny("PROP.KIND_UNKNOWN", "/kind", observed=kind, remedies=choose("/kind", KINDS))
    elif kind not in SERVED:
        case.deny("PROP.KIND_NOT_SERVED", "/kind", observed=kind)


def _fields(case: Case) -> None:
    body = case.proposal.body
    if not _REQUIRED <= body.keys() <= KNOWN_FIELDS:
        closed_record(body, "", KNOWN_FIELDS, _REQUIRED, case.found)
    intent = body.get("intent", "")
    if type(intent) is not str:
        case.found.append(wrong_type("intent", "/intent", intent, "string"))
    for field, told in (("kind", case.proposal.kind), ("subject", case.proposal.subject)):
        if body.get(field, told) != told:
            case.found.append(wrong_type(field, f"/{field}", body[field], "string"))


def _subject(case: Case) -> None:
    subject = case.proposal.subject
    wanted = _MACHINE_SUBJECT if case.proposal.kind == "machine.change" else _SUBJECT
    if not wanted.fullmatch(subject):
        case.deny("PROP.SUBJECT_INVALID", "/subject", observed=subject, remedies=supply("/subject"))


def _expiry(case: Case) -> Outcome | None:
    text = case.proposal.body.get("expires_at")
    if text is None:
        return NOT_APPLICABLE
    path = "/expires_at"
    if type(text) is not str:
        case.found.append(wrong_type("expires_at", path, text, "string"))
        return None
    expires_us = instant(text)
    if expires_us is None:
        case.deny("PROP.TIME_INVALID", path, field="expires_at", observed=text, remedies=supply(path))
        return None
    case.expires_us = expires_us
    if expires_us <= case.now_us:
        case.deny("PROP.EXPIRED", path, observed=text, remedies=refresh("proposal"))
    return None


def instant(text: str) -> int | None:
    """Microseconds of an RFC 3339 time with an offset, or None."""
    if not _TIME.fullmatch(text):
        return None
    try:
        return parse_utc(text.upper())
    except (ValueError, OverflowError):
        return None


def _basis(case: Case) -> Outcome | None:
    """Whether `based_on` can be read; whether it is true is a telemetry check."""
    basis = case.proposal.body.get("based_on")
    if basis is None:
        return noted("OK.BOUND_TO_NEWEST_STATE") if case.proposal.kind == "machine.change" else NOT_APPLICABLE
    if type(basis) is not dict:
        case.found.append(wrong_type("based_on", "/based_on", basis, "object"))
        return None
    before = len(case.found)
    closed_record(basis, "/based_on", _BASIS, frozenset({"instance_id", "seq"}), case.found)
    for key, value in basis.items():
        if key == "seq":
            if type(value) is not int or not 0 <= value <= SAFE_INTEGER_MAX:
                case.found.append(wrong_type("seq", "/based_on/seq", value, "whole number from 0"))
        elif key in _BASIS and type(value) is not str and not (key == "digest" and value is None):
            case.found.append(wrong_type(key, f"/based_on/{key}", value, "string"))
    if len(case.found) == before:
        case.based_on = BasedOn(**basis)
    return None


def _change(case: Case) -> None:
    case.change = read_change(_action(case), case.found)


def _call(case: Case) -> None:
    case.call = read_call(_action(case), case.found)
    subject = case.proposal.subject
    if case.call is not None and subject.startswith("tool/") and case.call.tool not in (None, subject[5:]):
        case.deny("PROP.SUBJECT_INVALID", "/subject", observed=subject, remedies=supply("/subject"))


def _action(case: Case) -> Any:
    return case.proposal.body.get("action")


KIND = question("content.kind", _kind)
_ENVELOPE = (
    KIND,
    question("content.fields", _fields),
    question("content.subject", _subject),
    question("content.expiry", _expiry),
    question("content.basis", _basis),
)
CHANGE_CONTENT = (*_ENVELOPE, question("content.action", _change))
CALL_CONTENT = (*_ENVELOPE, question("content.action", _call))
OTHER_CONTENT = _ENVELOPE
