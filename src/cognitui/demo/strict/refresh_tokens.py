"""Refresh tokens: issued at a sign-in, used, rotated, revoked."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass

from cognitui.demo.strict import tokens
from cognitui.demo.strict.errors import Refusal, invalid_parameter, not_authorized
from cognitui.demo.strict.parameters import Parameters, StringMap, optional, required, required_entry
from cognitui.demo.strict.pools import AppClient, Pools
from cognitui.demo.strict.signing import base64url, compact_json
from cognitui.demo.strict.user_sessions import UserSession, UserSessions
from cognitui.demo.strict.users import User
from cognitui.demo.strict.wire import Body


@dataclass(slots=True)
class _Grant:
    """What a refresh token allows."""

    client: AppClient
    user: User
    origin: tokens.Origin
    expires_at: float
    retires_at: float | None = None
    """When it expires because of a newer token; None if there is none."""

    def allows(self, device_key: str | None) -> bool:
        """Return whether a device may use the token: one that is bound to a device works only there."""
        bound = self.origin.device_key
        return not bound or (device_key == bound and bound in self.user.devices)


class RefreshTokens:
    """Issuer of all tokens, and record of the refresh tokens."""

    def __init__(self, pools: Pools, now: Callable[[], float]) -> None:
        self._pools = pools
        self._now = now
        self._grants: dict[str, _Grant] = {}
        self.user_sessions = UserSessions(now)
        self._revoked: set[str] = set()
        """By the `jti` of their origin: all tokens of a sign-in are revoked together."""

    def issue(self, client: AppClient, user: User, origin: tokens.Origin) -> Body:
        """Return the first tokens of a sign-in, as an AuthenticationResult.

        If the pool tracks sessions and the user has as many as it allows, the least recently used one ends.
        """
        for evicted in self.user_sessions.surplus(user, client.pool):
            self.end_session(evicted)
        self.user_sessions.begin(client, user, origin.jti, origin.sso_session)
        grant = _Grant(client, user, origin, self._now() + client.refresh_validity)
        return self._result(grant, self._new_token(grant))

    def refresh_token_auth(self, client: AppClient, given: StringMap) -> Body:
        """Refresh by REFRESH_TOKEN_AUTH, which needs the hash of the real username and does not support rotation."""
        if client.rotation:
            raise invalid_parameter("REFRESH_TOKEN_AUTH flow not enabled for this client")
        token = required_entry(given, "REFRESH_TOKEN")
        grant = self._grants.get(token)
        client.check_secret_hash(grant.user.username if grant else "", given.get("SECRET_HASH"))
        grant = self._usable(client, token, given.get("DEVICE_KEY"))
        self.user_sessions.touch(grant.origin.jti)
        return {"ChallengeParameters": {}, "AuthenticationResult": self._result(grant)}

    def get_tokens_from_refresh_token(self, parameters: Parameters) -> Body:
        """Refresh by GetTokensFromRefreshToken, which needs the plain secret and rotates if the client does."""
        client = self._pools.client(required(parameters, "ClientId"))
        token = required(parameters, "RefreshToken")
        client.check_secret(optional(parameters, "ClientSecret"))
        return {"AuthenticationResult": self.refresh(client, token, optional(parameters, "DeviceKey"))}

    def refresh(self, client: AppClient, token: str, device_key: str | None = None) -> Body:
        """Return the next tokens: with a new refresh token if the client rotates them."""
        grant = self._usable(client, token, device_key)
        self.user_sessions.touch(grant.origin.jti, rotated=client.rotation)
        return self._result(grant, self._rotated(grant) if client.rotation else None)

    def client_of(self, token: str) -> AppClient | None:
        """Return the client that a refresh token was issued to, or None for an unknown one."""
        grant = self._grants.get(token)
        return grant.client if grant else None

    def revoke(self, token: str, *, linked: bool = False) -> None:
        """Revoke a refresh token and all tokens of the same sign-in, or raise KeyError if there is none.

        Args:
            token: The refresh token.
            linked: Whether the browser's session ends too; the other sign-ins that came through it go on.
        """
        jti = self._grants[token].origin.jti
        parent = self.user_sessions.parent_of(jti) if linked else None
        if parent is not None:
            self.user_sessions.end(parent.id)
        self._end_sign_in(jti)

    def end_session(self, session: UserSession) -> None:
        """End a session of a user, and revoke its tokens."""
        self.user_sessions.end(session.id)
        if session.jti:
            self._end_sign_in(session.jti)

    def sign_out(self, user: User) -> None:
        """Revoke all tokens of a user, and end all sessions."""
        for grant in self._grants.values():
            if grant.user is user:
                self._end_sign_in(grant.origin.jti)
        for session in self.user_sessions.of(user):
            self.user_sessions.end(session.id)

    def _end_sign_in(self, jti: str) -> None:
        self._revoked.add(jti)
        self.user_sessions.end_sign_in(jti)

    def has_revoked(self, origin_jti: str) -> bool:
        """Return whether the sign-in that a token comes from was revoked."""
        return origin_jti in self._revoked

    def _usable(self, client: AppClient, token: str, device_key: str | None) -> _Grant:
        grant, now = self._grants.get(token), self._now()
        if grant is None or grant.client is not client:
            raise not_authorized("Invalid Refresh Token")
        if not grant.allows(device_key):
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
        """Return the next token, which keeps the expiry; the old one stays valid for the grace period."""
        if grant.retires_at is None:
            grant.retires_at = self._now() + grant.client.rotation_grace
        return self._new_token(_Grant(grant.client, grant.user, grant.origin, grant.expires_at))

    def _new_token(self, grant: _Grant) -> str:
        token = _opaque_token()
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


def _opaque_token() -> str:
    """Return a token as long as Cognito's refresh tokens: an encrypted JWT of five parts."""
    header = compact_json({"cty": "JWT", "enc": "A256GCM", "alg": "RSA-OAEP"})
    return ".".join(map(base64url, (header, *map(secrets.token_bytes, (256, 12, 1_030, 16)))))
