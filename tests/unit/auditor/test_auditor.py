"""The auditor as the engine holds it: one rulebook, and what every decision of it refers to."""

from __future__ import annotations

import msgspec

from chargehand.auditor.auditor import Auditor
from chargehand.auditor.evidence import DRY_RUN
from chargehand.kernel.canonical import sha256_text
from tests.unit.auditor.scene import NOW_US, Scene


def test_it_judges_by_its_rulebook() -> None:
    scene = Scene()
    auditor = Auditor(scene.book())
    assert auditor.assess(scene.proposal(), scene.evidence(), NOW_US, DRY_RUN) == scene.assess()


def test_what_decisions_refer_to_has_the_digest_that_it_says() -> None:
    auditor = Auditor(Scene().book())
    assert [standing.role for standing in auditor.standing] == ["policy", "cards"]
    for standing in auditor.standing:
        assert sha256_text(standing.body) == standing.digest
    assert auditor.standing[0].digest == auditor.rulebook.policy.digest


def test_every_card_is_referred_to() -> None:
    cards = msgspec.json.decode(Auditor(Scene().book()).standing[1].body)
    assert (set(cards["tools"]), set(cards["materials"])) == ({"EM12-4"}, {"steel-qt-250hb"})


def test_a_changed_card_changes_what_is_referred_to() -> None:
    before = Auditor(Scene().book()).standing[1].digest
    assert Auditor(Scene({"/tool/diameter": 11}).book()).standing[1].digest != before


def test_policy_says_whether_one_person_is_enough() -> None:
    assert not Auditor(Scene().book()).single_operator
    assert Auditor(Scene({"/policy/policy/single_operator": True}).book()).single_operator


def test_record_is_the_active_policy_with_its_document() -> None:
    auditor = Auditor(Scene().book())
    record = auditor.record()
    assert record.active
    assert record.document == auditor.rulebook.policy.document
