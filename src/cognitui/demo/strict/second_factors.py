"""Which second factors a user has, and which challenge asks for them (AWS, "Adding MFA to a user pool")."""

from __future__ import annotations

from cognitui.demo.strict.mfa import Mfa, MfaConfiguration
from cognitui.demo.strict.pools import Pool, User

SELECT_MFA_TYPE = "SELECT_MFA_TYPE"
MFA_SETUP = "MFA_SETUP"

_ATTRIBUTES = {Mfa.SMS: "phone_number", Mfa.EMAIL: "email"}


def factors_of(pool: Pool, user: User) -> tuple[Mfa, ...]:
    """Returns what a user can be asked for.

    Where the pool demands MFA, an address or number is a factor without the user's having set it up.
    """
    if pool.mfa is MfaConfiguration.OFF:
        return ()
    chosen = tuple(factor for factor in pool.mfa_methods if factor in user.mfa and _has(user, factor))
    if chosen or pool.mfa is MfaConfiguration.OPTIONAL:
        return chosen
    return tuple(factor for factor in pool.mfa_methods if _has(user, factor))


def challenge_for(pool: Pool, user: User) -> str | None:
    """Returns the challenge for a user's second factor, or None where there is none to ask for."""
    factors = factors_of(pool, user)
    if user.preferred_mfa in factors:
        return user.preferred_mfa
    if len(factors) > 1:
        return SELECT_MFA_TYPE
    if factors:
        return factors[0]
    return MFA_SETUP if pool.mfa is MfaConfiguration.REQUIRED else None


def _has(user: User, factor: Mfa) -> bool:
    if factor is Mfa.TOTP:
        return user.software_token is not None
    return _ATTRIBUTES[factor] in user.attributes
