"""Bounds on an answer from outside: seconds and bytes, headers included, however slowly it drips."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Bounds:
    """How long and how large one answer may be. Repeats of a call, and the calls of a sign-in, share `total`."""

    connect: float = 5.0
    """Seconds until each address of the host has taken the connection, TLS included."""
    read: float = 10.0
    """Seconds without a single byte."""
    total: float = 30.0
    """Seconds in all. A token may take a refresh and a sign-in after it, and is to come or fail within 60 seconds."""
    largest: int = 8 * 1024 * 1024
    """Bytes; 60 users with all the attributes that Cognito allows have 6 MB."""


class TooSlow(TimeoutError):
    """The seconds are used up."""


class TooLong(OSError):
    """More bytes came than an answer may have."""


class _End:
    """When a `within` is over, by its clock."""

    def __init__(self, at: float, outer: _End | None) -> None:
        self.at = at
        self.outer = outer


_until: ContextVar[_End | None] = ContextVar("until", default=None)
_allowance: ContextVar[Allowance | None] = ContextVar("allowance", default=None)


class Allowance:
    """What is left of the bounds of one answer."""

    def __init__(self, bounds: Bounds, clock: Callable[[], float] = time.monotonic) -> None:
        """Start counting; the end of the surrounding `within` holds as well."""
        self._clock = clock
        end, outer = clock() + bounds.total, _until.get()
        self._end = end if outer is None else min(end, outer.at)
        self._read = bounds.read
        self._bytes = bounds.largest
        self.exceeded: type[TooSlow | TooLong] | None = None

    def seconds(self, at_most: float | None = None) -> float:
        """Return how long the next step may take; raise TooSlow if no time is left."""
        left = self._end - self._clock()
        if left <= 0:
            self.exceeded = TooSlow
            raise TooSlow
        return min(left, self._read if at_most is None else at_most)

    def take(self, count: int) -> None:
        """Count bytes that came; raise TooLong if they are too many."""
        self._bytes -= count
        if self._bytes < 0:
            self.exceeded = TooLong
            raise TooLong

    def timed_out(self) -> None:
        """Note that a step ended because its time was up, which may have been all that was left."""
        if self._clock() >= self._end:
            self.exceeded = TooSlow


@contextmanager
def within(seconds: float, clock: Callable[[], float] = time.monotonic) -> Iterator[None]:
    """Let all answers inside share these seconds; an outer `within` that ends earlier holds."""
    outer = _until.get()
    end = clock() + seconds
    before = _until.set(_End(end if outer is None else min(end, outer.at), outer))
    try:
        yield
    finally:
        _until.reset(before)


@contextmanager
def not_counted(clock: Callable[[], float] = time.monotonic) -> Iterator[None]:
    """Let the time inside count for no `within` around it: no server takes it, but a person or a tool of theirs."""
    began = clock()
    try:
        yield
    finally:
        end = _until.get()
        while end is not None:
            end.at += clock() - began
            end = end.outer


@contextmanager
def spending(allowance: Allowance) -> Iterator[None]:
    """Let the connections of this thread take from an allowance."""
    before = _allowance.set(allowance)
    try:
        yield
    finally:
        _allowance.reset(before)


def allowance() -> Allowance:
    """Return the allowance that `spending` set; one with the usual bounds if there is none."""
    return _allowance.get() or Allowance(Bounds())
