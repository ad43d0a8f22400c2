"""Keys of the profile file, their types, and the rules for tables and URLs.

An error says what is expected and never what was found.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import NamedTuple
from urllib.parse import SplitResult, urlsplit

import msgspec

from cognitui.model.authentication_level import level_name
from cognitui.model.aws import pool_domain
from cognitui.model.duration import parse_duration
from cognitui.model.errors import UsageError
from cognitui.model.expectations import EXPECT_NAMES, Expect
from cognitui.model.profile import (
    FIELD_NAMES,
    NO_FIELDS,
    Flow,
    PreferredChallenge,
    ProfileFields,
    SubjectToken,
    is_loopback,
)
from cognitui.model.text import nearest

ENVIRONMENT_KEYS = ("label", "color", "protected", "profiles")
"""The keys of an environment besides the defaults of its profiles."""

TOP_KEYS = ("version", "include", "environments")

COLORS = frozenset(
    {
        "aqua",
        "black",
        "blue",
        "brown",
        "coral",
        "crimson",
        "cyan",
        "fuchsia",
        "gold",
        "gray",
        "green",
        "grey",
        "indigo",
        "lime",
        "magenta",
        "maroon",
        "navy",
        "olive",
        "orange",
        "orchid",
        "pink",
        "plum",
        "purple",
        "red",
        "salmon",
        "silver",
        "tan",
        "teal",
        "tomato",
        "turquoise",
        "violet",
        "white",
        "yellow",
    }
)
"""Names that both Textual and CSS know; other colors are written as `#rgb` or `#rrggbb`."""

LONGEST_NAME = 60
"""Maximum characters of a key or name in a message."""

_TEXT = ("is not a string", "write it in quotes")

_TRUTH = ("is not true or false", "write true or false, without quotes")

_TEXTS = ("is not a list of strings", 'write it as ["one", "two"]')

_TYPES = {
    "flow": ("is not a flow", f"use one of {', '.join(Flow)}"),
    "subject_token": ("is not a token that can be exchanged", f"use one of {', '.join(SubjectToken)}"),
    "acr_values": ("is neither a string nor a list of strings", 'write it as "urn:cognito:loa:3", best first'),
    "max_age": ("is no duration", 'write it as seconds, 300, or as "5m"'),
    "audiences": _TEXTS,
    "preferred_challenge": ("is not a factor", f"use one of {', '.join(PreferredChallenge)}"),
    "scopes": _TEXTS,
    "tags": _TEXTS,
    "include": _TEXTS,
    "remember_device": _TRUTH,
    "srp_first": _TRUTH,
    "protected": _TRUTH,
    "client_metadata": ("is not a table of strings", 'write it as { key = "text" }'),
}

_SECRETS = {
    "password": "password",
    "secret": "client-secret",
    "client_secret": "client-secret",
    "totp": "totp",
    "totp_secret": "totp",
}

EXPECT = "expect"

_ONE_OR_MORE = ("is not a string", 'write it in quotes, or several as ["one", "two"]')

_DURATION = ("is not a duration", 'write it as "30s", "5m" or "1h"')

_LEVEL = ("is not an authentication level", 'write it as "loa:2", or the name that the pool gave the level')

_EXPECT_TYPES = {
    "token_use": ("is not a token use", 'write "access" or "id"'),
    "audience": _ONE_OR_MORE,
    "client_id": _ONE_OR_MORE,
    "scopes": _TEXTS,
    "groups": _TEXTS,
    "min_valid": _DURATION,
    "acr": _ONE_OR_MORE,
    "max_age": ("is not a duration", 'write it as seconds, 300, or as "5m"'),
}

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

_ENDPOINT_VARIABLES = ("AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER", "AWS_ENDPOINT_URL")
"""AWS SDKs and Tools Reference Guide, "Service-specific endpoints": the one of the service has priority."""


class FieldError(NamedTuple):
    """What is wrong with a key, and how to fix it; the caller adds the place."""

    key: str
    """The key in the file, which may be any text."""
    what: str
    fix: str
    inside: str = ""
    """The key inside of `key`, if that is a table."""

    @property
    def shown(self) -> str:
        """The key for messages: `expect.min_valid`."""
        return f"{self.key}.{self.inside}" if self.inside else self.key


def read_fields(
    table: Mapping[str, object], known: Collection[str] = FIELD_NAMES
) -> tuple[ProfileFields, list[FieldError]]:
    """Return the valid keys of a table, and the errors of the others.

    Args:
        table: As tomli returns it.
        known: The keys that an unknown key may have been meant to be.
    """
    try:
        return msgspec.convert(table, ProfileFields), []
    except msgspec.ValidationError:
        # Its message may contain the value, so the keys are checked one by one.
        pass
    right, errors = {}, []
    for key, value in table.items():
        if key not in FIELD_NAMES:
            errors.append(unknown_key(key, known))
        elif _is_valid(key, value, ProfileFields):
            right[key] = value
        elif key == "expect":
            errors += expect_errors(value)
        else:
            errors.append(wrong_type(key))
    return (msgspec.convert(right, ProfileFields) if right else NO_FIELDS), errors


def unknown_key(key: str, known: Collection[str]) -> FieldError:
    """Return the error of an unknown key."""
    if key in _SECRETS:
        fix = f"store it in the keyring: cognitui secret set ID {_SECRETS[key]}"
        return FieldError(key, "is a secret, which does not belong in this file", fix)
    if key in ENVIRONMENT_KEYS and key not in known:
        return FieldError(key, "is not a key of a profile", "set it in the environment")
    meant = meant_key(key, known)
    fix = f"did you mean {meant}?" if meant else f"remove it; the keys are {', '.join(known)}"
    return FieldError(key, "is not a known key", fix)


def meant_key(key: str, known: Collection[str]) -> str:
    """Return the known key closest to an unknown one, or an empty string; a secret's name has none."""
    if key in _SECRETS:
        return ""
    return next(iter(nearest(key, known)), "")


def wrong_type(key: str) -> FieldError:
    """Return the error of a value that has the wrong type."""
    return FieldError(key, *_TYPES.get(key, _TEXT))


def expect_errors(table: object) -> list[FieldError]:
    """Return the errors of a value that cannot be read as an `Expect`."""
    if not isinstance(table, Mapping):
        return [FieldError(EXPECT, "is not a table", 'write it as { token_use = "access" }')]
    return [_error_of(key) for key, value in table.items() if not _is_valid(key, value, Expect)]


def expect_value_error(expect: Expect) -> FieldError | None:
    """Return the error of the first invalid value that has the right type, or None."""
    for key, value in expect.set_values().items():
        if isinstance(value, int):
            continue
        texts = (value,) if isinstance(value, str) else value
        if not texts or not all(isinstance(text, str) and text.strip() for text in texts):  # type: ignore[attr-defined]  # texts
            return FieldError(EXPECT, "is empty", "write it, or remove the key", inside=key)
    for key, duration in (("min_valid", expect.min_valid), ("max_age", expect.max_age)):
        try:
            seconds = duration if isinstance(duration, int) else parse_duration(duration or "0s")
        except ValueError:
            return FieldError(EXPECT, *_EXPECT_TYPES[key], inside=key)
        if seconds < 0:
            return FieldError(EXPECT, "is negative", 'write it as seconds, 300, or as "5m"', inside=key)
    for level in (expect.acr,) if isinstance(expect.acr, str) else expect.acr or ():
        try:
            level_name(level)
        except ValueError:
            return FieldError(EXPECT, *_LEVEL, inside="acr")
    return None


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


def endpoint_in(environ: Mapping[str, str]) -> str:
    """Return the endpoint for user pools in the environment, or an empty string.

    Raises:
        UsageError: It is not a valid URL, or it is http and not on this machine: nothing secret may be sent there.
    """
    for name in _ENDPOINT_VARIABLES:
        if url := environ.get(name, ""):
            if error := url_error("endpoint_url", url):
                raise UsageError(f"{name} {error.what}.", fix=f"{error.fix[:1].upper()}{error.fix[1:]}.")
            return url
    return ""


def _is_valid(key: str, value: object, table: type[ProfileFields | Expect]) -> bool:
    try:
        msgspec.convert({key: value}, table)
    except msgspec.ValidationError:
        return False
    return True


def _error_of(key: str) -> FieldError:
    if key not in EXPECT_NAMES:
        return FieldError(EXPECT, "is not a known key", f"the keys are {', '.join(EXPECT_NAMES)}", inside=key)
    return FieldError(EXPECT, *_EXPECT_TYPES[key], inside=key)


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
