"""Sessions of a user, as a pool that tracks sessions lists them: one per sign-in, on any device.

They have nothing to do with the Session of a challenge. Source: AWS, ListUserSessions; botocore 1.44.8.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from cognitui.model.duration import local_time, relative
from cognitui.model.profile import Profile
from cognitui.model.struct import Frozen, replace
from cognitui.model.text import inert

SESSION_LIMIT = 20
"""MaxPerUser of a pool, unless its admin sets another one."""

_TOKEN, _SSO = "TOKEN", "SSO"

_UNKNOWN = ("", "unknown")
"""What AWS writes for a device or a place that it can't name."""

_SHORTEST_START = 6
"""Characters of a session's id: fewer match too easily."""


class UserSession(Frozen, frozen=True):
    """One sign-in of a user on one device, or one login of a browser that apps sign in through."""

    id: str
    """`tkn` or `sso`, then 25 letters and digits."""
    type: str = _TOKEN
    """TOKEN, or SSO for the login of a browser. Others may come."""
    client_id: str = ""
    client_name: str = ""
    """The app client's name, or whose it is; empty if neither is known."""
    created_at: float | None = None
    """Seconds since the epoch."""
    last_active_at: float | None = None
    """Of a token session, the last refresh."""
    device: str = ""
    ip: str = ""
    city: str = ""
    country: str = ""
    origin_id: str = ""
    """The SSO session that a token session came through; empty if it came through the API."""
    is_current: bool = False
    """Whether the access token that asked belongs to it."""

    @property
    def is_browser(self) -> bool:
        """Whether it is the login of a browser."""
        return self.type == _SSO

    @property
    def device_name(self) -> str:
        """The device, inert; or that it isn't known."""
        return inert(self.device, 80) if self.device.casefold() not in _UNKNOWN else "unknown device"

    @property
    def place(self) -> str:
        """City and country, inert; the address if neither is known, and empty if nothing is."""
        known = (inert(word, 60) for word in (self.city, self.country) if word.casefold() not in _UNKNOWN)
        return ", ".join(known) or inert(self.ip, 60)

    @property
    def app(self) -> str:
        """The app client, inert: its name, else its id."""
        return inert(self.client_name or self.client_id, 80) or "unknown app"

    @property
    def kind_words(self) -> str:
        """What it is: an app's own sign-in, one through a browser's login, or that login."""
        if self.is_browser:
            return "browser login"
        return "app, by browser" if self.origin_id else "app"

    @property
    def details(self) -> str:
        """All that a user may want to know of it, as a sentence; inert."""
        address = f", {inert(self.ip, 60)}" if self.ip and self.ip != self.place else ""
        since = f"; since {local_time(self.created_at)}" if self.created_at is not None else ""
        return f"{self.app} on {self.device_name} ({self.kind_words}); {self.place or 'unknown place'}{address}{since}."

    def active_words(self, now: float) -> str:
        """Return when it was last active, such as `2 min ago`; a dash if Cognito doesn't say."""
        at = self.last_active_at if self.last_active_at is not None else self.created_at
        if at is None:
            return "-"
        # The server's clock may be ahead of this one.
        return relative(min(at, now), now)


def newest_first(sessions: Iterable[UserSession]) -> tuple[UserSession, ...]:
    """Return sessions in the order to show them: this one, then the most recently active."""
    return tuple(sorted(sessions, key=lambda one: (not one.is_current, -(one.last_active_at or one.created_at or 0))))


def linked_with(session: UserSession, sessions: Iterable[UserSession]) -> tuple[UserSession, ...]:
    """Return the sessions that Cognito ends with one, if it is asked to.

    Of a token session, the browser's login that it came through; of such a login, the token sessions from it.
    """
    return tuple(other for other in sessions if session.origin_id == other.id or other.origin_id == session.id)


def find_session(sessions: Iterable[UserSession], given: str) -> UserSession | None:
    """Return the session with an id, or the only one whose id begins with the given text; else None."""
    known = tuple(sessions)
    whole = next((session for session in known if session.id == given), None)
    begins = [session for session in known if len(given) >= _SHORTEST_START and session.id.startswith(given)]
    return whole or (begins[0] if len(begins) == 1 else None)


def with_client_names(
    sessions: Iterable[UserSession], names: Mapping[str, str], profile: Profile, others: Iterable[Profile]
) -> tuple[UserSession, ...]:
    """Return sessions with the names of their app clients.

    Args:
        sessions: The sessions.
        names: The names that the pool gives its app clients, by id.
        profile: The profile whose user it is; its own app client is called after it.
        others: All profiles: an app client without a name is called after the first one of the pool that uses it.
    """
    known = {
        other.client_id: f"client of {other.id}"
        for other in (*reversed(tuple(others)), profile)
        if other.client_id and other.user_pool_id == profile.user_pool_id
    }
    known |= {client_id: name for client_id, name in names.items() if name}
    return tuple(replace(session, client_name=known.get(session.client_id, "")) for session in sessions)


def ended_words(session: UserSession, linked: tuple[UserSession, ...] = ()) -> str:
    """Return what a user should know after a session ended, as sentences."""
    if session.is_browser:
        words = f"Ended: the login of a browser ({session.device_name}). The next sign-in there asks for the password."
    else:
        words = (
            f"Ended: {session.app} on {session.device_name}. Its refresh token is revoked; an API that only checks "
            "signature and expiry accepts its access token until it expires."
        )
    if linked:
        words += f" With it: {len(linked)} linked session{'s' if len(linked) > 1 else ''}."
    return words


def eviction_hint(profile_id: str) -> str:
    """Return why a refresh token may have been refused although nothing here explains it. It is only a guess."""
    return (
        "The session may have been ended elsewhere, or by the pool's limit of sessions per user "
        f"({SESSION_LIMIT} by default). See which are left: cognitui sessions {inert(profile_id, 60)}."
    )
