"""The story ends with an error where the engine does not do as told: a demonstration that cannot fail shows nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest

from chargehand.cli import failure, story
from chargehand.contracts.examples import EXAMPLES, STATE
from chargehand.contracts.ledger import Checkpoint
from chargehand.contracts.machine import Machine, TelemetryFrame
from chargehand.contracts.page import Page
from chargehand.contracts.principal import PrincipalToken, SessionRecord
from chargehand.contracts.problems import ProblemError, error_for, to_problem
from chargehand.contracts.proposal import Outcome, PermitRecord
from chargehand.contracts.system import Version
from chargehand.contracts.verdict import Verdict

DENIED: Verdict = msgspec.structs.replace(EXAMPLES["Verdict"], id="dec_denied")
ALLOWED = msgspec.structs.replace(DENIED, verdict="allow", id="dec_allowed", primary_code="OK.WITHIN_LIMITS")
HELD = msgspec.structs.replace(DENIED, verdict="needs_approval", id="dec_held", approval_id="apr_1")
APPLIED = Outcome(status="applied", at="t")


class Stage:
    """An engine that plays its part, or plays it wrong in one place.

    Attributes:
        wrong: the place: what is answered there instead.
    """

    def __init__(self, wrong: dict[str, Any]) -> None:
        self.wrong = wrong
        self.executed: list[str] = []
        self.approved = False
        self.revision = 1

    def __call__(self, request: httpx.Request) -> httpx.Response:
        token = request.headers.get("authorization", "").removeprefix("Bearer ")
        place, found = self.play(request.method, request.url.path, request.content, token)
        found = self.wrong.get(place, found)
        if isinstance(found, bytes):
            return httpx.Response(200, content=found)
        if isinstance(found, ProblemError):
            return httpx.Response(found.status, content=msgspec.json.encode(to_problem(found, "req_1")))
        return httpx.Response(200, content=msgspec.json.encode(found))

    def play(self, method: str, path: str, content: bytes, token: str) -> tuple[str, Any]:
        """Where in the story this is, and what belongs there."""
        noun, _, rest = path.removeprefix("/v1/").partition("/")
        if method == "GET":
            return self.read(noun, rest, token)
        if noun == "principals":
            name = msgspec.json.decode(content)["name"]
            return "principal", PrincipalToken(schema_version=1, id=f"x:{name}", token=f"cht_{name}")
        if noun == "proposals":
            return self.judge(msgspec.json.decode(content))
        if noun == "approvals":
            return self.decide(token)
        return self.act(rest.partition("/")[0], rest.endswith("/permit"))

    def read(self, noun: str, rest: str, token: str) -> tuple[str, Any]:
        running = Version(version="1", contracts=1, registry=1, dialect="sqlite", source="urn:x", python="3")
        note = Checkpoint(origin="o", size=1, root="r", note="o\n1\nr\n\n- s\n", public_key="k")
        places: dict[tuple[str, str], tuple[str, Any]] = {
            ("version", ""): ("version", running),
            ("session", ""): ("session", SessionRecord(principal=token, roles=["viewer"])),
            ("machines", ""): ("machines", Page(items=[self.machine()] * 3, next_cursor=None)),
            ("machines", "CNC-001"): ("machine", self.machine()),
            ("machines", "CNC-001/telemetry"): ("telemetry", b"".join(map(_frame, range(1043, 1080)))),
            ("ledger", "checkpoint"): ("checkpoint", note),
            ("ledger", "export"): ("export", b'{"intent":"finish earlier"}\n'),
        }
        return places[noun, rest]

    def judge(self, proposal: dict[str, Any]) -> tuple[str, Any]:
        if proposal["kind"] == "tool.call":
            return "tool", DENIED
        if proposal["action"]["operation"] == "offset_write":
            return "held", HELD
        speed = proposal["action"]["params"]["spindle_speed"]["value"]
        return ("denied", DENIED) if speed > 12000 else ("clamp", ALLOWED)

    def decide(self, token: str) -> tuple[str, Any]:
        if token == "cht_demo":
            return "self-approval", error_for("AUTH.ROLE_MISSING", "an agent never approves")
        self.approved = True
        return "approval", msgspec.structs.replace(EXAMPLES["Approval"], status="approved", decided_by=token)

    def act(self, decision: str, permit: bool) -> tuple[str, Any]:
        if decision == "dec_held" and not self.approved:
            return "early permit", error_for("GATE.APPROVAL_PENDING", "nobody has decided yet")
        if permit:
            return "permit", PermitRecord(permit="chp_" + "5" * 40, expires_at="t")
        if decision in self.executed:
            return "second execution", error_for("GATE.PERMIT_CONSUMED", "it works once")
        self.executed.append(decision)
        self.revision += 1
        return f"execution of {decision}", APPLIED

    def machine(self) -> Machine:
        setup = msgspec.structs.replace(STATE.setup, revision=1 if "setup" in self.wrong else self.revision)
        return Machine(
            id="CNC-001",
            name="Mill",
            site="s",
            cell="c",
            kind="mill_3axis",
            source="simulated",
            writable=True,
            connection="online",
            sensors=[],
            card_digest="sha256:0",
            state=msgspec.structs.replace(STATE, setup=setup),
        )


def _frame(seq: int) -> bytes:
    found: TelemetryFrame = msgspec.structs.replace(
        EXAMPLES["TelemetryFrame"], seq=seq, instance_id=STATE.instance_id or "ins_1"
    )
    return b"id: %b:%d\nevent: telemetry\ndata: %b\n\n" % (
        found.instance_id.encode(),
        seq,
        msgspec.json.encode(found),
    )


def tell(folder: Path, monkeypatch: pytest.MonkeyPatch, wrong: dict[str, Any], verified: tuple[int, int]) -> int:
    """Tell the story on a stage; returns how often it paused."""
    stage, results, pauses = Stage(wrong), list(verified), []
    monkeypatch.setattr(httpx.HTTPTransport, "handle_request", lambda _self, request: stage(request))
    monkeypatch.setattr(story, "_verify", lambda _export, _note: results.pop(0))
    story.Story("http://engine.test", folder, lambda: pauses.append(1)).tell()
    return len(pauses)


def test_the_story_is_told_where_everything_goes_as_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert tell(tmp_path, monkeypatch, {}, (0, 1)) == 8
    out, err = capsys.readouterr()
    assert err == ""
    assert "chp_55555555..." in out
    assert "chp_555555555" not in out
    assert (tmp_path / "export.jsonl").read_bytes() == b'{"intent":"finish Earlier"}\n'
    assert (tmp_path / "checkpoint.txt").read_text("utf-8") == "o\n1\nr\n\n- s\n"


@pytest.mark.parametrize(
    ("wrong", "verified", "expected"),
    [
        ({"machines": Page(items=[], next_cursor=None)}, (0, 1), "three machines"),
        ({"denied": ALLOWED}, (0, 1), "a denial"),
        (
            {"denied": msgspec.structs.replace(DENIED, clamped_proposal=None)},
            (0, 1),
            "a nearest admissible proposal",
        ),
        ({"clamp": DENIED}, (0, 1), "the clamp is allowed"),
        ({"execution of dec_allowed": Outcome(status="failed", at="t")}, (0, 1), "the change is applied"),
        ({"setup": None}, (0, 1), "the machine has changed"),
        ({"second execution": APPLIED}, (0, 1), "refused with GATE.PERMIT_CONSUMED"),
        ({"second execution": error_for("GATE.PERMIT_UNKNOWN", "d")}, (0, 1), "refused with GATE.PERMIT_CONSUMED"),
        ({"held": ALLOWED}, (0, 1), "a person has to decide"),
        ({"early permit": PermitRecord(permit="chp_1", expires_at="t")}, (0, 1), "refused with GATE.APPROVAL_PENDING"),
        ({"self-approval": EXAMPLES["Approval"]}, (0, 1), "refused with AUTH.ROLE_MISSING"),
        ({"execution of dec_held": Outcome(status="unknown", at="t")}, (0, 1), "the approved act is applied"),
        ({"tool": ALLOWED}, (0, 1), "a denial"),
        ({}, (1, 1), "the export verifies"),
        ({}, (0, 0), "the change is found"),
        ({"export": b"{}\n"}, (0, 1), "the proposal is in the export"),
    ],
    ids=lambda value: value.replace(" ", "-") if isinstance(value, str) else "",
)
def test_an_engine_that_plays_it_wrong_ends_the_story(
    wrong: dict[str, Any],
    verified: tuple[int, int],
    expected: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with pytest.raises(failure.Refusal) as caught:
        tell(tmp_path, monkeypatch, wrong, verified)
    assert caught.value.detail == f"expected: {expected}"
    assert failure.exit_code(caught.value) == failure.FAILED
