"""The glossary: every word of the house once, each with one meaning."""

from __future__ import annotations

import re
from pathlib import Path

from chargehand.contracts.kinds import KINDS
from chargehand.contracts.operations import OPERATIONS

ROOT = Path(__file__).resolve().parents[2]
WORDS = re.findall(r"^\| \*\*([a-z -]+)\*\* \| (.+) \|$", (ROOT / "docs/glossary.md").read_text("utf-8"), re.MULTILINE)

HOUSE = {
    "intent",
    "proposal",
    "verdict",
    "reason",
    "approval",
    "permit",
    "outcome",
    "mission",
    "work item",
    "run",
    "gate",
    "artifact",
    "resource",
    "routine",
    "slot",
    "lease",
    "window",
    "reading",
    "meter",
    "machine",
    "signal",
    "sample",
    "envelope",
}
PLAIN = {"system", "telemetry", "engine"}


def test_every_word_of_the_house_is_explained_once() -> None:
    words = [word for word, _ in WORDS]
    assert len(words) == len(set(words))
    assert set(words) >= HOUSE


def test_nouns_of_operations_and_kinds_are_words_of_the_house() -> None:
    nouns = {name.partition(".")[0] for name in (*OPERATIONS, *(row.kind for row in KINDS.values()))}
    assert nouns - PLAIN <= {word for word, _ in WORDS}


def test_meanings_are_sentences() -> None:
    assert all(meaning.endswith(".") for _, meaning in WORDS)
