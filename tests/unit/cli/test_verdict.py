"""A verdict in words loses nothing that a person needs."""

from __future__ import annotations

from typing import get_args

import msgspec
import pytest

from chargehand.cli import event, machine, verdict
from chargehand.contracts.examples import EXAMPLES, PROPOSAL
from chargehand.contracts.machine import GapFrame
from chargehand.contracts.verdict import Obligation, Remedy, RemedyKind, Verdict, VerdictName
from tests.unit.sdk.wire import event as recorded

VERDICT: Verdict = EXAMPLES["Verdict"]


def test_every_verdict_has_a_sentence_and_an_exit_code() -> None:
    assert set(verdict.SENTENCES) == set(verdict.EXITS) == set(get_args(VerdictName))
    assert verdict.EXITS == {
        "allow": 0,
        "allow_with_obligations": 0,
        "needs_approval": 4,
        "deny": 3,
        "indeterminate": 3,
    }


def test_a_denial_shows_every_number_and_the_way_out(capsys: pytest.CaptureFixture[str]) -> None:
    verdict.show(VERDICT)
    out, err = capsys.readouterr()
    assert err == ""
    for reason in VERDICT.reasons:
        assert reason.code in out
        assert str(reason.params.limit) in out
        assert str(reason.params.observed) in out
    assert VERDICT.id is not None
    assert VERDICT.id in out
    assert "nearest proposal that would pass: " in out
    assert "spindle_speed 12000 rev/min" in out


def test_obligations_are_shown(capsys: pytest.CaptureFixture[str]) -> None:
    obligations = [
        Obligation(kind="max_duration", seconds=12.5),
        Obligation(kind="notify", who="shift lead"),
        Obligation(kind="record", text="photo"),
    ]
    verdict.show(msgspec.structs.replace(VERDICT, obligations=obligations, clamped_proposal=None))
    out = capsys.readouterr().out
    assert "at most 12.5 s, notify shift lead, record photo" in out
    assert "nearest" not in out


@pytest.mark.parametrize("kind", get_args(RemedyKind))
def test_every_remedy_has_words(kind: RemedyKind) -> None:
    remedy = Remedy(
        kind=kind, path="/a", to=5, gate="operator", op="o", scope="s", what="w", one_of=[1, 2], rule_id="r"
    )
    assert bool(verdict.way_out(remedy)) == (kind != "none")


def test_remedies_say_what_to_set() -> None:
    assert verdict.way_out(Remedy(kind="clamp", path="/a/b", to=0.1 + 0.2)) == "set /a/b to 0.3"
    assert verdict.way_out(Remedy(kind="wait", until="2026-11-20T12:00:00Z")) == "wait until 2026-11-20T12:00:00Z"
    assert verdict.way_out(Remedy(kind="wait")) == "wait"
    assert verdict.way_out(Remedy(kind="choose", path="/a", one_of=["x", "y"])) == "choose for /a one of x, y"


def test_what_a_proposal_sets() -> None:
    assert verdict.changed(PROPOSAL)[0] == "spindle_speed 3183 rev/min"
    assert verdict.changed({}) == []


@pytest.mark.parametrize("params", [{"spindle_speed": 5}, {"spindle_speed": None}, [1], "x", None])
def test_a_malformed_proposal_is_shown_as_it_is(params: object) -> None:
    assert bool(verdict.changed({"action": {"params": params}})) == (params is not None)
    assert verdict.changed({"action": "nonsense"}) == []


def test_a_code_that_is_newer_than_the_client_has_no_title() -> None:
    assert verdict.title("MACH.SPEED_ABOVE_MAX")
    assert verdict.title("NEW.NOT_KNOWN_YET") == ""


def test_frames_and_gaps_in_one_line() -> None:
    line = machine.describe(EXAMPLES["TelemetryFrame"])
    assert "CNC-001" in line
    assert "\n" not in line
    assert machine.describe(GapFrame(from_=3, to=9, code="TELEM.COALESCED")) == (
        "-- gap: 3 to 9 are missing (TELEM.COALESCED)"
    )


@pytest.mark.parametrize(
    ("data", "gist"),
    [
        ({"verdict": {"verdict": "deny", "reason_codes": ["A.B", "C.D"]}}, "deny A.B, C.D"),
        ({"outcome": {"status": "applied"}}, "applied"),
        ({"connection": "online", "code": None}, "online"),
        ({"role": "agent"}, "agent"),
        ({"n": 5}, '{"n":5}'),
        (None, "(erased)"),
        ([1], ""),
        ({"text": "x" * 200}, '{"text":"' + "x" * 48 + "..."),
    ],
)
def test_events_in_one_line(data: object, gist: str) -> None:
    line = event.describe(msgspec.structs.replace(recorded(12), data=data))
    assert line.lstrip().startswith("12  2026-11-20T12:00:00.000000Z  machine.state")
    assert line.endswith(gist)
