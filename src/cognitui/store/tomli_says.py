"""What tomli says of a text that is not TOML; its words may hold a piece of the file, its place may not."""

from __future__ import annotations

import re

_LEFT_OPEN = re.compile(r"[\[,](?:\s|#[^\n]*+)*+\Z")
"""A list that goes on, with nothing but blanks and comments behind."""

_HEADER = re.compile(r"\s*\[{1,2}[\w\s.\"'@+-]+\]{1,2}\s*(?:#.*)?")

_AT_LINE = re.compile(r"\(at line (\d+), column \d+\)\Z")


def line_in(message: str) -> int:
    """Returns the line, from 1, that an error of tomli names; 0 where it names none."""
    found = _AT_LINE.search(message)
    return int(found[1]) if found else 0


def line_left_open(text: str, line: int) -> int:
    """Returns the line of a list that is not closed where tomli looked for a value at `line`, else 0.

    It takes the end of the text, or the header of the next table, for a value of the list.

    Args:
        text: The whole text.
        line: Where a value was looked for, from 1; 0 is the end of the text.
    """
    lines = text.split("\n")
    if line and not _HEADER.fullmatch(lines[line - 1].rstrip("\r")):
        return 0
    before = "\n".join(lines[: line - 1]) if line else text
    found = _LEFT_OPEN.search(before)
    return before.count("\n", 0, found.start()) + 1 if found else 0
