"""Escaping of untrusted text for border titles, which Textual reads as markup."""

from __future__ import annotations

import re

from rich.cells import cell_len, chop_cells
from rich.text import Text

from cognitui.model.text import inert


def plain(text: str, longest: int = 60) -> Text:
    """Return a text that is drawn literally: without markup and control characters."""
    return Text(inert(text, longest))


_PIECE = re.compile(r"[^ /]*[ /]|[^ /]+")
"""Lines break after a space, or after a slash in a URL."""


def wrapped_text(text: str, width: int) -> list[str]:
    """Return lines of at most `width` cells, broken between words; a longer word is broken inside.

    There is at least one line. Only spaces at the end of a line are left out.
    """
    lines = [""]
    for piece in _PIECE.findall(text):
        longer = lines[-1] + piece
        if cell_len(longer.rstrip(" ")) <= width:
            lines[-1] = longer
        else:
            lines += chop_cells(piece, width)
    return [line.rstrip(" ") for line in lines if line] or [""]


_EIGHTHS = " ▏▎▍▌▋▊▉"
_SPINNER = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"


def bar(fraction: float, width: int) -> str:
    """Return a bar of `width` cells that is filled to `fraction`, never completely empty above zero."""
    eighths = round(min(1.0, max(0.0, fraction)) * width * 8)
    if fraction > 0:
        eighths = max(1, eighths)
    full, rest = divmod(eighths, 8)
    return ("█" * full + (_EIGHTHS[rest] if rest else "")).ljust(width)


def spinner(seconds: float, *, still: bool = False) -> str:
    """Return the spinner of the current second, or always `still`."""
    return "…" if still else _SPINNER[int(seconds) % len(_SPINNER)]
