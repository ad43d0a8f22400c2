"""Signals that end the program: it restores the terminal and exits, even if nothing else works any more."""

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
"""Seconds in which the program can exit on its own before it is forced to."""


class EndingSignals:
    """Handles the signals that end a program while it uses the terminal.

    Uses Python's handlers, because the loop's only run while the loop does.
    """

    def __init__(
        self, leave: Callable[[int], object], force: Callable[[int], object], patience: float = _PATIENCE
    ) -> None:
        """Create the handlers without installing them.

        Args:
            leave: Called in the loop with the exit code: 128 plus the signal's number, as in shells.
            force: Called with the code in a thread if the program still runs after that; ends it.
            patience: Seconds until then.
        """
        self._leave = leave
        self._force = force
        self._patience = patience
        self._loop = asyncio.get_running_loop()
        self._codes: queue.SimpleQueue[int | None] = queue.SimpleQueue()
        self._before: dict[int, Any] = {}

    def hear(self) -> None:
        """Install the handlers. Windows lacks most of the signals, and only the main thread may install handlers."""
        for name in _ENDING:
            if (number := getattr(signal, name, None)) is not None:
                with suppress(ValueError, OSError):
                    self._before[number] = signal.signal(number, self._take)
        threading.Thread(target=self._see_to_it, name="cognitui-ending", daemon=True).start()

    def unhear(self) -> None:
        """Restore the previous handling of the signals; a program that is already ending still ends."""
        self._codes.put(None)
        for number, handler in self._before.items():
            with suppress(ValueError, OSError, TypeError):
                signal.signal(number, handler)
        self._before = {}

    def end(self, code: int) -> None:
        """End the program as a signal does; works in any thread, and in a handler."""
        # A SimpleQueue can be used in a handler that interrupts another use of it.
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
