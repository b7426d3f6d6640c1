"""The reference case as a scene that tests change: patch a document, judge, look at the verdict.

A patch is a JSON pointer whose first segment names the document: proposal, state, machine, tool, material, policy.
`ABSENT` removes what the pointer names.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any, Final

import msgspec

from chargehand.auditor.cards import LoadedCard, loaded
from chargehand.auditor.evidence import DRY_RUN, Evidence, Ids
from chargehand.auditor.judge import Assessment, assess
from chargehand.auditor.policy_file import policy_of_tree
from chargehand.auditor.rulebook import Rulebook
from chargehand.contracts.card import MachineCard, MaterialCard, ToolCard
from chargehand.contracts.examples import (
    INSTANCE_ID,
    MACHINE_CARD,
    MATERIAL_CARD,
    NOW,
    PROPOSAL,
    STATE,
    TOOL_CARD,
)
from chargehand.contracts.machine import MachineState
from chargehand.contracts.proposal import Proposal
from chargehand.contracts.verdict import Reason, Verdict
from chargehand.kernel.canonical import canonical_bytes, record_bytes, sha256_text
from chargehand.kernel.clock import SECOND_US, iso_utc, parse_utc

ABSENT: Final = object()
NOW_US = parse_utc(NOW)
INSTANCE = INSTANCE_ID
POLICY: dict[str, Any] = {"policy": {"name": "bench", "version": "1", "default": "allow"}}
SPEED = "/proposal/action/params/spindle_speed"
FEED = "/proposal/action/params/feed_rate"
AXIAL = "/proposal/action/params/axial_depth"
RADIAL = "/proposal/action/params/radial_depth"
AIR: dict[str, Any] = {AXIAL + "/value": 0, RADIAL + "/value": 0}
"""A cut through air: what the machine's own limits say, without what cutting asks for."""
Patch = Mapping[str, Any]


class Scene:
    """Everything a proposal is judged on, still changeable.

    Attributes:
        docs: the six documents as plain JSON.
        sampled_us: arrival of recent samples.
    """

    def __init__(self, patch: Patch | None = None, *, sampled_us: Mapping[int, int] | None = None) -> None:
        self.docs: dict[str, Any] = {
            "proposal": copy.deepcopy(PROPOSAL),
            "state": msgspec.to_builtins(STATE),
            "machine": msgspec.to_builtins(MACHINE_CARD),
            "tool": msgspec.to_builtins(TOOL_CARD),
            "material": msgspec.to_builtins(MATERIAL_CARD),
            "policy": copy.deepcopy(POLICY),
        }
        self.sampled_us = sampled_us or {}
        for path, value in (patch or {}).items():
            self.put(path, value)

    def put(self, path: str, value: Any) -> None:
        """Change one place of one document."""
        keys: list[Any] = [key.replace("~1", "/").replace("~0", "~") for key in path.split("/")[1:]]
        here: Any = self.docs
        for key in keys[:-1]:
            if isinstance(here, list):
                here = here[int(key)]
                continue
            if not isinstance(here.get(key), dict | list):
                here[key] = {}
            here = here[key]
        if value is ABSENT:
            del here[keys[-1]]
        else:
            here[keys[-1]] = copy.deepcopy(value)

    @property
    def body(self) -> dict[str, Any]:
        """The proposal's body."""
        body: dict[str, Any] = self.docs["proposal"]
        return body

    def proposal(self) -> Proposal:
        """The proposal."""
        return proposal_of(self.body)

    def evidence(self) -> Evidence:
        """What is known about the subject; nothing if it is another machine."""
        card: LoadedCard[MachineCard] = loaded(msgspec.convert(self.docs["machine"], MachineCard))
        if self.body.get("subject") != f"machine/{card.card.id}":
            return Evidence()
        state = None if self.docs["state"] is None else msgspec.convert(self.docs["state"], MachineState)
        return Evidence(machine=card, state=state, sampled_us=self.sampled_us)

    def book(self) -> Rulebook:
        """The rulebook of the policy and the two cards."""
        tool = loaded(msgspec.convert(self.docs["tool"], ToolCard))
        material = loaded(msgspec.convert(self.docs["material"], MaterialCard))
        return Rulebook(
            policy_of_tree(self.docs["policy"], "scene"),
            tools={tool.card.id: tool},
            materials={material.card.id: material},
            engine_version="0.1.0",
        )

    def assess(self, *, now_us: int = NOW_US, ids: Ids = DRY_RUN) -> Assessment:
        """Judge, with what belongs beside the verdict."""
        return assess(self.proposal(), self.evidence(), self.book(), now_us, ids)

    def judge(self, *, now_us: int = NOW_US, ids: Ids = DRY_RUN) -> Verdict:
        """Judge."""
        return self.assess(now_us=now_us, ids=ids).verdict


def proposal_of(body: dict[str, Any]) -> Proposal:
    """A proposal with its digest, as the proposals room hands it over."""
    try:
        digest = sha256_text(canonical_bytes(body))
    except (ValueError, RecursionError):
        digest = "sha256:none"
    return Proposal(kind=body["kind"], subject=body["subject"], body=body, digest=digest)


def judged(patch: Patch | None = None, **rest: Any) -> Verdict:
    """The verdict on the reference case with some changes."""
    return Scene(patch).judge(**rest)


def call_scene(action: dict[str, Any], *tools: dict[str, Any], patch: Patch | None = None) -> Scene:
    """A tool call under a policy that declares the tools."""
    proposal = {"kind": "tool.call", "subject": f"tool/{action.get('tool', 'none')}", "action": action}
    return Scene({"/proposal": proposal, "/policy/tool": list(tools), **(patch or {})})


def codes(verdict: Verdict) -> list[str]:
    """The codes of a verdict's reasons."""
    return list(verdict.reason_codes)


def status(verdict: Verdict, name: str) -> str:
    """How one check came out."""
    return next(check.status for check in verdict.checks if check.name == name)


def check_code(verdict: Verdict, name: str) -> str | None:
    """The code of one check."""
    return next(check.code for check in verdict.checks if check.name == name)


def reason_of(verdict: Verdict, code: str) -> Reason:
    """The first reason of a code."""
    return next(reason for reason in verdict.reasons if reason.code == code)


def decoded(verdict: Verdict) -> Any:
    """A verdict as a JSON client reads it."""
    return msgspec.json.decode(record_bytes(verdict))


def ago(seconds: float) -> str:
    """A UTC time before the moment of judging."""
    return iso_utc(NOW_US - round(seconds * SECOND_US))
