"""Differences between the claims of two tokens."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from itertools import zip_longest

from msgspec import Struct

from cognitui.model.claims import Decoded, describe_claim, in_order

NOISE = frozenset({"jti", "iat", "exp", "nbf", "auth_time", "event_id", "origin_jti", "nonce", "at_hash"})
"""Claims that differ between any two tokens of the same user."""

_AS_SETS = frozenset({"cognito:groups", "cognito:roles", "scope"})
"""Claims whose order has no meaning."""


class Change(StrEnum):
    """How a claim of the second token compares to the first; part of the JSON contract of `cognitui diff`."""

    ADDED = "added"
    MISSING = "missing"
    CHANGED = "changed"
    SAME = "same"


class Pair(Struct, frozen=True):
    """Two lines side by side, inert."""

    left: str
    right: str
    change: Change
    """The result for this line: an entry of a set may be in both tokens or in one."""


class ClaimChange(Struct, frozen=True):
    """One claim in both tokens."""

    name: str
    """The claim's name for display, inert."""
    change: Change
    noise: bool
    """Whether it differs between any two tokens anyway."""
    pairs: tuple[Pair, ...]
    key: str
    """The claim's raw name."""
    left: object = None
    right: object = None
    added: tuple[str, ...] = ()
    """For a set: the entries that only the second token has."""
    missing: tuple[str, ...] = ()
    """For a set: the entries that only the first token has."""

    def change_of_line(self, number: int) -> Change | None:
        """Return the symbol in front of a line: its own for a set, else the claim's on the first line only."""
        if self.added or self.missing:
            return self.pairs[number].change
        return None if number else self.change


def compare(left: Decoded, right: Decoded) -> tuple[ClaimChange, ...]:
    """Return all claims of two tokens, in order of importance."""
    names = in_order({**left.claims, **right.claims})
    return tuple(_compared(name, left.claims, right.claims) for name in names)


def differences(changes: tuple[ClaimChange, ...]) -> tuple[ClaimChange, ...]:
    """Return the claims that really differ: without noise and without equal ones."""
    return tuple(change for change in changes if not change.noise and change.change is not Change.SAME)


def _compared(name: str, left: Mapping[str, object], right: Mapping[str, object]) -> ClaimChange:
    if name not in left or name not in right:
        return _alone(name, left, right)
    before, after = left[name], right[name]
    first, second = _entries(name, before), _entries(name, after)
    if first is not None and second is not None:
        return _of_sets(name, before, after, first, second)
    change = Change.SAME if _same(before, after) else Change.CHANGED
    return _made(name, change, _side_by_side(_lines(name, before), _lines(name, after), change), before, after)


def _alone(name: str, left: Mapping[str, object], right: Mapping[str, object]) -> ClaimChange:
    change = Change.MISSING if name in left else Change.ADDED
    value = left[name] if name in left else right[name]
    entries = _entries(name, value) or ()
    shown = [(line, "") if change is Change.MISSING else ("", line) for line in _lines(name, value)]
    pairs = tuple(Pair(first, second, change) for first, second in shown)
    if change is Change.MISSING:
        return _made(name, change, pairs, left=value, missing=entries)
    return _made(name, change, pairs, right=value, added=entries)


def _of_sets(name: str, before: object, after: object, first: tuple[str, ...], second: tuple[str, ...]) -> ClaimChange:
    missing, added = _without(first, second), _without(second, first)
    both = list(_without(first, missing))
    pairs = [Pair(line, "", Change.MISSING) for line in _lines(name, list(missing))] if missing else []
    pairs += [Pair("", line, Change.ADDED) for line in _lines(name, list(added))] if added else []
    pairs += [Pair(line, line, Change.SAME) for line in _lines(name, both)] if both or not pairs else []
    change = Change.CHANGED if missing or added else Change.SAME
    return _made(name, change, tuple(pairs), before, after, added=added, missing=missing)


def _made(
    name: str,
    change: Change,
    pairs: tuple[Pair, ...],
    left: object = None,
    right: object = None,
    *,
    added: tuple[str, ...] = (),
    missing: tuple[str, ...] = (),
) -> ClaimChange:
    shown, noise = describe_claim(name, "", 0).name, name in NOISE and change is not Change.SAME
    return ClaimChange(shown, change, noise, pairs, name, left, right, added, missing)


def _side_by_side(left: tuple[str, ...], right: tuple[str, ...], change: Change) -> tuple[Pair, ...]:
    return tuple(Pair(before, after, change) for before, after in zip_longest(left, right, fillvalue=""))


def _lines(name: str, value: object) -> tuple[str, ...]:
    return describe_claim(name, value, 0).lines


def _entries(name: str, value: object) -> tuple[str, ...] | None:
    """Return the distinct entries of a claim that is a set; None if it is not one."""
    if name not in _AS_SETS:
        return None
    items = value.split() if isinstance(value, str) and name == "scope" else value
    if not isinstance(items, list) or not all(isinstance(item, str) for item in items):
        return None
    return tuple(dict.fromkeys(items))


def _without(entries: tuple[str, ...], others: tuple[str, ...]) -> tuple[str, ...]:
    # A hostile token may hold thousands: looked up in a set, not one by one.
    known = frozenset(others)
    return tuple(entry for entry in entries if entry not in known)


def _same(before: object, after: object) -> bool:
    # Already loaded by the decoding. Compared as JSON because in Python True equals 1.
    import json

    return json.dumps(before, sort_keys=True) == json.dumps(after, sort_keys=True)
