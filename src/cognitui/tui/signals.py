"""A program that is ended from outside: it gives the terminal back and ends, even if nothing else works any more."""

from __future__ import annotations

import asyncio
import queue
import signal
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from types import FrameType
from typing import Any

_ENDING = ("SIGTERM", "SIGHUP", "SIGINT", "SIGQUIT")

_PATIENCE = 4.0
"""Seconds in which the program ends in its own way; then it is ended."""


class EndingSignals:
    """Hears the signals that end a program, for as long as it has the terminal.

    Python's own handlers and not the loop's: these run only while the loop does.
    """

    def __init__(
        self, leave: Callable[[int], object], force: Callable[[int], object], patience: float = _PATIENCE
    ) -> None:
        """Create them; nothing is heard yet.

        Args:
            leave: Is called in the loop with the exit code, 128 and the signal's number as shells have it.
            force: Is called with the code in a thread if the program still runs after that; ends it.
            patience: Seconds until then.
        """
        self._leave = leave
        self._force = force
        self._patience = patience
        self._loop = asyncio.get_running_loop()
        self._codes: queue.SimpleQueue[int | None] = queue.SimpleQueue()
        self._before: dict[int, Any] = {}

    def hear(self) -> None:
        """Hears them from now on. Windows has most of them not, and only the main thread may set handlers."""
        for name in _ENDING:
            if (number := getattr(signal, name, None)) is not None:
                with suppress(ValueError, OSError):
                    self._before[number] = signal.signal(number, self._take)
        threading.Thread(target=self._see_to_it, name="cognitui-ending", daemon=True).start()

    def unhear(self) -> None:
        """Gives the signals their former meaning; a program that is ending already will still be ended."""
        self._codes.put(None)
        for number, handler in self._before.items():
            with suppress(ValueError, OSError, TypeError):
                signal.signal(number, handler)
        self._before = {}

    def end(self, code: int) -> None:
        """Ends the program as a signal does; may be called from any thread, and in a handler."""
        # A SimpleQueue may be used in a handler that interrupts another use of it.
        self._codes.put(code)
        with suppress(RuntimeError):  # the loop is closed
            self._loop.call_soon_threadsafe(self._leave, code)

    def _take(self, number: int, _frame: FrameType | None) -> None:
        self.end(128 + number)

    def _see_to_it(self) -> None:
        code = self._codes.get()
        if code is not None:
            time.sleep(self._patience)
            self._force(code)
