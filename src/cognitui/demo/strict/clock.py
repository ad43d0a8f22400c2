"""The server's clock, which a test moves."""

from __future__ import annotations

import time
from collections.abc import Callable


class Clock:
    """Seconds since the epoch. It runs with the real one unless it is handed another, and can be moved."""

    def __init__(self, source: Callable[[], float] = time.time) -> None:
        """Takes where the time comes from; `lambda: NOW` stands still until `advance`."""
        self._source = source
        self._ahead = 0.0

    def __call__(self) -> float:
        """Returns the time."""
        return self._source() + self._ahead

    def advance(self, seconds: float) -> None:
        """Puts the clock forward."""
        self._ahead += seconds

    def stop(self) -> None:
        """Lets the clock stand still until it is put forward."""
        now = self()
        self._source, self._ahead = (lambda: now), 0.0
