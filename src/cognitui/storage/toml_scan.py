"""Positions of statements in a TOML text, so that an edit changes nothing else.

Only texts that tomli has parsed are scanned: tomli says what they mean, this says where it is written.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import Enum
from functools import cached_property
from typing import NamedTuple

import tomli

KeyPath = tuple[str, ...]
"""The parts of a key from the root: `("environments", "dev", "profiles", "alice")`."""


class Kind(Enum):
    """The kind of a statement."""

    BLANK = "blank"
    COMMENT = "comment"
    TABLE = "table"
    ENTRY = "entry"


class Statement(NamedTuple):
    """One statement; an entry may span several lines. Positions are offsets into the text."""

    kind: Kind
    start: int
    """The start of its first line, or of the key inside an inline table."""
    end: int
    """After its last line break, or after the value inside an inline table."""
    path: KeyPath = ()
    """From the root, also for an entry below a table header."""
    parts: tuple[tuple[int, int], ...] = ()
    """The positions of the key's own parts, which are the last ones of `path`."""
    value: tuple[int, int] = (0, 0)

    @property
    def base(self) -> int:
        """The number of path parts that are written elsewhere: in the table's header or around the inline table."""
        return len(self.path) - len(self.parts)


_PART = r"""(?:[A-Za-z0-9_-]++|"(?:[^"\\\n]|\\.)*+"|'[^'\n]*+')"""
_KEY = rf"{_PART}(?:[ \t]*+\.[ \t]*+{_PART})*+"
_TAIL = r"[ \t]*+(?:\#[^\n]*+)?(?:\n|\r\n|\Z)"
_STATEMENT = re.compile(
    rf"""[ \t]*+
    (?: (?P<key>{_KEY})[ \t]*+=[ \t]*+
        (?:(?P<simple>"(?!"")(?:[^"\\\n]|\\.)*+"|'(?!'')[^'\n]*+'|[A-Za-z0-9_.:+-]++){_TAIL})?
    |   \[\[?[ \t]*+(?P<table>{_KEY})[ \t]*+\]\]?{_TAIL}
    |   (?P<comment>\#)[^\n]*+\n?
    |   \r?\n?
    )""",
    re.VERBOSE,
)
_PARTS = re.compile(_PART)
_INLINE_KEY = re.compile(rf"[\s,]*+(?P<key>{_KEY})[ \t]*+=[ \t]*+")
_LINE_END = re.compile(r"[^\n]*+\n?")
_TOKEN = re.compile(
    r'''"""(?:[^"\\]|\\.|"(?!""))*+"{3,5}|"(?:[^"\\\n]|\\.)*+"'''
    r"""|'''(?:[^']|'(?!''))*+'{3,5}|'[^'\n]*+'"""
    r"""|\#[^\n]*+|[\[\]{},\n]|[^"'\#\[\]{},\n]++""",
    re.DOTALL,
)


class Toml:
    """A valid TOML text with its statements, which are scanned once on demand."""

    def __init__(self, text: str) -> None:
        self.text = text

    @cached_property
    def statements(self) -> list[Statement]:
        """All statements in order."""
        return scan(self.text)


def scan(text: str) -> list[Statement]:
    """Return the statements of a valid TOML text in order; together they cover the whole text."""
    found: list[Statement] = []
    table: KeyPath = ()
    position = 0
    while position < len(text):
        match = _STATEMENT.match(text, position)
        # Impossible after tomli accepted the text; an endless loop would be worse than an error.
        if match is None or match.end() == position:
            raise ValueError("not a TOML statement")
        statement = _statement(text, match, table)
        if statement.kind is Kind.TABLE:
            table = statement.path
        found.append(statement)
        position = statement.end
    return found


def inline_entries(text: str, entry: Statement) -> list[Statement]:
    """Return the entries of an entry's inline table; none if its value is something else."""
    position, end = entry.value
    if text[position : position + 1] != "{":
        return []
    found = []
    position += 1
    while match := _INLINE_KEY.match(text, position, end):
        path, parts = _key(text, *match.span("key"))
        position = _value_end(text, match.end(), inline=True)
        value = (match.end(), position)
        found.append(Statement(Kind.ENTRY, match.start("key"), position, entry.path + path, parts, value))
    return found


def holds_comment(text: str, start: int, end: int) -> bool:
    """Return whether there is a comment inside a value that spans lines."""
    return any(token.group().startswith("#") for token in _TOKEN.finditer(text, start, end))


def lines_by_path(text: str) -> dict[KeyPath, int]:
    """Return the first line of each table and key, counted from 1."""
    lines: dict[KeyPath, int] = {}
    for line, statement in _numbered(text, scan(text)):
        for length in range(statement.base + 1, len(statement.path) + 1):
            lines.setdefault(statement.path[:length], line)
    return lines


def _numbered(text: str, statements: list[Statement]) -> Iterator[tuple[int, Statement]]:
    line = 1
    for statement in statements:
        yield line, statement
        line += text.count("\n", statement.start, statement.end)


def _statement(text: str, match: re.Match[str], table: KeyPath) -> Statement:
    start, end = match.span()
    if match["table"] is not None:
        return Statement(Kind.TABLE, start, end, *_key(text, *match.span("table")))
    if match["key"] is None:
        return Statement(Kind.COMMENT if match["comment"] else Kind.BLANK, start, end)
    path, parts = _key(text, *match.span("key"))
    if match["simple"] is not None:
        return Statement(Kind.ENTRY, start, end, table + path, parts, match.span("simple"))
    value_end = _value_end(text, end, inline=False)
    line_end = _LINE_END.match(text, value_end)
    assert line_end is not None
    return Statement(Kind.ENTRY, start, line_end.end(), table + path, parts, (end, value_end))


def _key(text: str, start: int, end: int) -> tuple[KeyPath, tuple[tuple[int, int], ...]]:
    written = text[start:end]
    if "." not in written and written[0] not in "\"'":  # a bare key, like nearly all
        return (written,), ((start, end),)
    places = tuple(part.span() for part in _PARTS.finditer(text, start, end))
    return tuple(_meaning(text[first:last]) for first, last in places), places


def _meaning(part: str) -> str:
    if "\\" in part and part[0] == '"':
        return next(iter(tomli.loads(f"{part} = 0")))
    return part[1:-1] if part[0] in "\"'" else part


def _value_end(text: str, start: int, *, inline: bool) -> int:
    depth = 0
    end = start
    for token in _TOKEN.finditer(text, start):
        first = text[token.start()]
        if depth == 0 and (first in "\n#" or (inline and first in ",}")):
            break
        depth += (first in "[{") - (first in "]}")
        end = token.end()
    return start + len(text[start:end].rstrip())


def within(statements: list[Statement], path: KeyPath) -> list[Statement]:
    """Return the statements at a path or below it."""
    return [s for s in statements if s.path[: len(path)] == path and s.path]


def inside_inline(toml: Toml, path: KeyPath) -> list[Statement]:
    """Return the entries in inline tables that are at a path or below it."""
    return [s for s in around(toml, path) if s.path[: len(path)] == path]


def around(toml: Toml, path: KeyPath) -> list[Statement]:
    """Return the entries of all inline tables on the way to a path."""
    found: list[Statement] = []
    outer_ones = [s for s in toml.statements if s.kind is Kind.ENTRY and s.path == path[: len(s.path)]]
    while outer_ones:
        inner = [child for outer in outer_ones for child in inline_entries(toml.text, outer)]
        found += inner
        outer_ones = [child for child in inner if child.path == path[: len(child.path)]]
    return found


def entry_at(toml: Toml, path: KeyPath) -> Statement | None:
    """Return the entry that sets the value of a path, on its own line or in an inline table."""
    own = next((s for s in toml.statements if s.kind is Kind.ENTRY and s.path == path), None)
    return own or next((s for s in around(toml, path) if s.path == path), None)


def tables_in(statements: list[Statement], path: KeyPath) -> list[tuple[int, Statement]]:
    """Return the headers of the tables at a path or below it, each with its index."""
    found = enumerate(statements)
    return [(i, s) for i, s in found if s.kind is Kind.TABLE and s.path[: len(path)] == path]


def behind_body(statements: list[Statement], index: int) -> int:
    """Return the index after the last entry of the table with its header at `index`."""
    last = index
    for position in range(index + 1, len(statements)):
        if statements[position].kind is Kind.TABLE:
            break
        if statements[position].kind is Kind.ENTRY:
            last = position
    return last + 1


def block_of(statements: list[Statement], index: int) -> tuple[int, int]:
    """Return the start of a table with its comments, and its end."""
    behind = behind_body(statements, index)
    comments = behind
    while comments < len(statements) and statements[comments].kind is Kind.COMMENT:
        comments += 1
    # Comments that touch the next table belong to that one.
    if comments < len(statements) and statements[comments].kind is not Kind.BLANK:
        comments = behind
    return lead(statements, index), statements[comments - 1].end


def lead(statements: list[Statement], index: int) -> int:
    """Return the start of the comments directly above a statement, or of the statement itself."""
    while index > 0 and statements[index - 1].kind is Kind.COMMENT:
        index -= 1
    return statements[index].start
