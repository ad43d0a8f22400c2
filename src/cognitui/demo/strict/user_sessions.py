"""Sessions of a pool's users, as ListUserSessions shows them: one per sign-in, and one per login of a browser.

They have nothing to do with the Session of a challenge, which is in `sessions`. Source: the service model of botocore
1.44.8, and AWS, "User sessions".
"""

from __future__ import annotations

import re
import secrets
import string
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum

from cognitui.demo.strict.errors import invalid_parameter
from cognitui.demo.strict.parameters import Parameters, optional
from cognitui.demo.strict.pools import AppClient, Pool
from cognitui.demo.strict.users import User
from cognitui.demo.strict.wire import Body

SESSION_ID = re.compile(r"(tkn|sso)[a-z0-9]{25}")
"""The pattern of a SessionId in the service model."""

LONGEST_SSO_SESSION = 129_600 * 60.0
"""Seconds: the most that MaxValidityMinutes of an app client may be."""

_ALPHABET = string.ascii_lowercase + string.digits

_SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iOS"),
    ("iPad", "iPadOS"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("macos", "macOS"),
    ("linux", "Linux"),
)
_PROGRAMS = ("Edg", "Firefox", "Chrome", "Safari", "Boto3", "aws-cli", "cognitui")
"""What a User-Agent names, the more specific first: Edge names Chrome too, and Chrome names Safari."""


class SessionType(StrEnum):
    """The two types of sessions."""

    TOKEN = "TOKEN"
    """A sign-in of an app: ends with its refresh token."""
    SSO = "SSO"
    """A browser that is logged in at the domain; apps may sign in through it without a password."""


@dataclass(frozen=True, slots=True)
class Caller:
    """The machine that a call comes from, as AWS describes it."""

    device: str = "unknown"
    ip_address: str = "127.0.0.1"
    city: str = ""
    """Empty if the address says nothing of it."""
    country: str = "unknown"
    """In English, as AWS's database of addresses names it."""

    @classmethod
    def of(cls, user_agent: str) -> Caller:
        """Return the caller with that User-Agent; all callers are on this machine, which is nowhere on the map."""
        system = next((name for mark, name in _SYSTEMS if mark.casefold() in user_agent.casefold()), "")
        program = next((name for name in _PROGRAMS if f"{name}/" in user_agent), "").replace("Edg", "Edge")
        return cls(", ".join(filter(None, (system, program))) or "unknown")


@dataclass(slots=True)
class UserSession:
    """A session of a user."""

    id: str
    client: AppClient
    user: User
    began_at: float
    """Seconds since the epoch."""
    active_at: float
    ends_at: float
    caller: Caller
    """Of the most recent activity."""
    jti: str = ""
    """The `origin_jti` of its tokens; empty for an SSO session."""
    origin: str = ""
    """The id of the SSO session that a token session came through; empty if it came through the API."""

    @property
    def type(self) -> SessionType:
        """Its type, which its id begins with."""
        return SessionType.SSO if self.id.startswith("sso") else SessionType.TOKEN

    def description(self, current_jti: str = "") -> Body:
        """Return it as a SessionDescriptionType; `current_jti` is the `origin_jti` of the access token that asks."""
        caller = self.caller
        city = {"City": caller.city} if caller.city else {}
        return {
            "SessionId": self.id,
            "SessionType": self.type,
            "ClientId": self.client.id,
            "CreateDate": self.began_at,
            "LastActiveDate": self.active_at,
            "DeviceType": caller.device,
            "LastIPAddress": caller.ip_address,
            "LastLocation": {**city, "Country": caller.country},
            **({"OriginSessionId": self.origin} if self.origin else {}),
            "IsCurrentSession": bool(current_jti) and self.jti == current_jti,
        }


class UserSessions:
    """The sessions of all pools that track them."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._sessions: dict[str, UserSession] = {}
        self.caller = Caller()
        """The machine of the current call."""

    def begin(self, client: AppClient, user: User, jti: str, origin: str = "") -> None:
        """Note a sign-in, if the pool tracks sessions.

        Args:
            client: The app client.
            user: The user.
            jti: The `origin_jti` of the tokens.
            origin: The id of the SSO session that it came through; empty if it came through the API.
        """
        if client.pool.session_tracking.enabled:
            self._add("tkn", client, user, client.refresh_validity, jti, origin)
            self._touch(origin)

    def begin_sso(self, client: AppClient, user: User) -> str:
        """Note the login of a browser; return the session's id, or an empty text if the pool tracks none."""
        if not client.pool.session_tracking.enabled:
            return ""
        return self._add("sso", client, user, LONGEST_SSO_SESSION)

    def record(self, client: AppClient, user: User, caller: Caller, age: float, *, by_browser: bool = False) -> None:
        """Add a session that has been there for a while, without tokens.

        Args:
            client: The app client.
            user: The user.
            caller: The machine that it is on.
            age: Seconds since its beginning, which was its last activity.
            by_browser: Whether it came through the login of a browser, which is added too.
        """
        origin = self._add("sso", client, user, LONGEST_SSO_SESSION) if by_browser else ""
        token = self._add("tkn", client, user, client.refresh_validity, origin=origin)
        for session_id in filter(None, (origin, token)):
            session = self._sessions[session_id]
            began_at, ends_at = session.began_at - age, session.ends_at - age
            self._sessions[session_id] = replace(
                session, began_at=began_at, active_at=began_at, ends_at=ends_at, caller=caller
            )

    def touch(self, jti: str, *, rotated: bool = False) -> None:
        """Note a refresh; only a rotation is an activity of the SSO session, too."""
        for session in self._of_sign_in(jti):
            self._touch(session.id)
            if rotated:
                self._touch(session.origin)

    def surplus(self, user: User, pool: Pool) -> tuple[UserSession, ...]:
        """Return the token sessions that a new one of the user must replace, the least recently used first."""
        tracking = pool.session_tracking
        if not tracking.enabled:
            return ()
        held = [session for session in self.of(user) if session.type is SessionType.TOKEN]
        held.sort(key=lambda session: session.active_at)
        return tuple(held[: max(0, len(held) + 1 - tracking.max_per_user)])

    def of(self, user: User) -> tuple[UserSession, ...]:
        """Return the sessions of a user that have not expired, the newest first."""
        found = [session for session in self._sessions.values() if session.user is user]
        now = self._now()
        return tuple(session for session in reversed(found) if now < session.ends_at)

    def find(self, user: User, session_id: str) -> UserSession | None:
        """Return a session of a user by its id, or None."""
        return next((session for session in self.of(user) if session.id == session_id), None)

    def is_open(self, session_id: str) -> bool:
        """Return whether there is still a session with this id."""
        return session_id in self._sessions

    def linked_to(self, session: UserSession) -> tuple[UserSession, ...]:
        """Return the SSO session that a token session came through, or the token sessions of an SSO session."""
        return tuple(
            other for other in self.of(session.user) if session.origin == other.id or other.origin == session.id
        )

    def parent_of(self, jti: str) -> UserSession | None:
        """Return the SSO session that a sign-in came through, or None."""
        return next((self._sessions.get(session.origin) for session in self._of_sign_in(jti)), None)

    def end(self, session_id: str) -> None:
        """Remove a session; its tokens are not revoked by this."""
        self._sessions.pop(session_id, None)

    def end_sign_in(self, jti: str) -> None:
        """Remove the session of a sign-in."""
        for session in self._of_sign_in(jti):
            self.end(session.id)

    def _of_sign_in(self, jti: str) -> tuple[UserSession, ...]:
        return tuple(session for session in self._sessions.values() if jti and session.jti == jti)

    def _add(self, prefix: str, client: AppClient, user: User, lifetime: float, jti: str = "", origin: str = "") -> str:
        now, session_id = self._now(), prefix + "".join(secrets.choice(_ALPHABET) for _ in range(25))
        self._sessions[session_id] = UserSession(
            session_id, client, user, now, now, now + lifetime, self.caller, jti, origin
        )
        return session_id

    def _touch(self, session_id: str) -> None:
        if (session := self._sessions.get(session_id)) is not None:
            self._sessions[session_id] = replace(session, active_at=self._now(), caller=self.caller)


def ends_linked(parameters: Parameters) -> bool:
    """Return whether RevokeAssociatedSessions is LINKED; NONE is the default."""
    given = optional(parameters, "RevokeAssociatedSessions") or "NONE"
    if given not in ("NONE", "LINKED"):
        raise invalid_parameter(
            "1 validation error detected: Value at 'revokeAssociatedSessions' failed to satisfy constraint: "
            "Member must satisfy enum value set: [NONE, LINKED]"
        )
    return given == "LINKED"
