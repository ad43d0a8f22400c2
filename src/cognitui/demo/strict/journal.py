"""Journal of the calls to the server, for tests to inspect."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from cognitui.demo.strict.parameters import Parameters
from cognitui.demo.strict.wire import Answer


@dataclass(slots=True)
class Request:
    """A call to the server. Its secrets are in clear: a test may look for them."""

    operation: str
    """`InitiateAuth`; `jwks` for the key set."""
    parameters: Parameters
    headers: Mapping[str, str]
    at: float
    """Seconds since the epoch, on the server's clock."""
    answer: Answer | None = field(default=None)
    """None while the call is in progress."""


class Journal:
    """Every request since the server started, in the order of arrival."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._requests: list[Request] = []
        self._in_progress: Counter[str] = Counter()
        self._most: Counter[str] = Counter()

    @property
    def requests(self) -> tuple[Request, ...]:
        """All requests."""
        with self._changed:
            return tuple(self._requests)

    def of(self, operation: str) -> tuple[Request, ...]:
        """Return the requests of an operation."""
        return tuple(request for request in self.requests if request.operation == operation)

    def count(self, operation: str) -> int:
        """Return the number of requests of an operation."""
        return len(self.of(operation))

    def last(self, operation: str) -> Request:
        """Return the latest request of an operation, or raise IndexError if there is none."""
        return self.of(operation)[-1]

    def most_at_once(self, operation: str = "") -> int:
        """Return the highest number of concurrent calls, of an operation or in total."""
        with self._changed:
            return self._most[operation]

    def wait_for(self, operation: str, count: int = 1, timeout: float = 5.0) -> bool:
        """Wait until so many calls of an operation have arrived; return whether they have."""
        with self._changed:
            return self._changed.wait_for(
                lambda: sum(request.operation == operation for request in self._requests) >= count, timeout
            )

    @contextmanager
    def record(self, request: Request) -> Iterator[None]:
        """Record a request, and count it as in progress while the block runs."""
        counted = (request.operation, "")
        with self._changed:
            self._requests.append(request)
            self._in_progress.update(counted)
            for name in counted:
                self._most[name] = max(self._most[name], self._in_progress[name])
            self._changed.notify_all()
        try:
            yield
        finally:
            with self._changed:
                self._in_progress.subtract(counted)
