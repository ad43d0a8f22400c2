"""Addresses that a profile may name: https, or http to this machine only; a redirect may have an app's own scheme."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import SplitResult, urlsplit

from cognitui.model.aws_hosts import pool_domain
from cognitui.model.endpoints import is_loopback
from cognitui.model.errors import UsageError
from cognitui.model.text import nearest
from cognitui.profiles.schema import Fault

_PRINTABLE = re.compile(r"[\x21-\x5b\x5d-\x7e]+")
"""urlsplit drops tabs and newlines silently, and a backslash is a slash to some: none of them may come so far."""

_WEB = ("https", "http")

_EXAMPLES = {
    "api_url": "https://api.example.com",
    "domain": pool_domain("shop-dev", "eu-west-1"),
    "endpoint_url": "http://localhost:4566",
    "redirect_uri": "http://localhost:8976/callback",
}


_SCHEME = re.compile(r"([a-z][a-z0-9+.-]+):/", re.IGNORECASE)
"""RFC 3986, 3.1; a single letter is a drive of Windows. RFC 8252, 7.1: `com.example.app:/callback` has one slash."""

_NOT_OF_APPS = frozenset(
    (
        *("about", "blob", "chrome", "content", "data", "file", "filesystem", "intent", "jar", "javascript"),
        *("resource", "vbscript", "view-source"),
        *("ftp", "ftps", "ldap", "ldaps", "mailto", "nfs", "sftp", "smb", "sms", "ssh", "tel", "telnet", "ws", "wss"),
    )
)
"""Schemes that browsers and systems handle themselves: no app gets a code by them, and some run what follows."""


def url_fault(key: str, url: str) -> Fault | None:
    """Returns what is wrong with an address, or None where a secret may be sent there."""
    example = _EXAMPLES[key]
    own_scheme = _own_scheme(url) if key == "redirect_uri" else ""
    if own_scheme and (own_scheme in _NOT_OF_APPS or nearest(own_scheme, _WEB)):
        return Fault(key, "has a scheme that is no app's own", f"write it as {example} or myapp://callback")
    parts = _split(url, own_scheme)
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


def _own_scheme(url: str) -> str:
    """Returns the scheme of an address that is not of the web, in lower case; an empty text where there is none."""
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
"""AWS SDKs and Tools Reference Guide, "Service-specific endpoints": that of the service comes first."""


def endpoint_in(environ: Mapping[str, str]) -> str:
    """Returns the address that the variables name for user pools, or an empty text.

    Raises:
        UsageError: Nothing signed or secret may be sent there: it is no address, or http and not on this machine.
    """
    for name in _VARIABLES:
        if url := environ.get(name, ""):
            if fault := url_fault("endpoint_url", url):
                raise UsageError(f"{name} {fault.what}.", fix=f"{fault.fix[:1].upper()}{fault.fix[1:]}.")
            return url
    return ""
