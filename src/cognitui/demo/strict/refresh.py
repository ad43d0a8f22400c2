"""Refresh tokens: issued at a sign-in, used, rotated, revoked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from cognitui.demo.strict import tokens
from cognitui.demo.strict.answer import Body
from cognitui.demo.strict.client_secret import check_client_secret
from cognitui.demo.strict.parameters import Answers, Parameters, needed, optional, required
from cognitui.demo.strict.pools import AppClient, Pools, User
from cognitui.demo.strict.refusal import Refusal, invalid_parameter, not_authorized
from cognitui.demo.strict.secret_hash import check_secret_hash


@dataclass(slots=True)
class _Grant:
    """What a refresh token stands for."""

    client: AppClient
    user: User
    origin: tokens.Origin
    expires_at: float
    retires_at: float | None = None
    """When it dies because a newer one was given; None where none was."""

    def is_for(self, device_key: str | None) -> bool:
        """Tells whether the token may be used on a device: one that is bound to a device, on that alone."""
        bound = self.origin.device_key
        return not bound or (device_key == bound and bound in self.user.devices)


class RefreshTokens:
    """Issues all tokens, and knows the refresh tokens that are out."""

    def __init__(self, pools: Pools, now: Callable[[], float]) -> None:
        self._pools = pools
        self._now = now
        self._grants: dict[str, _Grant] = {}
        self._revoked: set[str] = set()
        """By the `jti` of their origin: a sign-in ends as a whole."""

    def issued(self, client: AppClient, user: User, origin: tokens.Origin) -> Body:
        """Returns the first tokens of a sign-in, under the names of an AuthenticationResult."""
        grant = _Grant(client, user, origin, self._now() + client.refresh_validity)
        return self._result(grant, self._handed_out(grant))

    def by_initiate_auth(self, client: AppClient, given: Answers) -> Body:
        """REFRESH_TOKEN_AUTH: takes the hash of the real username, and does not know rotation."""
        if client.rotation:
            raise invalid_parameter("REFRESH_TOKEN_AUTH is not enabled for the client.")
        token = needed(given, "REFRESH_TOKEN")
        grant = self._grants.get(token)
        check_secret_hash(client, grant.user.username if grant else "", given)
        grant = self._usable(client, token, given.get("DEVICE_KEY"))
        return {"ChallengeParameters": {}, "AuthenticationResult": self._result(grant)}

    def get_tokens_from_refresh_token(self, parameters: Parameters) -> Body:
        """GetTokensFromRefreshToken: takes the plain secret, and rotates where the client says so."""
        client = self._pools.client(required(parameters, "ClientId"))
        token = required(parameters, "RefreshToken")
        check_client_secret(client, optional(parameters, "ClientSecret"))
        return {"AuthenticationResult": self.refreshed(client, token, optional(parameters, "DeviceKey"))}

    def refreshed(self, client: AppClient, token: str, device_key: str | None = None) -> Body:
        """Returns the next tokens: with a new refresh token where the client rotates them."""
        grant = self._usable(client, token, device_key)
        return self._result(grant, self._rotated(grant) if client.rotation else None)

    def client_of(self, token: str) -> AppClient | None:
        """Returns whom a refresh token was issued to, or None for one that is not ours."""
        grant = self._grants.get(token)
        return grant.client if grant else None

    def revoke(self, token: str) -> None:
        """Ends a refresh token, and all tokens of the same sign-in; a KeyError where there is none."""
        self._revoked.add(self._grants[token].origin.jti)

    def sign_out(self, user: User) -> None:
        """Ends all tokens of a user."""
        self._revoked.update(grant.origin.jti for grant in self._grants.values() if grant.user is user)

    def has_revoked(self, origin_jti: str) -> bool:
        """Tells whether the sign-in was ended that a token comes from."""
        return origin_jti in self._revoked

    def _usable(self, client: AppClient, token: str, device_key: str | None) -> _Grant:
        grant, now = self._grants.get(token), self._now()
        if grant is None or grant.client is not client:
            raise not_authorized("Invalid Refresh Token")
        if not grant.is_for(device_key):
            raise not_authorized("Invalid Refresh Token")
        if self.has_revoked(grant.origin.jti):
            raise not_authorized("Refresh Token has been revoked")
        if grant.retires_at is not None and now >= grant.retires_at:
            raise Refusal("RefreshTokenReuseException", "Refresh token has been invalidated by refresh token rotation.")
        if now >= grant.expires_at:
            raise not_authorized("Refresh Token has expired")
        if not grant.user.enabled:
            raise not_authorized("User is disabled.")
        return grant

    def _rotated(self, grant: _Grant) -> str:
        """Returns the next token, which keeps the remaining lifetime; the old one lives on for the grace period."""
        if grant.retires_at is None:
            grant.retires_at = self._now() + grant.client.rotation_grace
        return self._handed_out(_Grant(grant.client, grant.user, grant.origin, grant.expires_at))

    def _handed_out(self, grant: _Grant) -> str:
        token = tokens.refresh_token()
        self._grants[token] = grant
        return token

    def _result(self, grant: _Grant, refresh_token: str | None = None) -> Body:
        client, user, now = grant.client, grant.user, self._now()
        return {
            "AccessToken": tokens.access_token(client, user, grant.origin, now),
            **({"IdToken": tokens.id_token(client, user, grant.origin, now)} if grant.origin.has_id_token else {}),
            "ExpiresIn": int(client.access_validity),
            "TokenType": "Bearer",
            **({"RefreshToken": refresh_token} if refresh_token else {}),
        }
