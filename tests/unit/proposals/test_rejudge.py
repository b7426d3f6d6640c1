"""Judging again: from what was recorded alone comes the same verdict, byte for byte, whatever was asked."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from typing import Any

import msgspec
import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from chargehand.contracts.machine import MachineState
from chargehand.contracts.problems import RequestError
from chargehand.contracts.quarantine import Quarantine
from chargehand.contracts.verdict import Verdict
from chargehand.fleet.plant import Fault
from chargehand.kernel.canonical import canonical_bytes, record_bytes, sha256_text
from chargehand.kernel.clock import SystemClock
from chargehand.kernel.sqlite import SqliteStore
from chargehand.kernel.writer import Transaction
from chargehand.proposals import records
from chargehand.proposals.rejudge import KEPT, rejudge
from chargehand.proposals.submission import LOOKED_FOR_BYTES, Decided
from chargehand.testing.clock import SimClock
from chargehand.testing.machines import WitnessedMachine, machines
from tests.unit.fleet.shop import Shop, change, offset_write

REFERENCE: dict[str, Any] = {
    "kind": "machine.change",
    "subject": "machine/CNC-001",
    "intent": "shorten the roughing pass",
    "action": {
        "operation": "parameter_set",
        "tool": "EM12-4",
        "material": "steel-qt-250hb",
        "params": {
            "spindle_speed": {"value": 3183, "unit": "rev/min"},
            "feed_rate": {"value": 764, "unit": "mm/min"},
            "axial_depth": {"value": 3, "unit": "mm"},
            "radial_depth": {"value": 3, "unit": "mm"},
        },
    },
}


class Bench:
    """A shop and its machines, for as many proposals as a test likes."""

    def __init__(self, store: SqliteStore, **sources: Any) -> None:
        self.store = store
        self.there: list[WitnessedMachine] = machines(1, [])
        self.shop = Shop(store, SimClock(), self.there, **sources)
        self.shop.step(5)

    def again(self, decided: Decided) -> bytes:
        """The verdict that comes of judging again, as bytes."""
        with self.shop.store.read() as session:
            return record_bytes(rejudge(session, self.shop.state(decided.verdict)))

    def evidence(self, decided: Decided) -> dict[str, str]:
        with self.shop.store.read() as session:
            return records.decided(session, self.shop.state(decided.verdict)).evidence

    def kept(self, digest: str) -> tuple[str, bytes] | None:
        with self.shop.store.read() as session:
            row = session.one("proposal.get_evidence", {"digest": digest})
        return None if row is None else (str(row[0]), bytes(row[1]))

    def based_on(self, *, back: int = 0, digest: bool = True) -> dict[str, Any]:
        """What somebody read who looked at CNC-001 some samples ago."""
        state = self.shop.fleet.state("CNC-001")
        assert state.seq is not None
        seen = state.setup_digest if digest else None
        return {"instance_id": state.instance_id, "seq": state.seq - back, "digest": seen}

    def inject(self, fault: Fault) -> None:
        self.there[0].simulator.inject(fault, self.shop.clock.now_us())

    def clear(self, fault: Fault) -> None:
        self.there[0].simulator.clear(fault, self.shop.clock.now_us())


@pytest.fixture
def bench(open_sqlite: Callable[..., SqliteStore]) -> Iterator[Bench]:
    made = Bench(open_sqlite(":memory:"))
    yield made
    made.shop.close()


@pytest.fixture(scope="module")
def lasting() -> Iterator[Bench]:
    """One bench for all examples of a property."""
    store = SqliteStore.open(":memory:", SystemClock())
    made = Bench(store)
    yield made
    made.shop.close()
    store.close()


def call(tool: str, path: str) -> dict[str, Any]:
    action = {"tool": tool, "arguments": {"path": path}, "paths": [path]}
    return {"kind": "tool.call", "subject": "run/one", "action": action}


CASES: list[tuple[str, dict[str, Any], str]] = [
    ("allowed", REFERENCE, "allow"),
    ("denied with a clamp", change(spindle_speed=13_000), "deny"),
    ("denied without", {**REFERENCE, "action": {"operation": "other"}}, "deny"),
    ("a field too many", {**REFERENCE, "approved": True}, "deny"),
    ("needs an approval", offset_write(), "needs_approval"),
    ("another machine", change("CNC-003", feed_rate=160), "allow"),
    ("a machine that there is not", change("CNC-999", feed_rate=500), "deny"),
    ("a call that is allowed", call("read_file", "/workspace/a"), "allow"),
    ("a call that asks", call("delete_file", "/workspace/a"), "needs_approval"),
    ("a call that is denied", call("read_file", "/etc/passwd"), "deny"),
    ("a tool that is not listed", call("rm", "/workspace/a"), "deny"),
    ("a kind that nobody judges", {"kind": "x.y", "subject": "x", "action": {}}, "deny"),
]


@pytest.mark.parametrize(("body", "verdict"), [pytest.param(*case[1:], id=case[0]) for case in CASES])
def test_recorded_decision_is_judged_again_to_the_same_bytes(bench: Bench, body: dict[str, Any], verdict: str) -> None:
    decided = bench.shop.decide(body)
    assert decided.verdict.verdict == verdict
    before = bench.again(decided)
    assert before == decided.body
    # What the shop is by now plays no part: it is judged on what was kept.
    bench.inject("alarm")
    bench.shop.step(20)
    assert bench.again(decided) == decided.body


def test_a_clamp_is_the_same_again(bench: Bench) -> None:
    decided = bench.shop.decide(change(spindle_speed=13_000))
    assert decided.verdict.clamped_proposal is not None
    again = msgspec.json.decode(bench.again(decided), type=Verdict)
    assert again.clamped_proposal == decided.verdict.clamped_proposal


@pytest.mark.parametrize("back", [0, 1, 3])
def test_age_of_what_was_read_is_the_same_again(bench: Bench, back: int) -> None:
    bench.shop.step(10)
    decided = bench.shop.decide({**REFERENCE, "based_on": bench.based_on(back=back)})
    assert decided.verdict.verdict == "allow"
    assert "samples" in bench.evidence(decided)
    bench.shop.step(50)
    assert bench.again(decided) == decided.body


def test_what_was_read_too_long_ago_is_refused_again(bench: Bench) -> None:
    read = bench.based_on()
    bench.shop.step(400)
    decided = bench.shop.decide({**REFERENCE, "based_on": read})
    assert decided.verdict.verdict == "deny"
    assert bench.again(decided) == decided.body


@pytest.mark.parametrize(("body", "verdict"), [pytest.param(*case[1:], id=case[0]) for case in CASES])
def test_evidence_is_complete_and_is_what_its_digest_says(bench: Bench, body: dict[str, Any], verdict: str) -> None:
    """Under its digest lies everything of a decision that judging again needs, in bytes that have that digest."""
    decided = bench.shop.decide(body)
    evidence = bench.evidence(decided)
    known = body["subject"] in ("machine/CNC-001", "machine/CNC-003")
    assert {role for role in evidence if role in KEPT} == {"policy", "cards", *(("machine", "state") if known else ())}
    for role in KEPT:
        if role in evidence:
            kept = bench.kept(evidence[role])
            assert kept is not None, role
            assert (kept[0], sha256_text(kept[1])) == (role, evidence[role])
    assert evidence["policy"] == decided.verdict.policy_digest
    assert verdict == decided.verdict.verdict


@pytest.mark.parametrize("role", ["policy", "cards", "machine", "state", "samples"])
def test_what_is_not_there_any_more_is_named(bench: Bench, role: str) -> None:
    decided = bench.shop.decide({**REFERENCE, "based_on": bench.based_on()})
    digest = bench.evidence(decided)[role]
    bench.store._writer.execute("DELETE FROM evidence WHERE digest = ?", (digest,))
    with pytest.raises(RequestError) as caught:
        bench.again(decided)
    assert caught.value.code == "REQ.NOT_FOUND"
    assert f"the {role} it was judged on" in caught.value.detail


TEXT = b"%\nO1\nG21 G90\nM30\n%\n"
HELD = sha256_text(TEXT).removeprefix("sha256:")
ENTRY = Quarantine(
    id="qua_1",
    revision=1,
    status="active",
    machine=None,
    program_sha256=HELD,
    material=None,
    tool=None,
    region={},
    reason="a broken tool",
    source=None,
    created_by="human:otto",
    created_at="2026-09-21T00:00:00.000000Z",
    expires_at="2026-09-28T00:00:00.000000Z",
)


@pytest.fixture
def barred(open_sqlite: Callable[..., SqliteStore]) -> Iterator[Bench]:
    """A bench that holds one program, and bars it."""
    made = Bench(
        open_sqlite(":memory:"),
        programs=lambda digest: TEXT if digest == HELD else None,
        quarantines=lambda: (ENTRY,),
    )
    yield made
    made.shop.close()


def loading() -> dict[str, Any]:
    action = {"operation": "program_load", "program_sha256": HELD}
    return {"kind": "machine.change", "subject": "machine/CNC-001", "action": action}


def test_program_and_bars_are_kept_and_judged_again_to_the_same_bytes(barred: Bench) -> None:
    decided = barred.shop.decide(loading())
    assert "FLEET.PROGRAM_QUARANTINED" in decided.verdict.reason_codes
    assert "PROG.NOT_HELD" not in decided.verdict.reason_codes
    assert barred.kept(barred.evidence(decided)["program"]) == ("program", TEXT)
    assert barred.again(decided) == decided.body


@pytest.mark.parametrize("role", ["program", "quarantines"])
def test_what_a_verdict_stood_on_beside_the_usual_is_not_done_without(barred: Bench, role: str) -> None:
    decided = barred.shop.decide(loading())
    barred.store._writer.execute("DELETE FROM evidence WHERE role = ?", (role,))
    with pytest.raises(RequestError, match=f"the {role} it was judged on"):
        barred.again(decided)


@pytest.mark.parametrize(
    ("role", "body", "code"),
    [("program", b"%\nO1\nM30\n%\n", None), ("quarantines", b"[]", "FLEET.PROGRAM_QUARANTINED")],
)
def test_judging_again_reads_the_program_and_the_bars_that_were_kept(
    barred: Bench, role: str, body: bytes, code: str | None
) -> None:
    decided = barred.shop.decide(loading())
    digest = barred.evidence(decided)[role]
    barred.store._writer.execute("UPDATE evidence SET body = ? WHERE digest = ?", (body, digest))
    again = msgspec.json.decode(barred.again(decided), type=Verdict)
    assert again.reason_codes != decided.verdict.reason_codes
    assert code not in again.reason_codes


def test_a_large_program_is_kept_once_and_not_written_again(
    open_sqlite: Callable[..., SqliteStore], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its row is there; handing its body to the database with every decision would cost more than the judgement."""
    text = b"(" + b"x" * LOOKED_FOR_BYTES + b")\n"
    bench = Bench(open_sqlite(":memory:"), programs=lambda _digest: text)
    wrote: list[int] = []
    later = Transaction.later

    def counted(self: Transaction, query: str, params: Any) -> None:
        if query == "proposal.put_evidence":
            wrote.append(len(params[2]))
        later(self, query, params)

    monkeypatch.setattr(Transaction, "later", counted)
    body = {**loading(), "action": {**loading()["action"], "program_sha256": sha256_text(text)}}
    decided = [bench.shop.decide(body) for _ in range(3)]
    assert [size for size in wrote if size > LOOKED_FOR_BYTES] == [len(text)]
    assert bench.again(decided[2]) == decided[2].body
    bench.shop.close()


@pytest.mark.parametrize("role", ["state", "machine", "cards", "policy"])
def test_judging_again_reads_what_was_kept(bench: Bench, role: str) -> None:
    """Evidence that somebody exchanged under its digest shows: the verdict does not come from anywhere else."""
    decided = bench.shop.decide(change(spindle_speed=3_500, feed_rate=800))
    assert decided.verdict.verdict == "allow"
    digest = bench.evidence(decided)[role]
    kept = bench.kept(digest)
    assert kept is not None
    tree = msgspec.json.decode(kept[1])
    if role == "state":
        tree["interlocks"]["estop"] = True
    elif role == "machine":
        tree["spindle_speed_max"] = 3_000
    elif role == "cards":
        tree["tools"]["EM12-4"]["spindle_speed_max"] = 3_000
    else:
        tree["policy"]["default"] = "deny"
    bench.store._writer.execute("UPDATE evidence SET body = ? WHERE digest = ?", (canonical_bytes(tree), digest))
    again = msgspec.json.decode(bench.again(decided), type=Verdict)
    assert again.verdict == "deny"


def test_one_state_is_kept_once_however_much_is_asked_of_it(bench: Bench) -> None:
    def count() -> int:
        return len(bench.store._writer.execute("SELECT digest FROM evidence").fetchall())

    before = count()
    decided = [bench.shop.decide(change(feed_rate=feed)) for feed in range(500, 530)]
    assert count() == before + 1
    assert len({bench.evidence(one)["state"] for one in decided}) == 1
    bench.shop.step()
    bench.shop.decide(REFERENCE)
    assert count() == before + 2


def test_a_state_is_kept_as_it_was_seen(bench: Bench) -> None:
    seen = bench.shop.fleet.state("CNC-001")
    decided = bench.shop.decide(REFERENCE)
    bench.shop.step(5)
    kept = bench.kept(bench.evidence(decided)["state"])
    assert kept is not None
    assert msgspec.json.decode(kept[1], type=MachineState) == seen


def test_a_list_of_choices_does_not_follow_the_order_of_a_policy_file(bench: Bench) -> None:
    """A recorded policy is canonical JSON, whose keys are sorted; the file that it was read from had its own order."""
    action = {"tool": "read_file", "arguments": {"file": "/workspace/a"}, "paths": ["/workspace/a"]}
    decided = bench.shop.decide({"kind": "tool.call", "subject": "run/one", "action": action})
    (choices,) = [
        remedy.one_of
        for reason in decided.verdict.reasons
        for remedy in reason.remedies
        if remedy.kind == "choose" and remedy.path == "/action/arguments"
    ]
    assert choices == ["max_bytes", "path"]
    assert bench.again(decided) == decided.body


@pytest.mark.parametrize("value", [2.0**53, 1e17, -1e20, 123456789012345678.0, 1e21, 1e300, 5.0, 1.5e-6])
def test_a_number_is_judged_as_it_was_read_and_not_as_it_is_printed(bench: Bench, value: float) -> None:
    """Canonical JSON prints 1e17 as a whole number that no reader takes exactly."""
    params = {"spindle_speed": {"value": value, "unit": "rev/min"}}
    decided = bench.shop.decide({**REFERENCE, "action": {**REFERENCE["action"], "params": params}})
    assert decided.verdict.verdict == "deny"
    assert bench.again(decided) == decided.body


VALUES: st.SearchStrategy[Any] = st.one_of(
    # Canonical JSON has no negative zero: it is refused, and recorded as the zero that it equals.
    st.floats(allow_nan=False, allow_infinity=False).map(lambda value: value or 0.0),
    st.integers(0, 70).map(lambda power: 2.0**power),
    st.integers(-(2**53) + 1, 2**53 - 1),
    st.sampled_from([0, 1, 26, 60, 500, 12_000, 12_000.5, 1e-9, 1e300, True, None, "3183", [], {}]),
)
UNITS = st.sampled_from(["rev/min", "mm/min", "mm", "in/min", "in", "%", "m/min", "", "rpm", None, 5])
NAMES = st.sampled_from(
    ["spindle_speed", "feed_rate", "axial_depth", "radial_depth", "feed_override", "spindle_override", "coolant_flow"]
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-1000, 1000) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=5,
)
PATCHES = st.one_of(
    st.tuples(st.just("action/params/"), NAMES, st.fixed_dictionaries({"value": VALUES, "unit": UNITS})),
    st.tuples(st.just("action/params/"), NAMES, JSON),
    st.tuples(st.just("action/"), st.just("operation"), st.sampled_from(["override", "program_load", "start", "x", 5])),
    st.tuples(st.just("action/"), st.sampled_from(["tool", "material", "cut_time", "engagement", "other"]), JSON),
    st.tuples(st.just("action/"), st.just("tool"), st.sampled_from(["EM12-4", "FM50-5", "none"])),
    st.tuples(st.just(""), st.sampled_from(["based_on", "expires_at", "intent", "rationale", "approved"]), JSON),
    st.tuples(
        st.just(""), st.just("subject"), st.sampled_from(["machine/CNC-002", "machine/CNC-003", "machine/x", ""])
    ),
    st.tuples(st.just(""), st.just("kind"), st.sampled_from(["tool.call", "memory.write", "x"])),
)
BASES = st.one_of(
    st.none(),
    st.fixed_dictionaries({"back": st.integers(0, 200), "digest": st.booleans()}),
)


def patched(patches: list[tuple[str, str, Any]]) -> dict[str, Any]:
    body = copy.deepcopy(REFERENCE)
    for path, name, value in patches:
        here = body
        for key in path.split("/")[:-1]:
            here = here[key]
        here[name] = value
    return body


@settings(max_examples=120)
@given(
    patches=st.lists(PATCHES, max_size=4),
    base=BASES,
    fault=st.sampled_from([None, "estop", "alarm", "door_open", "feed_hold", "load_unavailable", "coolant_failed"]),
)
def test_whatever_is_asked_is_judged_again_to_the_same_bytes(
    lasting: Bench, patches: list[tuple[str, str, Any]], base: dict[str, Any] | None, fault: Fault | None
) -> None:
    body = patched(patches)
    if base is not None:
        body["based_on"] = lasting.based_on(**base)
    if fault is not None:
        lasting.inject(fault)
    lasting.shop.step(2)
    decided = lasting.shop.decide(body)
    if fault is not None:
        lasting.clear(fault)
    lasting.shop.step(2)
    event(decided.verdict.verdict)
    assert lasting.again(decided) == decided.body
    assert record_bytes(decided.verdict) == decided.body


@settings(max_examples=60)
@given(
    action=st.fixed_dictionaries(
        {
            "tool": st.sampled_from(
                ["read_file", "list_files", "write_file", "delete_file", "shell", "http_get", "rm"]
            ),
            "arguments": st.dictionaries(
                st.sampled_from(["path", "content", "url", "max_bytes", "timeout_s", "x"]), JSON | VALUES, max_size=4
            ),
        },
        optional={
            "paths": st.lists(st.sampled_from(["/workspace/a", "/workspace/.git/x", "/workspace/../etc", "a", ""])),
            "host": st.sampled_from([None, "docs.python.org", "x.readthedocs.io", "evil.example", ""]),
            "command": st.sampled_from([None, "git", "rm", "/bin/sh"]),
        },
    )
)
def test_whatever_is_called_is_judged_again_to_the_same_bytes(lasting: Bench, action: dict[str, Any]) -> None:
    decided = lasting.shop.decide({"kind": "tool.call", "subject": "run/one", "action": action})
    event(decided.verdict.verdict)
    assert lasting.again(decided) == decided.body
