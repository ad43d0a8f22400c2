"""What tomli says of a text that is not TOML; its words may hold a piece of the file, its place may not."""

from __future__ import annotations

import re

_AT_LINE = re.compile(r"\(at line (\d+), column \d+\)\Z")


def line_in(message: str) -> int:
    """Returns the line, from 1, that an error of tomli names; 0 where it names none."""
    found = _AT_LINE.search(message)
    return int(found[1]) if found else 0
