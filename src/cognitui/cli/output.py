"""Output of commands: results and JSON on stdout, messages on stderr."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import TextIO

import click

from cognitui.model.errors import BadToken, CognituiError, Declined, UsageError
from cognitui.model.profile import FIELD_NAMES, Profile
from cognitui.model.text import inert
from cognitui.model.token import TokenState

_WORD = re.compile(r" *[^ ]+")
"""A word with the spaces before it."""

SIGNS = {TokenState.NONE: "○", TokenState.VALID: "●", TokenState.EXPIRING: "◐", TokenState.EXPIRED: "✕"}
"""Symbols that show a state without colour."""

_COPIED = ("cognitui ", "://")
"""What marks a line to be copied: a command, an address."""

GAP = 2
"""Spaces between two columns."""

_LEAST = 8
"""Width that a cut column keeps."""

_PART = re.compile(r"\{\{|\}\}|\{([^{}]*)\}|[{}]")

_LONGEST_SHOWN = 40


def cell_width(text: str) -> int:
    """Return the width of a text in cells: two for a wide character, none for a combining accent."""
    if text.isascii():
        return len(text)
    # Takes 1 ms, and nearly all names are ASCII.
    from unicodedata import category, east_asian_width

    return sum(0 if category(char) in ("Mn", "Me") else 1 + (east_asian_width(char) in "WF") for char in text)


def truncated(text: str, width: int) -> str:
    """Return a text cut to a width in cells, with an ellipsis if it was longer."""
    if cell_width(text) <= width:
        return text
    kept, left = "", width - 1
    for char in text:
        left -= cell_width(char)
        if left < 0:
            break
        kept += char
    return f"{kept.rstrip()}…" if width > 0 else ""


def wrapped(line: str, columns: int) -> str:
    """Return a line wrapped between words; a word wider than a line stays whole."""
    lines = [""]
    for word in _WORD.findall(line):
        if not lines[-1] or cell_width(lines[-1]) + cell_width(word) <= columns:
            lines[-1] += word
        else:
            lines.append(word.lstrip(" "))
    return "\n".join(lines)


def print_message(text: str) -> None:
    """Print a message on stderr; text from outside must be inert already."""
    click.echo(_fitted(text), err=True)


def print_error(error: CognituiError) -> None:
    """Print what is wrong and how to fix it; a declined question is not an error."""
    print_message(f"{'' if isinstance(error, Declined) else 'Error: '}{_by_line(error.cause)}")
    if error.fix:
        print_message(_by_line(error.fix))


def columns_of(stream: TextIO) -> int | None:
    """Return the width of a stream's terminal; None for a pipe, a file or an unknown width."""
    if not stream.isatty():
        return None
    try:
        return os.get_terminal_size(stream.fileno()).columns or None
    except (OSError, ValueError):
        return None


def print_json(value: object) -> None:
    """Print a value as JSON in ASCII, so that it contains no control characters.

    Raises:
        BadToken: It cannot be written as JSON: nested too deeply, or a number that JSON doesn't have.
    """
    # Takes 3 ms, and most commands print none.
    import json

    try:
        click.echo(json.dumps(value, indent=2, allow_nan=False))
    except (RecursionError, ValueError):
        raise BadToken(
            "It contains a value that JSON cannot represent.", fix="Leave out --json to see what can be shown."
        ) from None


def print_table(rows: Iterable[Sequence[str]]) -> None:
    """Print rows in aligned columns, two spaces apart; text from outside must be inert already."""
    lines = [tuple(row) for row in rows]
    widths = [max(map(cell_width, column)) for column in zip(*lines, strict=True)]
    for line in lines:
        padded = (cell + " " * (width - cell_width(cell)) for cell, width in zip(line, widths, strict=True))
        click.echo("  ".join(padded).rstrip())


def fit_columns(
    rows: Sequence[Sequence[str]], columns: int, dropped: Sequence[str], shortened: Sequence[str]
) -> list[tuple[str, ...]]:
    """Return a table that fits a terminal, if possible.

    Args:
        rows: The table; its first row contains the headings.
        columns: Width of the terminal, in cells.
        dropped: Headings of columns to drop, in this order.
        shortened: Headings of columns to cut if that is not enough, in this order.
    """
    table = [tuple(row) for row in rows]
    for heading in dropped:
        if _width(table) > columns and heading in table[0]:
            place = table[0].index(heading)
            table = [(*row[:place], *row[place + 1 :]) for row in table]
    for heading in shortened:
        if (excess := _width(table) - columns) > 0:
            place = table[0].index(heading)
            room = max(_widths(table)[place] - excess, _LEAST)
            table = [(*row[:place], truncated(row[place], room), *row[place + 1 :]) for row in table]
    return table


def filled(template: str, fields: Mapping[str, str]) -> str:
    """Return a template with its fields filled in.

    Not `str.format`, which also reads attributes and indices.

    Raises:
        UsageError: It contains an unknown field or a single brace.
    """

    def value(part: re.Match[str]) -> str:
        if part[0] in ("{{", "}}"):
            return part[0][0]
        if part[1] is None or part[1] not in fields:
            raise _unknown(part[1], fields)
        return fields[part[1]]

    return _PART.sub(value, template)


def profile_json(found: Profile) -> dict[str, object]:
    """Return every key, null if it is not set; `own` lists the keys set in the profile itself."""
    return {
        "id": found.id,
        "environment": found.environment.name,
        "name": found.name,
        **{key: getattr(found.fields, key) for key in FIELD_NAMES},
        "expect": found.fields.expect.set_values() if found.fields.expect else None,
        "region": found.region or None,
        "flow": found.flow.value,
        "protected": found.protected,
        "own": list(found.own.set_values()),
        "source": found.source,
        "read_only": found.read_only,
    }


def _fitted(text: str) -> str:
    """Wrap lines between words, as a terminal would break them anywhere; lines to be copied stay whole."""
    columns = columns_of(sys.stderr)
    if columns is None:
        return text
    return "\n".join(
        line if cell_width(line) <= columns or any(mark in line for mark in _COPIED) else wrapped(line, columns)
        for line in text.split("\n")
    )


def _by_line(text: str) -> str:
    """Return an error's text, inert line by line: a fix may have a command on its own line."""
    return "\n".join(inert(line) for line in text.split("\n"))


def _width(table: Sequence[Sequence[str]]) -> int:
    widths = _widths(table)
    return sum(widths) + GAP * (len(widths) - 1)


def _widths(table: Sequence[Sequence[str]]) -> list[int]:
    return [max(map(cell_width, column)) for column in zip(*table, strict=True)]


def _unknown(name: str | None, fields: Mapping[str, str]) -> UsageError:
    known = f"The fields are {', '.join(f'{{{field}}}' for field in fields)}."
    if name is None:
        return UsageError("The template contains a single brace.", fix=f"Write it twice. {known}")
    return UsageError(f"There is no field {{{inert(name, _LONGEST_SHOWN)}}} here.", fix=known)
