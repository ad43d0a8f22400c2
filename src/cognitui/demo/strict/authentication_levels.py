"""Authentication levels: which methods reach which level, the names of a pool, and what a user can still add.

AWS, "Authentication levels with ACR and AMR claims": a password is level 1, a code by e-mail or text message level 2, a
passkey or both of them level 3, a password and an authenticator app level 4.
"""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum

from cognitui.demo.strict.pools import MfaConfiguration, Pool
from cognitui.demo.strict.tiers import Tier
from cognitui.demo.strict.users import Mfa, User, UserStatus

FEATURE = "Step-Up Authentication"
"""Its name in the refusal of a plan that lacks it; AWS's word is not known."""

SMS_OTP = "SMS_OTP"

_URN = "urn:cognito:loa:"

_MFA_ATTRIBUTES = {Mfa.SMS: "phone_number", Mfa.EMAIL: "email"}


class Method(StrEnum):
    """A way to authenticate, in the words of `amr`."""

    PASSWORD = "pwd"
    EMAIL = "email_otp"
    SMS = "sms"
    APP = "otp"
    PASSKEY = "swk"
    FEDERATED = "fed"


METHODS_OF_MFA = {Mfa.EMAIL: Method.EMAIL, Mfa.SMS: Method.SMS, Mfa.TOTP: Method.APP}

_CODES = frozenset({Method.EMAIL, Method.SMS})


def level_of(methods: Collection[Method]) -> int:
    """Return the level, 1 to 4, that methods reach together."""
    by_password = Method.PASSWORD in methods
    if by_password and Method.APP in methods:
        return 4
    has_code = bool(_CODES.intersection(methods))
    if Method.PASSKEY in methods or (by_password and has_code):
        return 3
    return 2 if has_code else 1


def claims_of(pool: Pool, methods: Collection[Method]) -> dict[str, object]:
    """Return `acr` and `amr` for methods; nothing if the plan lacks them or no method is known."""
    if not methods or not pool.tier.includes(Tier.ESSENTIALS):
        return {}
    words = [method.value for method in Method if method in methods]
    return {"acr": _name(pool, level_of(methods)), "amr": [*words, *(["mfa"] if len(words) > 1 else [])]}


def known_levels(pool: Pool, values: str) -> tuple[int, ...]:
    """Return the levels that a list of names means, in its order; others are ignored.

    It is not known whether a pool that renames a level still takes the default name; it is accepted.
    """
    names = {**{f"{_URN}{level}": level for level in range(1, 5)}, **{name: n for n, name in pool.acr_names.items()}}
    return tuple(names[value] for value in values.split() if value in names)


def target_of(pool: Pool, user: User, have: Collection[Method], levels: Collection[int]) -> int | None:
    """Return the first level that a user can reach from some methods; None if there is none."""
    reachable = level_of({*have, *methods_of(pool, user)})
    return next((level for level in levels if level <= reachable), None)


def missing_methods(pool: Pool, user: User, have: Collection[Method], target: int) -> tuple[Method, ...]:
    """Return the methods of which one is asked for next; empty if the level is reached."""
    if level_of(have) >= target and have:
        return ()
    others = [method for method in Method if method in methods_of(pool, user) and method not in have]
    enough = tuple(method for method in others if level_of({*have, method}) >= target)
    return enough or ((Method.PASSWORD,) if Method.PASSWORD in others else tuple(others))


def methods_of(pool: Pool, user: User) -> frozenset[Method]:
    """Return all methods that a user has."""
    codes = {"EMAIL_OTP": Method.EMAIL, SMS_OTP: Method.SMS}
    return frozenset(
        (
            *((Method.PASSWORD,) if user.status is not UserStatus.EXTERNAL_PROVIDER else ()),
            *(METHODS_OF_MFA[factor] for factor in factors_of(pool, user)),
            *(method for name, method in codes.items() if is_first_factor(pool, user, name)),
            *((Method.PASSKEY,) if is_first_factor(pool, user, "WEB_AUTHN") else ()),
            # An app that is set up and not asked for at each sign-in.
            *((Method.APP,) if user.software_token and pool.mfa is not MfaConfiguration.OFF else ()),
        )
    )


def auth_factors_of(pool: Pool, user: User) -> tuple[str, ...]:
    """Return what a user has for either factor, as GetUserAuthFactors names it."""
    second = factors_of(pool, user)
    has = {
        "PASSWORD": user.status is not UserStatus.EXTERNAL_PROVIDER,
        "EMAIL_OTP": Mfa.EMAIL in second or is_first_factor(pool, user, "EMAIL_OTP"),
        SMS_OTP: Mfa.SMS in second or is_first_factor(pool, user, SMS_OTP),
        "WEB_AUTHN": is_first_factor(pool, user, "WEB_AUTHN"),
        "SOFTWARE_TOKEN": Mfa.TOTP in second,
    }
    return tuple(name for name, configured in has.items() if configured)


def is_first_factor(pool: Pool, user: User, name: str) -> bool:
    """Return whether a user can begin a sign-in with a first factor that the pool may offer beside the password."""
    if name not in pool.first_factors:
        return False
    if name == "WEB_AUTHN":
        return user.has_passkey
    verified = {"EMAIL_OTP": "email_verified", SMS_OTP: "phone_number_verified"}.get(name, "")
    return user.attributes.get(verified) == "true"


def factors_of(pool: Pool, user: User) -> tuple[Mfa, ...]:
    """Return the second factors that a user can be asked for (AWS, "Adding MFA to a user pool").

    If the pool requires MFA, an address or number is a factor even if the user has not set it up.
    """
    if pool.mfa is MfaConfiguration.OFF:
        return ()
    chosen = tuple(factor for factor in pool.mfa_methods if factor in user.mfa and _has(user, factor))
    if chosen or pool.mfa is MfaConfiguration.OPTIONAL:
        return chosen
    return tuple(factor for factor in pool.mfa_methods if _has(user, factor))


def _name(pool: Pool, level: int) -> str:
    return pool.acr_names.get(level, f"{_URN}{level}")


def _has(user: User, factor: Mfa) -> bool:
    if factor is Mfa.TOTP:
        return user.software_token is not None
    return _MFA_ATTRIBUTES[factor] in user.attributes
