"""Tells before Cognito is called: what a person should know before a secret leaves, and what a log may hold."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping

from cognitui.model.aws import AwsCredentials
from cognitui.model.challenge import Challenge, GivenSecrets, Step
from cognitui.model.diagnostics import ClientSettings, KeysSeen
from cognitui.model.endpoints import foreign_endpoint, foreign_server
from cognitui.model.profile import Profile
from cognitui.model.text import inert
from cognitui.model.token import TokenSet, UserInfo
from cognitui.tokens.interfaces import Identities, PoolExam, Sessions, SignIn


class Announcer:
    """Tells what is about to be called; a run has one."""

    def __init__(self, *, warn: Callable[[str], None] | None, log: Callable[[str], None]) -> None:
        """Takes whom to tell.

        Args:
            warn: Is told, once a run and endpoint, of one that is not AWS's; None where nobody need be.
            log: Is told what is called for which profile; no secret and no answer is among it.
        """
        self._warn = warn
        self._log = log
        self._told: set[str] = set()

    def announce(self, profile: Profile, what: str) -> None:
        """Tells of a call of a sign-in for a profile."""
        self._tell(profile, what, foreign_server(profile))

    def announce_after(self, profile: Profile, what: str) -> None:
        """Tells of a call with a profile's tokens: these go to the endpoint, whichever way they came."""
        self._tell(profile, what, foreign_endpoint(profile) or foreign_server(profile))

    def _tell(self, profile: Profile, what: str, endpoint: str) -> None:
        self._log(inert(f"{what} of {profile.id} at {endpoint or 'AWS'}"))
        if endpoint and self._warn and endpoint not in self._told:
            self._told.add(endpoint)
            self._warn(f"{inert(profile.id)} signs in at {inert(endpoint)}, which is not AWS.")


class AnnouncedSignIn:
    """Another sign-in, each call of it announced."""

    def __init__(self, signin: SignIn, announcer: Announcer) -> None:
        """Takes the sign-in that does the work."""
        self._signin = signin
        self._announce = announcer.announce

    def start(self, profile: Profile, secrets: GivenSecrets, *, anew: bool = False) -> Step:
        """Begins a sign-in."""
        self._announce(profile, "sign-in")
        return self._signin.start(profile, secrets, anew=anew)

    def answer(self, challenge: Challenge, answers: Mapping[str, str]) -> Step:
        """Answers a challenge."""
        self._announce(challenge.profile, f"answer to {challenge.kind}")
        return self._signin.answer(challenge, answers)

    def wait(self, challenge: Challenge, stop: threading.Event) -> Mapping[str, str] | None:
        """Waits for an answer that comes by itself; nothing is sent meanwhile."""
        return self._signin.wait(challenge, stop)

    def refresh(
        self, profile: Profile, refresh_token: str, client_secret: str | None, username: str, device_key: str = ""
    ) -> TokenSet:
        """Gets new tokens for a refresh token."""
        self._announce(profile, "refresh")
        return self._signin.refresh(profile, refresh_token, client_secret, username, device_key)


class AnnouncedSessions:
    """Other sessions, each call of them announced."""

    def __init__(self, sessions: Sessions, announcer: Announcer) -> None:
        """Takes what does the work."""
        self._sessions = sessions
        self._announce = announcer.announce_after

    def revoke(self, profile: Profile, refresh_token: str, client_secret: str | None) -> None:
        """Ends a refresh token."""
        self._announce(profile, "revocation")
        self._sessions.revoke(profile, refresh_token, client_secret)

    def sign_out_everywhere(self, profile: Profile, access_token: str) -> None:
        """Ends all sessions of a user."""
        self._announce(profile, "global sign-out")
        self._sessions.sign_out_everywhere(profile, access_token)

    def user(self, profile: Profile, access_token: str) -> UserInfo:
        """Asks who the user is."""
        self._announce(profile, "user info")
        return self._sessions.user(profile, access_token)

    def forget_device(self, profile: Profile, access_token: str, device_key: str) -> None:
        """Makes the pool forget a device."""
        self._announce(profile, "forgetting of the device")
        self._sessions.forget_device(profile, access_token, device_key)


class AnnouncedIdentities:
    """Other identity pools, each call of them announced."""

    def __init__(self, identities: Identities, announcer: Announcer) -> None:
        """Takes what does the work."""
        self._identities = identities
        self._announce = announcer.announce_after

    def credentials(self, profile: Profile, id_token: str) -> AwsCredentials:
        """Gets AWS credentials for an ID token."""
        self._announce(profile, "AWS credentials")
        return self._identities.credentials(profile, id_token)


class AnnouncedExam:
    """Another examination of pools; what sends a secret is announced."""

    def __init__(self, exam: PoolExam, announcer: Announcer) -> None:
        """Takes what does the work."""
        self._exam = exam
        self._announce = announcer.announce

    def keys(self, profile: Profile) -> KeysSeen:
        """Asks for the pool's keys, which are public."""
        return self._exam.keys(profile)

    def domain(self, profile: Profile) -> None:
        """Asks whether the pool's domain answers."""
        self._exam.domain(profile)

    def client(self, profile: Profile, client_secret: str | None) -> None:
        """Asks whether the app client is known."""
        self._announce(profile, "examination of the app client")
        self._exam.client(profile, client_secret)

    def settings(self, profile: Profile, client_secret: str | None) -> ClientSettings:
        """Asks for the app client's settings with IAM credentials."""
        self._announce(profile, "settings of the app client")
        return self._exam.settings(profile, client_secret)
