"""Sessions: what holds a sign-in together between a challenge and its answer."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

from cognitui.demo.strict.attempt import Attempt
from cognitui.demo.strict.challenge import Response
from cognitui.demo.strict.pools import AppClient
from cognitui.demo.strict.refusal import invalid_parameter, not_authorized, wrong_credentials

Detail = TypeVar("Detail")


@dataclass(frozen=True, slots=True)
class Pending(Generic[Detail]):
    """A challenge that waits."""

    attempt: Attempt
    detail: Detail
    ends_at: float


class Sessions(Generic[Detail]):
    """What waits of one challenge, by what comes back with the answer. Each is good for one use."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._pending: dict[str, Pending[Detail]] = {}
        self._used: set[str] = set()

    def open(self, attempt: Attempt, detail: Detail) -> str:
        """Returns the session of a challenge; it lives as long as the client says."""
        session = new_session()
        self.keep(session, attempt, detail, attempt.client.session_validity)
        return session

    def keep(self, name: str, attempt: Attempt, detail: Detail, lifetime: float) -> None:
        """Lets a challenge wait under a name of its own, for some seconds."""
        self._pending[name] = Pending(attempt, detail, self._now() + lifetime)

    def __contains__(self, session: str) -> bool:
        return session in self._pending or session in self._used

    def answered(self, response: Response, *, by_typed_name: bool = False) -> Pending[Detail]:
        """Returns what an answer is for, and leaves it there: `burn` ends it.

        Args:
            response: The answer.
            by_typed_name: Whether the challenge told no name, so that the one it began with will do.

        Raises:
            Refusal: The session is missing or no good, or the answer names another user than the challenge did.
        """
        if response.session is None:
            raise invalid_parameter("Missing required parameter Session")
        pending = self.look(response.session, response.client)
        names = (pending.attempt.username, pending.attempt.typed if by_typed_name else "")
        if response.username not in names:
            raise wrong_credentials()
        key = response.given.get("DEVICE_KEY", pending.attempt.device_key)
        return replace(pending, attempt=pending.attempt.on_device(key))

    def look(self, session: str, client: AppClient | None = None) -> Pending[Detail]:
        """Returns what waits under a session, and leaves it there.

        Raises:
            Refusal: It is used, expired, another client's, another challenge's or never was.
        """
        if session in self._used:
            raise not_authorized("Invalid session for the user, session can only be used once.")
        pending = self._pending.get(session)
        if pending is None or client not in (None, pending.attempt.client):
            raise not_authorized("Invalid session for the user.")
        if self._now() >= pending.ends_at:
            raise not_authorized("Invalid session for the user, session is expired.")
        return pending

    def burn(self, session: str | None) -> None:
        """Ends a session: whatever comes of its answer, there is no second."""
        if session is not None:
            self._pending.pop(session, None)
            self._used.add(session)


def new_session() -> str:
    """Returns a session that is nobody's yet, as long as Cognito's."""
    return f"AYABe{secrets.token_urlsafe(600)}"
