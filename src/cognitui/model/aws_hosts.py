"""Cognito's hosts at AWS: service endpoints and pool domains, in every partition."""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import urlsplit

_USUAL = "amazonaws.com"

_PARTITIONS = {
    "cn-": "amazonaws.com.cn",
    "eusc-": "amazonaws.eu",
    "us-iso-": "c2s.ic.gov",
    "us-isob-": "sc2s.sgov.gov",
    "eu-isoe-": "cloud.adc-e.uk",
    "us-isof-": "csp.hci.ic.gov",
}
"""The DNS suffixes of AWS's other partitions by region prefix, as in botocore's partitions.json."""

_SUFFIXES = (_USUAL, *_PARTITIONS.values(), "api.aws", "api.amazonwebservices.com.cn", "api.amazonwebservices.eu")
"""All suffixes, with those of dual-stack endpoints."""

_POOL_DOMAINS = {
    "us-gov-": "auth-fips.{region}.amazoncognito.com",
    "cn-": "auth.{region}.amazoncognito.com.cn",
    "eusc-": "auth.cognito-idp.{region}.on.amazonwebservices.eu",
    # No public Cognito endpoint is documented there, and a guess might be someone else's host.
    **dict.fromkeys(("us-iso-", "us-isob-", "eu-isoe-", "us-isof-"), ""),
}
"""The rest of a pool domain after its prefix, by region prefix.

Sources: Amazon's entries in the Public Suffix List; for GovCloud also AWS, "Amazon Cognito in AWS GovCloud (US)".
"""

_USUAL_POOL_DOMAIN = "auth.{region}.amazoncognito.com"
_FIPS_POOL_DOMAIN = "auth-fips.{region}.amazoncognito.com"
"""The FIPS endpoint of the same domain, which US regions have in addition."""

_PREFIX = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
"""AWS: UserPoolDomain, DomainType."""
_REGION = re.compile(r"[a-z]{2,4}(?:-[a-z]+)+-\d+")

_SERVICES = frozenset({"cognito-idp", "cognito-idp-fips", "cognito-identity", "cognito-identity-fips"})


def domain_of(region: str) -> str:
    """Return the DNS suffix of the partition that a region belongs to."""
    return next((domain for begin, domain in _PARTITIONS.items() if region.startswith(begin)), _USUAL)


def pool_domain(prefix: str, region: str) -> str:
    """Return the URL of a pool's prefix domain.

    Args:
        prefix: The prefix that the pool's owner chose.
        region: The pool's region.

    Returns:
        `https://PREFIX.auth.REGION.amazoncognito.com` or the equivalent of the region's partition; an empty string
        if the prefix or region is invalid or the partition's domains are not known.
    """
    behind = _behind_prefix(region)
    return f"https://{prefix}.{behind}" if behind and _PREFIX.fullmatch(prefix) else ""


def region_of_pool_domain(url: str) -> str:
    """Return the region of a prefix domain's URL, or an empty string for another host."""
    host = _host(url)
    prefix, _, behind = host.partition(".")
    region = next((label for label in behind.split(".") if _REGION.fullmatch(label)), "")
    forms = (_behind_prefix(region), *(form.format(region=region) for form in (_USUAL_POOL_DOMAIN, _FIPS_POOL_DOMAIN)))
    return region if region and behind in forms and _PREFIX.fullmatch(prefix) else ""


def _behind_prefix(region: str) -> str:
    if not _REGION.fullmatch(region):
        return ""
    form = next((form for begin, form in _POOL_DOMAINS.items() if region.startswith(begin)), _USUAL_POOL_DOMAIN)
    return form.format(region=region)


@lru_cache(maxsize=256)
def is_aws(url: str) -> bool:
    """Return whether a URL is one of Cognito's hosts at AWS; custom domains are not.

    Other AWS hosts are not either, because anyone can own one: API Gateway, load balancers, buckets and machines have
    names below the same suffixes.
    """
    host = _host(url)
    return any(_is_service(_below(host, suffix)) for suffix in _SUFFIXES) or bool(region_of_pool_domain(url))


def _host(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").rstrip(".")
    except ValueError:
        return ""


def _below(host: str, suffix: str) -> list[str]:
    """Return the labels of a host before a suffix; none if it has another suffix."""
    return host.removesuffix(f".{suffix}").split(".") if host.endswith(f".{suffix}") else []


def _is_service(labels: list[str]) -> bool:
    match labels:
        case [service, _region]:
            return service in _SERVICES
        case [endpoint, service, _region, "vpce"]:
            # A VPC endpoint: it only leads to the AWS service.
            return endpoint.startswith("vpce-") and service in _SERVICES
    return False
