"""Tool calls of agents (2000 on) and cutting tools of machines (2200 on)."""

from __future__ import annotations

from functools import partial
from typing import Any

from chargehand.contracts.codes.record import Example, ReasonCode, bound

_call = partial(ReasonCode, family="TOOL", severity="block", retry="after_change", owner="agent")
_cutter = partial(
    ReasonCode, family="TOOL", severity="block", retry="after_change", owner="agent", safety_relevant=True
)


def _given(tool: dict[str, Any], **action: Any) -> dict[str, Any]:
    """The reference case turned into a call of one declared tool."""
    return {
        "/policy/tool": [tool],
        "/proposal": {
            "kind": "tool.call",
            "subject": "tool/" + tool["name"],
            "action": {"tool": tool["name"], **action},
        },
    }


def _worn(wear: float) -> dict[str, Any]:
    """The reference machine with a reading of its tool's wear."""
    return {
        "/machine/sensors": ["spindle_speed", "feed_rate", "spindle_load", "coolant_flow", "tool_wear"],
        "/state/values/tool_wear": {"v": wear, "u": "mm", "q": "good"},
    }


def _holder(speed: float, torque: float) -> dict[str, Any]:
    return {"name": "chuck", "speed_max": speed, "torque_max": torque}


_READ = {"name": "read_file", "effect": "read", "paths": ["/work"]}
_FETCH = {"name": "fetch", "effect": "read", "hosts": ["docs.example"]}
_RUN = {"name": "run", "effect": "read", "commands": ["ls"]}
_MAIL = {"name": "mail", "effect": "external"}
_SCALE = {"name": "scale", "effect": "read", "bounds": {"replicas": {"min": 1, "max": 5}}}

CODES = (
    _call(
        code="TOOL.NOT_LISTED",
        wire_id=2000,
        owner="policy_author",
        params={"observed": "string"},
        title="The policy does not declare the tool",
        caller_text="Use a declared tool. What is not declared is denied.",
        operator_text="Declare the tool with its effect class if agents shall use it.",
        remedies=("choose", "edit_policy"),
        positive=Example(
            when="An undeclared tool.",
            given={
                "/policy/tool": [],
                "/proposal": {"kind": "tool.call", "subject": "tool/rm", "action": {"tool": "rm"}},
            },
        ),
        negative=Example(when="A declared tool.", given=_given(_READ, paths=["/work/a"])),
    ),
    _call(
        code="TOOL.ARGUMENT_OUT_OF_RANGE",
        wire_id=2001,
        params=bound("1"),
        title="An argument outside its bounds",
        caller_text="Bring the argument to `limit`.",
        operator_text="`bounds` of the tool in the policy give the range.",
        remedies=("clamp", "edit_policy"),
        positive=Example(when="Six replicas of five.", given=_given(_SCALE, arguments={"replicas": 6})),
        negative=Example(when="Exactly at the bound.", given=_given(_SCALE, arguments={"replicas": 5})),
    ),
    _call(
        code="TOOL.ARGUMENT_INVALID",
        wire_id=2002,
        params={"field": "string", "observed": "string", "limit": "string"},
        title="An argument is missing or of the wrong type",
        caller_text="Supply the argument at `path` as the policy wants it.",
        operator_text="The agent's idea of the tool differs from the policy's.",
        remedies=("supply", "choose"),
        positive=Example(when="A number as text.", given=_given(_SCALE, arguments={"replicas": "5"})),
        negative=Example(when="The number.", given=_given(_SCALE, arguments={"replicas": 5})),
    ),
    _call(
        code="TOOL.PATH_OUTSIDE_ROOT",
        wire_id=2003,
        params={"observed": "string"},
        title="A path outside the tool's folders",
        caller_text="Stay below the folders that the policy gives the tool. Name paths in full, without `..`.",
        operator_text="`paths` of the tool in the policy lists its folders.",
        remedies=("choose", "edit_policy"),
        positive=Example(when="A way out through `..`.", given=_given(_READ, paths=["/work/../etc/passwd"])),
        negative=Example(when="Below the folder.", given=_given(_READ, paths=["/work/notes.txt"])),
    ),
    _call(
        code="TOOL.HOST_NOT_ALLOWED",
        wire_id=2004,
        params={"observed": "string"},
        title="A host that the tool may not reach",
        caller_text="Use a host that the policy gives the tool.",
        operator_text="`hosts` of the tool in the policy lists them.",
        remedies=("choose", "edit_policy"),
        positive=Example(when="Another host.", given=_given(_FETCH, host="evil.example")),
        negative=Example(when="A listed host.", given=_given(_FETCH, host="docs.example")),
    ),
    _call(
        code="TOOL.COMMAND_NOT_ALLOWED",
        wire_id=2005,
        params={"observed": "string"},
        title="A program that the tool may not start",
        caller_text="Use a program that the policy gives the tool.",
        operator_text="`commands` of the tool in the policy lists them.",
        remedies=("choose", "edit_policy"),
        positive=Example(when="Another program.", given=_given(_RUN, command="rm -rf /")),
        negative=Example(when="A listed program.", given=_given(_RUN, command="ls")),
    ),
    _call(
        code="TOOL.EFFECT_NEEDS_APPROVAL",
        wire_id=2006,
        severity="warn",
        retry="after_approval",
        owner="operator",
        params={"observed": "string"},
        title="The effect needs a person's approval",
        caller_text="Wait for the approval that `approval_id` names.",
        operator_text="Decide the approval; the policy's effect classes say what needs one.",
        remedies=("request_approval",),
        positive=Example(when="A tool that reaches out.", given=_given(_MAIL)),
        negative=Example(when="A tool that only reads.", given=_given(_READ, paths=["/work/a"])),
    ),
    _call(
        code="TOOL.EFFECT_DENIED",
        wire_id=2007,
        retry="never",
        owner="policy_author",
        params={"observed": "string"},
        title="The policy denies the effect",
        caller_text="Do not use tools of this effect class here.",
        operator_text="The policy's effect table denies the class that `observed` names.",
        remedies=("edit_policy",),
        positive=Example(when="The class is denied.", given={**_given(_MAIL), "/policy/effects": {"external": "deny"}}),
        negative=Example(
            when="The class is allowed.", given={**_given(_MAIL), "/policy/effects": {"external": "allow"}}
        ),
    ),
    _call(
        code="TOOL.RULE_DENIES",
        wire_id=2008,
        owner="policy_author",
        params={"field": "string", "observed": "string", "limit": "string"},
        title="A rule of the policy denies the call",
        caller_text="Call something that the rule does not match, or ask its author.",
        operator_text="`rule_id` names the rule.",
        remedies=("edit_policy",),
        positive=Example(
            when="A rule with `deny` matches the call.",
            given={
                **_given(_READ, paths=["/work/a"]),
                "/policy/rule": [{"id": "no-reading", "when": {"tool": "read_file"}, "deny": True}],
            },
        ),
        negative=Example(when="No denying rule matches."),
    ),
    _cutter(
        code="TOOL.CARD_UNKNOWN",
        wire_id=2200,
        params={"observed": "string"},
        title="No card for the cutting tool",
        caller_text="Name a cutting tool with a card.",
        operator_text="Add the tool card; without one nothing about the cut can be judged.",
        remedies=("choose",),
        positive=Example(
            when="A tool without a card.",
            given={"/proposal/action/tool": "EM99-9", "/state/setup/tool": "EM99-9"},
        ),
        negative=Example(when="A tool with a card."),
    ),
    _cutter(
        code="TOOL.NOT_LOADED",
        wire_id=2201,
        params={"observed": "string", "limit": "string"},
        title="Not the tool in the spindle",
        caller_text="Propose for the loaded tool, which `limit` names.",
        operator_text="Either the proposer assumes another tool, or the set-up was recorded wrongly.",
        remedies=("choose",),
        positive=Example(when="Another tool is loaded.", given={"/state/setup/tool": "FM50-5"}),
        negative=Example(when="The loaded tool."),
    ),
    _cutter(
        code="TOOL.SPEED_ABOVE_RATING",
        wire_id=2202,
        params=bound("rev/min"),
        title="Spindle speed above the tool's rating",
        caller_text="Lower the spindle speed to `limit`, the override included.",
        operator_text="A tool over its rated speed can burst; compare its card with the maker's data.",
        remedies=("clamp",),
        positive=Example(when="3183 rev/min over 3000.", given={"/tool/spindle_speed_max": 3000}),
        negative=Example(when="Exactly at the rating.", given={"/tool/spindle_speed_max": 3183}),
    ),
    _cutter(
        code="TOOL.SPEED_BELOW_RATING",
        wire_id=2203,
        params=bound("rev/min"),
        title="Spindle speed below the tool's rating",
        caller_text="Raise the spindle speed to `limit`, the override included.",
        operator_text="Compare the tool card with the maker's data.",
        remedies=("clamp",),
        positive=Example(when="3183 rev/min under 4000.", given={"/tool/spindle_speed_min": 4000}),
        negative=Example(when="Exactly at the rating.", given={"/tool/spindle_speed_min": 3183}),
    ),
    _cutter(
        code="TOOL.AXIAL_DEPTH_ABOVE_FLUTE",
        wire_id=2204,
        params=bound("mm"),
        title="Deeper than the tool's flutes",
        caller_text="Lower the axial depth to `limit`.",
        operator_text="Beyond the flutes the shank rubs; compare the tool card with the tool.",
        remedies=("clamp",),
        positive=Example(when="3 mm with 2 mm of flute.", given={"/tool/flute_length": 2}),
        negative=Example(when="Exactly the flute length.", given={"/tool/flute_length": 3}),
    ),
    _cutter(
        code="TOOL.RADIAL_DEPTH_ABOVE_DIAMETER",
        wire_id=2205,
        params=bound("mm"),
        title="Wider than the tool's diameter",
        caller_text="Lower the radial depth to `limit`.",
        operator_text="A cut cannot be wider than the tool; the proposer means another engagement.",
        remedies=("clamp",),
        positive=Example(when="3 mm with a tool of 2 mm.", given={"/tool/diameter": 2}),
        negative=Example(when="Exactly the diameter.", given={"/tool/diameter": 3}),
    ),
    _cutter(
        code="TOOL.MATERIAL_NOT_RATED",
        wire_id=2206,
        since=2,
        params={"observed": "string", "limit": "string"},
        title="The tool is not made for this material",
        caller_text="Have a tool set up that cuts the group of materials which `observed` names.",
        operator_text="The tool's card names the groups that it cuts; `limit` lists them.",
        references=("ISO 513",),
        positive=Example(when="A tool for steel in titanium.", given={"/material/group": "S"}),
        negative=Example(when="A tool for steel in steel.", given={"/material/group": "P"}),
    ),
    _cutter(
        code="TOOL.LIFE_BELOW_MIN",
        wire_id=2207,
        since=2,
        params=bound("min"),
        title="The edge would not last",
        caller_text="Lower the spindle speed until the predicted life is at or over `limit`.",
        operator_text="Taylor's prediction from the tool's card; a card that cannot predict a life meets no least one.",
        remedies=("clamp",),
        references=("Taylor 1907",),
        positive=Example(when="A least life that this speed does not leave.", given={"/tool/life_min": 1e6}),
        negative=Example(when="A least life of one minute.", given={"/tool/life_min": 1}),
    ),
    _cutter(
        code="TOOL.WEAR_ABOVE_MAX",
        wire_id=2208,
        since=2,
        retry="after_time",
        owner="operator",
        params=bound("mm"),
        title="The edge is worn out",
        caller_text="Wait until the tool has been changed.",
        operator_text="Change the tool: its measured wear has reached `limit`.",
        remedies=("wait",),
        positive=Example(when="0.3 mm of flank wear, of 0.3.", given=_worn(0.3)),
        negative=Example(when="0.29 mm of flank wear, of 0.3.", given=_worn(0.29)),
    ),
    _cutter(
        code="TOOL.STICKOUT_ABOVE_RATING",
        wire_id=2209,
        since=2,
        owner="operator",
        params=bound("mm"),
        title="The tool sticks out further than it is rated for",
        caller_text="Wait until the tool has been set shorter, or propose for another one.",
        operator_text="Set the tool shorter and correct its card; deflection grows with the cube of the length.",
        positive=Example(when="36 mm of 30.", given={"/tool/stickout_max": 30}),
        negative=Example(when="Exactly at the rating.", given={"/tool/stickout_max": 36}),
    ),
    _cutter(
        code="TOOL.HOLDER_SPEED_ABOVE_RATING",
        wire_id=2210,
        since=2,
        params=bound("rev/min"),
        title="Spindle speed above the holder's rating",
        caller_text="Lower the spindle speed to `limit`, the override included.",
        operator_text="The holder is balanced up to `limit`.",
        remedies=("clamp",),
        positive=Example(when="3183 rev/min over 3000.", given={"/tool/holder": _holder(3000, 65)}),
        negative=Example(when="Exactly at the rating.", given={"/tool/holder": _holder(3183, 65)}),
    ),
    _cutter(
        code="TOOL.HOLDER_TORQUE_ABOVE_RATING",
        wire_id=2211,
        since=2,
        params=bound("N.m"),
        title="More torque than the holder holds",
        caller_text="Lower the feed or the depth until `observed` is at or under `limit`.",
        operator_text="Above `limit` the tool slips in its holder and is drawn out.",
        remedies=("clamp",),
        positive=Example(when="1.4 N.m over 1.", given={"/tool/holder": _holder(25000, 1)}),
        negative=Example(when="1.4 N.m under 2.", given={"/tool/holder": _holder(25000, 2)}),
    ),
    _cutter(
        code="TOOL.KIND_MISMATCH",
        wire_id=2212,
        since=2,
        params={"observed": "string", "limit": "string"},
        title="The machine cannot use this kind of tool",
        caller_text="Propose for a machine that turns the work, or for a tool that spins, as the machine does.",
        operator_text="`observed` is the tool's kind and `limit` the machine's; one of the cards may be wrong.",
        positive=Example(when="A turning tool on a mill.", given={"/tool/kind": "turning"}),
        negative=Example(when="A milling cutter on a mill.", given={"/tool/kind": "end_mill"}),
    ),
)
