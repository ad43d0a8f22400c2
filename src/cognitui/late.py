"""Ways to Cognito that are made at their first call: boto3 costs 200 ms, and most commands need none of it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from functools import cached_property

from cognitui.model.aws import AwsCredentials
from cognitui.model.challenge import Challenge, GivenSecrets, Step
from cognitui.model.profile import Profile
from cognitui.model.token import TokenSet, UserInfo
from cognitui.tokens.interfaces import Identities, Sessions, SignIn


class LateSignIn:
    """The sign-in, made at the first call to Cognito."""

    def __init__(self, make: Callable[[], SignIn]) -> None:
        """Takes what makes it."""
        self._make = make

    @cached_property
    def _signin(self) -> SignIn:
        return self._make()

    def start(self, profile: Profile, secrets: GivenSecrets, *, anew: bool = False) -> Step:
        """Begins a sign-in."""
        return self._signin.start(profile, secrets, anew=anew)

    def answer(self, challenge: Challenge, answers: Mapping[str, str]) -> Step:
        """Answers a challenge."""
        return self._signin.answer(challenge, answers)

    def wait(self, challenge: Challenge, stop: threading.Event) -> Mapping[str, str] | None:
        """Waits for an answer that comes by itself."""
        return self._signin.wait(challenge, stop)

    def refresh(
        self, profile: Profile, refresh_token: str, client_secret: str | None, username: str, device_key: str = ""
    ) -> TokenSet:
        """Gets new tokens for a refresh token."""
        return self._signin.refresh(profile, refresh_token, client_secret, username, device_key)


class LateSessions:
    """What follows a sign-in, made at its first call."""

    def __init__(self, make: Callable[[], Sessions]) -> None:
        """Takes what makes them."""
        self._make = make

    @cached_property
    def _sessions(self) -> Sessions:
        return self._make()

    def revoke(self, profile: Profile, refresh_token: str, client_secret: str | None) -> None:
        """Ends a refresh token."""
        self._sessions.revoke(profile, refresh_token, client_secret)

    def sign_out_everywhere(self, profile: Profile, access_token: str) -> None:
        """Ends all sessions of a user."""
        self._sessions.sign_out_everywhere(profile, access_token)

    def user(self, profile: Profile, access_token: str) -> UserInfo:
        """Asks who the user is."""
        return self._sessions.user(profile, access_token)

    def forget_device(self, profile: Profile, access_token: str, device_key: str) -> None:
        """Makes the pool forget a device."""
        self._sessions.forget_device(profile, access_token, device_key)


class LateIdentities:
    """The identity pools, made at the first call."""

    def __init__(self, make: Callable[[], Identities]) -> None:
        """Takes what makes them."""
        self._make = make

    def credentials(self, profile: Profile, id_token: str) -> AwsCredentials:
        """Gets AWS credentials for an ID token."""
        return self._make().credentials(profile, id_token)
