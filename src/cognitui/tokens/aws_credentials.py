"""Temporary AWS credentials for an ID token, cached until they expire."""

from __future__ import annotations

from collections.abc import Callable

from cognitui.model.aws import AwsCredentials
from cognitui.model.errors import ConsentNeeded, UsageError
from cognitui.model.profile import Profile
from cognitui.model.secret import SecretKind
from cognitui.model.struct import Frozen
from cognitui.tokens.cache import TokenCache
from cognitui.tokens.interfaces import IdentityPools, Locks
from cognitui.tokens.request import TokenResult


class AwsCredentialsResult(Frozen, frozen=True):
    """AWS credentials of a profile."""

    profile: Profile
    credentials: AwsCredentials
    warning: str = ""
    """What the user should know although it worked; empty for nothing."""


class AwsAccess:
    """Returns the credentials of a profile's identity pool, one request at a time per identity."""

    def __init__(
        self, cache: TokenCache, identity_pools: IdentityPools, locks: Locks, clock: Callable[[], float]
    ) -> None:
        """Store the token cache, the identity pools, the locks of identities and the clock."""
        self._cache = cache
        self._identity_pools = identity_pools
        self._locks = locks
        self._clock = clock

    def stored(self, profile: Profile, *, consent: bool = False) -> AwsCredentialsResult | None:
        """Return stored credentials that last long enough, or None: then `get` fetches some for an ID token.

        Args:
            profile: Whose credentials.
            consent: The user agreed; a protected environment requires it.

        Raises:
            ConsentNeeded: The environment is protected and the user has not agreed.
            UsageError: The profile names no identity pool.
            SecretStoreError: The vault failed.
        """
        if not profile.identity_pool_id:
            raise UsageError(
                f"{profile.id} names no identity pool, so there are no AWS credentials for it.",
                fix=f"Name one: cognitui profile edit {profile.id} --identity-pool-id ID",
            )
        if profile.protected and not consent:
            raise ConsentNeeded(profile)
        stored = self._cache.secret(profile, SecretKind.AWS_CREDENTIALS)
        credentials = AwsCredentials.unpack(stored) if stored else None
        return (
            AwsCredentialsResult(profile, credentials) if credentials and credentials.is_fresh(self._clock()) else None
        )

    def get(self, got: TokenResult) -> AwsCredentialsResult:
        """Return credentials for an ID token.

        Args:
            got: An ID token, with the consent that its environment requires.

        Raises:
            Refused: The identity pool refused.
            Unreachable: No network.
            SecretStoreError: The vault failed.
        """
        profile = got.profile
        with self._locks.hold(profile.token_key):
            # Another caller may have fetched them while this one waited for the lock.
            if (stored := self.stored(profile, consent=True)) is not None:
                return stored
            credentials = self._identity_pools.credentials(profile, got.token.value)
            packed = {SecretKind.AWS_CREDENTIALS: credentials.pack()}
            return AwsCredentialsResult(profile, credentials, self._cache.accept(profile, packed, packed))
