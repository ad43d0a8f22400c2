"""Terminating signals as an exception, so that code that changed the terminal can restore it first."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import FrameType
from typing import Any

_ENDING = ("SIGTERM", "SIGHUP", "SIGQUIT")


@contextmanager
def ended_in_order(*, left_to_child: tuple[str, ...] = ()) -> Iterator[None]:
    """Raise SystemExit with 128 plus the signal's number, as shells do, if a signal arrives within the block.

    Args:
        left_to_child: Names of signals that the keyboard also sends to a child, and that only the child handles.
    """
    before: dict[int, Any] = {}
    for name in {*_ENDING, *left_to_child}:
        number = getattr(signal, name, None)
        handler = _leave_to_child if name in left_to_child else _end
        if number is not None:
            with suppress(ValueError, OSError):  # only the main thread may
                before[number] = signal.signal(number, handler)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _end(number: int, _frame: FrameType | None) -> None:
    raise SystemExit(128 + number)


def _leave_to_child(_number: int, _frame: FrameType | None) -> None:
    """Do nothing; SIG_IGN would be inherited by the child."""
