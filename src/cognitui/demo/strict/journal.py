"""What was asked of the server, for a test to look at."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from cognitui.demo.strict.answer import Answer
from cognitui.demo.strict.parameters import Parameters


@dataclass(slots=True)
class Request:
    """A call that came in. Its secrets are there in clear: a test may look for them."""

    operation: str
    """`InitiateAuth`; `jwks` for the key set."""
    parameters: Parameters
    headers: Mapping[str, str]
    at: float
    """Seconds since the epoch, on the server's clock."""
    answer: Answer | None = field(default=None)
    """What it got; None while it is underway."""


class Journal:
    """Every request since the server started, in the order of arrival."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._requests: list[Request] = []
        self._underway: Counter[str] = Counter()
        self._most: Counter[str] = Counter()

    @property
    def requests(self) -> tuple[Request, ...]:
        """All of them."""
        with self._changed:
            return tuple(self._requests)

    def of(self, operation: str) -> tuple[Request, ...]:
        """Returns those of an operation."""
        return tuple(request for request in self.requests if request.operation == operation)

    def count(self, operation: str) -> int:
        """Returns how many calls of an operation came."""
        return len(self.of(operation))

    def last(self, operation: str) -> Request:
        """Returns the latest of an operation; an IndexError where there is none."""
        return self.of(operation)[-1]

    def most_at_once(self, operation: str = "") -> int:
        """Returns how many calls were underway at a time, of an operation or in all."""
        with self._changed:
            return self._most[operation]

    def wait_for(self, operation: str, count: int = 1, timeout: float = 5.0) -> bool:
        """Waits until so many calls of an operation have arrived; tells whether they have."""
        with self._changed:
            return self._changed.wait_for(
                lambda: sum(request.operation == operation for request in self._requests) >= count, timeout
            )

    @contextmanager
    def underway(self, request: Request) -> Iterator[None]:
        """Writes a request down, and counts it as underway for as long as the block runs."""
        counted = (request.operation, "")
        with self._changed:
            self._requests.append(request)
            self._underway.update(counted)
            for name in counted:
                self._most[name] = max(self._most[name], self._underway[name])
            self._changed.notify_all()
        try:
            yield
        finally:
            with self._changed:
                self._underway.subtract(counted)
