"""The event feed: the log's tail, read once and shared by every stream of this process.

The newest events stand in a ring; a reader within it costs no query, and every event is serialised once however many
read it. A reader further back reads pages from the log. No reader is ever skipped: each one has its own position and
takes what follows it, so a slow one is only late.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple, TypeVar

import structlog

from chargehand.api.call import reading
from chargehand.api.mailbox import hand_over
from chargehand.kernel import log
from chargehand.kernel.log import Entry
from chargehand.kernel.store import Session

if TYPE_CHECKING:
    from chargehand.services import Services

T = TypeVar("T")
RING_MAX = 4_096
PAGE = 256
POLL_S = 1.0
"""How long the tail may stand still before the log is looked at again, whatever the wake-ups say."""
_logger = structlog.get_logger(__name__)


class Filter(NamedTuple):
    """Which events a reader wants. Everything that is None or empty does not filter."""

    kinds: frozenset[str] = frozenset()
    families: tuple[str, ...] = ()
    subject: str | None = None

    @classmethod
    def parse(cls, types: str | None, subject: str | None) -> Filter:
        """From the parameters `types` (`a.b,c.*`) and `subject`."""
        names = [name.strip() for name in (types or "").split(",") if name.strip()]
        return cls(
            frozenset(name for name in names if not name.endswith("*")),
            tuple(name[:-1] for name in names if name.endswith("*")),
            subject,
        )

    def takes(self, entry: Entry) -> bool:
        """Whether a reader wants this event."""
        if self.subject is not None and self.subject not in (entry.subject, entry.topic):
            return False
        if not self.kinds and not self.families:
            return True
        return entry.kind in self.kinds or (bool(self.families) and entry.kind.startswith(self.families))


class EventFeed:
    """The tail of the log for one event loop.

    Attributes:
        listeners: events that are set whenever the log has grown.
    """

    def __init__(self, services: Services) -> None:
        self._services = services
        self._ring: deque[Entry] = deque(maxlen=RING_MAX)
        self._head = 0
        self._principals_seq = 0
        self._wake = asyncio.Event()
        self._bell: asyncio.Future[None] | None = None
        self._task: asyncio.Task[None] | None = None
        self._closing = False
        self.listeners: set[asyncio.Event] = set()

    @property
    def head(self) -> int:
        """Position of the newest event that readers can see."""
        return self._head

    @property
    def principals_seq(self) -> int:
        """Position of the newest event that changed who may do what, of those seen since the start; 0 for none."""
        return self._principals_seq

    async def start(self) -> None:
        """Begin to follow the log."""
        loop = asyncio.get_running_loop()
        self._head = await self._read(log.head)
        self._services.on_log_growth(lambda: hand_over(loop, self._wake.set))
        self._task = loop.create_task(self._follow(), name="event-feed")

    async def stop(self) -> None:
        """Stop following, and send every reader home."""
        self.close()
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    def close(self) -> None:
        """Send every reader home. Called from the loop's thread."""
        self._closing = True
        self._ring_bell()

    @property
    def closing(self) -> bool:
        """Whether readers should finish."""
        return self._closing

    async def after(self, position: int, wanted: Filter) -> tuple[list[Entry], int]:
        """Events after a position that a reader wants, and the position it has then seen everything up to."""
        if position >= self._head:
            return [], position
        page = self._from_ring(position) if self._in_ring(position) else await self._from_log(position)
        seen = page[-1].seq if page else position
        return [entry for entry in page if wanted.takes(entry)], seen

    async def wait(self, position: int, timeout_s: float, gone: asyncio.Task[None] | None = None) -> bool:
        """Wait until there is something after a position; False when the time is up, or feed or reader have gone."""
        if position < self._head:
            return True
        if self._closing:
            return False
        if self._bell is None or self._bell.done():
            self._bell = asyncio.get_running_loop().create_future()
        awaited: set[asyncio.Future[None]] = {self._bell} if gone is None else {self._bell, gone}
        await asyncio.wait(awaited, timeout=timeout_s, return_when=asyncio.FIRST_COMPLETED)
        return position < self._head

    def _in_ring(self, position: int) -> bool:
        return bool(self._ring) and position >= self._ring[0].seq - 1

    def _from_ring(self, position: int) -> list[Entry]:
        # The ring is contiguous, so the place of a position follows from its distance to the ring's first event.
        start = position + 1 - self._ring[0].seq
        return [self._ring[index] for index in range(start, min(start + PAGE, len(self._ring)))]

    async def _from_log(self, position: int) -> list[Entry]:
        return await self._read(lambda session: log.read(session, position, PAGE))

    async def _follow(self) -> None:
        while not self._closing:
            try:
                await self._take_new()
            except Exception:
                _logger.exception("feed.read_failed")
                await asyncio.sleep(POLL_S)
            try:
                await asyncio.wait_for(self._wake.wait(), POLL_S)
            except TimeoutError:
                continue

    async def _take_new(self) -> None:
        self._wake.clear()
        while page := await self._from_log(self._head):
            assert page[0].seq == self._head + 1, "the log has a hole"
            self._ring.extend(page)
            self._head = page[-1].seq
            self._principals_seq = max(
                (entry.seq for entry in page if entry.kind.startswith("principal.")), default=self._principals_seq
            )
            self._ring_bell()

    def _ring_bell(self) -> None:
        for event in self.listeners:
            event.set()
        if self._bell is not None and not self._bell.done():
            self._bell.set_result(None)

    async def _read(self, reader: Callable[[Session], T]) -> T:
        return await reading(self._services, reader)
