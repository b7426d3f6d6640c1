"""The technical reference: every example fits the schema beside it, and no table lacks a row."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from chargehand.contracts.kinds import KINDS
from chargehand.contracts.operations import OPERATIONS, STREAMS
from chargehand.contracts.reasons import REGISTRY
from tools import reference_page
from tools.reason_page import reason_page

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs/TECHNICAL_REFERENCE.md").read_text("utf-8")
BLOCK = re.compile(r"<!-- (example|schema) of (\w+) -->\n```json\n(.*?)\n```", re.DOTALL)


def blocks(sort: str) -> dict[str, Any]:
    """JSON blocks of the page by record: its examples or its schemas."""
    return {name: json.loads(text) for found, name, text in BLOCK.findall(PAGE) if found == sort}


@pytest.mark.parametrize(
    "name",
    ["ProposalBody", "Verdict", "DecisionFrame", "TelemetryFrame", "GapFrame", "EngineEvent", "Problem"],
)
def test_example_on_the_page_fits_the_schema_on_the_page(name: str) -> None:
    jsonschema.Draft202012Validator(blocks("schema")[name]).validate(blocks("example")[name])


def test_page_shows_no_other_json() -> None:
    assert blocks("schema").keys() == blocks("example").keys()
    assert PAGE.count("```json") == 2 * len(blocks("schema"))


def test_example_decision_on_the_page_carries_reason_codes() -> None:
    verdict = blocks("example")["DecisionFrame"]["verdict"]
    assert verdict == blocks("example")["Verdict"] == blocks("example")["EngineEvent"]["data"]["verdict"]
    assert verdict["reason_codes"] == [reason["code"] for reason in verdict["reasons"]]
    assert set(verdict["reason_codes"]) <= set(REGISTRY)


def test_every_member_of_a_shown_record_has_a_row() -> None:
    for schema in blocks("schema").values():
        for key in schema["properties"]:
            assert f"| `{key}` |" in PAGE


def test_tables_are_complete() -> None:
    for name in (*OPERATIONS, *STREAMS, *(row.kind for row in KINDS.values())):
        assert f"| `{name}` |" in PAGE


def test_unknown_directive_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    template = tmp_path / "template.md"
    monkeypatch.setattr(reference_page, "TEMPLATE", template)
    for directive in ("{{nonsense}}", "{{record Nonsense}}"):
        template.write_text(directive, "utf-8")
        with pytest.raises(KeyError):
            reference_page.reference_page()


def test_reason_page_has_a_section_for_every_code() -> None:
    page = reason_page()
    for entry in REGISTRY.values():
        section = page.partition(f"\n### {entry.code}\n")[2].partition("\n### ")[0]
        assert entry.title in section, entry.code
        assert entry.caller_text in section, entry.code
        assert entry.operator_text in section, entry.code
        assert f"`{entry.wire_id}`" in section, entry.code
        assert "- Given: " in section, entry.code
        assert "- Not given: " in section, entry.code
