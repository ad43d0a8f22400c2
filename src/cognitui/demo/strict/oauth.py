"""OAuth endpoints of a domain. All pools of a server share one domain: the client decides on the pool."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from cognitui.demo.strict.authorization import AuthorizationCodes, AuthorizationRefusal
from cognitui.demo.strict.errors import Refusal
from cognitui.demo.strict.hosted_login import CODE_PAGE, PROVIDER_PAGE, HostedLogin
from cognitui.demo.strict.oauth_messages import OAuthRefusal, form_of, json_answer, query_of
from cognitui.demo.strict.outbox import Outbox
from cognitui.demo.strict.parameters import Parameters
from cognitui.demo.strict.pools import Pools
from cognitui.demo.strict.refresh_tokens import RefreshTokens
from cognitui.demo.strict.token_endpoint import TokenEndpoint
from cognitui.demo.strict.token_exchange import TokenExchange
from cognitui.demo.strict.tokens import AccessTokens
from cognitui.demo.strict.wire import Answer, Call

_ENDPOINTS = frozenset(
    {
        "oauth2/authorize",
        "login",
        "logout",
        "oauth2/token",
        "oauth2/revoke",
        "oauth2/userInfo",
        PROVIDER_PAGE,
        CODE_PAGE,
    }
)
"""Their names in the journal and for injected errors: the path, without the leading slash."""

_SCOPE_ATTRIBUTES = {"email": ("email", "email_verified"), "phone": ("phone_number", "phone_number_verified")}


class OAuth:
    """Table of the endpoints."""

    def __init__(
        self,
        pools: Pools,
        refresh_tokens: RefreshTokens,
        access_tokens: AccessTokens,
        exchange: TokenExchange,
        outbox: Outbox,
        now: Callable[[], float],
    ) -> None:
        self._access_tokens = access_tokens
        codes = AuthorizationCodes(now)
        hosted_login = HostedLogin(pools, codes, refresh_tokens.user_sessions, outbox, now)
        token_endpoint = TokenEndpoint(pools, refresh_tokens, codes, exchange, now)
        self._by_name: Mapping[str, Callable[[Call], Answer]] = {
            "oauth2/authorize": hosted_login.authorize,
            "login": hosted_login.login,
            "logout": hosted_login.logout,
            CODE_PAGE: hosted_login.code,
            PROVIDER_PAGE: hosted_login.provider_login,
            "oauth2/token": token_endpoint.token,
            "oauth2/revoke": token_endpoint.revoke,
            "oauth2/userInfo": self._user_info,
        }

    def perform(self, call: Call) -> Answer:
        """Return the answer to a call."""
        try:
            return self._by_name[endpoint_of(call)](call)
        except (OAuthRefusal, AuthorizationRefusal) as refusal:
            return refusal.answer

    def _user_info(self, call: Call) -> Answer:
        """Return the attributes that the token's scopes allow; Cognito returns each as a string."""
        scheme, _, token = call.headers.get("authorization", "").partition(" ")
        if scheme.casefold() != "bearer" or not token:
            raise OAuthRefusal("invalid_request", "Bad OAuth2 request at UserInfo Endpoint")
        try:
            bearer = self._access_tokens.bearer(token, "openid")
        except Refusal as refusal:
            raise OAuthRefusal("invalid_token", refusal.message, 401) from None
        user, hidden = bearer.user, _hidden_attributes(bearer.token.scopes)
        visible = {name: value for name, value in user.attributes.items() if name not in hidden}
        return json_answer({"sub": user.sub, **visible, "username": user.username})


def endpoint_of(call: Call) -> str:
    """Return the endpoint that a call goes to, or an empty string."""
    name = call.path.partition("?")[0].removeprefix("/")
    return name if name in _ENDPOINTS else ""


def oauth_parameters(call: Call) -> Parameters:
    """Return all parameters of a call to an endpoint, in query and body."""
    try:
        return {**query_of(call), **(form_of(call) if call.method == "POST" else {})}
    except OAuthRefusal:
        return {}


def _hidden_attributes(scopes: frozenset[str]) -> frozenset[str]:
    """Return the attributes that need a scope which is missing; `openid` without any other allows all."""
    if not scopes & {"profile", *_SCOPE_ATTRIBUTES}:
        return frozenset()
    return frozenset(name for scope, names in _SCOPE_ATTRIBUTES.items() if scope not in scopes for name in names)
