"""What a USER_AUTH sign-in can begin with."""

from __future__ import annotations

from cognitui.demo.strict.attempt import Attempt
from cognitui.demo.strict.mfa import Mfa, MfaConfiguration
from cognitui.demo.strict.password_challenges import PASSWORD, PASSWORD_SRP
from cognitui.demo.strict.pools import User
from cognitui.demo.strict.second_factors import factors_of
from cognitui.demo.strict.sent_code import SMS_OTP
from cognitui.demo.strict.web_authn import WEB_AUTHN

_VERIFIED = {Mfa.EMAIL.value: "email_verified", SMS_OTP: "phone_number_verified"}

_BY_PASSWORD = (PASSWORD_SRP, PASSWORD)


def first_factors(attempt: Attempt) -> tuple[str, ...]:
    """Returns the AvailableChallenges. Who has MFA begins with a password: there is no second factor to a code."""
    pool, user = attempt.client.pool, attempt.user
    if pool.mfa is MfaConfiguration.REQUIRED or (user and factors_of(pool, user)):
        return _BY_PASSWORD
    return _BY_PASSWORD + tuple(name for name in pool.first_factors if _is_open(name, user))


def _is_open(name: str, user: User | None) -> bool:
    if name == WEB_AUTHN:
        return user is not None and user.has_passkey
    if name in _VERIFIED:
        return user is None or user.attributes.get(_VERIFIED[name]) == "true"
    return False
