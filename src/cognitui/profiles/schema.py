"""Keys of the profile file and their types; an error says what is expected and never what was found."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import NamedTuple

import msgspec

from cognitui.model.duration import parse_duration
from cognitui.model.expectations import EXPECT_NAMES, Expect
from cognitui.model.profile import FIELD_NAMES, NO_FIELDS, Flow, PreferredChallenge, ProfileFields
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


_TEXT = ("is not a string", "write it in quotes")
_TRUTH = ("is not true or false", "write true or false, without quotes")
_TEXTS = ("is not a list of strings", 'write it as ["one", "two"]')
_EXPECTED = {
    "flow": ("is not a flow", f"use one of {', '.join(Flow)}"),
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
        elif _is_right(key, value):
            right[key] = value
        elif key == "expect":
            # Only an invalid file needs it.

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
    return FieldError(key, *_EXPECTED.get(key, _TEXT))


def _is_right(key: str, value: object) -> bool:
    try:
        msgspec.convert({key: value}, ProfileFields)
    except msgspec.ValidationError:
        return False
    return True


EXPECT = "expect"

_ONE_OR_MORE = ("is not a string", 'write it in quotes, or several as ["one", "two"]')
_DURATION = ("is not a duration", 'write it as "30s", "5m" or "1h"')
_RIGHT = {
    "token_use": ("is not a token use", 'write "access" or "id"'),
    "audience": _ONE_OR_MORE,
    "client_id": _ONE_OR_MORE,
    "scopes": _TEXTS,
    "groups": _TEXTS,
    "min_valid": _DURATION,
}


def expect_errors(table: object) -> list[FieldError]:
    """Return the errors of a value that cannot be read as an `Expect`."""
    if not isinstance(table, Mapping):
        return [FieldError(EXPECT, "is not a table", 'write it as { token_use = "access" }')]
    return [_error_of(key) for key, value in table.items() if not _expect_keys_is_right(key, value)]


def expect_value_error(expect: Expect) -> FieldError | None:
    """Return the error of the first invalid value that has the right type, or None."""
    for key, value in expect.set_values().items():
        texts = (value,) if isinstance(value, str) else value
        if not texts or not all(isinstance(text, str) and text.strip() for text in texts):  # type: ignore[attr-defined]  # texts
            return FieldError(EXPECT, "is empty", "write it, or remove the key", inside=key)
    try:
        parse_duration(expect.min_valid or "0s")
    except ValueError:
        return FieldError(EXPECT, *_DURATION, inside="min_valid")
    return None


def _error_of(key: str) -> FieldError:
    if key not in EXPECT_NAMES:
        return FieldError(EXPECT, "is not a known key", f"the keys are {', '.join(EXPECT_NAMES)}", inside=key)
    return FieldError(EXPECT, *_RIGHT[key], inside=key)


def _expect_keys_is_right(key: str, value: object) -> bool:
    try:
        msgspec.convert({key: value}, Expect)
    except msgspec.ValidationError:
        return False
    return True
