"""What follows a sign-in, by the flow that it was made by: `Sessions` in `ports.py`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol

from cognitui.cognito.oauth.provider import user_info
from cognitui.cognito.user_pool_api import DeviceCalls, SessionCalls
from cognitui.model.claims import scopes_of
from cognitui.model.errors import ScopeMissing
from cognitui.model.profile import Flow, Profile
from cognitui.model.text import inert
from cognitui.model.token import UserInfo

_OWN_ACCOUNT = "aws.cognito.signin.user.admin"
"""AWS, "Scopes, M2M, and resource servers": the scope of GetUser, GlobalSignOut and ForgetDevice."""


_LONGEST_TIME = 12
"""Digits of seconds since the epoch."""


class Revocation(Protocol):
    """Ends a refresh token: RevokeToken, or /oauth2/revoke."""

    def revoke(self, profile: Profile, refresh_token: str, client_secret: str | None) -> None: ...  # noqa: D102


_BY_REVOKE_TOKEN: Mapping[Flow, Revocation] = {}


class AfterSignIn:
    """Asks Cognito's API, or the endpoints of the pool's domain where the flow is OAuth's."""

    def __init__(
        self,
        sessions: SessionCalls,
        devices: DeviceCalls,
        clock: Callable[[], float],
        revocations: Mapping[Flow, Revocation] = _BY_REVOKE_TOKEN,
    ) -> None:
        """Takes the calls.

        Args:
            sessions: The calls about tokens.
            devices: The calls about devices.
            clock: Returns the seconds since the epoch.
            revocations: Of the flows whose refresh tokens are not ended by RevokeToken.
        """
        self._sessions = sessions
        self._devices = devices
        self._clock = clock
        self._revocations = revocations

    def revoke(self, profile: Profile, refresh_token: str, client_secret: str | None) -> None:
        """Ends a refresh token and what came from it."""
        self._revocations.get(profile.flow, self._sessions).revoke(profile, refresh_token, client_secret)

    def sign_out_everywhere(self, profile: Profile, access_token: str) -> None:
        """Ends all of the user's sessions."""
        self._sessions.sign_out_everywhere(profile, access_token)

    def user(self, profile: Profile, access_token: str) -> UserInfo:
        """Returns the user's attributes: by GetUser, or by userInfo where the token opens that alone."""
        scopes = scopes_of(access_token)
        if _OWN_ACCOUNT in scopes:
            return UserInfo(_dated(self._sessions.user(profile, access_token)), "GetUser", self._clock())
        if "openid" in scopes and profile.fields.domain:
            return UserInfo(_dated(user_info(profile, access_token)), "userInfo", self._clock())
        raise ScopeMissing(
            f"{inert(profile.id)}: its access token has neither the scope {_OWN_ACCOUNT} nor openid, "
            "so Cognito tells nothing of its user.",
            fix="Add one of them to scopes in the profile, and sign in again.",
        )

    def forget_device(self, profile: Profile, access_token: str, device_key: str) -> None:
        """Makes the pool forget a device of the user."""
        self._devices.forget(profile, access_token, device_key)


def _dated(claims: Mapping[str, object]) -> Mapping[str, object]:
    """Returns the claims with the one time among them as a number: of a user, Cognito tells all as texts."""
    told = claims.get("updated_at")
    is_time = isinstance(told, str) and told.isdecimal() and len(told) <= _LONGEST_TIME
    return {**claims, "updated_at": int(str(told))} if is_time else claims
