"""The keys of the profile file and their types; a fault says what is expected and never what is there."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import NamedTuple

import msgspec

from cognitui.model.duration import parse_duration
from cognitui.model.expectations import EXPECT_NAMES, Expect
from cognitui.model.profile import FIELD_NAMES, NO_FIELDS, Flow, PreferredChallenge, ProfileFields
from cognitui.model.text import nearest

ENVIRONMENT_KEYS = ("label", "color", "protected", "profiles")
"""What an environment has of its own, beside the defaults of its profiles."""

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
"""Names that Textual and CSS know alike; others are written as `#rgb` or `#rrggbb`."""

LONGEST_NAME = 60
"""The characters of a key or a name that a message shows."""


class Fault(NamedTuple):
    """What is wrong with a key, and how to mend it; where it stands is told by whoever read it."""

    key: str
    """As it stands in the file, which may be anything."""
    what: str
    fix: str
    inside: str = ""
    """The key of the table that `key` is, where it is one."""

    @property
    def shown(self) -> str:
        """The key as a message names it: `expect.min_valid`."""
        return f"{self.key}.{self.inside}" if self.inside else self.key


_TEXT = ("is not a text", "write it in quotes")
_TRUTH = ("is not true or false", "write true or false, without quotes")
_TEXTS = ("is not a list of texts", 'write it as ["one", "two"]')
_EXPECTED = {
    "flow": ("is not a flow", f"use one of {', '.join(Flow)}"),
    "preferred_challenge": ("is not a factor", f"use one of {', '.join(PreferredChallenge)}"),
    "scopes": _TEXTS,
    "tags": _TEXTS,
    "include": _TEXTS,
    "remember_device": _TRUTH,
    "srp_first": _TRUTH,
    "protected": _TRUTH,
    "client_metadata": ("is not a table of texts", 'write it as { key = "text" }'),
}
_SECRETS = {
    "password": "password",
    "secret": "client-secret",
    "client_secret": "client-secret",
    "totp": "totp",
    "totp_secret": "totp",
}


def read_fields(table: Mapping[str, object], known: Collection[str] = FIELD_NAMES) -> tuple[ProfileFields, list[Fault]]:
    """Returns the keys of a table that are right, and the faults of the others.

    Args:
        table: As tomli returns it.
        known: What a wrong key may have been meant to be.
    """
    try:
        return msgspec.convert(table, ProfileFields), []
    except msgspec.ValidationError:
        # Its message may hold the value. Once more, key by key, with words of our own.
        pass
    right, faults = {}, []
    for key, value in table.items():
        if key not in FIELD_NAMES:
            faults.append(unknown_key(key, known))
        elif _is_right(key, value):
            right[key] = value
        elif key == "expect":
            # Only a faulty file needs it.

            faults += expect_faults(value)
        else:
            faults.append(wrong_type(key))
    return (msgspec.convert(right, ProfileFields) if right else NO_FIELDS), faults


def unknown_key(key: str, known: Collection[str]) -> Fault:
    """Returns the fault of a key that there is none of."""
    if key in _SECRETS:
        fix = f"a secret belongs into the keyring: cognitui secret set ID {_SECRETS[key]}"
        return Fault(key, "is a secret, and this file holds none", fix)
    if key in ENVIRONMENT_KEYS and key not in known:
        return Fault(key, "is not a key of a profile", "set it in the environment")
    meant = meant_key(key, known)
    fix = f"did you mean {meant}?" if meant else f"remove it; the keys are {', '.join(known)}"
    return Fault(key, "is not a key that is known here", fix)


def meant_key(key: str, known: Collection[str]) -> str:
    """Returns the known key that a wrong one is nearest to, or an empty text; a secret was meant to be one."""
    if key in _SECRETS:
        return ""
    return next(iter(nearest(key, known)), "")


def wrong_type(key: str) -> Fault:
    """Returns the fault of a value of another type than the key's."""
    return Fault(key, *_EXPECTED.get(key, _TEXT))


def _is_right(key: str, value: object) -> bool:
    try:
        msgspec.convert({key: value}, ProfileFields)
    except msgspec.ValidationError:
        return False
    return True


EXPECT = "expect"

_ONE_OR_MORE = ("is not a text", 'write it in quotes, or several as ["one", "two"]')
_DURATION = ("is not a duration", 'write it as "30s", "5m" or "1h"')
_RIGHT = {
    "token_use": ("is not a use of a token", 'write "access" or "id"'),
    "audience": _ONE_OR_MORE,
    "client_id": _ONE_OR_MORE,
    "scopes": _TEXTS,
    "groups": _TEXTS,
    "min_valid": _DURATION,
}


def expect_faults(table: object) -> list[Fault]:
    """Returns what is wrong with a value that cannot be read as an `Expect`."""
    if not isinstance(table, Mapping):
        return [Fault(EXPECT, "is not a table", 'write it as { token_use = "access" }')]
    return [_fault_of(key) for key, value in table.items() if not _expect_keys_is_right(key, value)]


def expect_value_fault(expect: Expect) -> Fault | None:
    """Returns the first value that cannot be, though its type is right."""
    for key, value in expect.set_values().items():
        texts = (value,) if isinstance(value, str) else value
        if not texts or not all(isinstance(text, str) and text.strip() for text in texts):  # type: ignore[attr-defined]  # texts
            return Fault(EXPECT, "is empty", "write it, or remove the key", inside=key)
    try:
        parse_duration(expect.min_valid or "0s")
    except ValueError:
        return Fault(EXPECT, *_DURATION, inside="min_valid")
    return None


def _fault_of(key: str) -> Fault:
    if key not in EXPECT_NAMES:
        return Fault(EXPECT, "is not a key that is known here", f"the keys are {', '.join(EXPECT_NAMES)}", inside=key)
    return Fault(EXPECT, *_RIGHT[key], inside=key)


def _expect_keys_is_right(key: str, value: object) -> bool:
    try:
        msgspec.convert({key: value}, Expect)
    except msgspec.ValidationError:
        return False
    return True
