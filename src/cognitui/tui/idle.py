"""How long nobody has touched the screen."""

from __future__ import annotations


class IdleWatch:
    """Tells when the screen has been left alone."""

    def __init__(self, limit: float, now: float) -> None:
        """Takes the seconds after which it counts as left alone (0 is never), and the time, since the epoch."""
        self._limit = limit
        self._touched_at = now

    def touched(self, now: float) -> None:
        """Notes a key or a click."""
        self._touched_at = now

    def has_run_out(self, now: float) -> bool:
        """Returns whether nobody has been there for that long; a machine that slept meanwhile counts, too."""
        return self._limit > 0 and now - self._touched_at >= self._limit
