"""Addresses that a profile may name: https, or http to this machine alone."""

from __future__ import annotations

import re
from urllib.parse import SplitResult, urlsplit

from cognitui.model.aws_hosts import pool_domain
from cognitui.model.endpoint import is_loopback
from cognitui.store.profile_keys import Fault

_PRINTABLE = re.compile(r"[\x21-\x5b\x5d-\x7e]+")
"""urlsplit drops tabs and newlines silently, and a backslash is a slash to some: none of them may come so far."""

_EXAMPLES = {
    "api_url": "https://api.example.com",
    "domain": pool_domain("shop-dev", "eu-west-1"),
    "endpoint_url": "http://localhost:4566",
    "redirect_uri": "http://localhost:8976/callback",
}


def url_fault(key: str, url: str) -> Fault | None:
    """Returns what is wrong with an address, or None where a secret may be sent there."""
    example = _EXAMPLES[key]
    parts = _split(url)
    if parts is None:
        return Fault(key, "is not an address", f"write it as {example}")
    if "@" in parts.netloc:
        return Fault(key, "holds a user or a password", f"write it without, as {example}")
    if parts.scheme == "http" and not is_loopback(parts.hostname or ""):
        return Fault(key, "is http and not on this machine", "use https; http is for localhost alone")
    if parts.fragment or (key != "redirect_uri" and parts.query):
        return Fault(key, "goes on behind its path", f"write it as {example}")
    if key == "domain" and parts.path not in ("", "/"):
        return Fault(key, "has a path", f"write it as {example}")
    return None


def _split(url: str) -> SplitResult | None:
    if not _PRINTABLE.fullmatch(url):
        return None
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return None
    whole = parts.scheme in ("https", "http") and bool(parts.hostname) and port != 0
    return parts if whole else None
