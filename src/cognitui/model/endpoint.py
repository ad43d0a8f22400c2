"""Whose servers a profile's secrets are sent to."""

from __future__ import annotations

from urllib.parse import urlsplit

from cognitui.model.profile import Profile

_AWS_DOMAINS = ("amazonaws.com", "amazonaws.com.cn", "amazonaws.eu", "api.aws")
"""The DNS suffixes of AWS's partitions, as botocore's endpoints.json has them."""


def foreign_endpoint(profile: Profile) -> str:
    """Returns the endpoint that a profile names where it is not AWS's own, or an empty text."""
    url = profile.fields.endpoint_url
    if not url:
        return ""
    host = urlsplit(url).hostname or ""
    ours = any(host == domain or host.endswith(f".{domain}") for domain in _AWS_DOMAINS)
    return "" if ours else url
