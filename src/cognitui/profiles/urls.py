"""URLs in a profile: https, or http to this machine only; a redirect may use an app's own scheme."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import SplitResult, urlsplit

from cognitui.model.aws_hosts import pool_domain
from cognitui.model.endpoints import is_loopback
from cognitui.model.errors import UsageError
from cognitui.model.text import nearest
from cognitui.profiles.schema import FieldError

_PRINTABLE = re.compile(r"[\x21-\x5b\x5d-\x7e]+")
"""urlsplit silently drops tabs and newlines, and some programs treat a backslash as a slash: both are refused."""

_WEB = ("https", "http")

_EXAMPLES = {
    "api_url": "https://api.example.com",
    "domain": pool_domain("shop-dev", "eu-west-1"),
    "endpoint_url": "http://localhost:4566",
    "redirect_uri": "http://localhost:8976/callback",
}


_SCHEME = re.compile(r"([a-z][a-z0-9+.-]+):/", re.IGNORECASE)
"""RFC 3986, 3.1; a single letter is a Windows drive. RFC 8252, 7.1: `com.example.app:/callback` has one slash."""

_NOT_OF_APPS = frozenset(
    (
        *("about", "blob", "chrome", "content", "data", "file", "filesystem", "intent", "jar", "javascript"),
        *("resource", "vbscript", "view-source"),
        *("ftp", "ftps", "ldap", "ldaps", "mailto", "nfs", "sftp", "smb", "sms", "ssh", "tel", "telnet", "ws", "wss"),
    )
)
"""Schemes that browsers and systems handle themselves: no app receives a code through them, and some run code."""


def url_error(key: str, url: str) -> FieldError | None:
    """Return what is wrong with a URL, or None if a secret may be sent there."""
    example = _EXAMPLES[key]
    own_scheme = _own_scheme(url) if key == "redirect_uri" else ""
    if own_scheme and (own_scheme in _NOT_OF_APPS or nearest(own_scheme, _WEB)):
        return FieldError(key, "has a scheme that no app can own", f"write it as {example} or myapp://callback")
    parts = _split(url, own_scheme)
    if parts is None:
        return FieldError(key, "is not a URL", f"write it as {example}")
    if "@" in parts.netloc:
        return FieldError(key, "contains a user or a password", f"write it without, as {example}")
    if parts.scheme == "http" and not is_loopback(parts.hostname or ""):
        return FieldError(key, "is http and not on this machine", "use https; http is only allowed for localhost")
    if parts.fragment or (key != "redirect_uri" and parts.query):
        return FieldError(key, "has a query or fragment", f"write it as {example}")
    if key == "domain" and parts.path not in ("", "/"):
        return FieldError(key, "has a path", f"write it as {example}")
    return None


def _own_scheme(url: str) -> str:
    """Return the scheme of a URL in lower case, or an empty string for http and https."""
    found = _SCHEME.match(url)
    scheme = found[1].lower() if found else ""
    return "" if scheme in _WEB else scheme


def _split(url: str, own_scheme: str) -> SplitResult | None:
    if not _PRINTABLE.fullmatch(url):
        return None
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return None
    whole = (parts.scheme in _WEB and bool(parts.hostname) and port != 0) or bool(own_scheme)
    return parts if whole else None


_VARIABLES = ("AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER", "AWS_ENDPOINT_URL")
"""AWS SDKs and Tools Reference Guide, "Service-specific endpoints": the one of the service has priority."""


def endpoint_in(environ: Mapping[str, str]) -> str:
    """Return the endpoint for user pools in the environment, or an empty string.

    Raises:
        UsageError: It is not a valid URL, or it is http and not on this machine: nothing secret may be sent there.
    """
    for name in _VARIABLES:
        if url := environ.get(name, ""):
            if error := url_error("endpoint_url", url):
                raise UsageError(f"{name} {error.what}.", fix=f"{error.fix[:1].upper()}{error.fix[1:]}.")
            return url
    return ""
