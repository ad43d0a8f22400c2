"""Which hosts are those of Cognito at AWS."""

from __future__ import annotations

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
"""The DNS suffixes of AWS's other partitions by the beginning of their regions, as botocore's partitions.json has."""

_SUFFIXES = (_USUAL, *_PARTITIONS.values(), "api.aws", "api.amazonwebservices.com.cn", "api.amazonwebservices.eu")
"""Those, and those of dual-stack endpoints."""

_POOL_SUFFIXES = ("amazoncognito.com", "amazoncognito.com.cn")
"""Where Cognito serves the OAuth endpoints of pools. Whoever a pool belongs to, what is sent there reaches AWS."""

_SERVICES = frozenset({"cognito-idp", "cognito-idp-fips", "cognito-identity", "cognito-identity-fips"})


def domain_of(region: str) -> str:
    """Returns the DNS suffix of the partition that a region belongs to."""
    return next((domain for begin, domain in _PARTITIONS.items() if region.startswith(begin)), _USUAL)


def is_aws(url: str) -> bool:
    """Returns whether an address is Cognito's at AWS; a domain of a pool's own is not.

    Nor are AWS's other hosts, which may be anybody's: API Gateway, load balancers, buckets and machines have names
    below the same suffixes.
    """
    host = (urlsplit(url).hostname or "").rstrip(".")
    return any(_is_service(_below(host, suffix)) for suffix in _SUFFIXES) or any(
        _is_pool_domain(_below(host, suffix)) for suffix in _POOL_SUFFIXES
    )


def _below(host: str, suffix: str) -> list[str]:
    """Returns the labels of a host before a suffix; none where it has another one."""
    return host.removesuffix(f".{suffix}").split(".") if host.endswith(f".{suffix}") else []


def _is_service(labels: list[str]) -> bool:
    match labels:
        case [service, _region]:
            return service in _SERVICES
        case [endpoint, service, _region, "vpce"]:
            # An endpoint that a VPC has of its own: it leads to AWS's service alone.
            return endpoint.startswith("vpce-") and service in _SERVICES
    return False


def _is_pool_domain(labels: list[str]) -> bool:
    match labels:
        case [_prefix, "auth" | "auth-fips", _region]:
            return True
    return False
