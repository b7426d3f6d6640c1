"""What failed is barred where everything that the entry names agrees, and nowhere else."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from chargehand.auditor.evidence import DRY_RUN
from chargehand.auditor.judge import judge
from chargehand.contracts.quarantine import Quarantine, Region
from chargehand.contracts.verdict import Verdict
from chargehand.kernel.clock import SECOND_US, iso_utc
from tests.unit.auditor.scene import NOW_US, Scene

PROGRAM = "6" * 64
HOUR_US = 3_600 * SECOND_US
ENTRY = Quarantine(
    id="qua_1",
    revision=1,
    status="active",
    machine="CNC-001",
    program_sha256=PROGRAM,
    material="steel-qt-250hb",
    tool="EM12-4",
    region={"spindle_speed": Region(low=3000, high=3200)},
    reason="chatter",
    source=None,
    created_by="engine",
    created_at=iso_utc(NOW_US - HOUR_US),
    expires_at=iso_utc(NOW_US + HOUR_US),
)


def judged(entry: Quarantine, patch: dict[str, Any] | None = None) -> Verdict:
    scene = Scene({"/state/setup/program_sha256": "sha256:" + PROGRAM, **(patch or {})})
    evidence = msgspec.structs.replace(scene.evidence(), quarantines=(entry,))
    return judge(scene.proposal(), evidence, scene.book(), NOW_US, DRY_RUN)


def barred(verdict: Verdict) -> bool:
    return "FLEET.PROGRAM_QUARANTINED" in verdict.reason_codes


def test_a_failed_set_up_is_barred() -> None:
    verdict = judged(ENTRY)
    assert verdict.verdict == "deny"
    (reason,) = verdict.reasons
    assert (reason.code, reason.rule_id) == ("FLEET.PROGRAM_QUARANTINED", "qua_1")
    assert (reason.params.observed, reason.params.limit) == ("qua_1", ENTRY.expires_at)
    assert [remedy.kind for remedy in reason.remedies] == ["wait", "request_approval"]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("machine", "CNC-002"),
        ("program_sha256", "7" * 64),
        ("material", "aluminium-wrought"),
        ("tool", "EM16-4"),
        ("region", {"spindle_speed": Region(low=3184, high=3300)}),
        ("region", {"spindle_speed": Region(low=3000, high=3200), "axial_depth": Region(low=4, high=6)}),
        ("expires_at", iso_utc(NOW_US)),
    ],
)
def test_an_entry_that_names_something_else_bars_nothing(field: str, value: Any) -> None:
    assert judged(msgspec.structs.replace(ENTRY, **{field: value})).verdict == "allow"


@pytest.mark.parametrize("field", ["machine", "program_sha256", "material", "tool"])
def test_what_an_entry_does_not_name_does_not_matter(field: str) -> None:
    assert barred(judged(msgspec.structs.replace(ENTRY, **{field: None})))


def test_both_ends_of_a_region_are_barred() -> None:
    for low, high in ((3183, 3200), (3000, 3183)):
        region = {"spindle_speed": Region(low=low, high=high)}
        assert barred(judged(msgspec.structs.replace(ENTRY, region=region)))


def test_the_speed_at_its_override_counts() -> None:
    assert not barred(judged(ENTRY, {"/state/setup/spindle_override": 110}))


def test_an_unknown_program_is_no_way_around() -> None:
    assert barred(judged(ENTRY, {"/state/setup/program_sha256": None}))


def test_loading_the_program_is_barred_whatever_the_present_settings_are() -> None:
    action = {"operation": "program_load", "program_sha256": PROGRAM}
    assert barred(judged(ENTRY, {"/proposal/action": action, "/state/setup/spindle_speed": 500}))
    other = {"operation": "program_load", "program_sha256": "7" * 64}
    assert not barred(judged(ENTRY, {"/proposal/action": other}))


@pytest.mark.parametrize("speed", [500, 3183])
def test_starting_the_program_is_barred_whatever_the_present_settings_are(speed: int) -> None:
    action = {"operation": "start", "program_sha256": PROGRAM}
    assert barred(judged(ENTRY, {"/proposal/action": action, "/state/setup/spindle_speed": speed}))
    other = {"operation": "start", "program_sha256": "7" * 64}
    assert not barred(judged(ENTRY, {"/proposal/action": other}))


def test_starting_another_program_within_a_barred_region_is_barred() -> None:
    region = {"spindle_speed": Region(low=3183, high=3200)}
    entry = msgspec.structs.replace(ENTRY, program_sha256=None, region=region)
    action = {"operation": "start", "program_sha256": "7" * 64}
    assert barred(judged(entry, {"/proposal/action": action, "/state/setup/spindle_speed": 3190}))
    assert not barred(judged(entry, {"/proposal/action": action, "/state/setup/spindle_speed": 3000}))


def test_an_offset_is_not_a_cut() -> None:
    action = {"operation": "offset_write", "params": {"offset_x": {"value": 1, "unit": "mm"}}}
    verdict = judged(ENTRY, {"/proposal/action": action})
    (check,) = [check for check in verdict.checks if check.name == "fleet.quarantine"]
    assert check.status == "not_applicable"
