"""Sessions: what holds a sign-in together between a challenge and its answer."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Generic, TypeVar

from tests.strict.pools import AppClient, User
from tests.strict.refusal import not_authorized

Detail = TypeVar("Detail")


@dataclass(frozen=True, slots=True)
class Pending(Generic[Detail]):
    """A challenge that waits."""

    client: AppClient
    user: User | None
    """None where the name is nobody's and the client must not tell."""
    detail: Detail
    ends_at: float


class Sessions(Generic[Detail]):
    """Challenges that wait, by what comes back with the answer. Each is good for one use."""

    def __init__(self) -> None:
        self._pending: dict[str, Pending[Detail]] = {}
        self._used: set[str] = set()

    def open(self, pending: Pending[Detail], name: str = "") -> str:
        """Returns the session of a challenge, under a name of its own unless it is handed one."""
        session = name or f"AYABe{secrets.token_urlsafe(600)}"
        self._pending[session] = pending
        return session

    def __contains__(self, session: str) -> bool:
        return session in self._pending or session in self._used

    def look(self, session: str, client: AppClient, now: float) -> Pending[Detail]:
        """Returns what waits under a session, and leaves it there.

        Raises:
            Refusal: It is used, expired, another client's or never was.
        """
        if session in self._used:
            raise not_authorized("Invalid session for the user, session can only be used once.")
        pending = self._pending.get(session)
        if pending is None or pending.client is not client:
            raise not_authorized("Invalid session for the user.")
        if now >= pending.ends_at:
            raise not_authorized("Invalid session for the user, session is expired.")
        return pending

    def burn(self, session: str) -> None:
        """Ends a session: whatever comes of its answer, there is no second."""
        self._pending.pop(session, None)
        self._used.add(session)
