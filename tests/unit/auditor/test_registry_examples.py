"""The registry's own examples: its positive case gives the code, the nearest negative one does not."""

from __future__ import annotations

import pytest

from chargehand.contracts.reasons import REGISTRY
from chargehand.contracts.verdict import Verdict
from tests.unit.auditor.scene import judged

JUDGED = ("OK", "PROP", "MACH", "CUT", "THERM", "TELEM", "FLEET", "TOOL", "GATE", "REV")
EXAMPLES = [
    pytest.param(entry.code, example.given, expected, id=f"{entry.code}-{'yes' if expected else 'no'}")
    for entry in REGISTRY.values()
    if entry.family in JUDGED
    for example, expected in ((entry.positive, True), (entry.negative, False))
    if example.given
]


def _says(verdict: Verdict, code: str) -> bool:
    return code in verdict.reason_codes or any(check.code == code for check in verdict.checks)


@pytest.mark.parametrize(("code", "given", "expected"), EXAMPLES)
def test_example_of_the_registry_holds(code: str, given: dict[str, object], expected: bool) -> None:
    assert _says(judged(given), code) is expected


def test_enough_examples_are_machine_readable() -> None:
    assert len(EXAMPLES) >= 90


def test_reference_case_is_allowed() -> None:
    verdict = judged()
    assert (verdict.verdict, verdict.reason_codes) == ("allow", ["OK.WITHIN_LIMITS"])
