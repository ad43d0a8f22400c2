"""Untrusted text made inert.

Profile names, claims, server messages and pasted tokens may carry terminal escapes, bidirectional overrides or
invisible characters. Everything of that kind passes through `inert` before it reaches a screen or a terminal.
"""

from __future__ import annotations

import re
import unicodedata

_ELLIPSIS = "…"
_INERT_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
# A C-level scan decides whether a text needs work at all; nearly none does. ASCII that prints is never touched.
_SUSPECT = re.compile(r"[^\x20-\x7e]")


def inert(text: str, limit: int | None = None) -> str:
    r"""Returns `text` with control, format, bidi and surrogate characters written as visible escapes.

    Args:
        text: Anything, also lone surrogates.
        limit: The most characters to return; a longer text ends in an ellipsis.

    Returns:
        One line that a terminal prints as it stands: `"a\x1b[2J"` becomes `"a\\x1b[2J"`.
    """
    if limit is not None and len(text) > limit:
        # Cut first: the cost is that of what is shown, whatever was sent.
        text = text[: max(0, limit - 1)] + _ELLIPSIS
    shown = _SUSPECT.sub(_escape, text)
    if limit is not None and len(shown) > limit:
        return shown[: max(0, limit - 1)] + _ELLIPSIS
    return shown


def as_heading(label: str, limit: int = 80) -> str:
    """Returns a label, inert, as a line or a sentence begins: with a capital letter."""
    shown = inert(label, limit)
    return shown[:1].upper() + shown[1:]


def _escape(match: re.Match[str]) -> str:
    character = match.group()
    if unicodedata.category(character) not in _INERT_CATEGORIES:
        return character
    code = ord(character)
    if code <= 0xFF:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"
