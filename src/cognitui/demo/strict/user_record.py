"""How a user is told of."""

from __future__ import annotations

from cognitui.demo.strict.answer import Body
from cognitui.demo.strict.pools import User


def attribute_list(user: User) -> list[dict[str, str]]:
    """Returns all attributes, the sub among them."""
    return [{"Name": name, "Value": value} for name, value in {"sub": user.sub, **user.attributes}.items()]


def mfa_settings(user: User) -> Body:
    """Returns which second factors are set up, and which is asked for."""
    preferred = {"PreferredMfaSetting": user.preferred_mfa} if user.preferred_mfa else {}
    return {**preferred, **({"UserMFASettingList": list(user.mfa)} if user.mfa else {})}
