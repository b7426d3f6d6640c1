"""Positive grounds: why something was allowed, and notes that a passed check wants to be known."""

from __future__ import annotations

from functools import partial

from chargehand.contracts.codes.record import Example, ReasonCode

_ok = partial(ReasonCode, family="OK", severity="info", retry="as_is", owner="agent")

CODES = (
    _ok(
        code="OK.WITHIN_LIMITS",
        wire_id=1,
        title="Within every limit",
        caller_text="Go ahead: ask for a permit before `valid_until`.",
        operator_text="Every check of the machine change passed or does not apply; `checks` lists them.",
        positive=Example(when="The reference proposal as it stands."),
        negative=Example(
            when="One parameter is over the machine's limit.",
            given={"/machine/spindle_speed_max": 3000},
        ),
    ),
    _ok(
        code="OK.WITHIN_POLICY",
        wire_id=2,
        title="Within the policy",
        caller_text="Go ahead: ask for a permit before `valid_until`.",
        operator_text="The act is declared in the policy and no rule speaks against it.",
        positive=Example(
            when="A declared reading tool is called inside its paths.",
            given={
                "/policy/tool": [{"name": "read_file", "effect": "read", "paths": ["/work"]}],
                "/proposal": {
                    "kind": "tool.call",
                    "subject": "tool/read_file",
                    "action": {"tool": "read_file", "paths": ["/work/notes.txt"]},
                },
            },
        ),
        negative=Example(
            when="The tool is not declared.",
            given={
                "/policy/tool": [],
                "/proposal": {
                    "kind": "tool.call",
                    "subject": "tool/read_file",
                    "action": {"tool": "read_file", "paths": ["/work/notes.txt"]},
                },
            },
        ),
    ),
    _ok(
        code="OK.RULE_ALLOWS",
        wire_id=3,
        title="A rule allows it",
        caller_text="Go ahead, and keep the obligations if there are any.",
        operator_text="The rule that `rule_id` names allowed the act or attached the obligations.",
        positive=Example(
            when="A rule with `allow` or `allow_with` matches and nothing denies.",
            given={
                "/policy/policy/default": "deny",
                "/policy/rule": [
                    {"id": "changes", "when": {"kind": "machine.change", "machine": "CNC-001"}, "allow": True}
                ],
            },
        ),
        negative=Example(when="No allowing rule matches."),
    ),
    _ok(
        code="OK.BOUND_TO_NEWEST_STATE",
        wire_id=4,
        title="Bound to the newest state",
        caller_text="The proposal named no state, so it was judged on the newest. Send `based_on` to say what you saw.",
        operator_text="The proposer did not say which state it looked at.",
        positive=Example(when="The proposal has no `based_on`.", given={"/proposal/based_on": None}),
        negative=Example(when="The proposal names instance and sequence."),
    ),
    _ok(
        code="OK.APPROVED_BY_HUMAN",
        wire_id=5,
        title="Approved by a person",
        caller_text="The approval is given: ask for a permit before it expires.",
        operator_text="`decided_by` of the approval names the person.",
        positive=Example(when="An approver other than the proposer approves the act."),
        negative=Example(when="The approval is pending."),
    ),
    _ok(
        code="OK.SINGLE_OPERATOR",
        wire_id=6,
        title="Approved by the proposer, as the policy permits",
        caller_text="The approval is given: ask for a permit before it expires.",
        operator_text="Proposer and approver are the same person; the policy says `single_operator = true`.",
        positive=Example(when="A person approves their own proposal under `single_operator = true`."),
        negative=Example(when="Another person approves it."),
    ),
)
