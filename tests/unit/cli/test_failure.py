"""Which exit code a failure is, and that it always says code, what happened and what to do."""

from __future__ import annotations

import json

import pytest

from chargehand.cli import failure
from chargehand.contracts.problems import error_for, to_problem
from chargehand.contracts.reasons import REGISTRY
from chargehand.sdk.errors import BadArgument, Unreachable, UnreadableAnswer, problem_answer


def answered(code: str) -> Exception:
    problem = to_problem(error_for(code, "d"), "req_1")
    return problem_answer(problem.status, {"code": code, "detail": "d", "hint": problem.hint, "request_id": "req_1"})


@pytest.mark.parametrize(
    ("code", "exit_code"),
    [
        ("REQ.NOT_JSON", 1),
        ("REQ.NOT_FOUND", 1),
        ("FLEET.MACHINE_UNKNOWN", 1),
        ("AUTH.ROLE_MISSING", 1),
        ("AUTH.TOKEN_MISSING", 1),
        ("ENG.STORE_FULL", 1),
        ("ENG.INTERNAL", 1),
        ("REQ.PARAMETER_INVALID", 2),
        ("REQ.CURSOR_INVALID", 2),
        ("GATE.REASON_REQUIRED", 2),
        ("GATE.RECHECK_REFUSED", 3),
        ("GATE.VERDICT_NOT_PERMITTING", 3),
        ("GATE.APPROVAL_DENIED", 3),
        ("GATE.APPROVAL_REQUIRED", 4),
        ("GATE.APPROVAL_PENDING", 4),
        ("GATE.PERMIT_CONSUMED", 5),
        ("GATE.APPROVAL_ALREADY_DECIDED", 5),
        ("REV.STALE_REVISION", 5),
        ("REV.IDEMPOTENCY_MISMATCH", 5),
        ("AUTH.PRINCIPAL_EXISTS", 5),
        ("ENG.STOPPING", 6),
    ],
)
def test_exit_code_of_an_answer(code: str, exit_code: int) -> None:
    assert failure.exit_code(answered(code)) == exit_code


def test_exit_codes_without_an_answer() -> None:
    assert failure.exit_code(Unreachable("u", "d")) == 6
    assert failure.exit_code(UnreadableAnswer("u", "d")) == 6
    assert failure.exit_code(BadArgument("id", "d")) == 2
    assert failure.exit_code(failure.Refusal("LEDG.EXPORT_INVALID", "d", "h", 7)) == 7


@pytest.mark.parametrize("code", [code for code, entry in REGISTRY.items() if entry.family in ("GATE", "REQ", "ENG")])
def test_every_code_says_what_happened_and_what_to_do(code: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert failure.told(answered(code), as_json=False) in range(1, 8)
    out, err = capsys.readouterr()
    assert out == ""
    first, second, *more = err.splitlines()
    assert first == f"{code}: d"
    assert second.startswith("  what to do: ")
    assert len(second) > 20
    assert more[-1] == "  request: req_1"


def test_all_grounds_are_named(capsys: pytest.CaptureFixture[str]) -> None:
    codes = ["GATE.RECHECK_REFUSED", "MACH.DOOR_OPEN", "TELEM.STALE"]
    error = problem_answer(409, {"code": codes[0], "detail": "d", "hint": "h", "reason_codes": codes})
    failure.told(error, as_json=False)
    assert "  reasons: MACH.DOOR_OPEN, TELEM.STALE\n" in capsys.readouterr().err


def test_for_programs_it_is_one_object(capsys: pytest.CaptureFixture[str]) -> None:
    failure.told(answered("GATE.PERMIT_CONSUMED"), as_json=True)
    out, err = capsys.readouterr()
    assert out == ""
    found = json.loads(err)
    assert found["schema_version"] == 1
    assert found["code"] == "GATE.PERMIT_CONSUMED"
    assert found["request_id"] == "req_1"
    assert {"detail", "hint"} <= found.keys()


def test_a_defect_is_named_without_a_traceback(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(KeyError) as caught:
        raise KeyError("moon")
    assert failure.told(caught.value, as_json=False) == 1
    err = capsys.readouterr().err
    assert err.startswith("ENG.INTERNAL: KeyError: 'moon' (test_failure.py:")
    assert "Traceback" not in err


def test_a_code_that_is_no_text_is_a_defect_too(capsys: pytest.CaptureFixture[str]) -> None:
    error = SystemError("x")
    error.code = 7  # type: ignore[attr-defined]
    assert failure.told(error, as_json=False) == 1
    assert "ENG.INTERNAL" in capsys.readouterr().err
