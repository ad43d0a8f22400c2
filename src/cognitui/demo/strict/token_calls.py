"""What a user does with tokens: ask who they are, give one back, or all."""

from __future__ import annotations

from cognitui.demo.strict.access_tokens import AccessTokens
from cognitui.demo.strict.answer import Body
from cognitui.demo.strict.client_secret import check_client_secret
from cognitui.demo.strict.parameters import Parameters, optional, required
from cognitui.demo.strict.pools import Pools
from cognitui.demo.strict.refresh import RefreshTokens
from cognitui.demo.strict.refusal import Refusal
from cognitui.demo.strict.signed_token import looks_signed
from cognitui.demo.strict.user_record import attribute_list, mfa_settings


class TokenCalls:
    """GetUser, RevokeToken and GlobalSignOut."""

    def __init__(self, pools: Pools, refresh_tokens: RefreshTokens, access_tokens: AccessTokens) -> None:
        self._pools = pools
        self._refresh_tokens = refresh_tokens
        self._access_tokens = access_tokens

    def get_user(self, parameters: Parameters) -> Body:
        """GetUser."""
        user = self._access_tokens.caller(parameters)
        return {"Username": user.username, "UserAttributes": attribute_list(user), **mfa_settings(user)}

    def revoke_token(self, parameters: Parameters) -> Body:
        """RevokeToken. A token that nobody has got is no error (RFC 7009, 2.2)."""
        token = required(parameters, "Token")
        client = self._pools.client(required(parameters, "ClientId"))
        check_client_secret(client, optional(parameters, "ClientSecret"), "UnauthorizedException")
        if not client.revocation:
            raise Refusal("UnsupportedOperationException", "Token revocation is not enabled for the client.")
        if looks_signed(token):
            raise Refusal("UnsupportedTokenTypeException", "Unsupported token type.")
        owner = self._refresh_tokens.client_of(token)
        if owner is not None and owner is not client:
            raise Refusal("UnauthorizedException", "The token was issued to another client.")
        if owner is not None:
            self._refresh_tokens.revoke(token)
        return {}

    def global_sign_out(self, parameters: Parameters) -> Body:
        """GlobalSignOut."""
        self._refresh_tokens.sign_out(self._access_tokens.caller(parameters))
        return {}
