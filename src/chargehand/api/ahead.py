"""Part programs run in a thread before the writer, or a dry run on the loop, is asked for a judgement of them.

One at a time: a program is run by the interpreter of this process, and the writer has to share it with whoever else
wants it. With one beside it, it keeps half; with forty, it would come to a stand.
"""

from __future__ import annotations

from collections.abc import Callable

import anyio
import anyio.to_thread
from anyio.lowlevel import RunVar

from chargehand.auditor.program_run import Run
from chargehand.proposals.foresight import Foresight

_one: RunVar[anyio.CapacityLimiter] = RunVar("chargehand.api.ahead")


async def run_ahead(foresight: Foresight, find: Callable[[], Run | None], *, waits: bool) -> None:
    """Run what a judgement would have to run; where that is nothing, nothing is waited for.

    Args:
        foresight: runs it.
        find: finds it.
        waits: whether finding may wait for a network, and is done in a thread too.
    """
    ahead = await anyio.to_thread.run_sync(find) if waits else find()
    if ahead is None:
        return
    limiter = _one.get(None)
    if limiter is None:
        limiter = anyio.CapacityLimiter(1)
        _one.set(limiter)
    await anyio.to_thread.run_sync(foresight.run, ahead, limiter=limiter)
