"""Untrusted text: escaping, similar words, and strict JSON.

Profile names, claims, server messages and pasted tokens may contain terminal escapes, bidirectional overrides or
invisible characters. All such text passes through `inert` before it is printed or shown.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

_ELLIPSIS = "…"

_INERT_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})

# A C-level scan decides whether a text needs any work; hardly any does. Printable ASCII is never touched.
_SUSPECT = re.compile(r"[^\x20-\x7e]")

_LONGEST = 60

_MOST = 3

_CLOSE = 0.75
"""difflib's ratio that is close enough to suggest: one typo in a word of four letters, two in one of eight."""

_CLOSE_IF_SHORT = 2 / 3
"""The same for up to three letters, so that one typo is still close."""

_SHORT = 3

_AS_NEAR = 0.1
"""By how much a further suggestion may be less similar than the first."""


def inert(text: str, limit: int | None = None) -> str:
    r"""Return `text` with control, format, bidi and surrogate characters as visible escapes.

    Args:
        text: Any text, including lone surrogates.
        limit: The maximum number of characters to return; a longer text ends in an ellipsis.

    Returns:
        One line that a terminal prints literally: `"a\x1b[2J"` becomes `"a\\x1b[2J"`.
    """
    if limit is not None and len(text) > limit:
        # Cut first, so that the cost depends on what is shown and not on what was sent.
        text = text[: max(0, limit - 1)] + _ELLIPSIS
    shown = _SUSPECT.sub(_escape, text)
    if limit is not None and len(shown) > limit:
        return shown[: max(0, limit - 1)] + _ELLIPSIS
    return shown


def as_heading(label: str, limit: int = 80) -> str:
    """Return an inert label with a capital first letter."""
    shown = inert(label, limit)
    return shown[:1].upper() + shown[1:]


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return `Did you mean a, b or c?` with the nearest known words, or an empty string if none is close."""
    *others, last = nearest(word, known) or [""]
    meant = f"{', '.join(others)} or {last}" if others else last
    return f"Did you mean {meant}?" if meant else ""


def nearest(word: str, known: Iterable[str]) -> list[str]:
    """Return the known words close to a word: at most three that are about as close as the first."""
    # Costs 3 ms, and only a typo needs it.
    from difflib import SequenceMatcher, get_close_matches

    word, by_letters = word[:_LONGEST].lower(), {other.lower(): other for other in known}
    if word in by_letters:
        return [by_letters[word]]
    least = _CLOSE if len(word) > _SHORT else _CLOSE_IF_SHORT
    near = get_close_matches(word, by_letters, n=_MOST, cutoff=least)
    likeness = [SequenceMatcher(None, word, other).ratio() for other in near]
    return [by_letters[other] for other, like in zip(near, likeness, strict=True) if like > likeness[0] - _AS_NEAR]


def _escape(match: re.Match[str]) -> str:
    character = match.group()
    if unicodedata.category(character) not in _INERT_CATEGORIES:
        return character
    code = ord(character)
    if code <= 0xFF:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"


_DEEPEST = 64
"""Levels of nesting. Parsers recurse, and their limit depends on the version of Python and the thread."""

_STRING_OR_BRACKET = re.compile(r'"(?:[^"\\]|\\.)*"?|[\[\]{}]', re.DOTALL)
"""An unterminated string matches to its end, so that a text of escaped quotes is scanned only once."""


class NotAnObject(ValueError):
    """The text is not a JSON object; `str()` is the rest of a sentence that begins with what the text is."""


def read_object(data: bytes) -> dict[str, object]:
    """Return a JSON object.

    The caller bounds the size of `data`.

    Raises:
        NotAnObject: It is not UTF-8, not JSON, not an object, nested too deeply, or has a duplicate name.
    """
    # Costs 3 ms, and drawing the profile list does not need it.
    import json

    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        raise NotAnObject("is not UTF-8") from None
    if _depth(text) > _DEEPEST:
        raise NotAnObject("is nested too deeply")
    try:
        value = json.loads(text, object_pairs_hook=_unique, parse_constant=_refuse)
    except NotAnObject:
        raise
    except ValueError:
        # Includes a number of more than 4,300 digits, which Python does not convert.
        raise NotAnObject("is not JSON") from None
    if not isinstance(value, dict):
        raise NotAnObject("is not a JSON object")
    return value


def _depth(text: str) -> int:
    deepest = depth = 0
    for match in _STRING_OR_BRACKET.finditer(text):
        if match.group() in ("[", "{"):
            depth += 1
            deepest = max(deepest, depth)
        elif match.group() in ("]", "}"):
            depth -= 1
    return deepest


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """RFC 7519, section 4: names must be unique, or two parsers could read two different values."""
    found = dict(pairs)
    if len(found) < len(pairs):
        raise NotAnObject("has a duplicate name")
    return found


def _refuse(constant: str) -> object:
    raise ValueError(constant)
