"""Conditions: a change is reported once, several codes may hold at once, NORMAL ends one or all."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from chargehand.contracts.machine import ConditionLevel, MachineCondition
from chargehand.fleet.conditions import CODES_PER_CONDITION_MAX, Conditions
from tests.unit.fleet.scripted import fault, normal


def report(level: ConditionLevel, code: str | None = None, text: str = "", name: str = "system") -> MachineCondition:
    return MachineCondition(condition=name, level=level, native_code=code, text=text)


def test_a_repeat_is_no_change() -> None:
    held = Conditions()
    assert [held.take(fault()) for _ in range(3)] == [True, False, False]
    assert [held.take(normal()) for _ in range(3)] == [True, False, False]


def test_the_first_normal_is_a_change() -> None:
    assert Conditions().take(normal())


def test_another_text_or_level_of_the_same_code_is_a_change() -> None:
    held = Conditions()
    held.take(fault(text="hot"))
    assert held.take(fault(text="hotter"))
    assert held.take(report("warning", "12", "hotter"))


def test_codes_hold_at_once_and_end_one_by_one() -> None:
    held = Conditions()
    held.take(fault(code="1", text="hot"))
    held.take(fault(code="2", text="loud"))
    assert held.faults() == ["1: hot", "2: loud"]
    assert held.take(normal(code="1"))
    assert held.faults() == ["2: loud"]
    assert not held.take(normal(code="1"))
    assert held.take(normal(code="2"))
    assert held.faults() == []
    assert not held.take(normal())


def test_normal_without_a_code_ends_all() -> None:
    held = Conditions()
    held.take(fault(code="1"))
    held.take(fault(code="2"))
    assert held.take(normal())
    assert held.faults() == []


def test_a_fault_replaces_normal() -> None:
    held = Conditions()
    held.take(normal())
    held.take(fault(code="1"))
    assert held.take(normal(code="1"))
    assert not held.take(normal())


def test_unavailable_is_known_to_be_unknown() -> None:
    held = Conditions()
    assert not held.known()
    assert held.take(report("unavailable"))
    assert not held.known()
    held.take(normal())
    assert held.known()
    assert held.take(report("unavailable"))


def test_a_fault_without_a_code_goes_by_its_condition() -> None:
    held = Conditions()
    held.take(fault(code=None, text="pressed"))
    assert held.faults() == ["system: pressed"]


def test_warnings_are_no_faults() -> None:
    held = Conditions()
    held.take(report("warning", "5", "low oil"))
    assert held.faults() == []


def test_conditions_do_not_touch_each_other() -> None:
    held = Conditions()
    held.take(fault("system"))
    held.take(normal("coolant"))
    assert held.faults()


def test_codes_are_bounded() -> None:
    held = Conditions()
    for code in range(CODES_PER_CONDITION_MAX):
        assert held.take(fault(code=str(code)))
    assert not held.take(fault(code="one more"))
    assert len(held.faults()) == CODES_PER_CONDITION_MAX


levels: st.SearchStrategy[ConditionLevel] = st.sampled_from(["normal", "warning", "fault", "unavailable"])
reports = st.builds(report, levels, st.one_of(st.none(), st.sampled_from("123")), st.sampled_from(["", "hot"]))


@given(heard=st.lists(reports, max_size=30))
def test_any_report_twice_in_a_row_is_one_change_at_most(heard: list[MachineCondition]) -> None:
    held = Conditions()
    for one in heard:
        held.take(one)
        assert not held.take(one)


@given(heard=st.lists(reports, max_size=30))
def test_normal_without_a_code_always_clears(heard: list[MachineCondition]) -> None:
    held = Conditions()
    for one in heard:
        held.take(one)
    held.take(normal())
    assert held.faults() == []
    assert held.known()
