"""What leaves the program: results on stdout, words for people on stderr, JSON for programs."""

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


GAP = 2
"""Blanks between two columns."""

_LEAST = 8
"""Cells that are left of a column that is cut."""


def narrowed(
    rows: Sequence[Sequence[str]], columns: int, dropped: Sequence[str], shortened: Sequence[str]
) -> list[tuple[str, ...]]:
    """Returns a table that fits into so many columns of a terminal, where it can.

    Args:
        rows: The table; its first row has the headings.
        columns: Those of the terminal, in cells.
        dropped: The headings of columns that are left out, the first one first.
        shortened: The headings of columns whose cells are cut where that is not enough, the first one first.
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
            table = [(*row[:place], cut(row[place], room), *row[place + 1 :]) for row in table]
    return table


def _width(table: Sequence[Sequence[str]]) -> int:
    widths = _widths(table)
    return sum(widths) + GAP * (len(widths) - 1)


def _widths(table: Sequence[Sequence[str]]) -> list[int]:
    return [max(map(cells, column)) for column in zip(*table, strict=True)]


_PART = re.compile(r"\{\{|\}\}|\{([^{}]*)\}|[{}]")

_LONGEST_SHOWN = 40


def filled(template: str, fields: Mapping[str, str]) -> str:
    """Returns a template with its fields filled in.

    Not `str.format`: that reads attributes and indices, too.

    Raises:
        UsageError: It names a field that there is none of, or a brace stands alone.
    """

    def value(part: re.Match[str]) -> str:
        if part[0] in ("{{", "}}"):
            return part[0][0]
        if part[1] is None or part[1] not in fields:
            raise _unknown(part[1], fields)
        return fields[part[1]]

    return _PART.sub(value, template)


def _unknown(name: str | None, fields: Mapping[str, str]) -> UsageError:
    known = f"The fields are {', '.join(f'{{{field}}}' for field in fields)}."
    if name is None:
        return UsageError("A brace stands alone in the template.", fix=f"Write it twice. {known}")
    return UsageError(f"There is no field {{{inert(name, _LONGEST_SHOWN)}}} here.", fix=known)


def profile_json(found: Profile) -> dict[str, object]:
    """Returns every key, null where it is not set; `own` names those that are the profile's own."""
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
