"""Tokens in pasted text: a URL, a curl command, JSON, a shell assignment or a bare token.

`tokens_in` is the only entry point. It reads nothing but the text: no file, no network, no clock.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import ClassVar
from urllib.parse import unquote

from cognitui.model.claims import LARGEST_TOKEN, unwrapped
from cognitui.model.errors import BadToken
from cognitui.model.struct import Frozen

ACCESS_TOKEN, ID_TOKEN, REFRESH_TOKEN = "access_token", "id_token", "refresh_token"

LARGEST_PASTE = 4 * LARGEST_TOKEN
"""Characters. One Cognito response holds three tokens."""

_MOST_TOKENS = 20
_DEEPEST = 32
"""Levels of JSON that are searched."""

_KINDS = {"accesstoken": ACCESS_TOKEN, "idtoken": ID_TOKEN, "refreshtoken": REFRESH_TOKEN}

_ID_TOKEN = re.compile(r"(?:^|[^A-Za-z])[Ii][Dd][_-]?[Tt][Oo][Kk][Ee][Nn]$|[a-z0-9]I[dD]Token$")
"""Not `paid_token`, nor `androidToken`."""

_BARE = re.compile(r"[\w-]+={0,2}(?:\.[\w-]*={0,2}){2,}", re.ASCII)
"""A text that is a single token."""

_BEHIND_A_WORD = re.compile(r"(?<!bearer)(?<!authorization:)[ \t][\"']?eyJ", re.IGNORECASE)
"""`set -gx TOKEN eyJ…`: if the lines were joined, the words before it would become part of the token."""

_BEGINS = re.compile(r"(?<![\w.-])(?=eyJ)", re.ASCII)
"""The start of a token: base64url of a JOSE header, which begins with `{"`."""

_RUN = re.compile(r"[\w.-]*(?:(?:=|%3[Dd])*)", re.ASCII)
_LINE_END = re.compile(r"\\?\r?\n[ \t]*")
_CONTINUED = re.compile(r"(?!eyJ)[\w.-]+={0,2}(?=[\"'`&#]|[ \t]*(?:\\?\r?\n|$))", re.ASCII)
"""The rest of a token on the next line of a terminal. A line that starts like a token is another token."""

_NAME_BEFORE = re.compile(
    r"([\w.%$-]{1,200})[\"']?\s{0,3}(?:[=:]|\s)\s{0,3}[\"'`]?(?:bearer\s{1,3})?[\"']?$", re.I | re.A
)
_LOOK_BEHIND = 240

_ADDRESS = re.compile(r"[\"'<]?[a-z][a-z0-9+.-]*://\S+", re.IGNORECASE)
_PARAMETER = re.compile(r"[?#&]([a-z_]+)=", re.IGNORECASE)
_PASTE_IT = "Paste an access or ID token, or text that contains one."


class PastedToken(Frozen, frozen=True):
    """A token as it was found; it may not be decodable."""

    hidden: ClassVar[tuple[str, ...]] = ("value",)

    name: str
    """`access_token`, `id_token` or `refresh_token` if the text names it so, otherwise empty."""
    value: str


def tokens_in(text: str) -> tuple[PastedToken, ...]:
    """Return the distinct tokens in a pasted text, in order.

    If nothing looks like a token, the whole text is returned as one token without a name: `claims.decode` then
    reports what is wrong with it.

    Args:
        text: A bare token (also with `Bearer`, quotes or a terminal's line breaks), a callback URL, a curl command,
            the JSON of InitiateAuth or of `/oauth2/token`, `export T=…`, cookies.

    Raises:
        BadToken: The text is too long, or a URL or JSON without a token. The message repeats nothing of it.
    """
    if len(text) > LARGEST_PASTE:
        raise BadToken("This is longer than 64 KB, which no token is.", fix=_PASTE_IT)
    text = text.strip().lstrip("\ufeff")
    whole = unwrapped(text)
    if _BARE.fullmatch(whole) and not _BEHIND_A_WORD.search(text) and not _is_several(text):
        return (PastedToken("", whole),)
    is_json, found = _in_json(text)
    found = found or _scanned(text)
    if found:
        return tuple({token.value: token for token in reversed(found[:_MOST_TOKENS])}.values())[::-1]
    if is_json:
        raise BadToken("This JSON contains no token.", fix=_PASTE_IT)
    if _ADDRESS.match(text):
        raise _no_token_in_address(text)
    return (PastedToken("", whole),)


def holds_token(text: str) -> bool:
    """Return whether a text contains something like a token, even an unreadable one such as a refresh token."""
    if len(text) > LARGEST_PASTE:
        return _BEGINS.search(text) is not None
    try:
        found = tokens_in(text)
    except BadToken:
        return False
    return any(token.name or (_BEGINS.match(token.value) and token.value.count(".") >= 2) for token in found)


def _is_several(text: str) -> bool:
    """Return whether a second token begins on a line of its own."""
    return sum(word.startswith("eyJ") and word.count(".") >= 2 for word in text.split()) > 1


def _in_json(text: str) -> tuple[bool, list[PastedToken]]:
    if not text.startswith(("{", "[")):
        return False, []
    # Costs 3 ms, and a bare token does not need it.
    import json

    try:
        value = json.loads(text, strict=False)  # a terminal's line breaks inside of a token
    except (ValueError, RecursionError):
        return False, []
    return True, list(_in_value(value, "", 0))


def _in_value(value: object, name: str, depth: int) -> Iterator[PastedToken]:
    if depth > _DEEPEST:
        return
    if isinstance(value, str):
        kind, bare = _kind(name), unwrapped(value)
        if kind and bare and (kind == REFRESH_TOKEN or "." in bare):
            yield PastedToken(kind, bare)
        else:
            yield from _scanned(value)
    elif isinstance(value, Mapping):
        for key, below in value.items():
            yield from _in_value(below, str(key), depth + 1)
    elif isinstance(value, list):
        for below in value:
            yield from _in_value(below, name, depth + 1)


def _scanned(text: str) -> list[PastedToken]:
    found: list[PastedToken] = []
    end = 0
    for begin in _BEGINS.finditer(text):
        if begin.start() < end:
            continue
        value, end = _run(text, begin.start())
        if value.count(".") >= 2:
            before = _NAME_BEFORE.search(text[max(0, begin.start() - _LOOK_BEHIND) : begin.start()])
            found.append(PastedToken(_kind(before[1]) if before else "", value))
        if len(found) == _MOST_TOKENS:
            break
    return found


def _run(text: str, start: int) -> tuple[str, int]:
    """Return the token that begins at a position without its line breaks, and the position after it."""
    match = _RUN.match(text, start)
    assert match is not None
    parts, end = [match[0]], match.end()
    while line_end := _LINE_END.match(text, end):
        more = _CONTINUED.match(text, line_end.end())
        if more is None:
            break
        parts.append(more[0])
        end = more.end()
    return unquote("".join(parts)), end


def _kind(name: str) -> str:
    bare = re.sub(r"[^a-z]", "", name.lower())
    ending = next((ending for ending in _KINDS if bare.endswith(ending)), "")
    if ending == "idtoken" and not _ID_TOKEN.search(name):
        return ""
    return _KINDS.get(ending, "")


def _no_token_in_address(text: str) -> BadToken:
    names = {name.lower() for name in _PARAMETER.findall(text)}
    if "code" in names:
        return BadToken(
            "This URL contains an authorization code and no token.",
            fix="Only the program that requested the code can exchange it for tokens. Paste the token that it got.",
        )
    if "error" in names:
        return BadToken("This URL reports a sign-in error and contains no token.", fix="Sign in again.")
    return BadToken("This URL contains no token.", fix=_PASTE_IT)
