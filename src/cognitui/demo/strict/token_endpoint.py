"""Token endpoint of a domain: /oauth2/token and /oauth2/revoke."""

from __future__ import annotations

import base64
from collections.abc import Callable

from cognitui.demo.strict.authorization import AuthorizationCodes
from cognitui.demo.strict.errors import Refusal
from cognitui.demo.strict.oauth_messages import Form, OAuthRefusal, form_of, json_answer, required_field
from cognitui.demo.strict.pools import AppClient, Pools
from cognitui.demo.strict.refresh_tokens import RefreshTokens
from cognitui.demo.strict.signing import is_jwt
from cognitui.demo.strict.token_exchange import TOKEN_EXCHANGE, TokenExchange
from cognitui.demo.strict.tokens import client_token
from cognitui.demo.strict.wire import Answer, Body, Call

_NAMES = {
    "AccessToken": "access_token",
    "IdToken": "id_token",
    "RefreshToken": "refresh_token",
    "ExpiresIn": "expires_in",
    "TokenType": "token_type",
}


class TokenEndpoint:
    """Tokens for a code, a refresh token, client credentials or another token, and the revocation of refresh tokens."""

    def __init__(
        self,
        pools: Pools,
        refresh_tokens: RefreshTokens,
        codes: AuthorizationCodes,
        exchange: TokenExchange,
        now: Callable[[], float],
    ) -> None:
        self._pools = pools
        self._refresh_tokens = refresh_tokens
        self._codes = codes
        self._exchange = exchange
        self._now = now

    def token(self, call: Call) -> Answer:
        """Return tokens for a grant: /oauth2/token."""
        form = form_of(call)
        client = _authenticated_client(self._pools, call, form)
        match required_field(form, "grant_type"):
            case "authorization_code":
                return json_answer(self._by_code(client, form))
            case "refresh_token":
                return json_answer(self._by_refresh_token(client, form))
            case "client_credentials":
                return json_answer(self._by_credentials(client, form))
            case grant if grant == TOKEN_EXCHANGE:
                return json_answer(self._exchange.by_grant(client, form))
        raise OAuthRefusal("unsupported_grant_type")

    def revoke(self, call: Call) -> Answer:
        """Revoke a refresh token and all tokens of the same sign-in: /oauth2/revoke."""
        form = form_of(call)
        client, token = _authenticated_client(self._pools, call, form), required_field(form, "token")
        if not client.revocation:
            raise OAuthRefusal("invalid_request", "Token revocation is not enabled for the client.")
        if is_jwt(token):
            raise OAuthRefusal("unsupported_token_type")
        owner = self._refresh_tokens.client_of(token)
        if owner is not None and owner is not client:
            raise OAuthRefusal("unauthorized_client")
        if owner is not None:
            self._refresh_tokens.revoke(token)
        return Answer(body=b"", content_type="application/json;charset=UTF-8")

    def _by_code(self, client: AppClient, form: Form) -> Body:
        _check_grant(client, "code")
        login = self._codes.exchange(client, form)
        login.check_resource()
        return _renamed(self._refresh_tokens.issue(client, login.user, login.origin))

    def _by_refresh_token(self, client: AppClient, form: Form) -> Body:
        _check_grant(client, "code")
        try:
            return _renamed(self._refresh_tokens.refresh(client, required_field(form, "refresh_token")))
        except Refusal as refusal:
            raise OAuthRefusal("invalid_grant", refusal.message) from None

    def _by_credentials(self, client: AppClient, form: Form) -> Body:
        _check_grant(client, "client_credentials")
        scopes = tuple(form.get("scope", "").split()) or client.custom_scopes
        if not scopes or not set(scopes) <= set(client.custom_scopes):
            raise OAuthRefusal("invalid_scope")
        token = client_token(client, scopes, self._now())
        return {"access_token": token, "expires_in": int(client.access_validity), "token_type": "Bearer"}


def _authenticated_client(pools: Pools, call: Call, form: Form) -> AppClient:
    """Return the calling client: by HTTP Basic or in the form if it has a secret, otherwise by its id (RFC 6749, 2.3).

    Raises:
        OAuthRefusal: `invalid_client`, which is HTTP 401 at AWS wherever the credentials are.
    """
    header = call.headers.get("authorization")
    client_id, secret = (
        (required_field(form, "client_id"), form.get("client_secret")) if header is None else _basic(header)
    )
    if form.get("client_id", client_id) != client_id or (header is not None and "client_secret" in form):
        raise _invalid_client()
    try:
        client = pools.client(client_id)
    except Refusal:
        raise _invalid_client() from None
    if client.is_confidential != (secret is not None):
        raise _invalid_client()
    if secret is not None and not client.has_secret(secret):
        raise _invalid_client("invalid_client_secret")
    return client


def _basic(header: str) -> tuple[str, str | None]:
    scheme, _, encoded = header.partition(" ")
    try:
        client_id, colon, secret = base64.b64decode(encoded, validate=True).decode().partition(":")
    except ValueError:
        raise _invalid_client() from None
    if scheme.casefold() != "basic" or not colon:
        raise _invalid_client()
    return client_id, secret


def _invalid_client(description: str = "") -> OAuthRefusal:
    return OAuthRefusal("invalid_client", description, 401)


def _check_grant(client: AppClient, grant: str) -> None:
    if grant not in client.grants:
        raise OAuthRefusal("unauthorized_client")


def _renamed(result: Body) -> Body:
    return {_NAMES[name]: value for name, value in result.items()}
