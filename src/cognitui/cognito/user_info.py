"""/oauth2/userInfo: what an access token of the browser sign-in tells of its user."""

from __future__ import annotations

from collections.abc import Mapping

from cognitui.cognito.http import fetch_https
from cognitui.model.errors import ServiceFault
from cognitui.model.profile import Profile
from cognitui.model.strict_json import NotAnObject, read_object
from cognitui.model.text import inert


def user_info(profile: Profile, access_token: str) -> Mapping[str, object]:
    """Returns the attributes that the token's scopes open, as claims.

    Raises:
        TokenRefused: The token was revoked, has expired or lacks the scope `openid`.
        Unreachable: No network, or no proper answer.
    """
    domain = (profile.fields.domain or "").rstrip("/")
    try:
        return read_object(fetch_https(f"{domain}/oauth2/userInfo", bearer=access_token))
    except NotAnObject as error:
        raise ServiceFault(f"{inert(profile.id)}: the user info of the pool's domain {error}.") from None
