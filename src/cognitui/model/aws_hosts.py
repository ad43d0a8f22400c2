"""Which hosts are AWS's own."""

from __future__ import annotations

from urllib.parse import urlsplit

_DOMAINS = ("amazonaws.com", "amazonaws.com.cn", "amazonaws.eu", "api.aws", "amazoncognito.com")
"""The DNS suffixes of AWS's partitions, as botocore's endpoints.json has them, and that of the domains of pools."""


def domain_of(region: str) -> str:
    """Returns the DNS suffix of the partition that a region belongs to."""
    return "amazonaws.com.cn" if region.startswith("cn-") else "amazonaws.com"


def is_aws(url: str) -> bool:
    """Returns whether an address is one of AWS's; a domain of a pool's own is not."""
    host = urlsplit(url).hostname or ""
    return any(host == domain or host.endswith(f".{domain}") for domain in _DOMAINS)
