"""Names of a pool as the issuer of its tokens."""

from __future__ import annotations

from enum import StrEnum


class IssuerType(StrEnum):
    """Which of its two names a pool puts into tokens, in Cognito's words (IssuerConfiguration.Type)."""

    ORIGINAL = "ORIGINAL"
    UPDATED = "UPDATED"


_HOSTS = {IssuerType.ORIGINAL: "cognito-idp", IssuerType.UPDATED: "issuer-cognito-idp"}

_SUFFIXES = {"cn": "amazonaws.com.cn", "eusc": "amazonaws.eu"}
"""Domains of AWS's partitions, by the first part of a Region; `amazonaws.com` for all others."""


def aws_issuer(kind: IssuerType, pool_id: str) -> str:
    """Return AWS's name for a pool: with the primary Region, whichever Region issues the token.

    AWS, "Amazon Cognito user pools as an OIDC issuer".
    """
    region = pool_id.partition("_")[0]
    suffix = _SUFFIXES.get(region.partition("-")[0], "amazonaws.com")
    return f"https://{_HOSTS[kind]}.{region}.{suffix}/{pool_id}"


def names_updated_issuer(host: str) -> bool:
    """Return whether a Host header is that of the updated issuers."""
    return host.startswith(f"{_HOSTS[IssuerType.UPDATED]}.")
