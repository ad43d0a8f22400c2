"""Sessions of a user: listed and ended with the user's access token, or with IAM credentials by an admin.

Source: the service model of botocore 1.44.8. The lists of Cognito are seconds late.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager

from cognitui.cognito.responses import moment_of
from cognitui.cognito.transport import RequestEvents, Transport
from cognitui.model.errors import (
    InputRejected,
    NotAuthorized,
    NotInThisPool,
    OperationUnknown,
    PoolOrClientNotFound,
    Refused,
    SessionExpired,
    SessionNotFound,
    SessionsNotTracked,
    TokenRefused,
    WrongCredentials,
)
from cognitui.model.profile import Profile
from cognitui.model.text import inert
from cognitui.model.user_session import SESSION_LIMIT, UserSession

_MOST_PAGES = 100
"""A server that always has another page must not be asked forever."""

_CLIENTS_AT_ONCE = 60
"""AWS: the most that ListUserPoolClients returns at a time."""

_Parameters = Mapping[str, object]


class UserSessionsApi:
    """Calls about the sessions of users. Threads may share it.

    Every call may raise Refused, Unreachable or, if it is signed, AwsCredentialsUnusable.
    """

    def __init__(self, transport: Transport, events: RequestEvents | None = None) -> None:
        """Store the transport and the hook before each request."""
        self._transport = transport
        self._events = events or RequestEvents()

    def of(self, profile: Profile, access_token: str) -> tuple[UserSession, ...]:
        """Call ListUserSessions: the sessions of the token's user over all app clients, all pages.

        Raises:
            SessionsNotTracked: The pool does not track sessions.
            ScopeMissing: The access token lacks the scope of the user's own account.
            TokenRefused: It has expired or was revoked.
        """
        self._events.before(profile, "list of sessions", with_token=True)
        with _clear_refusals(profile):
            return self._listed(profile, "ListUserSessions", {"AccessToken": access_token})

    def end(self, profile: Profile, access_token: str, session_id: str, *, linked: bool = False) -> None:
        """Call RevokeUserSession: end another session of the token's user, and the linked ones if asked to.

        Raises:
            SessionNotFound: The user has no such session.
        """
        self._events.before(profile, "end of a session", with_token=True)
        with _clear_refusals(profile), _no_such_session(profile, session_id):
            given = {"AccessToken": access_token, **_ending(session_id, linked=linked)}
            self._transport.call(profile, "RevokeUserSession", given)

    def of_user(self, profile: Profile) -> tuple[UserSession, ...]:
        """Call AdminListUserSessions for the profile's user; none of them is marked as the current one."""
        self._events.before(profile, "admin's list of sessions")
        with _clear_refusals(profile):
            return self._listed(profile, "AdminListUserSessions", _user(profile), signed=True)

    def end_of_user(self, profile: Profile, session_id: str, *, linked: bool = False) -> None:
        """Call AdminRevokeUserSession; see `end`."""
        self._events.before(profile, "admin's end of a session")
        with _clear_refusals(profile), _no_such_session(profile, session_id):
            given = {**_user(profile), **_ending(session_id, linked=linked)}
            self._transport.call(profile, "AdminRevokeUserSession", given, signed=True)

    def client_names(self, profile: Profile, wanted: Collection[str]) -> Mapping[str, str]:
        """Call ListUserPoolClients until the names of all wanted app clients are known; by id."""
        names: dict[str, str] = {}
        given = {"UserPoolId": profile.user_pool_id, "MaxResults": _CLIENTS_AT_ONCE}
        for page in self._pages(profile, "ListUserPoolClients", given, signed=True):
            for client in _tables(page, "UserPoolClients"):
                if (client_id := _text(client, "ClientId")) in wanted:
                    names[client_id] = _text(client, "ClientName")
            if len(names) == len(wanted):
                break
        return names

    def _listed(
        self, profile: Profile, operation: str, given: _Parameters, *, signed: bool = False
    ) -> tuple[UserSession, ...]:
        pages = self._pages(profile, operation, given, signed=signed)
        found = (user_session(one) for page in pages for one in _tables(page, "Sessions"))
        # By id: a session that begins or ends between two pages may be on both.
        return tuple({session.id: session for session in found if session.id}.values())

    def _pages(self, profile: Profile, operation: str, given: _Parameters, *, signed: bool) -> Iterator[_Parameters]:
        """Yield the answers; a page may be empty and have a next one all the same."""
        seen: set[str] = set()
        after = ""
        while after not in seen and len(seen) < _MOST_PAGES:
            seen.add(after)
            more = {"NextToken": after} if after else {}
            answer = self._transport.call(profile, operation, {**given, **more}, signed=signed)
            yield answer
            if not (after := _text(answer, "NextToken")):
                return


def user_session(answer: Mapping[str, object]) -> UserSession:
    """Return what a SessionDescriptionType says; what is missing is empty."""
    place = answer.get("LastLocation")
    location: Mapping[str, object] = place if isinstance(place, Mapping) else {}
    return UserSession(
        _text(answer, "SessionId"),
        _text(answer, "SessionType"),
        _text(answer, "ClientId"),
        created_at=moment_of(answer.get("CreateDate")),
        last_active_at=moment_of(answer.get("LastActiveDate")),
        device=_text(answer, "DeviceType"),
        ip=_text(answer, "LastIPAddress"),
        city=_text(location, "City"),
        country=_text(location, "Country"),
        origin_id=_text(answer, "OriginSessionId"),
        is_current=answer.get("IsCurrentSession") is True,
    )


def _user(profile: Profile) -> dict[str, object]:
    return {"UserPoolId": profile.user_pool_id, "Username": profile.username}


def _ending(session_id: str, *, linked: bool) -> dict[str, object]:
    return {"SessionId": session_id, **({"RevokeAssociatedSessions": "LINKED"} if linked else {})}


@contextmanager
def _clear_refusals(profile: Profile) -> Iterator[None]:
    """Say what a refusal means here: the calls bring a token and no password, and the pool may not track sessions."""
    try:
        yield
    except (NotAuthorized, WrongCredentials) as error:
        raise TokenRefused(error.cause) from None
    except OperationUnknown:
        raise
    except NotInThisPool as error:
        if profile.is_replica:
            # The refusal says already that only the primary region does this.
            raise
        raise SessionsNotTracked(error.cause, fix=_how_to_track(profile)) from None


@contextmanager
def _no_such_session(profile: Profile, session_id: str) -> Iterator[None]:
    try:
        yield
    except PoolOrClientNotFound:
        raise SessionNotFound(f"{inert(profile.id)}: its user has no session {inert(session_id, 40)}.") from None
    except (InputRejected, SessionExpired) as error:
        # "Session" is the word for that of a challenge too, which these calls have none of.
        command = f"cognitui logout {inert(profile.id)} --revoke"
        raise Refused(
            error.cause, fix=f"A session can't end itself. If it is the session of these tokens, sign out: {command}"
        ) from None


def _how_to_track(profile: Profile) -> str:
    pool = inert(profile.user_pool_id, 60)
    return (
        "The pool doesn't track sessions, as by default. Its admin can switch it on, from the Essentials plan up:"
        f"\naws cognito-idp set-user-pool-session-configuration --user-pool-id {pool} "
        f"--user-session-tracking ENABLED --token-session MaxPerUser={SESSION_LIMIT}"
    )


def _tables(answer: Mapping[str, object], name: str) -> Sequence[Mapping[str, object]]:
    found = answer.get(name)
    return [item for item in found if isinstance(item, Mapping)] if isinstance(found, list) else []


def _text(answer: Mapping[str, object], name: str) -> str:
    return str(answer.get(name) or "")
