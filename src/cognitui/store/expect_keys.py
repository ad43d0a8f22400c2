"""The keys of an `expect` table and what they must be; a fault says what is expected and never what is there."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from cognitui.model.duration import parse_duration
from cognitui.model.expect import EXPECT_NAMES, Expect
from cognitui.store.profile_keys import Fault

EXPECT = "expect"

_TEXTS = ("is not a list of texts", 'write it as ["one", "two"]')
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
    return [_fault_of(key) for key, value in table.items() if not _is_right(key, value)]


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


def _is_right(key: str, value: object) -> bool:
    try:
        msgspec.convert({key: value}, Expect)
    except msgspec.ValidationError:
        return False
    return True
