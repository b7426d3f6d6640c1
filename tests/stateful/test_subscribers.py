"""Log and cursors against a list: subscribers come and go, die before and after they move on, and miss nothing."""

from __future__ import annotations

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from chargehand.kernel import log
from chargehand.kernel.sqlite import SqliteStore
from chargehand.kernel.writer import Command, Transaction
from chargehand.testing.clock import SimClock
from tests.conformance.nodes import note, writer_of

NAMES = ("ledger", "stream")
names = st.sampled_from(NAMES)


class Subscribers(RuleBasedStateMachine):
    """A writer, and two subscribers whose work and cursor are one transaction."""

    def __init__(self) -> None:
        super().__init__()
        self.store = SqliteStore.open(":memory:", SimClock())
        self.writer = writer_of(self.store, clock=SimClock())
        self.recorded: list[str] = []
        self.done: dict[str, list[int]] = {name: [] for name in NAMES}
        self.live: dict[str, list[int]] = {name: [] for name in NAMES}

    def teardown(self) -> None:
        self.store.close()

    @rule(outcomes=st.lists(st.sampled_from(["kept", "refused", "twice"]), max_size=4))
    def write(self, outcomes: list[str]) -> None:
        """A batch in which some commands are refused, and some collide with what is there."""
        commands: list[Command[int]] = []
        kept: list[str] = []
        for number, outcome in enumerate(outcomes):
            subject = f"s/{len(self.recorded)}-{number}"
            if outcome == "twice" and self.recorded:
                commands.append(note(self.recorded[-1], 1))
            elif outcome == "refused":
                commands.append(_refused(subject))
            else:
                commands.append(note(subject, 1))
                kept.append(subject)
        answers = self.writer.run_batch(commands)
        assert sum(answer.error is None for answer in answers) == len(kept)
        self.recorded += kept

    @rule(name=names, limit=st.integers(1, 5), dies=st.booleans())
    def work(self, name: str, limit: int, dies: bool) -> None:
        """Take what is next and move the cursor with it; a death in between undoes both."""

        def command(transaction: Transaction) -> list[int]:
            after = log.load_cursor(transaction.session, name)
            page = [entry.seq for entry in log.read(transaction.session, after, limit)]
            if page:
                log.save_cursor(transaction.session, name, page[-1])
            if dies:
                raise RuntimeError
            return page

        (answer,) = self.writer.run_batch([command])
        if answer.error is None:
            assert answer.result is not None
            self.done[name] += answer.result

    @rule(name=names, seq=st.integers(0, 40))
    def fall_back(self, name: str, seq: int) -> None:
        """A late transaction of an earlier life tries to set the cursor back."""
        stands = len(self.done[name])
        with self.store.write() as session:
            log.save_cursor(session, name, min(seq, stands))

    @rule(name=names, limit=st.integers(1, 5))
    def stream(self, name: str, limit: int) -> None:
        """A live reader without a cursor goes on from the last position it was given."""
        seen = self.live[name]
        with self.store.read() as session:
            seen += [entry.seq for entry in log.read(session, seen[-1] if seen else 0, limit)]

    @rule(name=names, back=st.integers(0, 3))
    def reconnect(self, name: str, back: int) -> None:
        """A live reader comes back from any earlier position and gets exactly the rest."""
        del self.live[name][len(self.live[name]) - min(back, len(self.live[name])) :]

    @invariant()
    def nothing_is_missed_and_nothing_comes_twice(self) -> None:
        for seen in (*self.done.values(), *self.live.values()):
            assert seen == list(range(1, len(seen) + 1))
            assert len(seen) <= len(self.recorded)

    @invariant()
    def the_log_is_what_was_acknowledged(self) -> None:
        with self.store.read() as session:
            assert [entry.subject for entry in log.read(session, 0, log.PAGE_MAX)] == self.recorded
            assert log.head(session) == len(self.recorded)
            for name in NAMES:
                assert log.load_cursor(session, name) == len(self.done[name])


def _refused(subject: str) -> Command[int]:
    def command(transaction: Transaction) -> int:
        note(subject, 1)(transaction)
        raise RuntimeError

    return command


TestSubscribers = Subscribers.TestCase
TestSubscribers.settings = settings(stateful_step_count=25)
