"""What a token says: decoded without verification, and told to a person.

Nothing in here trusts a token: it may be pasted from anywhere.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from msgspec import Struct

from cognitui.model.duration import local_time, relative
from cognitui.model.errors import BadToken
from cognitui.model.strict_json import NotAnObject, read_object
from cognitui.model.text import inert
from cognitui.model.token import Lifetime


class ClaimRow(Struct, frozen=True):
    """One claim as it is shown; every text in it is inert."""

    name: str
    lines: tuple[str, ...]
    kind: str
    """`text`, `time`, `list` (one entry a line) or `json`."""
    explanation: str
    """One sentence; empty for a claim that nobody but the pool knows."""
    note: str = ""
    """For a time, how far away it is."""


class KnownClaim(NamedTuple):
    """How a claim is shown, and what it says."""

    kind: str
    """`text`, `time` or `list`."""
    explanation: str


WHO_WHAT_WHEN: dict[str, KnownClaim] = {
    "sub": KnownClaim("text", "The user's id: it never changes and is never given to another user of the pool."),
    "username": KnownClaim("text", "The user's name in the pool; the sub where the pool signs in by e-mail or phone."),
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
    "aud": KnownClaim("list", "Whom the token is meant for: in an ID token, the app client."),
    "cognito:groups": KnownClaim("list", "The groups of the pool that the user is in."),
    "cognito:roles": KnownClaim("list", "The IAM roles of the user's groups."),
    "cognito:preferred_role": KnownClaim("text", "The IAM role of the user's group with the best precedence."),
    "scope": KnownClaim("list", "What the access token may do, one scope a line."),
    "auth_time": KnownClaim("time", "When the user signed in; a refresh does not change it."),
    "iat": KnownClaim("time", "When this token was issued."),
    "nbf": KnownClaim("time", "Before this time the token does not count."),
    "exp": KnownClaim("time", "When this token ends."),
    "updated_at": KnownClaim("time", "When the user's profile was last changed."),
    "PreferredMfaSetting": KnownClaim("text", "The second factor that Cognito asks this user for."),
    "UserMFASettingList": KnownClaim("list", "The second factors that the user has set up."),
}
"""Who the token is about, what it may, and when: in this order at the top."""

TECHNICAL: dict[str, KnownClaim] = {
    "iss": KnownClaim("text", "Who issued the token: the pool. Its keys are published beneath this address."),
    "jti": KnownClaim("text", "The id of this token."),
    "origin_jti": KnownClaim("text", "The id of the sign-in: all tokens that are refreshed from it share it."),
    "event_id": KnownClaim("text", "The id of the sign-in in Cognito's logs."),
    "device_key": KnownClaim("text", "The remembered device that the user signed in from."),
    "version": KnownClaim("text", "The version of the access token's form."),
    "nonce": KnownClaim("text", "What the browser sign-in sent, to tie the token to it."),
    "at_hash": KnownClaim("text", "A hash of the access token that was issued with this ID token."),
    "cognito:mfa_enabled": KnownClaim("text", "Whether the user has a second factor."),
}
"""What few people look for: in this order at the bottom."""

_PREFIXES = {
    "custom:": "A custom attribute of the pool.",
    "dev:custom:": "A custom attribute that only an admin of the pool can write.",
    "cognito:": "A claim of Cognito's own.",
}


def known_claim(name: str) -> KnownClaim | None:
    """Returns what is known of a claim, or None for one that the pool or its triggers made up."""
    if (known := WHO_WHAT_WHEN.get(name) or TECHNICAL.get(name)) is not None:
        return known
    explanation = next((words for prefix, words in _PREFIXES.items() if name.startswith(prefix)), "")
    return KnownClaim("text", explanation) if explanation else None


LARGEST_TOKEN = 64 * 1024
"""Characters. Cognito's own tokens have a few thousand, and nothing longer is looked at."""

_LONGEST_NAME = 100
_LONGEST_LINE = 2000
_MOST_LINES = 200
_MOST_CLAIMS = 500

_END_OF_CALENDAR = 253_402_300_800
"""The first second of the year 10000."""

_LONGEST_LIFE = 3660 * 86400
"""Seconds. AWS lets no token live longer than ten years."""

_WRAPPING = re.compile(r"(?:authorization:\s*)?(?:bearer(?:\s+|\Z))?", re.IGNORECASE)
_QUOTES = "\"'"
_BASE64URL = re.compile(r"[A-Za-z0-9_-]*")

_PASTE_WHOLE = (
    "Paste the whole token. It looks like eyJhbG….eyJzdW….c2lnbm…: header, payload and signature, with dots "
    "between them."
)
_PARTS = {"header": "first", "payload": "second", "signature": "third"}
"""What the three parts of a JWT are, and which (RFC 7515, section 7.1)."""
_GET_ANOTHER = "Get a new token; this one was damaged or is not from Cognito."


@dataclass(frozen=True, slots=True)
class Decoded:
    """The two readable parts of a token. They prove nothing until its signature is verified."""

    header: Mapping[str, object] = field(repr=False)
    claims: Mapping[str, object] = field(repr=False)


def unwrapped(text: str) -> str:
    """Returns a pasted token without `Authorization: Bearer`, without quotes, and without space around or in it.

    A terminal that wraps a long line leaves line ends in what is copied from it.
    """
    bare = text.strip().strip(_QUOTES).strip()
    wrapping = _WRAPPING.match(bare)
    return "".join((bare[wrapping.end() :] if wrapping else bare).split()).strip(_QUOTES)


def decode(text: str) -> Decoded:
    """Returns the header and the claims of a JWT, unverified.

    Raises:
        BadToken: It is none; the cause says in which way.
    """
    if len(text) > LARGEST_TOKEN:
        raise BadToken("This is longer than 64 KB, and no token is.", fix=_PASTE_WHOLE)
    parts = unwrapped(text).split(".")
    _check_form(parts)
    return Decoded(header=_object(parts[0], "header"), claims=_object(parts[1], "payload"))


def describe(decoded: Decoded, now: float, since: Callable[[float, float], str] = relative) -> tuple[ClaimRow, ...]:
    """Returns the claims in the order in which they matter: who, what it may, when, the pool's own, the rest.

    `since` says where a moment lies from now.
    """
    names = in_order(decoded.claims)
    rows = [describe_claim(name, decoded.claims[name], now, since) for name in names[:_MOST_CLAIMS]]
    if len(names) > _MOST_CLAIMS:
        rows.append(ClaimRow("…", (f"and {len(names) - _MOST_CLAIMS} more",), "text", "Too many claims to show."))
    return tuple(rows)


def describe_claim(name: str, value: object, now: float, since: Callable[[float, float], str] = relative) -> ClaimRow:
    """Returns one claim as it is shown; `since` says where a moment lies from now."""
    known = known_claim(name)
    shown, explanation = inert(name, _LONGEST_NAME), known.explanation if known else ""
    if known and known.kind == "time" and (moment := _moment(value)) is not None:
        return ClaimRow(shown, (local_time(moment),), "time", explanation, since(moment, now))
    note = "not a date" if known and known.kind == "time" else ""
    if known and known.kind == "list" and isinstance(value, str):
        value = value.split()
    if isinstance(value, list) and not any(isinstance(item, (dict, list)) for item in value):
        return ClaimRow(shown, _lines(map(_scalar, value), len(value)) or ("[]",), "list", explanation, note)
    if isinstance(value, (dict, list)):
        laid_out = _json(value, indent=2).split("\n")
        return ClaimRow(shown, _lines(iter(laid_out), len(laid_out)), "json", explanation, note)
    return ClaimRow(shown, (inert(_scalar(value), _LONGEST_LINE),), "text", explanation, note)


def in_order(names: Iterable[str]) -> list[str]:
    """Returns claims' names in the order in which they matter; those that are not known as they come."""
    return sorted(names, key=lambda name: _RANKS.get(name, len(WHO_WHAT_WHEN)))


def text_of(decoded: Decoded, row: int) -> str:
    """Returns the whole value of a claim as text, by its place in `describe`: ready to paste, one line, inert.

    What is pasted into a shell acts: so a control character stays an escape.

    Raises:
        IndexError: There is no claim in that place.
    """
    name = in_order(decoded.claims)[row]
    return inert(_scalar(decoded.claims[name]))


def username_of(token: str) -> str:
    """Returns the user's real name in the pool as an access token tells it; empty where it tells none."""
    return _told(token, "username")


def names_of(token: str) -> Mapping[str, str]:
    """Returns the names that an access or ID token tells of its user: `username`, `email`, `sub` and the like."""
    try:
        claims = decode(token).claims
    except BadToken:
        return {}
    told = {name: claims.get(name) for name in ("username", "email", "phone_number", "preferred_username", "sub")}
    told["username"] = claims.get("cognito:username") or told["username"]
    return {name: value for name, value in told.items() if isinstance(value, str) and value}


def scopes_of(token: str) -> frozenset[str]:
    """Returns the scopes that an access token tells; none where it is no JWT."""
    return frozenset(_told(token, "scope").split())


def issuer_told_by(token: str) -> str:
    """Returns the issuer that a token names; empty where it names none. Nobody is to be asked at that address."""
    return _told(token, "iss")


def lifetime_of(token: str, received_at: float, skew: float = 0.0) -> Lifetime | None:
    """Returns when a token was issued and when it ends, on the clock of this machine.

    Args:
        token: A JWT; one that is none has no known life.
        received_at: When it came, on our clock: its beginning where it does not tell.
        skew: How far the server's clock is ahead of ours, in seconds.

    Returns:
        None where there is no usable `exp`. One that lies beyond any token's life is cut to the longest.
    """
    try:
        claims = decode(token).claims
    except BadToken:
        return None
    expires = _number(claims.get("exp"))
    if expires is None or expires < 0:
        return None
    # Compared before converted: an int may be too large for a float.
    expires_at = float(min(expires, received_at + skew + _LONGEST_LIFE)) - skew
    issued = _number(claims.get("iat"))
    believable = issued is not None and 0 <= issued <= expires_at + skew
    issued_at = float(issued) - skew if issued is not None and believable else received_at
    return Lifetime(issued_at, expires_at)


_RANKS = {
    **{name: rank for rank, name in enumerate(WHO_WHAT_WHEN)},
    **{name: rank for rank, name in enumerate(TECHNICAL, start=len(WHO_WHAT_WHEN) + 1)},
}
"""Claims that are not known stand between the two, in the order of the token."""


def _told(token: str, name: str) -> str:
    """A claim that is a text; empty where there is none, or where the token is none."""
    try:
        told = decode(token).claims.get(name)
    except BadToken:
        return ""
    return told if isinstance(told, str) else ""


def _check_form(parts: list[str]) -> None:
    if parts == [""]:
        raise BadToken("There is no token in it.", fix=_PASTE_WHOLE)
    if len(parts) == 5 and _is_encrypted(parts[0]):
        raise BadToken(
            "This is an encrypted token (five parts), as Cognito's refresh tokens are: only Cognito can read it.",
            fix="Paste an access or an ID token: three parts with dots between them.",
        )
    if len(parts) == 1:
        raise BadToken(
            "This is not a JWT: it has no dots. It may be an opaque token, which only its server can read.",
            fix=_PASTE_WHOLE,
        )
    if len(parts) != 3:
        raise BadToken(f"This is not a JWT: it has {len(parts)} parts, and a JWT has three.", fix=_PASTE_WHOLE)
    for part, name in zip(parts, _PARTS, strict=True):
        # Load balancers of AWS write the padding that RFC 7515 leaves out.
        if not _BASE64URL.fullmatch(part.rstrip("=")):
            raise _not_base64url(name)


def _is_encrypted(header: str) -> bool:
    """RFC 7516, section 4.1.2: the header of a JWE says how its content is encrypted, and a JWS has no `enc`."""
    try:
        return "enc" in _object(header, "header")
    except BadToken:
        return False


def _object(part: str, name: str) -> dict[str, object]:
    bare = part.rstrip("=")
    try:
        data = base64.urlsafe_b64decode(bare + "=" * (-len(bare) % 4))
    except ValueError:
        raise _not_base64url(name) from None
    try:
        return read_object(data)
    except NotAnObject as error:
        # Where not even the header is one, it was hardly ever a token.
        raise BadToken(
            f"The {_PARTS[name]} part, the {name}, is not a JSON object in base64url: what is in it {error}.",
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
    # Loaded since the token was decoded.
    import json

    return json.dumps(value, indent=indent, ensure_ascii=False)


def _number(value: object) -> int | float | None:
    """Returns a number that is one: no bool, no infinity."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    return value if isinstance(value, int) or abs(value) != float("inf") else None


def _moment(value: object) -> float | None:
    number = _number(value)
    return float(number) if number is not None and 0 <= number < _END_OF_CALENDAR else None
