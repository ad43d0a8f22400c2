"""How long nobody has touched the screen."""

from __future__ import annotations

from collections.abc import Callable


class IdleWatch:
    """Says whether the screen has been left alone.

    It follows whichever clock has gone further: the wall clock may be set back, and the other one may stand still while
    the machine sleeps.
    """

    def __init__(self, limit: float, *clocks: Callable[[], float]) -> None:
        """Create one that was touched now.

        Args:
            limit: Seconds after which the screen counts as left alone; 0 is never.
            clocks: Each returns seconds, from any beginning.
        """
        self._limit = limit
        self._clocks = clocks
        self.touch()

    def touch(self) -> None:
        """Note a key or a click."""
        self._touched_at = [clock() for clock in self._clocks]

    def has_run_out(self) -> bool:
        """Return whether nobody has been there for that long; a machine that slept in between counts, too."""
        gone = (clock() - at for clock, at in zip(self._clocks, self._touched_at, strict=True))
        return self._limit > 0 and max(gone) >= self._limit
