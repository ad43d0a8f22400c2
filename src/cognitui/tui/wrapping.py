"""Text in lines of so many cells."""

from __future__ import annotations

import re

from rich.cells import cell_len, chop_cells

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
