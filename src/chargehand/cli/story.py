"""The story that `chargehand demo` tells, one method per scene, over the client that everybody else uses."""

from __future__ import annotations

import itertools
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

from chargehand.cli import failure, machine, screen, verdict
from chargehand.contracts.machine import Setup
from chargehand.contracts.verdict import Verdict
from chargehand.sdk import Client, ProblemAnswer

MACHINE = "CNC-001"
SHOWN_EVERY = 5
"""Of the frames, ten a second, so that the machine is seen to move."""
TOO_FAST: dict[str, Any] = {
    "kind": "machine.change",
    "subject": f"machine/{MACHINE}",
    "intent": "finish earlier",
    "action": {
        "operation": "parameter_set",
        "tool": "EM12-4",
        "material": "steel-qt-250hb",
        "params": {
            "spindle_speed": {"value": 30000, "unit": "rev/min"},
            "feed_rate": {"value": 764, "unit": "mm/min"},
            "axial_depth": {"value": 40, "unit": "mm"},
            "radial_depth": {"value": 3, "unit": "mm"},
        },
    },
    "rationale": "approved by the supervisor",
}
OFFSET: dict[str, Any] = {
    "kind": "machine.change",
    "subject": f"machine/{MACHINE}",
    "intent": "the part measures 0.05 mm too high",
    "action": {"operation": "offset_write", "params": {"offset_z": {"value": -0.05, "unit": "mm"}}},
}
DELETION: dict[str, Any] = {
    "kind": "tool.call",
    "subject": "tool/delete_file",
    "intent": "tidy up",
    "action": {"tool": "delete_file", "arguments": {"path": "/etc/passwd"}, "paths": ["/etc/passwd"]},
}


class Story:
    """A run of the story.

    Args:
        url: the engine's address; it must be fresh.
        folder: where the export goes.
        pause: called after each scene.
    """

    def __init__(self, url: str, folder: Path, pause: Callable[[], None]) -> None:
        self._url = url
        self._folder = folder
        self._pause = pause
        self._scene = 0

    def tell(self) -> None:
        """Tell it from the beginning to the end.

        Raises:
            Refusal: a step did not go as told.
            ClientError: the engine did not answer.
        """
        with Client(self._url) as local:
            self._machines(local)
            # The person first: as soon as there is an agent, calls without a token can no longer add anybody.
            person_token = local.principal.add("shift-lead", "approver").token
            agent_token = local.principal.add("demo", "agent").token
            with Client(self._url, token=agent_token) as agent, Client(self._url, token=person_token) as person:
                self._callers(agent, person)
                self._telemetry(agent)
                denied = self._denial(agent)
                permit = self._second_try(agent, denied)
                self._replay(agent, *permit)
                self._approval(agent, person)
                self._tool(agent)
            self._proof(local)

    def _title(self, text: str) -> None:
        if self._scene:
            self._pause()
        self._scene += 1
        screen.line(f"\n{self._scene}. {text}\n")

    def _machines(self, local: Client) -> None:
        self._title("An engine on a temporary folder, with three simulated machines")
        running = local.system.version()
        screen.line(f"Chargehand {running.version} on {running.dialect}, at {self._url}")
        rows = [(m.id, m.name, m.kind, m.source, m.connection) for m in local.machine.each()]
        screen.table(("Machine", "Name", "Kind", "Source", "Connection"), rows)
        _expect(len(rows) == 3, "three machines")

    def _callers(self, agent: Client, person: Client) -> None:
        self._title("Two callers: an agent that proposes, a person who decides. Who acts comes from the token alone")
        for client in (agent, person):
            session = client.session.show()
            screen.line(f"{session.principal:<18} may: {', '.join(session.roles)}")

    def _telemetry(self, agent: Client) -> None:
        self._title(f"The agent watches {MACHINE}: every frame has a position, a source and a quality")
        with closing(agent.telemetry(MACHINE)) as frames:
            for frame in itertools.islice(frames, 0, SHOWN_EVERY * 5, SHOWN_EVERY):
                screen.line(machine.describe(frame))

    def _denial(self, agent: Client) -> Verdict:
        self._title("It proposes too much at once. The answer names every limit, and its remark impresses nobody")
        screen.line(f"proposed: {', '.join(verdict.changed(TOO_FAST))}; rationale: {TOO_FAST['rationale']!r}")
        denied = agent.proposal.submit(TOO_FAST)
        verdict.show(denied)
        _expect(denied.verdict == "deny", "a denial")
        _expect(denied.clamped_proposal is not None, "a nearest admissible proposal")
        return denied

    def _second_try(self, agent: Client, denied: Verdict) -> tuple[str, str]:
        self._title("A denial that teaches: the agent submits the clamp, gets a one-shot permit, and it is carried out")
        before = _setup(agent)
        assert denied.clamped_proposal is not None
        allowed = agent.proposal.submit(denied.clamped_proposal)
        screen.line(f"verdict: {allowed.verdict} ({allowed.primary_code})")
        _expect(allowed.verdict in ("allow", "allow_with_obligations"), "the clamp is allowed")
        assert allowed.id is not None
        permit = agent.decision.permit(allowed.id)
        screen.line(f"permit: {permit.permit[:12]}... until {permit.expires_at}")
        outcome = agent.decision.execute(allowed.id, permit.permit)
        screen.line(f"outcome: {outcome.status} at {outcome.at}")
        _expect(outcome.status == "applied", "the change is applied")
        _compare(before, _setup(agent))
        return allowed.id, permit.permit

    def _replay(self, agent: Client, decision: str, permit: str) -> None:
        self._title("The same permit a second time is refused")
        self._refused(lambda: agent.decision.execute(decision, permit), "GATE.PERMIT_CONSUMED")

    def _approval(self, agent: Client, person: Client) -> None:
        self._title("An offset moves the machine's reference: the policy wants a person, bound to this exact act")
        held = agent.proposal.submit(OFFSET)
        screen.line(f"verdict: {held.verdict} ({held.primary_code}), approval {held.approval_id}")
        _expect(held.verdict == "needs_approval", "a person has to decide")
        assert held.id is not None
        assert held.approval_id is not None
        decision, approval = held.id, held.approval_id
        screen.line("the agent asks for a permit all the same:")
        self._refused(lambda: agent.decision.permit(decision), "GATE.APPROVAL_PENDING")
        screen.line("the agent tries to approve itself:")
        self._refused(lambda: agent.approval.decide(approval, "approve"), "AUTH.ROLE_MISSING")
        decided = person.approval.decide(approval, "approve", "measured again")
        screen.line(f"{decided.decided_by} says: {decided.status} ({decided.code}), {decided.reason!r}")
        before = _setup(agent)
        outcome = agent.decision.execute(decision, agent.decision.permit(decision).permit)
        screen.line(f"outcome: {outcome.status} at {outcome.at}")
        _expect(outcome.status == "applied", "the approved act is applied")
        _compare(before, _setup(agent))

    def _tool(self, agent: Client) -> None:
        self._title("The same auditor judges the tool calls of software agents")
        screen.line("proposed: delete_file /etc/passwd")
        denied = agent.proposal.submit(DELETION)
        verdict.show(denied)
        _expect(denied.verdict == "deny", "a denial")

    def _proof(self, local: Client) -> None:
        self._title("Proof, not logs: a signed checkpoint, an export, and a verifier that runs alone")
        checkpoint = local.ledger.checkpoint()
        screen.line(checkpoint.note)
        note, export = self._folder / "checkpoint.txt", self._folder / "export.jsonl"
        note.write_text(checkpoint.note, "utf-8")
        with export.open("wb") as file:
            file.writelines(local.ledger.export())
        _expect(_verify(export, note) == 0, "the export verifies")
        screen.line("\nOne character of one recorded event is changed:")
        recorded = export.read_bytes()
        _expect(b"finish earlier" in recorded, "the proposal is in the export")
        export.write_bytes(recorded.replace(b"finish earlier", b"finish Earlier", 1))
        _expect(_verify(export, note) != 0, "the change is found")
        screen.line()

    def _refused(self, act: Callable[[], object], code: str) -> None:
        try:
            act()
        except ProblemAnswer as problem:
            screen.line(f"  {problem.code}: {problem.detail}")
            _expect(code in problem.reason_codes, f"refused with {code}")
        else:
            _expect(False, f"refused with {code}")


def _setup(client: Client) -> Setup:
    state = client.machine.show(MACHINE).state
    assert state is not None
    return state.setup


def _compare(before: Setup, after: Setup) -> None:
    rows = [
        (name, getattr(before, name), getattr(after, name))
        for name in Setup.__struct_fields__
        if getattr(before, name) != getattr(after, name)
    ]
    screen.table(("Setting", "Before", "After"), rows)
    _expect(bool(rows), "the machine has changed")


def _verify(export: Path, note: Path) -> int:
    from chargehand.cli import local

    # In a process of its own and isolated: it proves that the file needs nothing of this program.
    command = [sys.executable, "-I", str(local.verify_script()), str(export), "--checkpoint", str(note)]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - our own verifier
    screen.line("$ python verify.py export.jsonl --checkpoint checkpoint.txt")
    screen.line((ran.stdout + ran.stderr).strip())
    return ran.returncode


def _expect(held: bool, what: str) -> None:
    if not held:
        raise failure.Refusal("ENG.CHECK_FAILED", f"expected: {what}", "This is a defect: please report it.")
