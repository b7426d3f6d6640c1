"""What lists tell of proposals and machines is read in one query each, and says the same on every kind of store."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from chargehand.contracts.machine import LastDecision
from chargehand.contracts.proposal import ProposalDecided, ProposalRecord
from chargehand.contracts.verdict import Verdict
from chargehand.kernel import log
from chargehand.kernel.canonical import record_bytes
from chargehand.kernel.clock import SECOND_US
from chargehand.kernel.reducer import differences
from chargehand.kernel.store import Store
from chargehand.proposals import records
from chargehand.proposals.holder import HolderExecutor
from chargehand.proposals.intake import from_value
from chargehand.proposals.lifecycle import PROPOSAL
from chargehand.proposals.submission import Submissions
from chargehand.testing.clock import SimClock
from chargehand.testing.machines import shipped_auditor
from tests.conformance.nodes import writer_of


class Counted:
    """A session that counts its queries."""

    def __init__(self, session: Any) -> None:
        self._session = session
        self.queries: list[str] = []

    def all(self, query: str, params: Any = ()) -> Any:
        self.queries.append(query)
        return self._session.all(query, params)

    def one(self, query: str, params: Any = ()) -> Any:
        self.queries.append(query)
        return self._session.one(query, params)


class Node:
    """The spine over a store, without machines: what is said about one is denied, and recorded."""

    def __init__(self, store: Store) -> None:
        self.store, self.clock = store, SimClock()
        self._writer = writer_of(store, clock=self.clock)
        executor = HolderExecutor()
        self._submissions = Submissions(shipped_auditor(), {"tool.call": executor, "machine.change": executor})

    def submit(self, value: dict[str, Any], took_us: int | None = None) -> Verdict:
        self.clock.advance(SECOND_US)
        elapsed = None if took_us is None else lambda: took_us
        (answer,) = self._writer.run_batch([self._submissions.submit(from_value(value), "agent:planner", elapsed)])
        assert answer.result is not None, answer.error
        verdict: Verdict = answer.result.verdict
        return verdict

    def listed(self, **filters: str) -> list[ProposalRecord]:
        with self.store.read() as session:
            now_us = self.clock.now_us()
            return records.listed(session, records.page(session, None, 99, now_us, **filters), now_us)

    def newest(self, *machines: str) -> dict[str, LastDecision]:
        with self.store.read() as session:
            return records.newest_decisions(session, machines)


@pytest.fixture
def node(store: Store) -> Node:
    return Node(store)


def about(machine: str, **rest: Any) -> dict[str, Any]:
    """A proposal about a machine."""
    action = {"operation": "parameter_set", "params": {}}
    return {"kind": "machine.change", "subject": f"machine/{machine}", "action": action, **rest}


def call(tool: str, **rest: Any) -> dict[str, Any]:
    """A tool call."""
    action = {"tool": tool, "arguments": {"path": "/workspace/a"}, "paths": ["/workspace/a"]}
    return {"kind": "tool.call", "subject": f"tool/{tool}", "action": action, **rest}


def test_a_row_tells_what_was_wanted_and_what_was_decided(node: Node) -> None:
    given = [node.submit(call("read_file", intent="look"), 250), node.submit(call("rm")), node.submit(about("M-1"), 0)]
    for verdict, record in zip(reversed(given), node.listed(), strict=True):
        assert record.proposal is None
        assert record.reason_codes == verdict.reason_codes
        assert (record.policy_digest, record.evaluated_at) == (verdict.policy_digest, verdict.evaluated_at)
        assert record.clamped is (verdict.clamped_proposal is not None)
        with node.store.read() as session:
            shown = records.to_record(session, records.find(session, record.id), node.clock.now_us(), whole=True)
        assert msgspec.structs.replace(shown, proposal=None) == record
    assert [(record.intent, record.took_us) for record in node.listed()] == [(None, 0), (None, None), ("look", 250)]


@pytest.mark.parametrize("intent", [7, None, ["a"], {"a": "b"}, True])
def test_what_is_no_text_is_no_intent(node: Node, intent: Any) -> None:
    node.submit(call("read_file", intent=intent))
    assert [record.intent for record in node.listed()] == [None]


@pytest.mark.parametrize("intent", ["", "ä \U0001f525", 'say "x"', "\\", "\u2028"])
def test_an_intent_is_given_as_it_was_written(node: Node, intent: str) -> None:
    node.submit(call("read_file", intent=intent))
    assert [record.intent for record in node.listed()] == [intent]


def test_rows_are_filtered_by_verdict_and_code(node: Node) -> None:
    allowed, denied = node.submit(call("read_file")), node.submit(call("rm"))
    assert [record.id for record in node.listed(verdict="deny")] == [denied.proposal_id]
    assert [record.id for record in node.listed(code=allowed.primary_code)] == [allowed.proposal_id]
    assert node.listed(verdict="indeterminate") == []


def test_the_time_taken_is_durable_and_changes_no_row(node: Node) -> None:
    verdict = node.submit(call("read_file"), 1_234)
    with node.store.read() as session:
        (entry,) = log.read_subject(session, f"proposal/{verdict.proposal_id}", 2, 1)
        assert list(differences(PROPOSAL, session)) == []
    payload = msgspec.json.decode(entry.data or b"", type=ProposalDecided)
    assert payload.took_us == 1_234
    assert record_bytes(payload) == entry.data


def test_a_decision_that_nobody_measured_is_recorded_as_before(node: Node) -> None:
    verdict = node.submit(call("read_file"))
    with node.store.read() as session:
        (entry,) = log.read_subject(session, f"proposal/{verdict.proposal_id}", 2, 1)
    assert b"took_us" not in (entry.data or b"")


def test_the_newest_verdict_about_each_machine(node: Node) -> None:
    node.submit(about("M-1"))
    other, newest = node.submit(about("M-2")), node.submit(about("M-1"))
    node.submit(call("read_file"))
    found = node.newest("M-1", "M-2", "M-3", "M-1'; DROP TABLE proposal")
    assert found.keys() == {"M-1", "M-2"}
    for key, verdict in (("M-1", newest), ("M-2", other)):
        assert found[key] == LastDecision(
            id=str(verdict.id),
            proposal_id=str(verdict.proposal_id),
            verdict=verdict.verdict,
            primary_code=verdict.primary_code,
            reason_codes=verdict.reason_codes,
            evaluated_at=verdict.evaluated_at,
        )
    assert node.newest() == {}


def test_many_machines_and_many_rows_take_one_query_each(node: Node) -> None:
    for place in range(12):
        node.submit(about(f"M-{place}"))
    with node.store.read() as session:
        counted: Any = Counted(session)
        assert len(records.newest_decisions(counted, [f"M-{place}" for place in range(200)])) == 12
        assert counted.queries == ["proposal.newest_by_subject"]
        states = records.page(session, None, 99, node.clock.now_us())
        counted.queries.clear()
        assert len(records.listed(counted, states, node.clock.now_us())) == 12
        assert counted.queries == ["proposal.read_openings"]


def test_what_was_erased_is_unknown_and_the_rest_is_told(node: Node) -> None:
    verdict = node.submit(call("rm", intent="tidy up"), 5)
    with node.store.write() as session:
        for entry in log.read_subject(session, f"proposal/{verdict.proposal_id}", 1, 2):
            session.run("log.erase_payload", {"seq": entry.seq})
    (record,) = node.listed()
    assert (record.intent, record.evaluated_at, record.clamped, record.took_us) == (None, None, None, None)
    assert (record.reason_codes, record.policy_digest) == (verdict.reason_codes, verdict.policy_digest)
