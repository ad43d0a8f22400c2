"""Authentication levels: how strongly a user signed in, by the claims `acr`, `amr` and `auth_time`.

Cognito has four levels, `urn:cognito:loa:1` to `urn:cognito:loa:4`; a pool may give them names of its own. A higher
level satisfies a lower one. Source: AWS, "Authentication levels with ACR and AMR claims" (since October 2026).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from cognitui.model.duration import length, relative
from cognitui.model.struct import Frozen
from cognitui.model.text import inert

URN = "urn:cognito:loa:"
"""The default name of a level, without its number."""

LEVELS = (1, 2, 3, 4)

_SHORT = re.compile(r"(?:(?:urn:cognito:)?loa:)?(\d+)")

_NAME = re.compile(r"[\x21\x23-\x5B\x5D-\x7E]{1,64}")
"""AcrValueType: printable ASCII without a space, a quote and a backslash (botocore 1.44.8)."""

_METHODS = {
    "pwd": "password",
    "email_otp": "e-mail code",
    "sms": "text message code",
    "otp": "one-time code",
    "hwk": "passkey on a security key",
    "swk": "passkey",
    "fed": "identity provider",
}
"""Cognito's words in `amr`; `mfa` only says that there was more than one factor."""

_LONGEST_NAME = 64

_MOST_METHODS = 8


class LevelNames(Frozen, frozen=True):
    """Names of levels beyond Cognito's own, and their order."""

    of_pool: Mapping[str, int] = {}
    """The pool's own names, with their levels: its AcrConfiguration."""
    listed: tuple[str, ...] = ()
    """Names from the highest to the lowest, as a profile lists them; their order if the pool's is not known."""

    def level_of(self, name: str) -> int | None:
        """Return the level of a name, 1 to 4; None if it is neither Cognito's nor one of the pool's."""
        return self.of_pool.get(name) or _default_level(name)

    def satisfies(self, found: str, wanted: str) -> bool:
        """Return whether a level is at least another one.

        A level that is not known counts as the lowest; a wanted name that is not known is compared by equality, or by
        the order in which the profile lists it.
        """
        if found == wanted:
            return True
        needed = self.level_of(wanted)
        if needed is not None:
            return (self.level_of(found) or LEVELS[0]) >= needed
        return found in self.listed and wanted in self.listed and self.listed.index(found) < self.listed.index(wanted)

    def words(self, name: str) -> str:
        """Return a level in plain words: `level 3`, `level 3 (gold)`, or a name that is not known; inert."""
        level, shown = self.level_of(name), inert(name, _LONGEST_NAME)
        if level is None:
            return f"level {shown}"
        return f"level {level}" if name == f"{URN}{level}" else f"level {level} ({shown})"


NO_NAMES = LevelNames()


class Authentication(Frozen, frozen=True):
    """How the user of a token signed in."""

    acr: str = ""
    """The level; empty if the token does not say."""
    amr: tuple[str, ...] = ()
    """The methods, in Cognito's words."""
    age: float | None = None
    """Seconds since the user signed in; None if the token does not say."""

    def words(self, names: LevelNames = NO_NAMES) -> str:
        """Return a line such as `level 3: password and e-mail code, 2 min ago`; empty if nothing is known; inert."""
        level, methods = names.words(self.acr) if self.acr else "", methods_in_words(self.amr)
        if not level and not methods:
            return ""
        ago = relative(-self.age, 0) if self.age is not None else ""
        return ", ".join(filter(None, (": ".join(filter(None, (level, methods))), ago)))


def authentication_of(claims: Mapping[str, object], now: float, issued_at: float | None = None) -> Authentication:
    """Return what the claims of a token say about its sign-in.

    Args:
        claims: Of any shape.
        now: Seconds since the epoch.
        issued_at: When the token was issued by the clock of this machine; it corrects a clock that is wrong.
    """
    acr, amr = claims.get("acr"), claims.get("amr")
    methods = amr if isinstance(amr, list) else [amr]
    at, issued = _number(claims.get("auth_time")), _number(claims.get("iat"))
    if at is not None and issued is not None and issued_at is not None:
        at = issued_at - (issued - at)
    return Authentication(
        acr if isinstance(acr, str) else "",
        tuple(method for method in methods if isinstance(method, str)),
        max(0.0, now - at) if at is not None else None,
    )


class WantedLevel(Frozen, frozen=True):
    """What a sign-in should reach."""

    acr_values: tuple[str, ...] = ()
    """Levels from the highest to the lowest; each of them is enough. Empty for any."""
    max_age: int | None = None
    """Seconds that may have passed since the sign-in."""

    def __bool__(self) -> bool:
        """Return whether anything is wanted."""
        return bool(self.acr_values) or self.max_age is not None

    @property
    def target_values(self) -> str:
        """The levels as a request has them: separated by spaces, the highest first."""
        return " ".join(self.acr_values)

    def words(self, names: LevelNames = NO_NAMES) -> str:
        """Return what is wanted: `level 4 or level 3, at most 5m old`; inert."""
        levels = " or ".join(names.words(value) for value in self.acr_values)
        age = f"at most {length(self.max_age)} old" if self.max_age is not None else ""
        return ", ".join(filter(None, (levels, age)))

    def is_reached_by(self, found: Authentication, names: LevelNames = NO_NAMES) -> bool:
        """Return whether the level of a sign-in is high enough; a token without `acr` counts as the lowest level."""
        levels = LevelNames(names.of_pool, (*names.listed, *self.acr_values))
        acr = found.acr or f"{URN}{LEVELS[0]}"
        return not self.acr_values or any(levels.satisfies(acr, wanted) for wanted in self.acr_values)

    def is_recent(self, found: Authentication) -> bool:
        """Return whether a sign-in is recent enough; one without a time is not."""
        return self.max_age is None or (found.age is not None and found.age <= self.max_age)

    def shortfall(self, found: Authentication, names: LevelNames = NO_NAMES) -> str:
        """Return what a sign-in lacks, in one inert sentence; empty if it is enough."""
        if not self.is_reached_by(found, names):
            wanted = " or ".join(names.words(value) for value in self.acr_values)
            have = f"The sign-in is {found.words(names)}" if found.acr else "The token has no level"
            return f"{have}; {wanted} is wanted."
        if not self.is_recent(found):
            old = f"{length(found.age)} old" if found.age is not None else "of unknown age"
            return f"The sign-in is {old}; at most {length(self.max_age or 0)} is wanted."
        return ""


def level_name(text: str) -> str:
    """Return the name of a level that is written `2`, `loa:2`, as a whole URN, or by a pool's own name.

    Raises:
        ValueError: It is none of them; the message says what to write.
    """
    if (short := _SHORT.fullmatch(text)) is not None:
        if int(short[1]) not in LEVELS:
            raise ValueError("Cognito's levels are 1 to 4")
        return f"{URN}{int(short[1])}"
    if not _NAME.fullmatch(text):
        raise ValueError("write a level as 2, loa:2, urn:cognito:loa:2 or the name that the pool gave it")
    return text


def level_names(texts: Sequence[str]) -> tuple[str, ...]:
    """Return names for levels in any form; one that is not valid stays as it is."""
    return tuple(map(_name_or_text, texts))


def methods_in_words(amr: Sequence[str]) -> str:
    """Return the methods of a sign-in in plain words: `password and e-mail code`; unknown ones as they are; inert."""
    sent = {"sms", "email_otp"} & set(amr)
    named = [method for method in amr if method != "mfa" and not (method == "otp" and sent)]
    words = [_METHODS.get(method) or inert(method, _LONGEST_NAME) for method in named[:_MOST_METHODS]]
    return " and ".join(filter(None, (", ".join(words[:-1]), *words[-1:])))


def _name_or_text(text: str) -> str:
    try:
        return level_name(text)
    except ValueError:
        return text


def _default_level(name: str) -> int | None:
    number = name.removeprefix(URN)
    return int(number) if number in map(str, LEVELS) and number != name else None


def _number(value: object) -> float | None:
    """Return a time that a float can hold; a bool is none."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 1e15:
        return None
    return float(value)
