"""The endpoints of a pool's domain. All pools of a server share one: the client tells which is meant."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from cognitui.demo.strict.access_tokens import AccessTokens
from cognitui.demo.strict.answer import Answer
from cognitui.demo.strict.authorization_codes import AuthorizationCodes
from cognitui.demo.strict.authorization_request import Misdirected
from cognitui.demo.strict.federated_login import PROVIDER_PAGE
from cognitui.demo.strict.hosted_login import HostedLogin
from cognitui.demo.strict.oauth_answer import OAuthRefusal, form_of, query_of
from cognitui.demo.strict.parameters import Parameters
from cognitui.demo.strict.pools import Pools
from cognitui.demo.strict.refresh import RefreshTokens
from cognitui.demo.strict.token_endpoint import TokenEndpoint
from cognitui.demo.strict.user_info import UserInfo
from cognitui.demo.strict.wire import Call

ENDPOINTS = frozenset(
    {"oauth2/authorize", "login", "logout", "oauth2/token", "oauth2/revoke", "oauth2/userInfo", PROVIDER_PAGE}
)
"""Their names in journal and faults: the path, without the stroke before it."""


class OAuth:
    """Answers what goes to one of them."""

    def __init__(self, pools: Pools, refresh_tokens: RefreshTokens, now: Callable[[], float]) -> None:
        codes = AuthorizationCodes(now)
        hosted_login = HostedLogin(pools, codes, now)
        token_endpoint = TokenEndpoint(pools, refresh_tokens, codes, now)
        self._by_name: Mapping[str, Callable[[Call], Answer]] = {
            "oauth2/authorize": hosted_login.authorize,
            "login": hosted_login.login,
            "logout": hosted_login.logout,
            PROVIDER_PAGE: hosted_login.provider_login,
            "oauth2/token": token_endpoint.token,
            "oauth2/revoke": token_endpoint.revoke,
            "oauth2/userInfo": UserInfo(AccessTokens(pools, refresh_tokens, now)).user_info,
        }

    def perform(self, call: Call) -> Answer:
        """Returns what a call gets."""
        try:
            return self._by_name[endpoint_of(call)](call)
        except (OAuthRefusal, Misdirected) as refused:
            return refused.answer


def endpoint_of(call: Call) -> str:
    """Returns the endpoint that a call goes to; an empty text where it is none."""
    name = call.path.partition("?")[0].removeprefix("/")
    return name if name in ENDPOINTS else ""


def sent_to(call: Call) -> Parameters:
    """Returns all that an endpoint was sent, in address and body."""
    try:
        return {**query_of(call), **(form_of(call) if call.method == "POST" else {})}
    except OAuthRefusal:
        return {}
