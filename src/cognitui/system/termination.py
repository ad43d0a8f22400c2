"""Signals that end a program, as an exception: what has the terminal in its hands gives it back first."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import FrameType
from typing import Any

_ENDING = ("SIGTERM", "SIGHUP", "SIGQUIT")


@contextmanager
def ended_in_order(*, left_to_child: tuple[str, ...] = ()) -> Iterator[None]:
    """Raises SystemExit with 128 and the signal's number, as shells have it, if one comes within the block.

    Args:
        left_to_child: Names of signals that the keyboard sends to a child, too, and that are the child's to answer.
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
    """Not SIG_IGN, which a child would inherit."""
