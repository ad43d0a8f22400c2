"""Tells before Cognito is called: what a person should know before a secret leaves, and what a log may hold."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from cognitui.model.endpoint import foreign_endpoint
from cognitui.model.profile import Profile
from cognitui.model.signin import Challenge, GivenSecrets, Step
from cognitui.model.text import inert
from cognitui.model.token import TokenSet
from cognitui.ports import SignIn


class AnnouncedSignIn:
    """Another sign-in, each call of it announced."""

    def __init__(self, signin: SignIn, *, warn: Callable[[str], None] | None, log: Callable[[str], None]) -> None:
        """Takes the sign-in that does the work.

        Args:
            signin: What is called.
            warn: Is told, once a run and endpoint, of one that is not AWS's; None where nobody need be.
            log: Is told what is called for which profile; no secret and no answer is among it.
        """
        self._signin = signin
        self._warn = warn
        self._log = log
        self._told: set[str] = set()

    def start(self, profile: Profile, secrets: GivenSecrets) -> Step:
        """Begins a sign-in."""
        self._announce(profile, "sign-in")
        return self._signin.start(profile, secrets)

    def answer(self, challenge: Challenge, answers: Mapping[str, str]) -> Step:
        """Answers a challenge."""
        self._announce(challenge.profile, f"answer to {challenge.kind}")
        return self._signin.answer(challenge, answers)

    def refresh(
        self, profile: Profile, refresh_token: str, client_secret: str | None, username: str, device_key: str = ""
    ) -> TokenSet:
        """Gets new tokens for a refresh token."""
        self._announce(profile, "refresh")
        return self._signin.refresh(profile, refresh_token, client_secret, username, device_key)

    def _announce(self, profile: Profile, what: str) -> None:
        endpoint = foreign_endpoint(profile)
        self._log(inert(f"{what} of {profile.id} at {endpoint or 'AWS'}"))
        if endpoint and self._warn and endpoint not in self._told:
            self._told.add(endpoint)
            self._warn(f"{inert(profile.id)} signs in at {inert(endpoint)}, which is not AWS.")
