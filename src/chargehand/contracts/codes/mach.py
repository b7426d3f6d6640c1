"""Machine limits, interlocks and set-up: what the machine, its card and the policy say against a change."""

from __future__ import annotations

from functools import partial

from chargehand.contracts.codes.record import Example, ReasonCode, bound

_mach = partial(ReasonCode, family="MACH", severity="block", retry="after_change", owner="agent", safety_relevant=True)
_stopped = partial(
    ReasonCode, family="MACH", severity="critical", retry="after_time", owner="operator", safety_relevant=True
)

_OVERRIDE = {"operation": "override", "params": {"feed_override": {"value": 110, "unit": "%"}}}
_OFFSET = {"operation": "offset_write", "params": {"offset_x": {"value": 2, "unit": "mm"}}}

CODES = (
    _mach(
        code="MACH.SPEED_ABOVE_MAX",
        wire_id=1000,
        params=bound("rev/min"),
        title="Spindle speed above the machine's maximum",
        caller_text="Lower the spindle speed to `limit`, the override included.",
        operator_text="Compare `spindle_speed_max` of the machine card with the drive.",
        remedies=("clamp",),
        positive=Example(when="3183 rev/min over 3000.", given={"/machine/spindle_speed_max": 3000}),
        negative=Example(when="Exactly at the limit.", given={"/machine/spindle_speed_max": 3183}),
    ),
    _mach(
        code="MACH.SPEED_BELOW_MIN",
        wire_id=1001,
        params=bound("rev/min"),
        title="Spindle speed below the machine's minimum",
        caller_text="Raise the spindle speed to `limit`, the override included.",
        operator_text="Compare `spindle_speed_min` of the machine card with the drive.",
        remedies=("clamp",),
        positive=Example(when="3183 rev/min under 4000.", given={"/machine/spindle_speed_min": 4000}),
        negative=Example(when="Exactly at the limit.", given={"/machine/spindle_speed_min": 3183}),
    ),
    _mach(
        code="MACH.FEED_ABOVE_MAX",
        wire_id=1002,
        params=bound("mm/min"),
        title="Feed above the machine's maximum",
        caller_text="Lower the feed to `limit`, the override included.",
        operator_text="Compare `feed_rate_max` of the machine card with the axes.",
        remedies=("clamp",),
        positive=Example(when="764 mm/min over 700.", given={"/machine/feed_rate_max": 700}),
        negative=Example(when="Exactly at the limit.", given={"/machine/feed_rate_max": 764}),
    ),
    _mach(
        code="MACH.FEED_BELOW_MIN",
        wire_id=1003,
        params=bound("mm/min"),
        title="Feed below the machine's minimum",
        caller_text="Raise the feed to `limit`, the override included.",
        operator_text="Compare `feed_rate_min` of the machine card with the axes.",
        remedies=("clamp",),
        positive=Example(when="764 mm/min under 800.", given={"/machine/feed_rate_min": 800}),
        negative=Example(when="Exactly at the limit.", given={"/machine/feed_rate_min": 764}),
    ),
    _mach(
        code="MACH.OVERRIDE_ABOVE_MAX",
        wire_id=1004,
        params=bound("%"),
        title="Override above the machine's maximum",
        caller_text="Lower the override to `limit`.",
        operator_text="Compare the override limits of the machine card with the control.",
        remedies=("clamp",),
        positive=Example(
            when="110 % over 105.", given={"/proposal/action": _OVERRIDE, "/machine/feed_override_max": 105}
        ),
        negative=Example(
            when="Exactly at the limit.", given={"/proposal/action": _OVERRIDE, "/machine/feed_override_max": 110}
        ),
    ),
    _mach(
        code="MACH.OVERRIDE_BELOW_MIN",
        wire_id=1005,
        params=bound("%"),
        title="Override below the machine's minimum",
        caller_text="Raise the override to `limit`.",
        operator_text="Compare the override limits of the machine card with the control.",
        remedies=("clamp",),
        positive=Example(
            when="110 % under 115.", given={"/proposal/action": _OVERRIDE, "/machine/feed_override_min": 115}
        ),
        negative=Example(
            when="Exactly at the limit.", given={"/proposal/action": _OVERRIDE, "/machine/feed_override_min": 110}
        ),
    ),
    _mach(
        code="MACH.TRAVEL_ABOVE_MAX",
        wire_id=1006,
        params=bound("mm"),
        title="Beyond the upper end of an axis",
        caller_text="Choose an offset that keeps the axis at or under `limit`.",
        operator_text="Compare the axis travel of the machine card with the machine's soft limits.",
        remedies=("clamp",),
        positive=Example(
            when="The axis ends before the offset.",
            given={"/proposal/action": _OFFSET, "/machine/axes/X": {"min": 0, "max": 1}},
        ),
        negative=Example(
            when="The axis ends behind it.",
            given={"/proposal/action": _OFFSET, "/machine/axes/X": {"min": -1000, "max": 1000}},
        ),
    ),
    _mach(
        code="MACH.TRAVEL_BELOW_MIN",
        wire_id=1007,
        params=bound("mm"),
        title="Beyond the lower end of an axis",
        caller_text="Choose an offset that keeps the axis at or over `limit`.",
        operator_text="Compare the axis travel of the machine card with the machine's soft limits.",
        remedies=("clamp",),
        positive=Example(
            when="The axis begins behind the offset.",
            given={"/proposal/action": _OFFSET, "/machine/axes/X": {"min": 900, "max": 1000}},
        ),
        negative=Example(
            when="The axis begins before it.",
            given={"/proposal/action": _OFFSET, "/machine/axes/X": {"min": -1000, "max": 1000}},
        ),
    ),
    _stopped(
        code="MACH.MODE_NOT_AUTOMATIC",
        wire_id=1010,
        severity="block",
        params={"observed": "string", "limit": "string"},
        title="The machine is not in automatic mode",
        caller_text="Wait until the operator has put the machine back into automatic mode.",
        operator_text="Somebody works at the control, or its mode is not reported.",
        remedies=("wait",),
        positive=Example(when="Mode MANUAL.", given={"/state/mode": "MANUAL"}),
        negative=Example(when="Mode AUTOMATIC.", given={"/state/mode": "AUTOMATIC"}),
    ),
    _stopped(
        code="MACH.ALARM_ACTIVE",
        wire_id=1011,
        params={"observed": "string"},
        title="An alarm is active",
        caller_text="Wait until the alarm is cleared at the machine. Nothing may be changed meanwhile.",
        operator_text="`observed` is the machine's own alarm.",
        remedies=("wait",),
        positive=Example(when="One alarm.", given={"/state/interlocks/alarms": ["2041: spindle overload"]}),
        negative=Example(when="No alarm.", given={"/state/interlocks/alarms": []}),
    ),
    _stopped(
        code="MACH.DOOR_OPEN",
        wire_id=1012,
        title="The guard door is open",
        caller_text="Wait until the door is closed. Nothing may be changed meanwhile.",
        operator_text="Somebody may be in the machine.",
        remedies=("wait",),
        positive=Example(when="Door open.", given={"/state/interlocks/door_open": True}),
        negative=Example(when="Door closed.", given={"/state/interlocks/door_open": False}),
    ),
    _stopped(
        code="MACH.ESTOP_ACTIVE",
        wire_id=1013,
        title="The emergency stop is pressed",
        caller_text="Wait until the emergency stop is released at the machine. Nothing may be changed meanwhile.",
        operator_text="Go to the machine.",
        remedies=("wait",),
        positive=Example(when="Emergency stop pressed.", given={"/state/interlocks/estop": True}),
        negative=Example(when="Emergency stop released.", given={"/state/interlocks/estop": False}),
    ),
    _stopped(
        code="MACH.FEED_HOLD_ACTIVE",
        wire_id=1014,
        severity="block",
        title="Feed hold is active",
        caller_text="Wait until the operator continues.",
        operator_text="Somebody stopped the feed on purpose.",
        remedies=("wait",),
        positive=Example(when="Feed hold on.", given={"/state/interlocks/feed_hold": True}),
        negative=Example(when="Feed hold off.", given={"/state/interlocks/feed_hold": False}),
    ),
    _stopped(
        code="MACH.UNAVAILABLE",
        wire_id=1015,
        severity="block",
        params={"observed": "string"},
        title="The machine is not available",
        caller_text="Wait until the machine is online again.",
        operator_text="`observed` is the state of its connection; see the machine's adapter and network.",
        remedies=("wait",),
        positive=Example(when="Connection lost.", given={"/state/connection": "offline"}),
        negative=Example(when="Online.", given={"/state/connection": "online"}),
    ),
    _stopped(
        code="MACH.INTERLOCK_UNKNOWN",
        wire_id=1016,
        owner="machine_owner",
        params={"field": "string"},
        title="An interlock is not known",
        caller_text="Wait until the machine reports the interlock again. Unknown counts as active.",
        operator_text="The card says that the machine reports `field`, but it does not; see sensor and adapter.",
        remedies=("wait",),
        positive=Example(
            when="The card lists the door, the state does not know it.",
            given={"/machine/interlocks": ["door"], "/state/interlocks/door_open": None},
        ),
        negative=Example(
            when="The card does not list the door.",
            given={"/machine/interlocks": [], "/state/interlocks/door_open": None},
        ),
    ),
    _mach(
        code="MACH.COOLANT_BELOW_MIN",
        wire_id=1020,
        retry="after_time",
        owner="operator",
        params=bound("L/min"),
        title="Too little coolant for cutting",
        caller_text="Wait until the coolant flows, or propose to switch it on.",
        operator_text="See tank, pump, filter and nozzles.",
        remedies=("wait",),
        positive=Example(
            when="5 L/min where 10 are needed.",
            given={
                "/machine/coolant_flow_min": 10,
                "/state/values/coolant_flow": {"v": 5, "u": "L/min", "q": "good"},
            },
        ),
        negative=Example(
            when="Exactly the needed flow.",
            given={
                "/machine/coolant_flow_min": 10,
                "/state/values/coolant_flow": {"v": 10, "u": "L/min", "q": "good"},
            },
        ),
    ),
    _mach(
        code="MACH.MATERIAL_MISMATCH",
        wire_id=1021,
        params={"observed": "string", "limit": "string"},
        title="Not the material of the set-up",
        caller_text="Propose for the material that is clamped, which `limit` names.",
        operator_text="Either the proposer assumes another job, or the set-up was recorded wrongly.",
        remedies=("choose",),
        positive=Example(when="Another material is clamped.", given={"/state/setup/material": "ti-6al4v"}),
        negative=Example(when="The clamped material."),
    ),
    _mach(
        code="MACH.MATERIAL_UNKNOWN",
        wire_id=1022,
        retry="after_time",
        owner="machine_owner",
        params={"observed": "string"},
        title="No card for the material, or no material set up",
        caller_text="Name a material with a card.",
        operator_text="Add the material card, or record the clamped material in the set-up.",
        remedies=("choose", "supply"),
        positive=Example(
            when="A material without a card.",
            given={"/proposal/action/material": "unobtainium", "/state/setup/material": "unobtainium"},
        ),
        negative=Example(when="A material with a card."),
    ),
    _mach(
        code="MACH.OPERATION_NOT_SUPPORTED",
        wire_id=1023,
        params={"observed": "string"},
        title="The machine does not take this operation",
        caller_text="Choose an operation that the machine takes.",
        operator_text="`operations` of the machine card lists what it takes.",
        remedies=("choose",),
        positive=Example(when="Only overrides are taken.", given={"/machine/operations": ["override"]}),
        negative=Example(when="The operation is taken.", given={"/machine/operations": ["parameter_set"]}),
    ),
    _mach(
        code="MACH.SETTING_UNKNOWN",
        wire_id=1024,
        retry="after_time",
        owner="machine_owner",
        params={"field": "string"},
        title="A present setting is not known",
        caller_text="Supply `field` in the change, or wait until the machine reports it.",
        operator_text="A partial change is judged together with the present set-up, and this part of it is unknown.",
        remedies=("supply",),
        positive=Example(
            when="The change leaves out the speed, which nobody knows.",
            given={"/proposal/action": _OVERRIDE, "/state/setup/spindle_speed": None},
        ),
        negative=Example(when="The change itself gives the speed.", given={"/state/setup/spindle_speed": None}),
    ),
    _mach(
        code="MACH.POLICY_LIMIT_ABOVE",
        wire_id=1030,
        params={
            "field": "string",
            "observed": "number",
            "limit": "number",
            "margin": "number",
            "unit": "string",
        },
        title="Above a limit of the policy",
        caller_text="Lower `field` to `limit`.",
        operator_text="The policy is stricter here than the machine; `rule_id` names the limit.",
        remedies=("clamp", "edit_policy"),
        positive=Example(
            when="3183 rev/min over the policy's 3000.",
            given={
                "/policy/limit": [{"machine": "CNC-001", "field": "spindle_speed", "max": 3000.0, "unit": "rev/min"}]
            },
        ),
        negative=Example(
            when="Exactly at the limit.",
            given={
                "/policy/limit": [{"machine": "CNC-001", "field": "spindle_speed", "max": 3183.0, "unit": "rev/min"}]
            },
        ),
    ),
    _mach(
        code="MACH.POLICY_LIMIT_BELOW",
        wire_id=1031,
        params={
            "field": "string",
            "observed": "number",
            "limit": "number",
            "margin": "number",
            "unit": "string",
        },
        title="Below a limit of the policy",
        caller_text="Raise `field` to `limit`.",
        operator_text="The policy is stricter here than the machine; `rule_id` names the limit.",
        remedies=("clamp", "edit_policy"),
        positive=Example(
            when="3183 rev/min under the policy's 4000.",
            given={
                "/policy/limit": [{"machine": "CNC-001", "field": "spindle_speed", "min": 4000.0, "unit": "rev/min"}]
            },
        ),
        negative=Example(
            when="Exactly at the limit.",
            given={
                "/policy/limit": [{"machine": "CNC-001", "field": "spindle_speed", "min": 3183.0, "unit": "rev/min"}]
            },
        ),
    ),
    _mach(
        code="MACH.RULE_DENIES",
        wire_id=1040,
        owner="policy_author",
        params={"field": "string", "observed": "number", "limit": "number", "unit": "string"},
        title="A rule of the policy denies the change",
        caller_text="Propose something that the rule does not match, or ask its author.",
        operator_text="`rule_id` names the rule.",
        remedies=("edit_policy",),
        positive=Example(
            when="A rule with `deny` matches the change.",
            given={
                "/policy/rule": [
                    {"id": "no-changes", "when": {"kind": "machine.change", "machine": "CNC-001"}, "deny": True}
                ]
            },
        ),
        negative=Example(when="No denying rule matches."),
    ),
    _mach(
        code="MACH.PROGRAM_MISMATCH",
        wire_id=1041,
        params={"observed": "string", "limit": "string"},
        title="Not the program of the set-up",
        caller_text="Propose for the loaded program, whose digest `limit` gives.",
        operator_text="The program was changed or replaced after the proposer read it.",
        remedies=("refresh",),
        positive=Example(
            when="Another program is loaded.",
            given={
                "/proposal/action": {"operation": "start", "program_sha256": "sha256:" + "1" * 64},
                "/state/setup/program_sha256": "sha256:" + "2" * 64,
            },
        ),
        negative=Example(
            when="The loaded program.",
            given={
                "/proposal/action": {"operation": "start", "program_sha256": "sha256:" + "1" * 64},
                "/state/setup/program_sha256": "sha256:" + "1" * 64,
            },
        ),
    ),
)
