"""Errors in AWS's words: those that an operation raises, and those that a test injects."""

from __future__ import annotations

import json
import threading
from collections import defaultdict, deque
from dataclasses import dataclass, replace

from cognitui.demo.strict.wire import Answer, Delivery

_LONGEST_HANG = 60.0
"""Seconds: a test that forgets to release must not hang the suite."""


class Refusal(Exception):
    """An error answer. `name` is the exception of Cognito's service model, `message` its text."""

    def __init__(self, name: str, message: str = "", status: int = 400) -> None:
        super().__init__(f"{name}: {message}")
        self.name = name
        self.message = message
        self.status = status

    @property
    def answer(self) -> Answer:
        """The error in the JSON 1.1 protocol."""
        body = {"__type": self.name, **({"message": self.message} if self.message else {})}
        return Answer(self.status, json.dumps(body).encode(), error=self.name)


def not_authorized(message: str) -> Refusal:
    """Return NotAuthorizedException, whose message distinguishes a dozen causes."""
    return Refusal("NotAuthorizedException", message)


def invalid_parameter(message: str) -> Refusal:
    """Return InvalidParameterException."""
    return Refusal("InvalidParameterException", message)


def operation_not_enabled(
    message: str = "This operation is not enabled in the current Region or for the current user pool configuration.",
) -> Refusal:
    """Return the refusal of an operation that the pool's settings, or its Region, do not have."""
    return Refusal("OperationNotEnabledException", message)


def wrong_credentials() -> Refusal:
    """Return the refusal of a wrong password, and of an unknown user if the client hides who exists."""
    return not_authorized("Incorrect username or password.")


@dataclass(frozen=True, slots=True)
class InjectedError:
    """An error of one call. Without an answer of its own, it spoils the answer of the operation."""

    answer: Answer | None = None
    performed: bool = False
    """Whether the operation runs and only its answer is lost: a refresh token is used up then."""
    delivery: Delivery = Delivery.WHOLE
    hang: float = 0.0
    """Seconds before the answer, unless `InjectedErrors.release` comes first."""

    def spoil(self, own: Answer | None) -> Answer:
        """Return what to send; `own` is the operation's answer, None if it was not performed."""
        answer = self.answer or own
        if answer is None:
            return Answer(delivery=Delivery.DROPPED)
        return replace(answer, delivery=self.delivery)


@dataclass(frozen=True, slots=True)
class Injection:
    """An injected error that has met its call."""

    error: InjectedError
    released: threading.Event

    def wait(self) -> None:
        """Hang as long as the error says, or until released."""
        if self.error.hang:
            self.released.wait(self.error.hang)


class InjectedErrors:
    """The errors to inject, by operation: first the queued ones, one per call, then the permanent one."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._queues: defaultdict[str, deque[InjectedError]] = defaultdict(deque)
        self._permanent: dict[str, InjectedError] = {}
        self._released = threading.Event()

    def add(self, operation: str, *errors: InjectedError) -> None:
        """Queue errors for the next calls of an operation (`InitiateAuth`; `jwks` for the key set)."""
        with self._guard:
            self._queues[operation].extend(errors)

    def always(self, operation: str, error: InjectedError) -> None:
        """Inject an error into every call of an operation: `unknown_operation()` imitates an emulator."""
        with self._guard:
            self._permanent[operation] = error

    def clear(self) -> None:
        """Remove all errors."""
        with self._guard:
            self._queues.clear()
            self._permanent.clear()

    def next(self, operation: str) -> Injection | None:
        """Return the error for this call; a later `release` applies to it too."""
        with self._guard:
            queue = self._queues[operation]
            error = queue.popleft() if queue else self._permanent.get(operation)
            return Injection(error, self._released) if error else None

    def release(self) -> None:
        """Resume the calls that have arrived and hang."""
        with self._guard:
            released, self._released = self._released, threading.Event()
            released.set()

    def close(self) -> None:
        """Resume the calls that hang, and let no other hang."""
        with self._guard:
            self._released.set()


def throttle() -> InjectedError:
    """Return TooManyRequestsException."""
    return InjectedError(Refusal("TooManyRequestsException", "Rate exceeded").answer)


def limit_exceeded() -> InjectedError:
    """Return LimitExceededException: too many codes were requested, or tried."""
    return InjectedError(
        Refusal("LimitExceededException", "Attempt limit exceeded, please try after some time.").answer
    )


def oauth_error(error: str, status: int = 400) -> InjectedError:
    """Return an error of the OAuth endpoints, such as `invalid_grant`."""
    return InjectedError(Answer(status, json.dumps({"error": error}).encode(), "application/json", error=error))


def http_500(*, performed: bool = False) -> InjectedError:
    """Return InternalErrorException, in JSON."""
    return InjectedError(Refusal("InternalErrorException", "Internal error", 500).answer, performed)


def html_page(status: int = 502) -> InjectedError:
    """Return the page of a gateway, or of an emulator without the operation."""
    return InjectedError(Answer(status, b"<html><body><h1>It did not work</h1></body></html>", "text/html"))


def unknown_operation() -> InjectedError:
    """Return UnknownOperationException: the server does not have the operation."""
    return InjectedError(Refusal("UnknownOperationException").answer)


def forbidden() -> InjectedError:
    """Return the refusal of a WAF rule of the pool."""
    return InjectedError(Refusal("ForbiddenException", "Request not allowed due to WAF block.", 403).answer)


def empty() -> InjectedError:
    """Return an empty result."""
    return InjectedError(Answer())


def drop(*, performed: bool = False) -> InjectedError:
    """Close the connection without an answer."""
    return InjectedError(performed=performed, delivery=Delivery.DROPPED)


def cut_off(*, detectable: bool = True) -> InjectedError:
    """Send half of the answer; `detectable` if Content-Length shows that the rest is missing."""
    return InjectedError(performed=True, delivery=Delivery.BROKEN_OFF if detectable else Delivery.CUT_SHORT)


def hang(seconds: float = _LONGEST_HANG, *, performed: bool = True) -> InjectedError:
    """Hang so many seconds, or until `InjectedErrors.release`; if not performed, drop the connection then."""
    return InjectedError(performed=performed, hang=seconds)
