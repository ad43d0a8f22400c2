"""A program that is ended from outside gives the terminal back, too."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable
from contextlib import suppress

_ENDING = ("SIGTERM", "SIGHUP")


def leave_on_signals(leave: Callable[[int], None]) -> None:
    """Calls `leave` with 128 and the signal's number, as shells tell it, when the system asks the program to end.

    Windows has no such signals for a program in a console, and a loop that is not of the main thread takes none.
    """
    loop = asyncio.get_running_loop()
    for name in _ENDING:
        if (number := getattr(signal, name, None)) is not None:
            with suppress(NotImplementedError, RuntimeError, ValueError):
                loop.add_signal_handler(number, leave, 128 + number)
