"""Texts measured as a terminal shows them: in cells, of which most of East Asia's characters take two."""

from __future__ import annotations

import re

_WORD = re.compile(r" *[^ ]+")
"""With the blanks before it."""


def cells(text: str) -> int:
    """Returns the cells that a text takes: two for a wide character, none for an accent."""
    if text.isascii():
        return len(text)
    # Costs 1 ms, and nearly all names are ASCII.
    from unicodedata import category, east_asian_width

    return sum(0 if category(char) in ("Mn", "Me") else 1 + (east_asian_width(char) in "WF") for char in text)


def cut(text: str, width: int) -> str:
    """Returns a text in at most so many cells; one that was longer ends in an ellipsis."""
    if cells(text) <= width:
        return text
    kept, left = "", width - 1
    for char in text:
        left -= cells(char)
        if left < 0:
            break
        kept += char
    return f"{kept.rstrip()}…" if width > 0 else ""


def broken(line: str, columns: int) -> str:
    """Returns a line broken between words; a word that is wider than a line stays whole."""
    lines = [""]
    for word in _WORD.findall(line):
        if not lines[-1] or cells(lines[-1]) + cells(word) <= columns:
            lines[-1] += word
        else:
            lines.append(word.lstrip(" "))
    return "\n".join(lines)
