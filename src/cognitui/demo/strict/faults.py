"""Faults on demand: what goes wrong between a client and Cognito, and the ways of emulators."""

from __future__ import annotations

import json
import threading
from collections import defaultdict, deque
from dataclasses import dataclass, replace

from cognitui.demo.strict.answer import Answer, Delivery, refusal_of
from cognitui.demo.strict.refusal import Refusal

_LONGEST_HANG = 60.0
"""Seconds: a test that forgets to release must not hang the suite."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One call that goes wrong. Without an answer of its own it spoils that of the operation."""

    answer: Answer | None = None
    performed: bool = False
    """The operation was done, and only its answer is lost: a refresh token is used up then."""
    delivery: Delivery = Delivery.WHOLE
    hang: float = 0.0
    """Seconds before the answer, or until `Faults.release`."""

    def spoil(self, own: Answer | None) -> Answer:
        """Returns what is sent; `own` is the operation's answer, None where it was not performed."""
        answer = self.answer or own
        if answer is None:
            return Answer(delivery=Delivery.DROPPED)
        return replace(answer, delivery=self.delivery)


@dataclass(frozen=True, slots=True)
class Taken:
    """A fault that has found its call."""

    fault: Fault
    released: threading.Event

    def wait(self) -> None:
        """Hangs as long as the fault says, or until it is released."""
        if self.fault.hang:
            self.released.wait(self.fault.hang)


class Faults:
    """Which calls go wrong, by operation: first what was queued, one fault a call, then what always holds."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._queues: defaultdict[str, deque[Fault]] = defaultdict(deque)
        self._standing: dict[str, Fault] = {}
        self._released = threading.Event()

    def add(self, operation: str, *faults: Fault) -> None:
        """Queues faults for the next calls of an operation (`InitiateAuth`; `jwks` for the key set)."""
        with self._guard:
            self._queues[operation].extend(faults)

    def always(self, operation: str, fault: Fault) -> None:
        """Lets every call of an operation go wrong: `html_page()` or `unknown_operation()` make an emulator."""
        with self._guard:
            self._standing[operation] = fault

    def clear(self) -> None:
        """Takes all faults back."""
        with self._guard:
            self._queues.clear()
            self._standing.clear()

    def take(self, operation: str) -> Taken | None:
        """Returns the fault of this call; a `release` from now on is for it, too."""
        with self._guard:
            queue = self._queues[operation]
            fault = queue.popleft() if queue else self._standing.get(operation)
            return Taken(fault, self._released) if fault else None

    def release(self) -> None:
        """Lets the calls go on that have arrived and hang."""
        with self._guard:
            released, self._released = self._released, threading.Event()
            released.set()

    def close(self) -> None:
        """Releases, and lets nothing hang any more."""
        with self._guard:
            self._released.set()


def throttle() -> Fault:
    """TooManyRequestsException."""
    return Fault(refusal_of(Refusal("TooManyRequestsException", "Rate exceeded")))


def limit_exceeded() -> Fault:
    """LimitExceededException: too many codes were asked for, or tried."""
    return Fault(refusal_of(Refusal("LimitExceededException", "Attempt limit exceeded, please try after some time.")))


def oauth_error(error: str, status: int = 400) -> Fault:
    """An error of the OAuth endpoints, such as `invalid_grant`."""
    return Fault(Answer(status, json.dumps({"error": error}).encode(), "application/json", error=error))


def http_500(*, performed: bool = False) -> Fault:
    """InternalErrorException, in JSON."""
    return Fault(refusal_of(Refusal("InternalErrorException", "Internal error", 500)), performed)


def html_page(status: int = 502) -> Fault:
    """The page of a gateway, or of an emulator that lacks the call."""
    return Fault(Answer(status, b"<html><body><h1>It did not work</h1></body></html>", "text/html"))


def unknown_operation() -> Fault:
    """UnknownOperationException: the server lacks the call."""
    return Fault(refusal_of(Refusal("UnknownOperationException")))


def forbidden() -> Fault:
    """A WAF rule of the pool."""
    return Fault(refusal_of(Refusal("ForbiddenException", "Request not allowed due to WAF block.", 403)))


def empty() -> Fault:
    """An empty result."""
    return Fault(Answer())


def drop(*, performed: bool = False) -> Fault:
    """The connection ends without an answer."""
    return Fault(performed=performed, delivery=Delivery.DROPPED)


def cut_off(*, told: bool = True) -> Fault:
    """Half of the answer; `told` where Content-Length shows that the rest is missing."""
    return Fault(performed=True, delivery=Delivery.BROKEN_OFF if told else Delivery.CUT_SHORT)


def hang(seconds: float = _LONGEST_HANG, *, performed: bool = True) -> Fault:
    """The answer comes after so many seconds, or at `Faults.release`; one that is not performed is dropped then."""
    return Fault(performed=performed, hang=seconds)
