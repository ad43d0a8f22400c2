"""Claims of a token: decoded without verification and described for people.

Nothing here trusts a token: it may be pasted from anywhere.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from msgspec import Struct

from cognitui.model.authentication_level import authentication_of
from cognitui.model.duration import local_time, relative
from cognitui.model.errors import BadToken
from cognitui.model.struct import replace
from cognitui.model.text import NotAnObject, inert, read_object
from cognitui.model.token import Lifetime

_PREFIXES = {
    "custom:": "A custom attribute of the pool.",
    "dev:custom:": "A custom attribute that only an admin of the pool can write.",
    "cognito:": "A claim of Cognito's own.",
}

LARGEST_TOKEN = 64 * 1024
"""Characters. Cognito's tokens have a few thousand; longer input is not parsed."""

_SPACES = "ICAg" * 352
"""1,056 spaces in base64 before the JSON, which ignores them.

With them, every copy of the claims is too long for the cache of small blocks of a thread in glibc (1,032 bytes).
Blocks of that cache are not overwritten when they are freed, and the next owner, such as a list with room to grow, may
keep the end of the old content for as long as it lives.
"""

_LONGEST_NAME = 100

_LONGEST_LINE = 2000

_MOST_LINES = 200

_MOST_CLAIMS = 500

_MOST_ACTORS = 10

_END_OF_CALENDAR = 253_402_300_800
"""The first second of the year 10000."""

_LONGEST_LIFE = 3660 * 86400
"""Seconds. No AWS token is valid for more than ten years."""

_WRAPPING = re.compile(r"(?:authorization:\s*)?(?:bearer(?:\s+|\Z))?", re.IGNORECASE)

_QUOTES = "\"'"

_BASE64URL = re.compile(r"[A-Za-z0-9_-]*")

_PASTE_WHOLE = (
    "Paste the whole token. It looks like eyJhbG….eyJzdW….c2lnbm…: header, payload and signature, with dots "
    "between them."
)

_PARTS = {"header": "first", "payload": "second", "signature": "third"}
"""The parts of a JWT (RFC 7515, section 7.1)."""

_GET_ANOTHER = "Get a new token: this one is damaged or not from Cognito."


class ClaimRow(Struct, frozen=True):
    """One claim for display; all texts are inert."""

    name: str
    lines: tuple[str, ...]
    kind: str
    """`text`, `time`, `list` (one entry per line) or `json`."""
    explanation: str
    """One sentence about the claim; empty for a claim that only the pool knows."""
    note: str = ""
    """For a time, its distance from now; for a level, the sign-in in plain words; for an actor, who acts. Inert."""


class KnownClaim(NamedTuple):
    """How a claim is shown and what it means."""

    kind: str
    """`text`, `time` or `list`."""
    explanation: str


WHO_WHAT_WHEN: dict[str, KnownClaim] = {
    "sub": KnownClaim("text", "The user's id: it never changes and is never given to another user of the pool."),
    "username": KnownClaim("text", "The user's name in the pool; the sub if the pool signs in by e-mail or phone."),
    "cognito:username": KnownClaim("text", "The user's name in the pool, as the ID token calls it."),
    "preferred_username": KnownClaim("text", "A name that the user chose and may change."),
    "email": KnownClaim("text", "The user's e-mail address."),
    "email_verified": KnownClaim("text", "Whether the user has proved to own the e-mail address."),
    "phone_number": KnownClaim("text", "The user's phone number in the form +14255550123."),
    "phone_number_verified": KnownClaim("text", "Whether the user has proved to own the phone number."),
    "name": KnownClaim("text", "The user's full name."),
    "given_name": KnownClaim("text", "The user's first name."),
    "family_name": KnownClaim("text", "The user's last name."),
    "identities": KnownClaim("json", "The identity providers that the user signs in with."),
    "token_use": KnownClaim("text", "What the token is for: access (calling an API) or id (who the user is)."),
    "client_id": KnownClaim("text", "The app client that the access token was issued to."),
    "aud": KnownClaim(
        "list", "The audience: in an ID token the app client, in an access token the API that it is for."
    ),
    "act": KnownClaim("json", "Who acts for the user by a token exchange; inside of it, who acted before (RFC 8693)."),
    "cognito:groups": KnownClaim("list", "The groups of the pool that the user is in."),
    "cognito:roles": KnownClaim("list", "The IAM roles of the user's groups."),
    "cognito:preferred_role": KnownClaim("text", "The IAM role of the user's group with the best precedence."),
    "scope": KnownClaim("list", "What the access token may do, one scope per line."),
    "acr": KnownClaim("text", "How strongly the user signed in: the level, 1 to 4, or the pool's own name for it."),
    "amr": KnownClaim("list", "How the user signed in: the methods, in Cognito's words."),
    "auth_time": KnownClaim("time", "When the user signed in or stepped up; a refresh does not change it."),
    "iat": KnownClaim("time", "When this token was issued."),
    "nbf": KnownClaim("time", "The token is not valid before this time."),
    "exp": KnownClaim("time", "When this token expires."),
    "updated_at": KnownClaim("time", "When the user's profile was last changed."),
    "PreferredMfaSetting": KnownClaim("text", "The second factor that Cognito asks this user for."),
    "UserMFASettingList": KnownClaim("list", "The second factors that the user has set up."),
}
"""User, permissions and times: shown first, in this order."""

TECHNICAL: dict[str, KnownClaim] = {
    "iss": KnownClaim("text", "Who issued the token: the pool. Its keys are published under this address."),
    "jti": KnownClaim("text", "The id of this token."),
    "origin_jti": KnownClaim("text", "The id of the sign-in: all tokens that were refreshed from it share it."),
    "event_id": KnownClaim("text", "The id of the sign-in in Cognito's logs."),
    "device_key": KnownClaim("text", "The remembered device that the user signed in from."),
    "version": KnownClaim("text", "The version of the access token format."),
    "nonce": KnownClaim("text", "A value that ties the token to the browser sign-in that sent it."),
    "at_hash": KnownClaim("text", "A hash of the access token that was issued with this ID token."),
    "cognito:mfa_enabled": KnownClaim("text", "Whether the user has a second factor."),
}
"""Rarely needed: shown last, in this order."""


def known_claim(name: str) -> KnownClaim | None:
    """Return the known meaning of a claim, or None for one that the pool or its triggers added."""
    if (known := WHO_WHAT_WHEN.get(name) or TECHNICAL.get(name)) is not None:
        return known
    explanation = next((words for prefix, words in _PREFIXES.items() if name.startswith(prefix)), "")
    return KnownClaim("text", explanation) if explanation else None


@dataclass(frozen=True, slots=True)
class Decoded:
    """The header and claims of a token; they prove nothing until its signature is verified."""

    header: Mapping[str, object] = field(repr=False)
    claims: Mapping[str, object] = field(repr=False)


def unwrapped(text: str) -> str:
    """Return a pasted token without `Authorization: Bearer`, quotes and whitespace.

    A terminal that wraps a long line leaves line breaks in what is copied from it.
    """
    bare = text.strip().strip(_QUOTES).strip()
    wrapping = _WRAPPING.match(bare)
    return "".join((bare[wrapping.end() :] if wrapping else bare).split()).strip(_QUOTES)


def decode(text: str) -> Decoded:
    """Return the header and the claims of a JWT, unverified.

    Raises:
        BadToken: It is not a JWT; the cause says why.
    """
    if len(text) > LARGEST_TOKEN:
        raise BadToken("This is longer than 64 KB, which no token is.", fix=_PASTE_WHOLE)
    parts = unwrapped(text).split(".")
    _check_form(parts)
    return Decoded(header=_object(parts[0], "header"), claims=_object(parts[1], "payload"))


def describe(decoded: Decoded, now: float, since: Callable[[float, float], str] = relative) -> tuple[ClaimRow, ...]:
    """Return the claims in order of importance: user, permissions, times, the pool's own, the rest.

    `since` returns the distance of a moment from now.
    """
    names = in_order(decoded.claims)
    rows = [describe_claim(name, decoded.claims[name], now, since) for name in names[:_MOST_CLAIMS]]
    if isinstance(decoded.claims.get("acr"), str):
        # One line for what three claims say about the sign-in.
        whole = authentication_of(decoded.claims, now).words()
        rows = [replace(row, note=whole) if row.name == "acr" else row for row in rows]
    if len(names) > _MOST_CLAIMS:
        rows.append(ClaimRow("…", (f"and {len(names) - _MOST_CLAIMS} more",), "text", "Too many claims to show."))
    return tuple(rows)


def describe_claim(name: str, value: object, now: float, since: Callable[[float, float], str] = relative) -> ClaimRow:
    """Return one claim for display; `since` returns the distance of a moment from now."""
    known = known_claim(name)
    shown, explanation = inert(name, _LONGEST_NAME), known.explanation if known else ""
    if known and known.kind == "time" and (moment := _moment(value)) is not None:
        return ClaimRow(shown, (local_time(moment),), "time", explanation, since(moment, now))
    note = "not a date" if known and known.kind == "time" else _actors_in_words(value) if name == "act" else ""
    if known and known.kind == "list" and isinstance(value, str):
        value = value.split()
    if isinstance(value, list) and not any(isinstance(item, (dict, list)) for item in value):
        return ClaimRow(shown, _lines(map(_scalar, value), len(value)) or ("[]",), "list", explanation, note)
    if isinstance(value, (dict, list)):
        laid_out = _json(value, indent=2).split("\n")
        return ClaimRow(shown, _lines(iter(laid_out), len(laid_out)), "json", explanation, note)
    return ClaimRow(shown, (inert(_scalar(value), _LONGEST_LINE),), "text", explanation, note)


def _actors_in_words(value: object) -> str:
    """Return who acts for the user now, and who acted before; inert. AWS has not published the form of the claim."""
    actors: list[str] = []
    act: object = value
    while act and len(actors) < _MOST_ACTORS:
        named: Mapping[object, object] = act if isinstance(act, Mapping) else {"sub": act}
        names = [name for key in ("username", "client_id", "sub") if isinstance(name := named.get(key), str) and name]
        if not names:
            break
        actors.append(inert(names[0], _LONGEST_NAME))
        act = named.get("act")
    if not actors:
        return ""
    now, *before = actors
    return f"{now} acts for the user" + (f", after {', '.join(before)}" if before else "")


def in_order(names: Iterable[str]) -> list[str]:
    """Return claim names in order of importance; unknown ones keep their order."""
    return sorted(names, key=lambda name: _RANKS.get(name, len(WHO_WHAT_WHEN)))


def text_of(decoded: Decoded, row: int) -> str:
    """Return the whole value of a claim by its index in `describe`: one inert line, ready to paste.

    Control characters are escaped because a shell would run what is pasted into it.

    Raises:
        IndexError: There is no such claim.
    """
    name = in_order(decoded.claims)[row]
    return inert(_scalar(decoded.claims[name]))


def username_of(token: str) -> str:
    """Return the username in an access token; empty if it has none."""
    return _string_claim(token, "username")


def names_of(token: str) -> Mapping[str, str]:
    """Return the user's names in an access or ID token: `username`, `email`, `sub` and others."""
    try:
        claims = decode(token).claims
    except BadToken:
        return {}
    names = {name: claims.get(name) for name in ("username", "email", "phone_number", "preferred_username", "sub")}
    names["username"] = claims.get("cognito:username") or names["username"]
    return {name: value for name, value in names.items() if isinstance(value, str) and value}


def scopes_of(token: str) -> frozenset[str]:
    """Return the scopes of an access token; empty if it is not a JWT."""
    return frozenset(_string_claim(token, "scope").split())


def issuer_in(token: str) -> str:
    """Return the issuer in a token; empty if there is none. Never send anything to that address."""
    return _string_claim(token, "iss")


def lifetime_of(token: str, received_at: float, skew: float = 0.0) -> Lifetime | None:
    """Return when a token was issued and when it expires, by the clock of this machine.

    Args:
        token: A JWT; anything else has no known lifetime.
        received_at: When it was received, by our clock; used if it has no issue time.
        skew: Seconds by which the server's clock is ahead of ours.

    Returns:
        None if there is no usable `exp`; one beyond the longest lifetime is capped.
    """
    try:
        claims = decode(token).claims
    except BadToken:
        return None
    expires = _number(claims.get("exp"))
    if expires is None or expires < 0:
        return None
    # Compared before the conversion: an int may be too large for a float.
    expires_at = float(min(expires, received_at + skew + _LONGEST_LIFE)) - skew
    issued = _number(claims.get("iat"))
    believable = issued is not None and 0 <= issued <= expires_at + skew
    issued_at = float(issued) - skew if issued is not None and believable else received_at
    return Lifetime(issued_at, expires_at)


_RANKS = {
    **{name: rank for rank, name in enumerate(WHO_WHAT_WHEN)},
    **{name: rank for rank, name in enumerate(TECHNICAL, start=len(WHO_WHAT_WHEN) + 1)},
}
"""Unknown claims come between the two groups, in the order of the token."""


def _string_claim(token: str, name: str) -> str:
    """Return a string claim; empty if it is missing or the token is not a JWT."""
    try:
        names = decode(token).claims.get(name)
    except BadToken:
        return ""
    return names if isinstance(names, str) else ""


def _check_form(parts: list[str]) -> None:
    if parts == [""]:
        raise BadToken("No token found.", fix=_PASTE_WHOLE)
    if len(parts) == 5 and _is_encrypted(parts[0]):
        raise BadToken(
            "This is an encrypted token (five parts), such as a Cognito refresh token: only Cognito can read it.",
            fix="Paste an access or an ID token: three parts with dots between them.",
        )
    if len(parts) == 1:
        raise BadToken(
            "This is not a JWT: it has no dots. It may be an opaque token that only its server can read.",
            fix=_PASTE_WHOLE,
        )
    if len(parts) != 3:
        raise BadToken(f"This is not a JWT: it has {len(parts)} parts instead of three.", fix=_PASTE_WHOLE)
    for part, name in zip(parts, _PARTS, strict=True):
        # AWS load balancers write the padding that RFC 7515 leaves out.
        if not _BASE64URL.fullmatch(part.rstrip("=")):
            raise _not_base64url(name)


def _is_encrypted(header: str) -> bool:
    """RFC 7516, section 4.1.2: the header of a JWE has `enc`, that of a JWS does not."""
    try:
        return "enc" in _object(header, "header")
    except BadToken:
        return False


def _object(part: str, name: str) -> dict[str, object]:
    bare = part.rstrip("=")
    try:
        data = base64.urlsafe_b64decode(_SPACES + bare + "=" * (-len(bare) % 4))
    except ValueError:
        raise _not_base64url(name) from None
    try:
        return read_object(data)
    except NotAnObject as error:
        # If not even the header is valid, it was hardly ever a token.
        raise BadToken(
            f"The {_PARTS[name]} part, the {name}, is not a JSON object in base64url: its content {error}.",
            fix=_PASTE_WHOLE if name == "header" else _GET_ANOTHER,
        ) from None


def _not_base64url(name: str) -> BadToken:
    return BadToken(f"The {_PARTS[name]} part, the {name}, is not base64url.", fix=_PASTE_WHOLE)


def _lines(texts: Iterator[str], count: int) -> tuple[str, ...]:
    lines = tuple(inert(text, _LONGEST_LINE) for text, _ in zip(texts, range(_MOST_LINES), strict=False))
    return (*lines, f"… and {count - _MOST_LINES} more") if count > _MOST_LINES else lines


def _scalar(value: object) -> str:
    return value if isinstance(value, str) else _json(value)


def _json(value: object, indent: int | None = None) -> str:
    # Already loaded by the decoding.
    import json

    return json.dumps(value, indent=indent, ensure_ascii=False)


def _number(value: object) -> int | float | None:
    """Return a finite number; bools do not count."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    return value if isinstance(value, int) or abs(value) != float("inf") else None


def _moment(value: object) -> float | None:
    number = _number(value)
    return float(number) if number is not None and 0 <= number < _END_OF_CALENDAR else None
