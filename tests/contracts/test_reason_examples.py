"""The registry's examples are true: the auditor gives the code in the one case and does not in the other."""

from __future__ import annotations

import copy
import json
from typing import Any

import msgspec
import pytest

from chargehand.auditor.cards import loaded
from chargehand.auditor.evidence import DRY_RUN, NO_EVIDENCE, Evidence
from chargehand.auditor.judge import judge
from chargehand.auditor.policy_file import read_policy
from chargehand.auditor.rulebook import Rulebook
from chargehand.contracts.card import MachineCard, MaterialCard, ToolCard
from chargehand.contracts.examples import MACHINE_CARD, MATERIAL_CARD, NOW, PROPOSAL, STATE, TOOL_CARD, VERDICT
from chargehand.contracts.machine import MachineState
from chargehand.contracts.proposal import Proposal
from chargehand.contracts.reasons import REGISTRY
from chargehand.contracts.verdict import Verdict
from chargehand.kernel.canonical import canonical_bytes, sha256_text
from chargehand.kernel.clock import parse_utc

NOW_US = parse_utc(NOW)
REFERENCE: dict[str, Any] = {
    "proposal": PROPOSAL,
    "state": msgspec.to_builtins(STATE),
    "machine": msgspec.to_builtins(MACHINE_CARD),
    "tool": msgspec.to_builtins(TOOL_CARD),
    "material": msgspec.to_builtins(MATERIAL_CARD),
    "policy": {"policy": {"name": "reference", "version": "1", "default": "allow"}},
}
SAID = [code for code, entry in REGISTRY.items() if entry.positive.given]


def patched(given: dict[str, Any]) -> dict[str, Any]:
    """The reference case with the changes of an example."""
    case = copy.deepcopy(REFERENCE)
    for pointer, value in given.items():
        *steps, last = pointer.strip("/").split("/")
        place = case
        for step in steps:
            place = place[step]
        place[last] = value
    return case


def toml(value: Any) -> str:
    """A value as TOML writes it in one line."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(key)} = {toml(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(toml, value)) + "]"
    return json.dumps(value)


def verdict_of(given: dict[str, Any]) -> Verdict:
    """What the auditor says of the reference case with these changes."""
    case = patched(given)
    text = "\n".join(f"{name} = {toml(table)}" for name, table in case["policy"].items())
    tool = loaded(msgspec.convert(case["tool"], ToolCard))
    material = loaded(msgspec.convert(case["material"], MaterialCard))
    book = Rulebook(
        read_policy(text, "reference"),
        tools={tool.card.id: tool},
        materials={material.card.id: material},
        engine_version="0",
    )
    machine = loaded(msgspec.convert(case["machine"], MachineCard))
    body = case["proposal"]
    known = body["subject"] == f"machine/{machine.card.id}"
    evidence = (
        Evidence(machine=machine, state=msgspec.convert(case["state"], MachineState), sampled_us={1042: NOW_US})
        if known
        else NO_EVIDENCE
    )
    proposal = Proposal(
        kind=body["kind"], subject=body["subject"], body=body, digest=sha256_text(canonical_bytes(body))
    )
    return judge(proposal, evidence, book, NOW_US, DRY_RUN)


def codes_of(verdict: Verdict) -> set[str]:
    """Every code that a verdict names, notes of passed checks included."""
    return {*verdict.reason_codes, *(check.code for check in verdict.checks if check.code)}


def test_reference_case_is_allowed() -> None:
    verdict = verdict_of({})
    assert (verdict.verdict, verdict.reason_codes) == ("allow", ["OK.WITHIN_LIMITS"])
    open_ = [(check.name, check.code) for check in verdict.checks if check.status not in {"passed", "not_applicable"}]
    assert open_ == [("cut.chatter", "CUT.CHATTER_NOT_JUDGED")], "a gap is told and denies nothing"


def test_example_verdict_is_what_the_auditor_says() -> None:
    said = verdict_of({"/proposal/action/params/spindle_speed/value": 13000})
    shown = msgspec.structs.replace(
        VERDICT,
        checks=said.checks,
        engine_version=said.engine_version,
        id=None,
        input_digest=said.input_digest,
        policy_digest=said.policy_digest,
        proposal_id=None,
        reasons=[msgspec.structs.replace(reason, policy_digest=said.policy_digest) for reason in VERDICT.reasons],
    )
    assert shown == said
    remaining = iter(said.checks)
    assert all(check in remaining for check in VERDICT.checks), "shown checks are real and in their order"


@pytest.mark.parametrize("code", SAID)
def test_positive_example_gives_the_code(code: str) -> None:
    verdict = verdict_of(REGISTRY[code].positive.given)
    assert code in codes_of(verdict), verdict.reason_codes
    for reason in verdict.reasons:
        entry = REGISTRY[reason.code]
        assert (reason.severity, reason.retry, reason.owner) == (entry.severity, entry.retry, entry.owner)
    if REGISTRY[code].severity in {"block", "critical"}:
        assert verdict.verdict == "deny"


@pytest.mark.parametrize("code", SAID)
def test_negative_example_does_not(code: str) -> None:
    assert code not in codes_of(verdict_of(REGISTRY[code].negative.given))


@pytest.mark.parametrize("code", SAID)
def test_occurrence_carries_only_what_the_registry_declares(code: str) -> None:
    for reason in verdict_of(REGISTRY[code].positive.given).reasons:
        entry = REGISTRY[reason.code]
        given = {key for key, value in msgspec.structs.asdict(reason.params).items() if value is not None} - {"detail"}
        given |= set(reason.params.detail or ())
        assert given <= set(entry.params), reason.code
        assert {remedy.kind for remedy in reason.remedies} <= {*entry.remedies, "none"}, reason.code
