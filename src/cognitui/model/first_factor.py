"""What a sign-in by Cognito's own API begins with, as the profile tells."""

from __future__ import annotations

from cognitui.model.profile import Flow, PreferredChallenge, Profile

_BY_PASSWORD = frozenset((Flow.USER_SRP_AUTH, Flow.USER_PASSWORD_AUTH, Flow.ADMIN_USER_PASSWORD_AUTH))
_PASSWORDS = frozenset((PreferredChallenge.PASSWORD, PreferredChallenge.PASSWORD_SRP))


def begins_with_password(profile: Profile) -> bool:
    """Returns whether the first call cannot do without the password."""
    if profile.flow is Flow.USER_AUTH:
        return profile.fields.preferred_challenge in _PASSWORDS
    if profile.flow is Flow.CUSTOM_AUTH:
        return bool(profile.fields.srp_first)
    return profile.flow in _BY_PASSWORD
