"""Machine checks: whether the machine is known, takes this, and stands ready; an interlock that is unknown is active.

An interlock that the card does not list and nobody reports is not asked for; one that it lists and that is unknown
denies; one that is reported denies while it is active, listed or not.
"""

from __future__ import annotations

from chargehand.auditor.case import NOT_APPLICABLE, Case, Outcome, Question, not_evaluable, question
from chargehand.auditor.checks_telemetry import NOT_RECEIVED
from chargehand.auditor.finding import WAIT, choose

_UNKNOWN = not_evaluable("FLEET.MACHINE_UNKNOWN")
_CONTENT = not_evaluable("PROP.VALUE_NOT_LISTED")


def _known(case: Case) -> Outcome | None:
    machine = case.evidence.machine
    name = case.proposal.subject.removeprefix("machine/")
    if machine is None:
        case.deny("FLEET.MACHINE_UNKNOWN", "/subject", observed=name)
        return None
    assert machine.card.id == name, "evidence of another machine"
    case.card = machine.card
    return None


def _writable(case: Case) -> Outcome | None:
    if case.card is None:
        return _UNKNOWN
    if not case.card.writable:
        case.deny("FLEET.NOT_WRITABLE", "/subject")
    return None


def _operation(case: Case) -> Outcome | None:
    if case.card is None:
        return _UNKNOWN
    if case.change is None or case.change.operation is None:
        return _CONTENT
    operation = case.change.operation
    if operation not in case.card.operations:
        path = "/action/operation"
        case.deny("MACH.OPERATION_NOT_SUPPORTED", path, observed=operation, remedies=choose(path, case.card.operations))
    return None


def _connection(case: Case) -> Outcome | None:
    """Reachable, and its control says what it does."""
    if case.card is None or case.state is None:
        return NOT_RECEIVED
    state = case.state
    if state.connection not in ("online", "stale"):
        case.deny("MACH.UNAVAILABLE", None, observed=state.connection, remedies=WAIT)
    if state.execution == "UNAVAILABLE":
        case.deny("MACH.UNAVAILABLE", None, observed=state.execution, remedies=WAIT)
    elif state.execution is None and "execution" in case.card.sensors:
        case.deny("MACH.INTERLOCK_UNKNOWN", None, field="execution", remedies=WAIT)
    return None


def _mode(case: Case) -> Outcome | None:
    if case.card is None or case.state is None:
        return NOT_RECEIVED
    if case.state.mode is None:
        if "mode" not in case.card.sensors:
            return NOT_APPLICABLE
        case.deny("MACH.INTERLOCK_UNKNOWN", None, field="mode", remedies=WAIT)
    elif case.state.mode != "AUTOMATIC":
        case.deny("MACH.MODE_NOT_AUTOMATIC", None, observed=case.state.mode, limit="AUTOMATIC", remedies=WAIT)
    return None


def _alarms(case: Case) -> Outcome | None:
    if case.card is None or case.state is None:
        return NOT_RECEIVED
    alarms = case.state.interlocks.alarms
    if alarms is None:
        if "alarms" not in case.card.interlocks:
            return NOT_APPLICABLE
        case.deny("MACH.INTERLOCK_UNKNOWN", None, field="alarms", remedies=WAIT)
        return None
    for alarm in alarms:
        case.deny("MACH.ALARM_ACTIVE", None, observed=alarm, remedies=WAIT)
    return None


def _interlock(name: str, attribute: str, code: str) -> Question:
    """The check of one yes-or-no interlock."""

    def ask(case: Case) -> Outcome | None:
        if case.card is None or case.state is None:
            return NOT_RECEIVED
        active = getattr(case.state.interlocks, attribute)
        if active is None:
            if name not in case.card.interlocks:
                return NOT_APPLICABLE
            case.deny("MACH.INTERLOCK_UNKNOWN", None, field=name, remedies=WAIT)
        elif active is not False:
            case.deny(code, None, remedies=WAIT)
        return None

    return question(f"interlock.{name}", ask, standing=True)


def _feed_hold(case: Case) -> Outcome | None:
    """The interlock itself, or a control that says it by its execution state."""
    outcome = _HOLD.ask(case)
    if case.state is not None and case.state.execution == "FEED_HOLD":
        if not any(finding.code == "MACH.FEED_HOLD_ACTIVE" for finding in case.found):
            case.deny("MACH.FEED_HOLD_ACTIVE", None, remedies=WAIT)
        return None
    return outcome


_HOLD = _interlock("feed_hold", "feed_hold", "MACH.FEED_HOLD_ACTIVE")

KNOWN = question("machine.known", _known, standing=True)
MACHINE = (
    question("machine.writable", _writable, standing=True),
    question("machine.operation", _operation),
    question("machine.connection", _connection, standing=True),
    question("machine.mode", _mode, standing=True),
    question("interlock.alarms", _alarms, standing=True),
    _interlock("door", "door_open", "MACH.DOOR_OPEN"),
    _interlock("estop", "estop", "MACH.ESTOP_ACTIVE"),
    question("interlock.feed_hold", _feed_hold, standing=True),
)
