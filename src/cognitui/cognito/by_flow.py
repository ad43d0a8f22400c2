"""Which of the ways to Cognito a profile signs in by: its own API, or the OAuth endpoints. `SignIn` in `ports.py`."""

from __future__ import annotations

import threading
from collections.abc import Mapping

from cognitui.cognito.connections import Bounds, within
from cognitui.cognito.oauth.provider import OAuthSignIn
from cognitui.cognito.signin.flow import CognitoSignIn
from cognitui.model.challenge import Challenge, GivenSecrets, Step
from cognitui.model.profile import Profile
from cognitui.model.token import TokenSet


class SignInByFlow:
    """Hands each call to the way of the profile's flow."""

    def __init__(self, by_api: CognitoSignIn, by_oauth: OAuthSignIn, seconds: float = Bounds().total) -> None:
        """Takes both ways, and the seconds that all calls of a sign-in, or of a refresh, may take together."""
        self._by_api = by_api
        self._by_oauth = by_oauth
        self._seconds = seconds

    def start(self, profile: Profile, secrets: GivenSecrets, *, anew: bool = False) -> Step:
        """Begins a sign-in."""
        with within(self._seconds):
            return self._way_of(profile).start(profile, secrets, anew=anew)

    def answer(self, challenge: Challenge, answers: Mapping[str, str]) -> Step:
        """Answers a challenge."""
        with within(self._seconds):
            return self._way_of(challenge.profile).answer(challenge, answers)

    def wait(self, challenge: Challenge, stop: threading.Event) -> Mapping[str, str] | None:
        """Waits for an answer that comes by itself."""
        return self._way_of(challenge.profile).wait(challenge, stop)

    def refresh(
        self, profile: Profile, refresh_token: str, client_secret: str | None, username: str, device_key: str = ""
    ) -> TokenSet:
        """Gets new tokens for a refresh token."""
        with within(self._seconds):
            return self._way_of(profile).refresh(profile, refresh_token, client_secret, username, device_key)

    def _way_of(self, profile: Profile) -> CognitoSignIn | OAuthSignIn:
        return self._by_oauth if profile.signs_in_at_domain else self._by_api
