"""Checks whose answer is foregone: it follows from a machine's state and card alone, whatever is proposed and when.

Proposals come in bursts and a state stands for a tenth of a second, so these checks are asked once per state. Only
passing is remembered. Where one of them has anything to object, or fails to run, all of them are asked for every
proposal. An answer holds for the very objects it was given about, which it keeps; two states are never compared, so
they cannot be confused. It refuses to remember anything that a proposal, a policy or the time has a part in.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import msgspec

from chargehand.auditor.case import NOT_APPLICABLE, Case, Outcome, Question
from chargehand.contracts.card import MachineCard
from chargehand.contracts.machine import MachineState
from chargehand.contracts.verdict import Check

SUBJECTS_MAX = 1_024
"""Machines whose newest state is remembered; beyond, all are forgotten and asked anew."""

_UNANSWERED = Check(name="unanswered", status="not_evaluable")


Left = tuple[int, str, Callable[[Case], Outcome | None], Check, Check]


class Foregone(msgspec.Struct, frozen=True, kw_only=True):
    """The answers that stand before a proposal is looked at, and the questions that are left.

    Attributes:
        checks: one per question in their order; those that are left have no answer yet.
        left: the questions that are left: each one's place, name, asking, and its two common answers.
        card: the machine's card, if anything is foregone.
        state: its state, likewise.
        ingest_us: arrival of its newest sample, likewise.
    """

    checks: list[Check]
    left: Sequence[Left]
    card: MachineCard | None = None
    state: MachineState | None = None
    ingest_us: int | None = None


class _Newest(msgspec.Struct, frozen=True):
    """What was asked last about one subject: of these very objects, with that result."""

    questions: tuple[Question, ...]
    card: MachineCard
    state: MachineState
    result: Foregone


class _Plan(NamedTuple):
    """Questions by what may be foregone.

    Attributes:
        questions: these very questions.
        every: all of them.
        standing: those whose answer stands while the state does.
        rest: the others.
    """

    questions: tuple[Question, ...]
    every: tuple[Left, ...]
    standing: tuple[Left, ...]
    rest: tuple[Left, ...]


_PLANS_MAX = 16
_plans: dict[int, _Plan] = {}
# One entry is read or replaced as a whole, so threads that judge at once see an old entry or a new one, never a half.
_newest: dict[str, _Newest] = {}


def foregone(case: Case, questions: tuple[Question, ...]) -> Foregone:
    """What is foregone about a case before anything of it was asked."""
    machine, state = case.evidence.machine, case.evidence.state
    if machine is None or state is None:
        return _nothing(questions)
    subject, card = case.proposal.subject, machine.card
    newest = _newest.get(subject)
    if newest is None or newest.state is not state or newest.card is not card or newest.questions is not questions:
        newest = _Newest(questions, card, state, _asked(case, questions))
        if len(_newest) >= SUBJECTS_MAX:
            _newest.clear()
        _newest[subject] = newest
    return newest.result


def _nothing(questions: tuple[Question, ...]) -> Foregone:
    return Foregone(checks=[_UNANSWERED] * len(questions), left=_plan(questions).every)


def _asked(case: Case, questions: tuple[Question, ...]) -> Foregone:
    """Ask the standing questions of a case of their own, so that the real one is untouched."""
    own = Case(proposal=case.proposal, evidence=case.evidence, book=case.book, now_us=case.now_us, found=[])
    plan = _plan(questions)
    checks = [_UNANSWERED] * len(questions)
    for place, _, put, passed, not_applicable in plan.standing:
        try:
            outcome = put(own)
        except Exception:  # noqa: BLE001  (asked again for the verdict, where its failure is reported)
            return _nothing(questions)
        if own.found or not (outcome is None or outcome is NOT_APPLICABLE):
            return _nothing(questions)
        checks[place] = passed if outcome is None else not_applicable
    return Foregone(checks=checks, left=plan.rest, card=own.card, state=own.state, ingest_us=own.ingest_us)


def _plan(questions: tuple[Question, ...]) -> _Plan:
    """The plan of some questions, made once: every new state of a machine needs it."""
    plan = _plans.get(id(questions))
    if plan is None or plan.questions is not questions:
        every = tuple(
            (place, question.name, question.ask, question.passed, question.not_applicable)
            for place, question in enumerate(questions)
        )
        standing = tuple(left for left, question in zip(every, questions, strict=True) if question.standing)
        rest = tuple(left for left, question in zip(every, questions, strict=True) if not question.standing)
        plan = _Plan(questions, every, standing, rest)
        if len(_plans) >= _PLANS_MAX:
            _plans.clear()
        _plans[id(questions)] = plan
    return plan
