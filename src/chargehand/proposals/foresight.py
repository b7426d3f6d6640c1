"""What of a judgement takes long, done before the writer is asked for the judgement.

A verdict is reached inside the writer, where nothing else is written meanwhile. All of it takes microseconds but one:
running a part program that was never run on that machine, set up like this, which takes up to a few seconds. What comes
of that depends on nothing that another proposal changes, so it is run here, ahead and outside, and the auditor then
finds it done. It decides nothing: a program that was not foreseen is run by the judgement itself, to the same end.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress

from chargehand.auditor.auditor import Auditor
from chargehand.auditor.program_run import Run, judged
from chargehand.contracts.problems import ProblemError
from chargehand.contracts.proposal import Proposal
from chargehand.kernel.store import Store
from chargehand.proposals import records
from chargehand.proposals.executor import Executor


class Foresight:
    """Finds what is to be run ahead, and runs it.

    Args:
        auditor: who will judge.
        executors: by kind of proposal.
    """

    def __init__(self, auditor: Auditor, executors: Mapping[str, Executor]) -> None:
        self._auditor = auditor
        self._executors = executors

    def of_proposal(self, proposal: Proposal) -> Run | None:
        """The program that judging a proposal now would have to run; None where it has nothing to wait for."""
        executor = self._executors.get(proposal.kind)
        if executor is None:
            return None
        try:
            return self._auditor.pending(proposal, executor.grounds(proposal).evidence)
        except Exception:  # noqa: BLE001  (whatever stands in the way, the judgement meets it too and tells of it)
            return None

    def of_decision(self, store: Store, decision_id: str) -> Run | None:
        """The same of a decided proposal, which is judged again before it is performed."""
        try:
            with store.read() as session:
                state = records.find_decision(session, decision_id)
                body = records.submitted(session, state)
        except ProblemError:
            return None
        if body is None:
            return None
        return self.of_proposal(Proposal(kind=state.kind, subject=state.subject, body=body, digest=state.digest))

    def run(self, ahead: Run) -> None:
        """Run a program. It takes up to a few seconds of a thread, and raises nothing: what fails is not done ahead."""
        with suppress(Exception):
            judged(ahead)
