"""Which hosts are AWS's own."""

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

_DOMAINS = (_USUAL, *_PARTITIONS.values(), "api.aws", "amazoncognito.com", "amazoncognito.com.cn")
"""Those, that of dual-stack endpoints, and those of the domains of pools."""


def domain_of(region: str) -> str:
    """Returns the DNS suffix of the partition that a region belongs to."""
    return next((domain for begin, domain in _PARTITIONS.items() if region.startswith(begin)), _USUAL)


def is_aws(url: str) -> bool:
    """Returns whether an address is one of AWS's; a domain of a pool's own is not."""
    host = urlsplit(url).hostname or ""
    return any(host == domain or host.endswith(f".{domain}") for domain in _DOMAINS)
