"""/oauth2/token and /oauth2/revoke."""

from __future__ import annotations

from collections.abc import Callable

from cognitui.demo.strict import tokens
from cognitui.demo.strict.answer import Answer, Body
from cognitui.demo.strict.authorization_codes import AuthorizationCodes
from cognitui.demo.strict.client_authentication import authenticated_client
from cognitui.demo.strict.oauth_answer import Form, OAuthRefusal, demanded, form_of, json_answer
from cognitui.demo.strict.pools import AppClient, Pools
from cognitui.demo.strict.refresh import RefreshTokens
from cognitui.demo.strict.refusal import Refusal
from cognitui.demo.strict.signed_token import looks_signed
from cognitui.demo.strict.wire import Call

_NAMES = {
    "AccessToken": "access_token",
    "IdToken": "id_token",
    "RefreshToken": "refresh_token",
    "ExpiresIn": "expires_in",
    "TokenType": "token_type",
}


class TokenEndpoint:
    """Gives tokens for a code, for a refresh token or to a client itself, and takes refresh tokens back."""

    def __init__(
        self, pools: Pools, refresh_tokens: RefreshTokens, codes: AuthorizationCodes, now: Callable[[], float]
    ) -> None:
        self._pools = pools
        self._refresh_tokens = refresh_tokens
        self._codes = codes
        self._now = now

    def token(self, call: Call) -> Answer:
        """/oauth2/token."""
        form = form_of(call)
        client = authenticated_client(self._pools, call, form)
        match demanded(form, "grant_type"):
            case "authorization_code":
                return json_answer(self._by_code(client, form))
            case "refresh_token":
                return json_answer(self._by_refresh_token(client, form))
            case "client_credentials":
                return json_answer(self._by_credentials(client, form))
        raise OAuthRefusal("unsupported_grant_type")

    def revoke(self, call: Call) -> Answer:
        """/oauth2/revoke: ends a refresh token, and all tokens of the same sign-in."""
        form = form_of(call)
        client, token = authenticated_client(self._pools, call, form), demanded(form, "token")
        if not client.revocation:
            raise OAuthRefusal("invalid_request", "Token revocation is not enabled for the client.")
        if looks_signed(token):
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
        return _renamed(self._refresh_tokens.issued(client, login.user, login.origin))

    def _by_refresh_token(self, client: AppClient, form: Form) -> Body:
        _check_grant(client, "code")
        try:
            return _renamed(self._refresh_tokens.refreshed(client, demanded(form, "refresh_token")))
        except Refusal as refusal:
            raise OAuthRefusal("invalid_grant", refusal.message) from None

    def _by_credentials(self, client: AppClient, form: Form) -> Body:
        _check_grant(client, "client_credentials")
        own = tuple(scope for scope in client.scopes if scope not in (*tokens.OPENID_SCOPES, tokens.SELF_SERVICE))
        scopes = tuple(form.get("scope", "").split()) or own
        if not scopes or not set(scopes) <= set(own):
            raise OAuthRefusal("invalid_scope")
        token = tokens.client_token(client, scopes, self._now())
        return {"access_token": token, "expires_in": int(client.access_validity), "token_type": "Bearer"}


def _check_grant(client: AppClient, grant: str) -> None:
    if grant not in client.grants:
        raise OAuthRefusal("unauthorized_client")


def _renamed(result: Body) -> Body:
    return {_NAMES[name]: value for name, value in result.items()}
