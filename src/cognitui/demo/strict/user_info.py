"""/oauth2/userInfo: what an access token of the browser sign-in tells of its user."""

from __future__ import annotations

from cognitui.demo.strict.access_tokens import AccessTokens
from cognitui.demo.strict.answer import Answer
from cognitui.demo.strict.oauth_answer import OAuthRefusal, json_answer
from cognitui.demo.strict.refusal import Refusal
from cognitui.demo.strict.wire import Call

_OF_SCOPE = {"email": ("email", "email_verified"), "phone": ("phone_number", "phone_number_verified")}


class UserInfo:
    """The endpoint."""

    def __init__(self, access_tokens: AccessTokens) -> None:
        self._access_tokens = access_tokens

    def user_info(self, call: Call) -> Answer:
        """Returns the attributes that the scopes open; Cognito tells each as a text."""
        scheme, _, token = call.headers.get("authorization", "").partition(" ")
        if scheme.casefold() != "bearer" or not token:
            raise OAuthRefusal("invalid_request", "Bad OAuth2 request at UserInfo Endpoint")
        try:
            bearer = self._access_tokens.bearer(token, "openid")
        except Refusal as refusal:
            raise OAuthRefusal("invalid_token", refusal.message, 401) from None
        user, closed = bearer.user, _closed_to(bearer.token.scopes)
        told = {name: value for name, value in user.attributes.items() if name not in closed}
        return json_answer({"sub": user.sub, **told, "username": user.username})


def _closed_to(scopes: frozenset[str]) -> frozenset[str]:
    """Returns what stays hidden; `openid` alone opens all."""
    if not scopes & {"profile", *_OF_SCOPE}:
        return frozenset()
    return frozenset(name for scope, names in _OF_SCOPE.items() if scope not in scopes for name in names)
