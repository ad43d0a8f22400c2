"""The server's clock, which a test can move."""

from __future__ import annotations

import time
from collections.abc import Callable


class Clock:
    """Seconds since the epoch, in step with `source` and possibly ahead of it."""

    def __init__(self, source: Callable[[], float] = time.time) -> None:
        self._source = source
        self._ahead = 0.0

    def __call__(self) -> float:
        """Return the time."""
        return self._source() + self._ahead

    def advance(self, seconds: float) -> None:
        """Move the clock forward."""
        self._ahead += seconds

    def stop(self) -> None:
        """Freeze the clock until the next `advance`."""
        now = self()
        self._source, self._ahead = (lambda: now), 0.0
