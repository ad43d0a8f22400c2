"""Asking once more: where a repeat is safe, with pauses that grow."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from cognitui.model.errors import ServiceFault, Throttled

Result = TypeVar("Result")

_ATTEMPTS = 3
_FIRST_PAUSE = 0.2
_LONGEST_PAUSE = 2.0


class Repeats:
    """Asks again where the service was busy or broke off."""

    def __init__(self, sleep: Callable[[float], None], jitter: Callable[[], float]) -> None:
        """Takes how to wait, in seconds; `jitter` returns 0 to 1."""
        self._sleep = sleep
        self._jitter = jitter

    def of(self, ask: Callable[[], Result], *, repeat: bool = True) -> Result:
        """Returns what `ask` brings, after three attempts at the most; raises what the last one raises.

        Args:
            ask: The call.
            repeat: False where a second call could do harm: a refresh token or a code may be good for one use.
        """
        attempts = _ATTEMPTS if repeat else 1
        for attempt in range(1, attempts + 1):
            try:
                return ask()
            except (Throttled, ServiceFault):
                if attempt == attempts:
                    raise
                # AWS, "Exponential backoff and jitter": full jitter spreads callers that were refused together.
                self._sleep(min(_LONGEST_PAUSE, _FIRST_PAUSE * 2**attempt) * self._jitter())
        raise AssertionError("the last attempt returns or raises")
