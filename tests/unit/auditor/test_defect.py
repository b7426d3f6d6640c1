"""A file that a person wrote is refused as a whole, with everything that is wrong in it."""

from __future__ import annotations

import pytest

from chargehand.auditor.defect import FILE_CHARACTERS_MAX, Defect, DefectiveFileError, Document, is_number

CODE = "ENG.POLICY_INVALID"


def _refused(text: str) -> list[str]:
    with pytest.raises(DefectiveFileError) as caught:
        Document.parse(text, "a.toml", CODE)
    assert caught.value.code == CODE
    return [str(defect) for defect in caught.value.defects]


def test_text_that_is_no_toml_names_the_line() -> None:
    (defect,) = _refused("a = 1\nb =\n")
    assert defect.startswith("a.toml:2: not TOML")


@pytest.mark.parametrize("value", ["nan", "inf", "-inf", "9007199254740993", "1e300"])
def test_number_that_no_limit_can_be_is_refused(value: str) -> None:
    (defect,) = _refused(f"a = 1\nb = {value}\n")
    assert defect.startswith("a.toml:2: b must be finite")


@pytest.mark.parametrize("value", ["2026-01-01", "12:00:00", "2026-01-01T00:00:00Z"])
def test_date_is_refused(value: str) -> None:
    (defect,) = _refused(f"a = {value}\n")
    assert defect.startswith("a.toml:1: a must be text, a number, true or false")


def test_too_long_text_is_refused_before_it_is_parsed() -> None:
    (defect,) = _refused("#" * (FILE_CHARACTERS_MAX + 1))
    assert "longer than" in defect


def test_deep_text_is_refused_and_does_not_crash() -> None:
    assert "not TOML" in _refused("a = " + "[" * 100_000)[0]


def test_all_defects_are_listed_in_file_order() -> None:
    document = Document.parse("b = 1\na = 2\n", "a.toml", CODE)
    document.fault(("a",), "second")
    document.fault(("b",), "first")
    with pytest.raises(DefectiveFileError) as caught:
        document.refuse_if_faulty()
    assert caught.value.defects == (Defect("a.toml", 1, "first"), Defect("a.toml", 2, "second"))
    assert str(caught.value) == "a.toml:1: first\na.toml:2: second"


def test_defect_without_a_line_names_the_file() -> None:
    assert str(Defect("a.toml", None, "cannot be read")) == "a.toml: cannot be read"


def test_tree_without_text_has_no_lines() -> None:
    document = Document({"a": 1}, "recorded", CODE)
    document.fault(("a",), "wrong")
    assert document.defects == [Defect("recorded", None, "wrong")]


@pytest.mark.parametrize(("value", "expected"), [(1, True), (1.5, True), (True, False), ("1", False), (None, False)])
def test_what_a_number_is(value: object, expected: bool) -> None:
    assert is_number(value) is expected
