"""Lets a test act just before one of the system calls that a piece of code makes: fail it, or die.

No call is replaced: the interpreter calls its profile function for every C function before it runs, and an exception
that leaves the profile function takes the place of the call.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

_MODULES = frozenset({"posix", "nt", "fcntl", "msvcrt", "_io", "io"})
_NO_CALLS = frozenset({"fspath", "geteuid", "getpid", "urandom", "__exit__"})
"""Functions of those modules that cannot fail, or only after they have done what they do."""

_TEXT_ONLY = ("_path_normpath", "_path_splitroot")
"""How names begin of functions that only take a path's text apart; pathlib calls `_path_splitroot_ex` since 3.13."""

Seen = list[str]

EVERY = 1_000_000
"""A number that no code reaches: all its calls are reported, and nothing is done."""


@contextmanager
def before_system_call(number: int, act: Callable[[], None]) -> Iterator[Seen]:
    """Call `act` before the system call of that number, counted from 0; yields the names of those that were reached.

    Only the thread that enters is watched. What `act` raises is raised in place of the call, as a real failure is.
    """
    seen: Seen = []

    def watch(frame: FrameType, event: str, function: object) -> None:
        if event != "c_call" or not _is_system_call(function):
            return
        seen.append(getattr(function, "__qualname__", "?"))
        if len(seen) == number + 1:
            act()

    before = sys.getprofile()
    sys.setprofile(watch)
    try:
        yield seen
    finally:
        sys.setprofile(before)


def _is_system_call(function: object) -> bool:
    owner = getattr(function, "__self__", None)
    module = getattr(function, "__module__", None) or type(owner).__module__
    name = getattr(function, "__name__", "")
    return module in _MODULES and name not in _NO_CALLS and not name.startswith(_TEXT_ONLY)
