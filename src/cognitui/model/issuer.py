"""Issuers of tokens: the names of a pool that a verifier accepts, built from the profile only."""

from __future__ import annotations

from cognitui.model.aws import domain_of
from cognitui.model.profile import Profile, foreign_endpoint

_ISSUER_HOSTS = ("cognito-idp", "issuer-cognito-idp")
"""The beginnings of the two names of a pool at AWS: the original one and the updated one (since June 2026)."""


def issuer_of(profile: Profile) -> str:
    """Return the issuer whose keys sign the profile's tokens, or an empty string if it names no pool.

    It is built from the profile only and never read from a token.
    """
    if profile.user_pool_id and (endpoint := foreign_endpoint(profile)):
        return f"{endpoint.rstrip('/')}/{profile.user_pool_id}"
    return next(iter(_aws_issuers(profile)), "")


def issuer_names(profile: Profile) -> tuple[str, ...]:
    """Return the accepted values of `iss`: both of AWS's names for the pool, and before them an emulator's.

    The owner of a pool may switch between the two at any time, and tokens of both kinds are valid side by side. Some
    emulators use AWS's name, although their keys are at their own endpoint; others use the one in the key `issuer`.
    """
    names = (issuer_of(profile), *_own_issuers(profile), *_aws_issuers(profile))
    return tuple(dict.fromkeys(name for name in names if name))


def keys_issuer(profile: Profile, claimed: object) -> str:
    """Return the issuer to fetch the keys from for a token with this `iss`; empty if the profile names no pool.

    AWS publishes one key set under both names of a pool; the one that the token names is used if it is one of them. An
    emulator's keys are always at its own endpoint.
    """
    if not foreign_endpoint(profile) and isinstance(claimed, str) and claimed in _aws_issuers(profile):
        return claimed
    return issuer_of(profile)


def _aws_issuers(profile: Profile) -> tuple[str, ...]:
    """AWS, IssuerConfigurationType: ORIGINAL and UPDATED; both name the primary Region, at a replica too."""
    region, pool = profile.primary_region, profile.user_pool_id
    if not pool or not region:
        return ()
    return tuple(f"https://{host}.{region}.{domain_of(region)}/{pool}" for host in _ISSUER_HOSTS)


def _own_issuers(profile: Profile) -> tuple[str, ...]:
    """Return the value of the key `issuer`, and the same with the pool's id, which may be left out."""
    issuer = (profile.fields.issuer or "").rstrip("/")
    if not issuer or not foreign_endpoint(profile):
        return ()
    return (issuer, f"{issuer}/{profile.user_pool_id}") if profile.user_pool_id else (issuer,)
