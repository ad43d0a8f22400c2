"""Which endpoints an import writes down, and how they are told."""

from __future__ import annotations

from urllib.parse import urlsplit

from cognitui.model.aws_hosts import is_aws

_CHOSEN = ("cognito-idp-fips.", "vpce-")
"""Hosts of AWS that somebody chose on purpose, and that no pool's id tells."""


def endpoint_to_keep(url: str) -> str:
    """Returns an endpoint that a profile must name, or an empty text.

    AWS's usual one is what the pool's id tells anyway, and a profile that names it has its secrets apart from those of
    the profiles that do not. An address with a user or a password in it, or with a query, is none of an endpoint.
    """
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return ""
    if parts.scheme not in ("http", "https") or not host or "@" in parts.netloc or parts.query or parts.fragment:
        return ""
    return url if not is_aws(url) or host.startswith(_CHOSEN) else ""


def told_of(url: str) -> str:
    """Returns an endpoint in words: whoever sends secrets there should know whose it is."""
    return url if is_aws(url) else f"{url}, which is not AWS"
