"""What leaves the program: results on stdout, words for people on stderr, JSON for programs."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Sequence
from typing import TextIO

import click

from cognitui.cli.cells import broken, cells
from cognitui.model.errors import BadToken, CognituiError, Declined
from cognitui.model.text import inert
from cognitui.model.token import TokenState

SIGNS = {TokenState.NONE: "○", TokenState.VALID: "●", TokenState.EXPIRING: "◐", TokenState.EXPIRED: "✕"}
"""What tells a state without colour."""


def tell(text: str) -> None:
    """Says a word to a person; what it holds from outside is inert already."""
    click.echo(_fitted(text), err=True)


def tell_error(error: CognituiError) -> None:
    """Says what is wrong, and how to mend it; what a person declined is no error."""
    tell(f"{'' if isinstance(error, Declined) else 'Error: '}{_by_line(error.cause)}")
    if error.fix:
        tell(_by_line(error.fix))


_COPIED = ("cognitui ", "://")
"""What stands in a line that a person copies: a command, an address."""


def _fitted(text: str) -> str:
    """Breaks lines between words where a terminal would break them anywhere; what is to be copied stays whole."""
    columns = columns_of(sys.stderr)
    if columns is None:
        return text
    return "\n".join(
        line if cells(line) <= columns or any(mark in line for mark in _COPIED) else broken(line, columns)
        for line in text.split("\n")
    )


def columns_of(stream: TextIO) -> int | None:
    """Returns the columns of the terminal that a stream leads to; None for a pipe, a file, and one that knows none."""
    if not stream.isatty():
        return None
    try:
        return os.get_terminal_size(stream.fileno()).columns or None
    except (OSError, ValueError):
        return None


def print_json(value: object) -> None:
    """Prints a value as JSON in ASCII: whatever a text holds, no terminal obeys it.

    Raises:
        BadToken: It cannot be written as JSON: nested too deep, or a number that JSON has not.
    """
    # Costs 3 ms, and most commands print none.
    import json

    try:
        click.echo(json.dumps(value, indent=2, allow_nan=False))
    except (RecursionError, ValueError):
        raise BadToken(
            "It holds something that JSON cannot.", fix="Leave --json out to see what can be shown."
        ) from None


def print_table(rows: Iterable[Sequence[str]]) -> None:
    """Prints rows in aligned columns, two blanks apart; texts from outside are inert already."""
    lines = [tuple(row) for row in rows]
    widths = [max(map(cells, column)) for column in zip(*lines, strict=True)]
    for line in lines:
        padded = (cell + " " * (width - cells(cell)) for cell, width in zip(line, widths, strict=True))
        click.echo("  ".join(padded).rstrip())


def _by_line(text: str) -> str:
    """An error's text, line by line: a fix may be a command on a line of its own."""
    return "\n".join(inert(line) for line in text.split("\n"))
