"""One permit on two nodes at once: whatever the interleaving, it is spent once."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from chargehand.access.callers import Caller
from chargehand.approvals import inbox
from chargehand.contracts.principal import IMPLIED
from chargehand.contracts.problems import RefusedError
from chargehand.contracts.verdict import Verdict
from chargehand.kernel.writer import Transaction
from chargehand.proposals.execution import Begun, Executions
from chargehand.proposals.holder import HolderExecutor
from chargehand.proposals.intake import from_value
from chargehand.proposals.submission import Submissions
from chargehand.testing.machines import shipped_auditor
from tests.conformance.nodes import every, writer_of

if TYPE_CHECKING:
    from chargehand.kernel.postgres import PostgresStore

pytestmark = pytest.mark.postgres

PLANNER = Caller("agent:planner", IMPLIED["agent"])


class Node:
    """An engine's spine on the shared database."""

    def __init__(self, store: PostgresStore, seed: int) -> None:
        self.store = store
        self._writer = writer_of(store, seed=seed)
        executors = {"tool.call": HolderExecutor()}
        self.submissions = Submissions(shipped_auditor(), executors)
        self.executions = Executions(shipped_auditor(), executors)

    def run(self, command: Any) -> Any:
        (answer,) = self._writer.run_batch([command])
        if answer.error is not None:
            raise answer.error
        return answer.result

    def submit(self, tool: str) -> Verdict:
        action = {"tool": tool, "arguments": {"path": "/workspace/a"}, "paths": ["/workspace/a"]}
        value = {"kind": "tool.call", "subject": f"tool/{tool}", "action": action}
        verdict: Verdict = self.run(self.submissions.submit(from_value(value), PLANNER.principal)).verdict
        return verdict


@pytest.fixture
def nodes(open_postgres: Callable[[], PostgresStore]) -> tuple[Node, Node]:
    return Node(open_postgres(), 1), Node(open_postgres(), 2)


def raced(first: Node, first_command: Any, second: Node, second_command: Any) -> tuple[Any, Any]:
    """Both run at once: the first has read everything and not yet written when the second commits."""
    answers: list[Any] = []

    def overtaken(transaction: Transaction) -> Any:
        result = first_command(transaction)
        if not answers:
            answers.append(second.run(second_command))
        return result

    return first.run(overtaken), answers[0]


def test_a_permit_is_spent_on_one_node(nodes: tuple[Node, Node]) -> None:
    one, two = nodes
    verdict = one.submit("read_file")
    assert verdict.id is not None
    permit = one.run(one.executions.permit(verdict.id, PLANNER)).permit
    late, early = raced(
        one,
        one.executions.begin(verdict.id, permit, PLANNER),
        two,
        two.executions.begin(verdict.id, permit, PLANNER),
    )
    assert isinstance(early, Begun)
    assert isinstance(late, RefusedError)
    assert late.code == "GATE.PERMIT_CONSUMED"
    assert [entry.kind for entry in every(one.store)].count("proposal.executing") == 1


def test_an_approval_is_decided_on_one_node(nodes: tuple[Node, Node]) -> None:
    one, two = nodes
    verdict = one.submit("delete_file")
    assert verdict.approval_id is not None

    def answer(decision: Any, actor: str) -> Any:
        return inbox.answer(verdict.approval_id or "", decision, "because", actor, single_operator=False)

    with pytest.raises(RefusedError) as caught:
        raced(one, answer("approve", "human:anna"), two, answer("deny", "human:otto"))
    assert caught.value.code == "GATE.APPROVAL_ALREADY_DECIDED"
    assert "human:otto" in caught.value.detail
    assert [entry.kind for entry in every(one.store)].count("approval.decided") == 1
