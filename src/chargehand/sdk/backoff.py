"""How long to wait before coming back to a stream that was cut, and when to give up. Pure, for both clients."""

from __future__ import annotations

import msgspec


class Backoff(msgspec.Struct, frozen=True, kw_only=True):
    """Waits that double up to a bound, for a bounded number of attempts in a row.

    Attributes:
        first_s: wait before the first attempt, seconds.
        longest_s: longest wait, seconds; also the most that a `Retry-After` is heeded.
        attempts: failures in a row after which the reader gives up.
    """

    first_s: float = 0.25
    longest_s: float = 15.0
    attempts: int = 20

    def wait_s(self, failures: int, asked_s: float | None = None) -> float | None:
        """Seconds to wait after so many failures in a row; None to give up.

        Args:
            failures: failures since the last byte arrived, counted from 1.
            asked_s: what the engine asked for.
        """
        assert failures >= 1
        if failures > self.attempts:
            return None
        # The exponent is bounded too: two to the power of a large count is no float.
        wait = self.first_s * 2.0 ** min(failures - 1, 32)
        return min(max(wait, asked_s or 0.0), self.longest_s)
