"""Whatever arrives gets a verdict with a reason: no exception, the same bytes again, and nothing gross allowed."""

from __future__ import annotations

import copy
from typing import Any

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from chargehand.contracts.machine import SIGNAL_UNITS, MachineState
from chargehand.contracts.units import PARAMETER_DIMENSION, UNITS
from chargehand.contracts.verdict import Verdict
from chargehand.kernel.canonical import canonical_bytes, record_bytes
from tests.unit.auditor.scene import INSTANCE, Scene

SAFE = 2**53 - 1
NUMBER = st.integers(-SAFE, SAFE) | st.floats(-1e15, 1e15) | st.sampled_from([0, -0.0, 1e-6, 5e-324, 3183])
WILD = NUMBER | st.floats() | st.integers()
TEXT = st.text(max_size=8) | st.sampled_from(["NaN", "machine.change", "tool.call", "rev/min", "/etc/passwd", "EM12-4"])
KEY = TEXT | st.sampled_from(["kind", "subject", "action", "params", "value", "unit", "tool", "based_on", "approved"])


def _json(number: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.recursive(
        st.none() | st.booleans() | number | TEXT,
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEY, inner, max_size=4),
        max_leaves=12,
    )


JSON, WILD_JSON = _json(NUMBER), _json(WILD)
QUANTITY = st.fixed_dictionaries({"value": WILD | TEXT, "unit": st.sampled_from(sorted(UNITS)) | TEXT}) | WILD_JSON
CHANGE = st.fixed_dictionaries(
    {},
    optional={
        "operation": st.sampled_from(["override", "parameter_set", "start", "macro", "offset_write"]) | WILD_JSON,
        "tool": st.just("EM12-4") | WILD_JSON,
        "material": st.just("steel-qt-250hb") | WILD_JSON,
        "params": st.dictionaries(st.sampled_from(sorted(PARAMETER_DIMENSION)) | KEY, QUANTITY, max_size=5) | WILD_JSON,
        "cut_time": QUANTITY,
        "program_sha256": st.just("a" * 64) | WILD_JSON,
        "extra": WILD_JSON,
    },
)
CALL = st.fixed_dictionaries(
    {"tool": st.sampled_from(["read", "run"]) | WILD_JSON},
    optional={
        "arguments": st.dictionaries(st.sampled_from(["n", "path", "url"]), WILD_JSON, max_size=3) | WILD_JSON,
        "paths": st.lists(TEXT, max_size=3) | WILD_JSON,
        "host": TEXT | WILD_JSON,
        "command": TEXT | WILD_JSON,
        "cwd": TEXT | WILD_JSON,
    },
)
BASIS = st.fixed_dictionaries(
    {},
    optional={
        "instance_id": st.just(INSTANCE) | TEXT,
        "seq": st.integers(1000, 1050) | WILD_JSON,
        "digest": st.just("sha256:" + "5" * 64) | WILD_JSON,
    },
)
ENVELOPE = {
    "kind": st.sampled_from(["machine.change", "tool.call", "window.open"]) | TEXT,
    "subject": st.sampled_from(["machine/CNC-001", "machine/CNC-9", "tool/read"]) | TEXT,
}
OPTIONAL = {
    "action": CHANGE | CALL | WILD_JSON,
    "based_on": BASIS | WILD_JSON,
    "expires_at": st.sampled_from(["2100-01-01T00:00:00Z", "2000-01-01T00:00:00Z"]) | WILD_JSON,
    "intent": TEXT | WILD_JSON,
    "rationale": WILD_JSON,
    "approved": WILD_JSON,
}
BODY = st.fixed_dictionaries(ENVELOPE, optional=OPTIONAL)
SIGNAL = st.fixed_dictionaries(
    {"q": st.sampled_from(["good", "uncertain", "bad", "stale", "unavailable"]), "v": st.none() | WILD | TEXT},
    optional={"u": st.sampled_from(["%", "rev/min", "mm/min"])},
)
MAYBE = st.none() | st.floats() | st.integers(0, 20000)
STATE = st.fixed_dictionaries(
    {},
    optional={
        "connection": st.sampled_from(["offline", "connecting", "online", "stale", "faulted"]),
        "execution": st.none() | st.sampled_from(["ACTIVE", "READY", "FEED_HOLD", "UNAVAILABLE"]) | TEXT,
        "mode": st.none() | st.sampled_from(["AUTOMATIC", "MANUAL"]),
        "instance_id": st.none() | st.just(INSTANCE) | TEXT,
        "seq": st.none() | st.integers(0, 2000),
        "source": st.sampled_from(["live", "replay", "simulated"]),
        "ts_source": st.none() | st.sampled_from(["2026-11-20T12:00:00Z", "garbage", ""]),
        "ts_ingest": st.none() | st.sampled_from(["2026-11-20T12:00:00Z", "2026-11-20T11:00:00Z", "garbage"]),
        "values": st.dictionaries(st.sampled_from(sorted(SIGNAL_UNITS)) | TEXT, SIGNAL, max_size=6),
        "seen_at": st.dictionaries(st.sampled_from(["spindle_load"]), TEXT, max_size=1),
    },
)
SETUP = st.fixed_dictionaries(
    {},
    optional={
        "axial_depth": MAYBE,
        "coolant": st.none() | st.booleans(),
        "feed_override": MAYBE,
        "feed_rate": MAYBE,
        "material": st.none() | TEXT,
        "program_sha256": st.none() | TEXT,
        "radial_depth": MAYBE,
        "spindle_override": MAYBE,
        "spindle_speed": MAYBE,
        "tool": st.none() | TEXT,
    },
)
POLICY = {
    "/policy/tool": [
        {"name": "read", "effect": "read", "paths": ["/w"], "bounds": {"n": {"min": 0, "max": 5}}},
        {"name": "run", "effect": "money", "commands": ["ls"], "hosts": ["*.example"]},
    ],
    "/policy/limit": [{"field": "spindle_speed", "max": 9000}, {"field": "vibration", "max": 4}],
    "/policy/rule": [
        {"id": "a", "when": {"field": "feed_rate", "above": 5000}, "deny": True},
        {"id": "b", "when": {"tool": "read", "field": "arguments.n", "above": 3}, "needs_approval": True},
        {"id": "c", "when": {"host": "*.example", "path_prefix": "/w"}, "allow": True},
    ],
}


def _checked(scene: Scene) -> Verdict:
    verdict = scene.judge()
    assert verdict.reasons
    assert verdict.primary_code == verdict.reason_codes[0]
    assert record_bytes(verdict) == record_bytes(scene.judge())
    return verdict


@settings(max_examples=300)
@given(BODY)
def test_any_body_gets_a_verdict(body: dict[str, Any]) -> None:
    verdict = _checked(Scene({**POLICY, "/proposal": body}))
    assert verdict.verdict != "indeterminate"


@settings(max_examples=200)
@given(st.dictionaries(KEY, JSON, max_size=6), TEXT, TEXT)
def test_any_object_gets_canonical_bytes(body: dict[str, Any], kind: str, subject: str) -> None:
    verdict = _checked(Scene({**POLICY, "/proposal": {**body, "kind": kind, "subject": subject}}))
    raw = record_bytes(verdict)
    assert canonical_bytes(msgspec.json.decode(raw)) == raw
    assert verdict.verdict == "deny"


@settings(max_examples=300)
@given(STATE, SETUP)
def test_any_state_gets_a_verdict(state: dict[str, Any], setup: dict[str, Any]) -> None:
    scene = Scene(POLICY)
    scene.docs["state"] = {**scene.docs["state"], **state, "setup": {**scene.docs["state"]["setup"], **setup}}
    msgspec.convert(scene.docs["state"], MachineState)
    _checked(scene)


@settings(max_examples=200)
@given(BODY, STATE, SETUP)
def test_any_pair_gets_a_verdict(body: dict[str, Any], state: dict[str, Any], setup: dict[str, Any]) -> None:
    scene = Scene({**POLICY, "/proposal": body})
    scene.docs["state"] = {**scene.docs["state"], **state, "setup": {**scene.docs["state"]["setup"], **setup}}
    _checked(scene)


@given(st.sampled_from(["spindle_speed", "feed_rate", "axial_depth", "radial_depth"]), WILD_JSON)
def test_one_strange_value_never_passes_for_a_number(name: str, value: Any) -> None:
    scene = Scene()
    params = copy.deepcopy(scene.body["action"]["params"])
    params[name]["value"] = value
    scene.put("/proposal/action/params", params)
    verdict = _checked(scene)
    if verdict.verdict == "allow":
        assert isinstance(value, int | float)
        assert not isinstance(value, bool)
        assert 0 <= value <= 12000
