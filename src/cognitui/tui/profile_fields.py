"""The profile's keys as the fields of a form: words for people, and text to value and back."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from cognitui.model.expect import Expect
from cognitui.model.expect_line import read_expect, written_expect
from cognitui.model.profile import (
    DEFAULT_FLOW,
    DEFAULT_REDIRECT_URI,
    NO_FIELDS,
    Flow,
    PreferredChallenge,
    ProfileFields,
)


@dataclass(frozen=True, slots=True)
class Field:
    """One key of a profile in the form."""

    name: str
    label: str
    help: str
    """What it is, or "For example" and a value: at most `LONGEST_HELP` characters, so that it is never cut."""
    common: bool = False
    """Whether it stands above the fold."""
    default: str = ""
    """The value that holds if neither the profile nor its environment has one."""


LONGEST_HELP = 35
"""Characters: as wide as the narrowest column of help."""

FIELDS: tuple[Field, ...] = (
    Field("username", "Username", "For example alice@example.com", common=True),
    Field("user_pool_id", "User pool id", "For example eu-west-1_AbCdEf123", common=True),
    Field("client_id", "App client id", "One of the pool's app clients", common=True),
    Field("flow", "Flow", "How to sign in, such as USER_AUTH", common=True, default=DEFAULT_FLOW.value),
    Field("region", "Region", "If it differs from the pool id's", common=True),
    Field("tags", "Tags", "For example web, admin", common=True),
    Field("notes", "Notes", "Anything worth knowing"),
    Field("endpoint_url", "Endpoint URL", "Of an emulator; empty is AWS"),
    Field("domain", "Domain", "Of the pool, beginning https://"),
    Field("scopes", "Scopes", "For example openid, orders/read"),
    Field("api_url", "API URL", "For example https://api.example.com"),
    Field("redirect_uri", "Redirect URI", "As registered with the app client", default=DEFAULT_REDIRECT_URI),
    Field("identity_provider", "Identity provider", "For federated users, such as Google"),
    Field("identity_pool_id", "Identity pool id", "For AWS credentials: REGION:UUID"),
    Field("aws_profile", "AWS profile", "IAM credentials for admin calls"),
    Field("remember_device", "Remember device", "yes or no"),
    Field("preferred_challenge", "Preferred factor", "For USER_AUTH, such as EMAIL_OTP"),
    Field("srp_first", "SRP first", "yes or no, for CUSTOM_AUTH"),
    Field("mfa_process", "MFA command", "A command that prints the MFA code"),
    Field("client_metadata", "Client metadata", "For example source=cli, step=2"),
    Field("expect", "API expects", "Such as token_use=id min_valid=5m"),
)

_YES, _NO = frozenset({"yes", "true", "y"}), frozenset({"no", "false", "n"})


def shown(fields: ProfileFields, name: str) -> str:
    """Returns a key's value as it is typed in the form; empty where it is not set."""
    value = getattr(fields, name)
    if value is None:
        return ""
    if isinstance(value, Expect):
        return written_expect(value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return ", ".join(value)
    if isinstance(value, dict):
        return ", ".join(f"{key}={text}" for key, text in value.items())
    return str(value)


def typed(texts: dict[str, str], before: ProfileFields = NO_FIELDS) -> ProfileFields:
    """Returns the keys that a person typed; an empty text is a key that is not set.

    Args:
        texts: What stands in the fields, by key.
        before: What they began with; a text that was not touched keeps its value, however it would be read now.

    Raises:
        ValueError: One is not written right; its first argument is the key, its second says how to write it.
    """
    return ProfileFields(**{name: _kept_or_read(name, text.strip(), before) for name, text in texts.items()})  # type: ignore[arg-type]  # by name


def _kept_or_read(name: str, text: str, before: ProfileFields) -> object:
    if text == shown(before, name):
        return getattr(before, name)
    if text and name == "expect":
        return _expected(name, text, before.expect)
    return _value(name, text) if text else None


def _expected(name: str, text: str, before: Expect | None) -> Expect:
    try:
        return read_expect(text, before)
    except ValueError as error:
        raise ValueError(name, str(error)) from None


def _value(name: str, text: str) -> object:
    if name == "scopes":
        return tuple(text.replace(",", " ").split())
    if name == "tags":
        return tuple(filter(None, map(str.strip, text.split(","))))
    if name in ("remember_device", "srp_first"):
        return _yes_or_no(name, text)
    if name == "client_metadata":
        return _pairs(name, text)
    if name == "flow":
        return _one_of(Flow, name, text)
    if name == "preferred_challenge":
        return _one_of(PreferredChallenge, name, text)
    return text


def _one_of(words: type[StrEnum], name: str, text: str) -> StrEnum:
    try:
        return words(text)
    except ValueError:
        raise ValueError(name, f"one of {', '.join(words)}") from None


def _yes_or_no(name: str, text: str) -> bool:
    if text.lower() not in _YES | _NO:
        raise ValueError(name, "write yes or no")
    return text.lower() in _YES


def _pairs(name: str, text: str) -> dict[str, str]:
    pairs = [part.partition("=") for part in text.split(",")]
    if not all(separator and key.strip() for key, separator, _ in pairs):
        raise ValueError(name, "write key=value, key=value")
    return {key.strip(): value.strip() for key, _, value in pairs}
