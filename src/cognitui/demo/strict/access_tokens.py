"""Access tokens that come back: who shows one, and whether it still counts."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from cognitui.demo.strict.parameters import Parameters, required
from cognitui.demo.strict.pools import Pools, User
from cognitui.demo.strict.refresh import RefreshTokens
from cognitui.demo.strict.refusal import Refusal, invalid_parameter, not_authorized
from cognitui.demo.strict.signed_token import SignedToken, signed_token
from cognitui.demo.strict.tokens import SELF_SERVICE

_PATTERN = re.compile(r"[A-Za-z0-9-_=.]+")
"""What the API reference demands of an AccessToken."""


@dataclass(frozen=True, slots=True)
class Bearer:
    """Who shows an access token."""

    token: SignedToken
    user: User


class AccessTokens:
    """Tells who shows an access token."""

    def __init__(self, pools: Pools, refresh_tokens: RefreshTokens, now: Callable[[], float]) -> None:
        self._pools = pools
        self._refresh_tokens = refresh_tokens
        self._now = now

    def caller(self, parameters: Parameters) -> User:
        """Returns whose AccessToken an operation was given; it must open the user's own account."""
        token = required(parameters, "AccessToken")
        if not _PATTERN.fullmatch(token):
            raise invalid_parameter(
                "1 validation error detected: Value at 'accessToken' failed to satisfy constraint: "
                f"Member must satisfy regular expression pattern: {_PATTERN.pattern}"
            )
        return self.bearer(token, SELF_SERVICE).user

    def bearer(self, token: str, scope: str) -> Bearer:
        """Returns who shows a token that opens a scope.

        Raises:
            Refusal: It is none of ours, has expired, is revoked or too narrow, or its user is gone.
        """
        signed = signed_token(self._pools, token)
        if signed is None or signed.text("token_use") != "access":
            raise not_authorized("Invalid Access Token")
        if self._now() >= signed.expires_at:
            raise not_authorized("Access Token has expired")
        if self._refresh_tokens.has_revoked(signed.text("origin_jti")):
            raise not_authorized("Access Token has been revoked")
        if scope not in signed.scopes:
            raise not_authorized("Access Token does not have required scopes")
        return Bearer(signed, _user_of(signed))


def _user_of(signed: SignedToken) -> User:
    user = signed.pool.users.get(signed.text("username").casefold())
    if user is None:
        raise Refusal("UserNotFoundException", "User does not exist.")
    if not user.enabled:
        raise not_authorized("User is disabled.")
    return user
