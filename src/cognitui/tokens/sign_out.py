"""Sign-out: on this machine, at Cognito, or everywhere; and forgetting the remembered device.

All of it holds the identity's lock, as another process may be refreshing the tokens.
"""

from __future__ import annotations

from collections.abc import Callable

from cognitui.model.aws import AwsCredentials
from cognitui.model.errors import DeviceUnknown, RefreshTokenDead, SecretStoreError, TokenRefused
from cognitui.model.profile import Profile
from cognitui.model.secret import SecretKind
from cognitui.model.sign_out import ForgottenDevice, Reach, SignedOut
from cognitui.model.struct import replace
from cognitui.model.token import NO_EXPIRIES, Lifetime, TokenKind
from cognitui.tokens.cache import TokenCache
from cognitui.tokens.interfaces import Locks, Provider
from cognitui.tokens.request import Source, TokenResult


class SigningOut:
    """Ends sessions. If Cognito cannot be reached, nothing is removed on this machine either."""

    def __init__(
        self, cache: TokenCache, provider_at: Callable[[bool], Provider], locks: Locks, clock: Callable[[], float]
    ) -> None:
        """Store the token cache, the providers at the domain or not, the locks of identities and the clock."""
        self._cache = cache
        self._provider_at = provider_at
        self._locks = locks
        self._clock = clock

    def forget_here(self, profile: Profile) -> SignedOut:
        """Remove the tokens without a call to Cognito; the password and the device stay.

        Raises:
            SecretStoreError: The vault failed; what remains in it is still listed.
        """
        with self._locks.hold(profile.token_key):
            return self._forgotten(profile, Reach.HERE)

    def revoke(self, profile: Profile, *, linked: bool = False) -> SignedOut:
        """Revoke the stored refresh token and what came from it, then remove the tokens.

        Args:
            profile: The profile.
            linked: Whether the browser's session that the tokens came through ends too, in a pool that tracks sessions.

        Raises:
            Refused: Cognito refused; nothing is removed.
            Unreachable: No network; nothing is removed.
            SecretStoreError: The vault failed; the fix says whether Cognito has revoked the tokens.
        """
        with self._locks.hold(profile.token_key):
            refresh = (
                self._cache.stored_token(profile, TokenKind.REFRESH) if TokenKind.REFRESH in profile.kinds else None
            )
            if refresh is None:
                return self._forgotten(profile, Reach.REVOKE)
            client_secret = self._cache.secret(profile, SecretKind.CLIENT_SECRET)
            try:
                self._cache.with_client_secret(
                    profile,
                    client_secret,
                    lambda secret: self._provider_of(profile).revoke(profile, refresh.value, secret, linked=linked),
                )
            except RefreshTokenDead:
                # It had expired or was revoked; nothing is known of the access token that came from it.
                return replace(self._forgotten(profile, Reach.REVOKE), had_ended=True)
            return replace(self._forgotten(profile, Reach.REVOKE, revoked=True), linked=linked)

    def sign_out_everywhere(self, got: TokenResult) -> SignedOut:
        """End all sessions of the user, then remove the tokens; raises as `revoke` does.

        Args:
            got: An access token of the profile, which identifies the user to Cognito.
        """
        with self._locks.hold(got.profile.token_key):
            self._provider_of(got.profile).sign_out_everywhere(got.profile, got.token.value)
            done = self._forgotten(got.profile, Reach.EVERYWHERE, revoked=True)
            return replace(done, only_for_this=got.source is Source.SIGNED_IN)

    def has_device(self, profile: Profile) -> bool:
        """Return whether the pool knows this machine as a device of the profile's user."""
        return self._cache.device(profile) is not None

    def forget_device(self, profile: Profile) -> ForgottenDevice:
        """Make the pool forget this machine, if a stored access token identifies the user, and remove its key.

        Raises:
            Unreachable: No network; nothing is removed.
            SecretStoreError: The vault failed.
        """
        with self._locks.hold(profile.token_key):
            device = self._cache.device(profile)
            if device is None:
                return ForgottenDevice(was_known=False)
            forgotten = self._forgotten_by_pool(profile, device.key)
            self._cache.remove_secret(profile, SecretKind.DEVICE)
            return ForgottenDevice(was_known=True, cognito_knows=forgotten)

    def _provider_of(self, profile: Profile) -> Provider:
        return self._provider_at(profile.signs_in_at_domain)

    def _forgotten_by_pool(self, profile: Profile, device_key: str) -> bool:
        access = self._cache.stored_token(profile, TokenKind.ACCESS)
        if access is None or access.lifetime.remaining(self._clock()) <= 0:
            return False
        try:
            self._provider_of(profile).forget_device(profile, access.value, device_key)
        except DeviceUnknown:
            return True
        except TokenRefused:
            return False
        return True

    def _forgotten(self, profile: Profile, reach: Reach, *, revoked: bool = False) -> SignedOut:
        expiries = self._cache.expiries().get(profile.token_key, NO_EXPIRIES)
        try:
            aws = self._aws_life(profile)
            found, warning = self._cache.forget_tokens(profile)
        except SecretStoreError as error:
            if revoked:
                error.fix = f"Cognito has revoked the tokens; they could not be removed here. {error.fix}"
            raise
        return SignedOut(profile, reach, expiries, aws, revoked=revoked, had_any=found, warning=warning)

    def _aws_life(self, profile: Profile) -> Lifetime | None:
        stored = self._cache.secret(profile, SecretKind.AWS_CREDENTIALS) if profile.identity_pool_id else None
        credentials = AwsCredentials.unpack(stored) if stored else None
        return credentials.lifetime if credentials else None
