"""Servers that receive a profile's secrets, and issuers of its tokens."""

from __future__ import annotations

from cognitui.model.aws import domain_of, is_aws
from cognitui.model.profile import Profile, region_of_pool


def foreign_endpoint(profile: Profile) -> str:
    """Return the profile's endpoint if it is not AWS's own, else an empty string."""
    url = profile.fields.endpoint_url
    return "" if not url or is_aws(url) else url


def foreign_server(profile: Profile) -> str:
    """Return the server that a profile's secrets are sent to if it is not AWS's own, else an empty string.

    That is the pool's domain for the OAuth flows and the endpoint for the others.
    """
    if not profile.signs_in_at_domain:
        return foreign_endpoint(profile)
    domain = profile.fields.domain or ""
    return "" if is_aws(domain) else domain


def is_loopback(host: str) -> bool:
    """Return whether a host is this machine: localhost, 127.0.0.0/8 or ::1; no name is resolved."""
    # Newer versions of Python have already loaded it with urllib.parse.
    from ipaddress import IPv4Address, ip_address

    try:
        address = ip_address(host)
    except ValueError:
        return host == "localhost"
    return address.is_loopback if isinstance(address, IPv4Address) else int(address) == 1


def issuer_of(profile: Profile) -> str:
    """Return the issuer whose keys sign the profile's tokens, or an empty string if it names no pool.

    It is built from the profile only and never read from a token.
    """
    if profile.user_pool_id and (endpoint := foreign_endpoint(profile)):
        return f"{endpoint.rstrip('/')}/{profile.user_pool_id}"
    return _aws_issuer(profile)


def issuer_names(profile: Profile) -> tuple[str, ...]:
    """Return the accepted values of `iss`: the issuer, and for an emulator also AWS's name for the pool.

    Some emulators use AWS's name, although their keys are at their own endpoint.
    """
    return tuple(dict.fromkeys(name for name in (issuer_of(profile), _aws_issuer(profile)) if name))


def _aws_issuer(profile: Profile) -> str:
    region = region_of_pool(profile.user_pool_id) or profile.region
    if not profile.user_pool_id or not region:
        return ""
    return f"https://cognito-idp.{region}.{domain_of(region)}/{profile.user_pool_id}"
