"""Untrusted text for places that Textual reads as markup: the titles of borders."""

from __future__ import annotations

import re

from rich.cells import cell_len, chop_cells
from rich.text import Text

from cognitui.model.text import inert


def plain(text: str, longest: int = 60) -> Text:
    """Returns a text that is drawn as it is: no markup in it acts, no control character reaches the terminal."""
    return Text(inert(text, longest))


_PIECE = re.compile(r"[^ /]*[ /]|[^ /]+")
"""A line may end behind a space, or behind a slash of a URL."""


def wrapped_text(text: str, width: int) -> list[str]:
    """Returns lines of at most `width` cells, broken between words; a word that is longer is broken within.

    There is always one line. Nothing is left out but spaces at the end of a line.
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
    """Returns a bar of `width` cells that is filled to `fraction`, never wholly empty above zero."""
    eighths = round(min(1.0, max(0.0, fraction)) * width * 8)
    if fraction > 0:
        eighths = max(1, eighths)
    full, rest = divmod(eighths, 8)
    return ("█" * full + (_EIGHTHS[rest] if rest else "")).ljust(width)


def spinner(seconds: float, *, still: bool = False) -> str:
    """Returns what is drawn beside work that runs: another one each second, or `still` always the same."""
    return "…" if still else _SPINNER[int(seconds) % len(_SPINNER)]
