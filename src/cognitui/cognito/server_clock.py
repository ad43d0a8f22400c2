"""What time it is at Cognito, told by the Date header of its answers."""

from __future__ import annotations

from collections.abc import Callable

from cognitui.cognito.replies import skew_by
from cognitui.model.duration import relative

_WORTH_TELLING = 60.0
"""Seconds; a person's clock that is less wrong harms nothing."""


class ServerClock:
    """This machine's clock, put right by what Cognito said last; before it has said anything, as it is."""

    def __init__(self, clock: Callable[[], float], tell: Callable[[str], None]) -> None:
        """Takes this machine's clock (seconds since the epoch), and whom to tell, once, that it is wrong."""
        self._clock = clock
        self._tell = tell
        self._skew = 0.0
        self._told = False

    def __call__(self) -> float:
        """Returns the seconds since the epoch, as Cognito counts them."""
        return self._clock() + self._skew

    def hear(self, date: str) -> None:
        """Takes the Date header of an answer that has just come; one that cannot be read changes nothing."""
        if not date:
            return
        self._skew = skew_by(date, self._clock())
        if abs(self._skew) > _WORTH_TELLING and not self._told:
            self._told = True
            where = relative(0, self._skew) if self._skew > 0 else relative(-self._skew, 0).removeprefix("in ")
            wrong = f"{where.removesuffix(' ago')} {'behind' if self._skew > 0 else 'ahead of'}"
            self._tell(f"This computer's clock is {wrong} Cognito's. cognitui allows for it; your programs may not.")
