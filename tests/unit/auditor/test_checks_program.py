"""A program in a proposal: held or not, read to its end or not, judged with the set-up's tool, material and zero."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from typing import Any

import msgspec
import pytest

from chargehand.auditor import checks_program, program_run
from chargehand.auditor.case import Case
from chargehand.auditor.checks_program import path_radius
from chargehand.auditor.evidence import DRY_RUN, Evidence
from chargehand.auditor.judge import QUESTIONS, ask, assess
from chargehand.contracts.verdict import Verdict
from tests.unit.auditor.parts import FIRST, part
from tests.unit.auditor.scene import NOW_US, Scene, check_code, codes, reason_of, status

GOOD = part("G1 Z-3 F200", "X40 F764", "G3 X40 Y20 I0 J10 F600", "G0 Z5").encode()
DEEP = part("G0 Z-1", "G1 X900 F764").encode()
CHECKS = ("program.held", "program.setup", "program.text", "program.limits")


def sha(text: bytes) -> str:
    return hashlib.sha256(text).hexdigest()


def loading(
    text: bytes | None,
    *,
    named: str | None = None,
    operation: str = "program_load",
    patch: dict[str, Any] | None = None,
) -> Verdict:
    """The verdict on loading a program (or starting it) in the reference case."""
    digest = named or sha(text or b"")
    return verdict_of(text, {"operation": operation, "program_sha256": f"sha256:{digest}"}, digest, patch or {})


def verdict_of(text: bytes | None, action: dict[str, Any], loaded: str, patch: dict[str, Any]) -> Verdict:
    scene = Scene({"/proposal/action": action, "/state/setup/program_sha256": f"sha256:{loaded}", **patch})
    return assess(scene.proposal(), evidence(scene, text), scene.book(), NOW_US, DRY_RUN).verdict


def evidence(scene: Scene, text: bytes | None) -> Evidence:
    return msgspec.structs.replace(scene.evidence(), program=text)


def case_of(text: bytes | None, action: dict[str, Any], loaded: str | None) -> Case:
    """A case of which every question was asked."""
    scene = Scene({"/proposal/action": action, "/state/setup/program_sha256": loaded})
    case = Case(proposal=scene.proposal(), evidence=evidence(scene, text), book=scene.book(), now_us=NOW_US, found=[])
    ask(case, QUESTIONS["machine.change"])
    return case


def test_program_within_every_limit_is_allowed() -> None:
    verdict = loading(GOOD)
    assert (verdict.verdict, codes(verdict)) == ("allow", ["OK.WITHIN_LIMITS"])
    assert {name: status(verdict, name) for name in CHECKS} == dict.fromkeys(CHECKS, "passed")


def test_program_that_is_not_held_is_denied() -> None:
    verdict = loading(None, named="a" * 64)
    assert codes(verdict) == ["PROG.NOT_HELD"]
    reason = reason_of(verdict, "PROG.NOT_HELD")
    assert (reason.path, reason.params.observed) == ("/action/program_sha256", "a" * 64)
    assert [remedy.kind for remedy in reason.remedies] == ["supply"]
    assert check_code(verdict, "program.limits") == "PROG.NOT_HELD"


def test_text_under_another_digest_is_denied() -> None:
    verdict = loading(GOOD, named="b" * 64)
    assert codes(verdict) == ["PROG.DIGEST_DIFFERS"]
    assert reason_of(verdict, "PROG.DIGEST_DIFFERS").params.observed == sha(GOOD)


def test_findings_carry_line_figures_and_margin() -> None:
    verdict = loading(DEEP)
    assert codes(verdict) == ["PROG.RAPID_IN_MATERIAL", "PROG.TRAVEL_EXCEEDED"]
    rapid, travel = verdict.reasons
    assert rapid.params.detail == {"line": FIRST}
    assert (rapid.params.observed, rapid.params.limit, rapid.params.margin, rapid.params.unit) == (-1, 0, -1, "mm")
    assert travel.params.detail == {"line": FIRST + 1}
    assert (travel.params.field, travel.params.observed, travel.params.limit) == ("position_x", 900, 400)
    assert travel.params.margin == -500
    assert travel.rule_id == "machine:CNC-001:axes:X"
    assert {reason.path for reason in verdict.reasons} == {"/action/program_sha256"}


def test_what_comes_before_a_fault_is_judged_and_nothing_after_it() -> None:
    text = part("G0 Z-1", "G38.2 Z-5", "G0 X900").encode()
    verdict = loading(text)
    assert codes(verdict) == ["PROG.CODE_UNSUPPORTED", "PROG.RAPID_IN_MATERIAL"]
    fault = reason_of(verdict, "PROG.CODE_UNSUPPORTED")
    assert fault.params.detail == {"line": FIRST + 1, "text": "G38.2 is not in the checked subset"}
    assert check_code(verdict, "program.text") == "PROG.CODE_UNSUPPORTED"
    assert check_code(verdict, "program.limits") == "PROG.RAPID_IN_MATERIAL"


def test_all_findings_are_counted_and_some_are_told() -> None:
    text = part(*[f"G0 X{x} Z-1\nG0 Z5" for x in range(1, 31)]).encode()
    verdict = loading(text)
    assert len(verdict.reasons) == 8
    assert verdict.reasons[0].params.detail == {"line": FIRST, "count": 30}
    assert "count" not in (verdict.reasons[1].params.detail or {})


@pytest.mark.parametrize("name", CHECKS)
def test_other_operations_are_not_asked(name: str) -> None:
    action = {"operation": "override", "params": {"feed_override": {"value": 90, "unit": "%"}}}
    verdict = verdict_of(DEEP, action, sha(DEEP), {})
    assert status(verdict, name) == "not_applicable"


def test_start_of_a_held_program_is_judged_the_same_way() -> None:
    assert "PROG.TRAVEL_EXCEEDED" in codes(loading(DEEP, operation="start"))
    assert codes(loading(GOOD, operation="start")) == ["OK.WITHIN_LIMITS"]


def test_start_of_a_program_that_is_not_held_is_judged_by_its_set_up() -> None:
    verdict = loading(None, named="c" * 64, operation="start")
    assert codes(verdict) == ["OK.WITHIN_LIMITS"]
    assert status(verdict, "program.held") == "not_applicable"


@pytest.mark.parametrize(
    ("patch", "code"),
    [
        ({"/state/setup/tool": None}, "MACH.SETTING_UNKNOWN"),
        ({"/state/setup/tool": "T-9"}, "TOOL.CARD_UNKNOWN"),
        ({"/state/setup/material": None}, "MACH.MATERIAL_UNKNOWN"),
        ({"/state/setup/material": "unobtainium"}, "MACH.MATERIAL_UNKNOWN"),
    ],
)
def test_a_program_is_judged_with_a_known_tool_and_material(patch: dict[str, Any], code: str) -> None:
    verdict = loading(GOOD, patch=patch)
    assert codes(verdict) == [code]
    assert check_code(verdict, "program.setup") == code
    assert status(verdict, "program.limits") == "not_evaluable"


def test_action_names_tool_and_material_where_the_set_up_does_not() -> None:
    action = {"tool": "EM12-4", "material": "steel-qt-250hb", "operation": "program_load", "program_sha256": sha(GOOD)}
    patch = {"/state/setup/tool": None, "/state/setup/material": None}
    assert codes(verdict_of(GOOD, action, sha(GOOD), patch)) == ["OK.WITHIN_LIMITS"]


def test_zero_of_the_set_up_wins_over_the_cards() -> None:
    assert set(codes(loading(GOOD, patch={"/state/setup/offsets": {"x": 380}}))) == {"PROG.TRAVEL_EXCEEDED"}
    assert codes(loading(GOOD, patch={"/state/setup/offsets": {"x": 350}})) == ["OK.WITHIN_LIMITS"]


def test_zero_that_nobody_knows_is_not_guessed() -> None:
    verdict = loading(GOOD, patch={"/machine/work_offsets": {}})
    assert "PROG.OFFSET_UNKNOWN" in codes(verdict)
    assert codes(loading(GOOD, patch={"/machine/home": {}}))[0] == "PROG.OFFSET_UNKNOWN"


def test_same_inputs_give_the_same_bytes_and_one_run(monkeypatch: pytest.MonkeyPatch) -> None:
    runs: list[int] = []
    judge_text = program_run.judge_text

    def counted(*given: Any) -> Any:
        runs.append(1)
        return judge_text(*given)

    monkeypatch.setattr(program_run, "judge_text", counted)
    monkeypatch.setattr(program_run, "_judged", OrderedDict())
    first = loading(DEEP)
    assert loading(DEEP) == first
    assert len(runs) == 1
    # Whatever it was judged on counts: another zero, tool, material or machine is another judgement.
    for patch in (
        {"/state/setup/offsets": {"x": 1}},
        {"/tool/stickout": 37},
        {"/material/kc1_1": 1676},
        {"/machine/feed_rate_max": 9000},
    ):
        loading(DEEP, patch=patch)
    assert len(runs) == 5


def test_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    memory: OrderedDict[Any, Any] = OrderedDict()
    monkeypatch.setattr(program_run, "_judged", memory)
    monkeypatch.setattr(program_run, "JUDGED_MAX", 3)
    texts = [part(f"G0 X{x}").encode() for x in range(7)]
    for place, text in enumerate(texts):
        assert codes(loading(text)) == ["OK.WITHIN_LIMITS"]
        assert [key[0] for key in memory] == [sha(known) for known in texts[max(0, place - 2) : place + 1]]


def test_radius_of_the_held_program_serves_other_questions() -> None:
    action = {"operation": "override", "params": {"feed_override": {"value": 90, "unit": "%"}}}
    assert path_radius(case_of(GOOD, action, sha(GOOD))) == 10
    assert path_radius(case_of(part("G0 X1").encode(), action, sha(part("G0 X1").encode()))) is None
    # A text that is not the loaded program's says nothing about it.
    assert path_radius(case_of(GOOD, action, "d" * 64)) is None
    assert path_radius(case_of(GOOD, action, None)) is None
    assert path_radius(case_of(None, action, sha(GOOD))) is None


def test_reading_codes_and_limits_share_nothing() -> None:
    assert all(code.startswith("PROG.") for code in checks_program.READING)
    assert checks_program.READING.isdisjoint({"PROG.TRAVEL_EXCEEDED", "PROG.OFFSET_UNKNOWN", "PROG.NOT_HELD"})
