"""Who a browser is logged in as: the cookie of a pool's domain."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie

from cognitui.demo.strict.pools import Pool, User
from cognitui.demo.strict.wire import Call

_NAME = "cognito"

_LIFETIME = 3_600.0
"""AWS, "Managed login": a session lasts an hour, and no setting changes that."""


@dataclass(frozen=True, slots=True)
class _Session:
    pool: Pool
    user: User
    ends_at: float


class BrowserSessions:
    """The cookies that are out."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._sessions: dict[str, _Session] = {}

    def begin(self, pool: Pool, user: User) -> dict[str, str]:
        """Returns the header that logs a browser in; who was logged in before is so no longer."""
        cookie = secrets.token_urlsafe(32)
        self._sessions[cookie] = _Session(pool, user, self._now() + _LIFETIME)
        return {"Set-Cookie": f"{_NAME}={cookie}; Path=/; HttpOnly; SameSite=Lax; Max-Age={_LIFETIME:.0f}"}

    def user(self, pool: Pool, call: Call) -> User | None:
        """Returns who a browser is logged in as, or None."""
        session = self._sessions.get(_cookie_of(call))
        if session is None or session.pool is not pool or self._now() >= session.ends_at or not session.user.enabled:
            return None
        return session.user

    def end(self, call: Call) -> dict[str, str]:
        """Returns the header that logs a browser out."""
        self._sessions.pop(_cookie_of(call), None)
        return {"Set-Cookie": f"{_NAME}=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0"}


def _cookie_of(call: Call) -> str:
    try:
        cookies = SimpleCookie(call.headers.get("cookie", ""))
    except CookieError:
        return ""
    return cookies[_NAME].value if _NAME in cookies else ""
