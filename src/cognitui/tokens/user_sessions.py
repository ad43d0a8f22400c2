"""A user's sessions: the list, with the names of the app clients, and the end of one.

A user's access token shows Cognito whose sessions they are. Without one, a profile with `aws_profile` asks as an admin.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from cognitui.model.errors import CognituiError, UsageError
from cognitui.model.profile import Flow, Profile
from cognitui.model.struct import Frozen
from cognitui.model.text import inert
from cognitui.model.token import NO_EXPIRIES, Expiries
from cognitui.model.user_session import UserSession, newest_first, with_client_names
from cognitui.tokens.interfaces import UserSessionCalls
from cognitui.tokens.request import TokenResult


class SessionList(Frozen, frozen=True):
    """The sessions of a profile's user, this one first, then the most recently active."""

    sessions: tuple[UserSession, ...] = ()
    by_admin: bool = False
    """Whether an admin has asked: then no session is marked as this one."""


class UserSessions:
    """Lists and ends the sessions of users. Every method may block on the network."""

    def __init__(self, calls: UserSessionCalls) -> None:
        self._calls = calls

    def of(
        self, profile: Profile, got: TokenResult | None, others: Iterable[Profile] = (), *, names: bool = True
    ) -> SessionList:
        """Return the sessions of the profile's user.

        Args:
            profile: Whose.
            got: An access token of the profile; None to ask with the IAM credentials of its `aws_profile`.
            others: All profiles, which may know an app client that has no other name.
            names: Whether the IAM credentials of its `aws_profile`, if it has one, ask for the names of app clients.
                Getting them may ask the user for a code.

        Raises:
            SessionsNotTracked: The pool keeps no list of sessions.
            Refused: Cognito refused.
            Unreachable: No network.
            AwsCredentialsUnusable: There are no IAM credentials to ask with.
        """
        refuse_without_sessions(profile, by_admin=got is None)
        found = self._calls.of_user(profile) if got is None else self._calls.of(profile, got.token.value)
        known = self._names(profile, found) if names else {}
        return SessionList(newest_first(with_client_names(found, known, profile, others)), by_admin=got is None)

    def end(self, profile: Profile, got: TokenResult | None, session: UserSession, *, linked: bool = False) -> None:
        """End a session that isn't the one of the given token; raises as `of` does.

        Args:
            profile: Whose.
            got: As for `of`.
            session: The session.
            linked: Whether the linked ones end too; see `linked_with`.

        Raises:
            SessionNotFound: It is not among the user's sessions.
        """
        if got is None:
            self._calls.end_of_user(profile, session.id, linked=linked)
        else:
            self._calls.end(profile, got.token.value, session.id, linked=linked)

    def _names(self, profile: Profile, sessions: tuple[UserSession, ...]) -> Mapping[str, str]:
        """Return the names of the app clients; they are only a help, so none are returned if that fails."""
        wanted = {session.client_id for session in sessions if session.client_id}
        if not profile.fields.aws_profile or not wanted:
            return {}
        try:
            return self._calls.client_names(profile, wanted)
        except CognituiError:
            return {}


def has_tokens(profile: Profile, expiries: Mapping[str, Expiries], now: float) -> bool:
    """Return whether a profile has a token that shows Cognito who asks, without another sign-in.

    Args:
        profile: The profile.
        expiries: The expiry of all known tokens by `Profile.token_key`.
        now: Seconds since the epoch.
    """
    known = expiries.get(profile.token_key, NO_EXPIRIES)
    return any(life is not None and life.remaining(now) > 0 for life in (known.access, known.refresh))


def asks_as_admin(profile: Profile, *, has_tokens: bool) -> bool:
    """Return whether the profile's IAM credentials ask because it has no tokens."""
    return not has_tokens and bool(profile.fields.aws_profile and profile.username)


def refuse_without_sessions(profile: Profile, *, by_admin: bool = False) -> None:
    """Raise UsageError for a profile that cannot list sessions: an app client of its own, or an admin without a name.

    Args:
        profile: The profile.
        by_admin: Whether IAM credentials are used instead of a token.
    """
    if profile.flow is Flow.CLIENT_CREDENTIALS:
        raise UsageError(
            f"{inert(profile.id)} signs in an app client itself, which has no user and no sessions.",
            fix="Choose a profile of a user.",
        )
    if profile.subject is not None:
        subject = inert(profile.subject.id)
        raise UsageError(
            f"{inert(profile.id)} exchanges the token of {subject} and has no session of its own.",
            fix=f"List the sessions of its user: cognitui sessions {subject}",
        )
    if by_admin and not profile.fields.aws_profile:
        raise UsageError(
            f"{inert(profile.id)} has no aws_profile, so there are no IAM credentials to ask with.",
            fix="Set aws_profile in the profile, or leave out --admin to ask with the user's token.",
        )
    if by_admin and not profile.username:
        raise UsageError(
            f"{inert(profile.id)} has no username, which an admin must name.", fix="Set username in the profile."
        )
