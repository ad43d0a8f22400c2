"""Interfaces of the token code: Cognito and the stores, which it must not import.

Every method may block on a file, the keyring or the network: the TUI calls them from worker threads.
"""

from __future__ import annotations

import threading
from collections.abc import Collection, Mapping
from contextlib import AbstractContextManager
from typing import Protocol

from cognitui.model.aws import AppClientSecret, AwsCredentials, ClientDetails, NewAppClientSecret
from cognitui.model.challenge import Challenge, GivenSecrets, Step
from cognitui.model.profile import Profile
from cognitui.model.secret import SecretName
from cognitui.model.secret_source import SecretSource
from cognitui.model.token import Expiries, TokenSet, UserInfo, Verification
from cognitui.model.user_session import UserSession


class Provider(Protocol):
    """A way to Cognito: the user pool API, or the OAuth endpoints of the pool's domain.

    Every method may raise Refused or Unreachable.
    """

    def start(self, profile: Profile, secrets: GivenSecrets, *, fresh: bool = False) -> Step:
        """Start a sign-in.

        Args:
            profile: Who signs in.
            secrets: What is known already.
            fresh: Whether the user must log in even if the browser remembers a login.
        """
        ...

    def answer(self, challenge: Challenge, answers: Mapping[str, str]) -> Step:
        """Continue with the answers to a challenge, by the names of its prompts."""
        ...

    def with_client_secret(self, challenge: Challenge, client_secret: str) -> Challenge:
        """Return the challenge of a sign-in that continues with another client secret."""
        ...

    def wait(self, challenge: Challenge, stop: threading.Event) -> Mapping[str, str] | None:
        """Wait for the answers to a challenge that `waits`; None once `stop` is set.

        Raises:
            RedirectUnavailable: They cannot come automatically; the user may still give them.
        """
        ...

    def refresh(
        self, profile: Profile, refresh_token: str, client_secret: str | None, username: str, device_key: str = ""
    ) -> TokenSet:
        """Return new tokens for a refresh token."""
        ...

    def revoke(self, profile: Profile, refresh_token: str, client_secret: str | None, *, linked: bool = False) -> None:
        """End a refresh token and what came from it; if asked to, the browser's session that it came through too."""
        ...

    def sign_out_everywhere(self, profile: Profile, access_token: str) -> None:
        """End all sessions of the user."""
        ...

    def user(self, profile: Profile, access_token: str) -> UserInfo:
        """Return the user's attributes."""
        ...

    def forget_device(self, profile: Profile, access_token: str, device_key: str) -> None:
        """Make the pool forget a device of the user."""
        ...


class UserSessionCalls(Protocol):
    """Calls about the sessions of users. Every method may raise Refused or Unreachable."""

    def of(self, profile: Profile, access_token: str) -> tuple[UserSession, ...]:
        """Return the sessions of an access token's user."""
        ...

    def end(self, profile: Profile, access_token: str, session_id: str, *, linked: bool = False) -> None:
        """End another session of the access token's user, and the linked ones if asked to."""
        ...

    def of_user(self, profile: Profile) -> tuple[UserSession, ...]:
        """Return the sessions of the profile's user, by its IAM credentials."""
        ...

    def end_of_user(self, profile: Profile, session_id: str, *, linked: bool = False) -> None:
        """End a session of the profile's user by its IAM credentials, and the linked ones if asked to."""
        ...

    def client_names(self, profile: Profile, wanted: Collection[str]) -> Mapping[str, str]:
        """Return the names of app clients of the profile's pool by id, by its IAM credentials."""
        ...


class IdentityPools(Protocol):
    """Identity pools. The method may raise Refused or Unreachable."""

    def credentials(self, profile: Profile, id_token: str) -> AwsCredentials:
        """Return temporary AWS credentials for an ID token."""
        ...


class LevelDirectory(Protocol):
    """The pools' own names of authentication levels. The method may raise a CognituiError."""

    def level_names(self, profile: Profile) -> Mapping[str, int]:
        """Return the names of a profile's pool, with their levels 1 to 4; it signs the call with `aws_profile`."""
        ...


class Verifier(Protocol):
    """Checks a token's signature and claims against its pool."""

    def verify(self, profile: Profile, token: str) -> Verification:
        """Return the result; raises Unreachable if the keys cannot be fetched."""
        ...


class Vault(Protocol):
    """Stored secrets. Every method may raise a SecretStoreError."""

    def get(self, name: SecretName) -> str | None:
        """Return a secret, or None."""
        ...

    def set(self, name: SecretName, value: str) -> None:
        """Store a secret."""
        ...

    def delete(self, name: SecretName) -> bool:
        """Remove a secret; return whether there was one."""
        ...


class SecretReader(Protocol):
    """Reads secrets that a profile names by their source, such as Secrets Manager."""

    def read(self, profile: Profile, source: SecretSource) -> str:
        """Return the whole value of a source, which may be JSON.

        Raises:
            SecretSourceUnusable: There is no such secret, or it is not text.
            Refused: The IAM credentials may not read it.
            AwsCredentialsUnusable: There are no IAM credentials.
            Unreachable: No network, or no proper answer.
        """
        ...


class AppClientSecrets(Protocol):
    """Secrets of app clients, by signed calls.

    Every method may raise Refused, Unreachable or AwsCredentialsUnusable, and Boto3TooOld.
    """

    def describe(self, profile: Profile) -> ClientDetails:
        """Return what AWS shows of the profile's app client."""
        ...

    def pool_name(self, profile: Profile) -> str:
        """Return the name of its pool; empty if IAM does not allow to see it."""
        ...

    def secrets(self, profile: Profile) -> tuple[AppClientSecret, ...]:
        """Return its secrets without their values, the oldest first."""
        ...

    def add(self, profile: Profile) -> NewAppClientSecret:
        """Add a secret that Cognito makes. It is not repeated if the answer was lost."""
        ...

    def remove(self, profile: Profile, secret_id: str) -> None:
        """Remove a secret; AWS never removes the last one."""
        ...


class Index(Protocol):
    """Expiry of tokens by `Profile.token_key`, known without the vault."""

    def read(self) -> Mapping[str, Expiries]:
        """Return all that is known."""
        ...

    def put(self, token_key: str, expiries: Expiries) -> None:
        """Store the expiry of an identity's tokens."""
        ...

    def forget(self, token_key: str) -> None:
        """Remove an identity."""
        ...

    def stamp(self) -> object:
        """Return what differs, by `==`, once any process has written the index; reads nothing."""
        ...


class Locks(Protocol):
    """Locks across threads and processes."""

    def hold(self, key: str) -> AbstractContextManager[None]:
        """Hold the lock of a key."""
        ...
