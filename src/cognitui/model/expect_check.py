"""Whether an API would take a token, by what a profile says that it expects."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from msgspec import Struct

from cognitui.model.duration import from_now, length, parse_duration
from cognitui.model.expect import Expect
from cognitui.model.text import inert

_LONGEST = 500


class Outcome(Struct, frozen=True):
    """One expectation, and what the token has."""

    key: str
    """As the profile file calls it; `valid` for the token's end."""
    passed: bool
    words: str
    """What the token has, or what is wrong; one line, inert."""
    expected: str | int | tuple[str, ...]
    """As the profile says; seconds for `valid`."""
    found: str | int | tuple[str, ...] | None
    """As the token says, and it may say anything; None where it does not."""


def check(expect: Expect, claims: Mapping[str, object], ends_at: float | None, now: float) -> tuple[Outcome, ...]:
    """Returns what holds and what does not, in the order of the keys; that it has not expired is always expected.

    Args:
        expect: What the API expects.
        claims: Of the token; they may be of any shape.
        ends_at: When it ends on the clock of this machine, in seconds since the epoch; None where it does not tell.
        now: Seconds since the epoch.
    """
    wanted = expect.set_values()
    checks = [look(key, wanted[key], claims) for key, look in _CHECKS.items() if key in wanted]
    return (*checks, _valid(parse_duration(expect.min_valid or "0s"), ends_at, now))


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


def _valid(seconds: int, ends_at: float | None, now: float) -> Outcome:
    if ends_at is None:
        return Outcome("valid", False, "it does not tell when it ends", seconds, None)
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
