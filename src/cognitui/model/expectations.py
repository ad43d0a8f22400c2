"""Expectations of a profile's API: the table, its form on one line, and the check of a token."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Literal

import msgspec
from msgspec import Struct

from cognitui.model.authentication_level import (
    NO_NAMES,
    LevelNames,
    WantedLevel,
    authentication_of,
    level_name,
    level_names,
)
from cognitui.model.duration import from_now, length, parse_duration
from cognitui.model.text import inert

Texts = str | tuple[str, ...]
"""One string, or a list of alternatives."""

_LONGEST = 500

_ITEM = r'(?:"(?:[^"\\]|\\.)*"|[^\s,"=]+)'

_PART = re.compile(rf"\s*([^\s=]+)=({_ITEM}(?:,{_ITEM})*)(?=\s|$)")

_BARE = re.compile(r'[^\s,"=]+')

_ITEMS = re.compile(_ITEM)

_ESCAPED = re.compile(r"\\(.)")

_ONE_ALONE = ("token_use", "min_valid", "max_age")

_ONE_OR_MORE = ("audience", "client_id", "acr")

_DURATIONS = ("min_valid", "max_age")

_USES = ("access", "id")


class Expect(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """What an API expects of a token; None means "not set"."""

    token_use: Literal["access", "id"] | None = None
    audience: Texts | None = None
    """Accepted values of `aud`; one of them must match."""
    client_id: Texts | None = None
    """Accepted app clients (`aud` in an ID token); one of them must match."""
    scopes: tuple[str, ...] | None = None
    """Required scopes."""
    groups: tuple[str, ...] | None = None
    """Required groups."""
    min_valid: str | None = None
    """Minimum remaining lifetime, as a duration: `5m`."""
    acr: Texts | None = None
    """Accepted authentication levels, the highest first; one of them, or a higher one, is enough."""
    max_age: int | str | None = None
    """How long ago the user may have signed in, in seconds or as a duration: `15m`."""

    def merged_into(self, base: Expect | None) -> Expect:
        """Return `base` overlaid with the keys that are set here."""
        return msgspec.structs.replace(base, **self.set_values()) if base else self

    def set_values(self) -> dict[str, object]:
        """Return the keys that are set, in the order of the struct."""
        return {name: value for name in EXPECT_NAMES if (value := getattr(self, name)) is not None}

    @property
    def wanted_level(self) -> WantedLevel:
        """The authentication level and age that the API expects; empty if it expects none."""
        age = parse_duration(self.max_age) if isinstance(self.max_age, str) else self.max_age
        return WantedLevel(level_names(_texts(self.acr)), age)


EXPECT_NAMES: tuple[str, ...] = Expect.__struct_fields__


class Outcome(Struct, frozen=True):
    """One expectation and the token's value."""

    key: str
    """The key in the profile file; `valid` for the expiry."""
    passed: bool
    words: str
    """The token's value, or what is wrong; one inert line."""
    expected: str | int | tuple[str, ...]
    """The expected value; seconds for `valid`."""
    found: str | int | tuple[str, ...] | None
    """The token's value, which may be anything; None if there is none."""


def check(
    expect: Expect,
    claims: Mapping[str, object],
    ends_at: float | None,
    now: float,
    names: LevelNames = NO_NAMES,
) -> tuple[Outcome, ...]:
    """Return the result for each expectation, in the order of the keys; expiry is always checked last.

    Args:
        expect: What the API expects.
        claims: The token's claims, of any shape.
        ends_at: When it expires by the clock of this machine, in seconds since the epoch; None if unknown.
        now: Seconds since the epoch.
        names: The names of the pool's authentication levels, as far as they are known.
    """
    wanted = expect.set_values()
    checks = [look(key, wanted[key], claims) for key, look in _CHECKS.items() if key in wanted]
    checks += _authentication(expect, claims, ends_at, now, names)
    return (*checks, _valid(parse_duration(expect.min_valid or "0s"), ends_at, now))


def written_expect(expect: Expect) -> str:
    """Return a table as a line for `read_expect`; values with a space, a comma or `=` are quoted."""
    return " ".join(f"{key}={','.join(map(_written, _items(value)))}" for key, value in expect.set_values().items())


def read_expect(line: str, before: Expect | None = None) -> Expect:
    """Return the table that a line describes.

    Args:
        line: Parts `key=value` or `key=value,value`, separated by spaces.
        before: The previous table; unchanged values keep their form, a string or a list.

    Raises:
        ValueError: A part is wrong; the message says how to write it.
    """
    found: dict[str, object] = {}
    position = 0
    while line[position:].strip():
        part = _PART.match(line, position)
        if part is None:
            # Not the part itself: on a command line it may be a secret that was pasted into the wrong place.
            raise ValueError(f"write part {len(found) + 1} as key=value or key=value,value")
        key, items = part[1], tuple(_read(item) for item in _ITEMS.findall(part[2]))
        if key in found:
            raise ValueError(f"write {key} once, with commas between its values")
        found[key] = _value(key, items, before)
        position = part.end()
    return Expect(**found)  # type: ignore[arg-type]  # each was looked at


def _use(key: str, wanted: object, claims: Mapping[str, object]) -> Outcome:
    return _one_of(key, wanted, _texts(claims.get("token_use")))


def _audience(key: str, wanted: object, claims: Mapping[str, object]) -> Outcome:
    return _one_of(key, wanted, _texts(claims.get("aud")))


def _client(key: str, wanted: object, claims: Mapping[str, object]) -> Outcome:
    # AWS, "Verifying JSON web tokens": the aud of an ID token and the client_id of an access token are the app client.
    return _one_of(key, wanted, _texts(claims.get("aud" if claims.get("token_use") == "id" else "client_id")))


def _scopes(key: str, wanted: object, claims: Mapping[str, object]) -> Outcome:
    scope = claims.get("scope")
    return _all_of(key, wanted, tuple(scope.split()) if isinstance(scope, str) else _texts(scope))


def _groups(key: str, wanted: object, claims: Mapping[str, object]) -> Outcome:
    return _all_of(key, wanted, _texts(claims.get("cognito:groups")))


_CHECKS: dict[str, Callable[[str, object, Mapping[str, object]], Outcome]] = {
    "token_use": _use,
    "audience": _audience,
    "client_id": _client,
    "scopes": _scopes,
    "groups": _groups,
}


def _one_of(key: str, wanted: object, found: tuple[str, ...]) -> Outcome:
    right = _texts(wanted)
    if held := [text for text in found if text in right]:
        return Outcome(key, True, _words(held), right, found)
    words = f"{_words(found) or 'none'}; expected is {_words(right, ' or ')}"
    return Outcome(key, False, words, right, found or None)


def _all_of(key: str, wanted: object, found: tuple[str, ...]) -> Outcome:
    right = _texts(wanted)
    if missing := [text for text in right if text not in found]:
        are = "is" if len(missing) == 1 else "are"
        return Outcome(key, False, f"{_words(missing)} {are} missing", right, found)
    return Outcome(key, True, _words(right), right, found)


def _authentication(
    expect: Expect, claims: Mapping[str, object], ends_at: float | None, now: float, names: LevelNames
) -> list[Outcome]:
    """Check the level and the age of the sign-in."""
    wanted, expires = expect.wanted_level, claims.get("exp")
    # The clock that set the times is Cognito's: how far it is ahead shows in the expiry.
    ahead = expires - ends_at if ends_at is not None and isinstance(expires, int | float) else 0.0
    found = authentication_of(claims, now + ahead)
    checks = []
    if wanted.acr_values:
        passed = wanted.is_reached_by(found, names)
        words = found.words(names) or "no level in the token"
        if not passed:
            words += f"; expected is {' or '.join(map(names.words, wanted.acr_values))}"
        checks.append(Outcome("acr", passed, words, wanted.acr_values, (found.acr,) if found.acr else None))
    if wanted.max_age is not None:
        passed, age = wanted.is_recent(found), found.age
        words = "no time of the sign-in" if age is None else f"signed in {length(age)} ago"
        words = words if passed else f"{words}; expected is at most {length(wanted.max_age)}"
        checks.append(Outcome("max_age", passed, words, wanted.max_age, None if age is None else int(age)))
    return checks


def _valid(seconds: int, ends_at: float | None, now: float) -> Outcome:
    if ends_at is None:
        return Outcome("valid", False, "it has no expiry", seconds, None)
    left = ends_at - now
    if left <= 0:
        return Outcome("valid", False, f"expired {from_now(ends_at, now)}", seconds, int(left))
    if left < seconds:
        return Outcome("valid", False, f"for {length(left)}; expected is {length(seconds)}", seconds, int(left))
    return Outcome("valid", True, f"for {length(left)}", seconds, int(left))


def _texts(value: object) -> tuple[str, ...]:
    items = value if isinstance(value, (list, tuple)) else (value,)
    return tuple(item for item in items if isinstance(item, str))


def _words(texts: list[str] | tuple[str, ...], comma: str = ", ") -> str:
    return inert(comma.join(texts), _LONGEST)


def _value(key: str, items: tuple[str, ...], before: Expect | None) -> object:
    if key not in EXPECT_NAMES:
        raise ValueError(f"{key} is not one of {', '.join(EXPECT_NAMES)}")
    if not all(item.strip() for item in items):
        raise ValueError(f"write a value for {key}, or leave it out")
    if key in _ONE_ALONE:
        return _alone(key, items)
    if key == "acr":
        for item in items:
            level_name(item)
    former = getattr(before, key) if before else None
    if former is not None and _items(former) == items:
        return former
    return items[0] if key in _ONE_OR_MORE and len(items) == 1 else items


def _alone(key: str, items: tuple[str, ...]) -> str | int:
    if len(items) > 1:
        raise ValueError(f"write one value for {key}")
    if key == "token_use" and items[0] not in _USES:
        raise ValueError("write access or id for token_use")
    if key == "max_age" and items[0].isascii() and items[0].isdecimal():
        return int(items[0])
    if key in _DURATIONS:
        try:
            parse_duration(items[0])
        except ValueError:
            raise ValueError(f"write 30s, 5m or 1h for {key}") from None
    return items[0]


def _items(value: object) -> tuple[str, ...]:
    if isinstance(value, int):
        return (str(value),)
    return (value,) if isinstance(value, str) else tuple(value)  # type: ignore[arg-type]  # texts


def _written(item: str) -> str:
    return item if _BARE.fullmatch(item) else '"' + item.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _read(item: str) -> str:
    return _ESCAPED.sub(r"\1", item[1:-1]) if item.startswith('"') else item
