"""Evidence beside the state: promised cuts, a program and bars are part of what a verdict stood on, where there are."""

from __future__ import annotations

import hashlib
from typing import Any

import msgspec
import pytest

from chargehand.auditor.evidence import DRY_RUN, PARTICULARS, Commitment, Evidence, list_bytes, particulars
from chargehand.auditor.judge import Assessment, assess
from chargehand.contracts.quarantine import Quarantine, Region
from chargehand.kernel.canonical import canonical_bytes, sha256_text
from tests.unit.auditor.scene import NOW_US, Scene

PROGRAM = b"%\nO1\nM30\n%\n"
PROMISED = (Commitment(load=0.5, seconds=60.0), Commitment(load=1.25, seconds=12.5))
BAR = Quarantine(
    id="qua_1",
    revision=1,
    status="active",
    machine="CNC-009",
    program_sha256=None,
    material="no such material",
    tool=None,
    region={"feed_rate": Region(low=1, high=2.5)},
    reason="a broken tool",
    source=None,
    created_by="human:otto",
    created_at="2026-09-21T00:00:00.000000Z",
    expires_at="2026-09-28T00:00:00.000000Z",
)
MORE: dict[str, Any] = {"commitments": PROMISED, "program": PROGRAM, "quarantines": (BAR,)}


def judged(cut_time: float | None = None, **more: Any) -> Assessment:
    patch = {} if cut_time is None else {"/proposal/action/cut_time": {"value": cut_time, "unit": "s"}}
    scene = Scene(patch)
    evidence = msgspec.structs.replace(scene.evidence(), **more)
    return assess(scene.proposal(), evidence, scene.book(), NOW_US, DRY_RUN)


def test_digests_are_those_of_the_bytes_that_decisions_keep() -> None:
    assert particulars(Evidence(**MORE)) == {
        "commitments": sha256_text(list_bytes(PROMISED)),
        "program": sha256_text(PROGRAM),
        "quarantines": sha256_text(list_bytes((BAR,))),
    }
    assert list_bytes(PROMISED) == b'[{"load":0.5,"seconds":60},{"load":1.25,"seconds":12.5}]'
    assert list_bytes((BAR,)) == canonical_bytes([msgspec.to_builtins(BAR)])
    assert particulars(Evidence()) == {}


def test_digests_that_the_caller_has_are_taken() -> None:
    known = dict.fromkeys(PARTICULARS, "sha256:known")
    assert particulars(Evidence(**MORE, digests=known)) == known
    assert particulars(Evidence(digests=known)) == {}


def test_what_is_not_there_is_not_named() -> None:
    """So decisions from before there was any keep their digests."""
    found = judged()
    roles = ("state", "machine", "tool", "material", "policy")
    text = f"proposal {Scene().proposal().digest}\n" + "".join(f"{role} {found.evidence[role]}\n" for role in roles)
    text += "engine 0.1.0\n"
    assert found.verdict.input_digest == "sha256:" + hashlib.sha256(text.encode()).hexdigest()


@pytest.mark.parametrize("role", PARTICULARS)
def test_each_of_them_is_part_of_what_a_verdict_stood_on(role: str) -> None:
    bare, more = judged(), judged(**{role: MORE[role]})
    assert set(more.evidence) - set(bare.evidence) == {role}
    assert more.evidence[role] == particulars(Evidence(**{role: MORE[role]}))[role]
    assert more.verdict.input_digest != bare.verdict.input_digest
    assert more.verdict.verdict == bare.verdict.verdict == "allow"


def test_two_lists_with_other_contents_are_other_evidence() -> None:
    seen = {
        judged(commitments=promised).verdict.input_digest for promised in ((), PROMISED[:1], PROMISED[1:], PROMISED)
    }
    assert len(seen) == 4


def test_a_cut_that_ends_says_what_it_asks_of_the_drive() -> None:
    endless, ending, longer = judged(), judged(60), judged(120)
    assert (endless.load, endless.cut_time) == (None, None)
    assert (ending.cut_time, longer.cut_time) == (60, 120)
    assert ending.load is not None
    assert 0 < ending.load < 1
    assert longer.load == ending.load
