"""What a token opens, and what ends it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from cognitui.cognito.caller import Caller
from cognitui.model.errors import NotAuthorized, TokenRefused, WrongCredentials
from cognitui.model.profile import Profile


class SessionCalls:
    """All may raise Refused or Unreachable."""

    def __init__(self, caller: Caller) -> None:
        """Takes how Cognito is called."""
        self._caller = caller

    def revoke(self, profile: Profile, refresh_token: str, client_secret: str | None) -> None:
        """RevokeToken: ends a refresh token, and the access tokens that came from it where Cognito is asked."""
        client_id = profile.client_id
        if client_secret:
            self._caller.call(
                profile,
                lambda client: client.revoke_token(Token=refresh_token, ClientId=client_id, ClientSecret=client_secret),
            )
        else:
            self._caller.call(profile, lambda client: client.revoke_token(Token=refresh_token, ClientId=client_id))

    def sign_out_everywhere(self, profile: Profile, access_token: str) -> None:
        """GlobalSignOut: ends all of the user's refresh tokens."""
        with _about_the_token():
            self._caller.call(profile, lambda client: client.global_sign_out(AccessToken=access_token))

    def user(self, profile: Profile, access_token: str) -> Mapping[str, object]:
        """GetUser: the user's attributes as claims, and their MFA settings."""
        with _about_the_token():
            answer = self._caller.call(profile, lambda client: client.get_user(AccessToken=access_token))
        found: dict[str, object] = {"username": str(answer.get("Username") or "")}
        attributes = answer.get("UserAttributes")
        for attribute in attributes if isinstance(attributes, list) else []:
            if isinstance(attribute, Mapping):
                found[str(attribute.get("Name"))] = str(attribute.get("Value") or "")
        for name in ("PreferredMfaSetting", "UserMFASettingList"):
            if answer.get(name):
                found[name] = answer[name]
        return found


@contextmanager
def _about_the_token() -> Iterator[None]:
    """These calls bring no password: a refusal in words that are not known is about the token."""
    try:
        yield
    except (NotAuthorized, WrongCredentials) as error:
        raise TokenRefused(error.cause) from None
