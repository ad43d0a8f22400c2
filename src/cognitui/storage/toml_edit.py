"""Line by line edits of a TOML text; everything else stays the same, byte for byte.

Each function takes a valid text and returns the new one. They know the usual forms (tables, dotted keys, inline
tables). The caller parses the result and compares its meaning, so an unusual form is refused and not damaged.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple, TypeAlias

from cognitui.storage.toml_scan import (
    KeyPath,
    Kind,
    Statement,
    Toml,
    around,
    behind_body,
    block_of,
    entry_at,
    holds_comment,
    inline_entries,
    inside_inline,
    lead,
    tables_in,
    within,
)

Value: TypeAlias = "str | bool | Sequence[str] | Mapping[str, Value]"
"""The values of profile keys, and tables of them."""


_BLANK_LINES = re.compile(r"(?:[ \t]*\r?\n)*")


class CannotEdit(Exception):
    """The text cannot be edited safely; the message contains no value."""


class _Change(NamedTuple):
    start: int
    end: int
    new: str = ""


def written(value: Value) -> str:
    """Return a value as TOML on one line."""
    if isinstance(value, Mapping):
        pairs = (f"{_key(key)} = {written(item)}" for key, item in value.items())
        return "{ " + ", ".join(pairs) + " }" if value else "{}"
    if isinstance(value, str | bool):
        return _dumped({"k": value})[len("k = ") : -1]
    return "[" + ", ".join(map(written, value)) + "]"


def set_key(toml: Toml, path: KeyPath, value: Value) -> Toml:
    """Set a key of an existing table: in place if it exists, else after the last entry."""
    entry = entry_at(toml, path)
    if entry is not None:
        if holds_comment(toml.text, *entry.value):
            raise CannotEdit("there are comments inside the value")
        return _applied(toml, [_Change(*entry.value, written(value))])
    around = entry_around(toml, path[:-1])
    # An inline table cannot be extended from outside: the new key goes inside.
    change = _new_line(toml, path, value) if around is None else _with_inline(toml, around, path, value)
    return _applied(toml, [change])


def set_root_key(toml: Toml, key: str, value: Value) -> Toml:
    """Set a key before all tables: in place if it exists, else after the last such key, else at the top."""
    if entry_at(toml, (key,)) is not None:
        return set_key(toml, (key,), value)
    roots = [statement for statement in toml.statements if statement.kind is Kind.ENTRY and statement.base == 0]
    line = f"{_key(key)} = {written(value)}"
    if roots:
        return _applied(toml, [_after(toml.text, roots[-1], line)])
    return _applied(toml, [_Change(0, 0, line + newline_of(toml.text))])


def remove_key(toml: Toml, path: KeyPath) -> Toml:
    """Remove a key, however it is written; the comments above it stay."""
    return _removed(toml, path, with_comments=False)


def remove_table(toml: Toml, path: KeyPath) -> Toml:
    """Remove a table and everything below it, with the comments directly above."""
    return _removed(toml, path, with_comments=True)


def remove_bare_header(toml: Toml, path: KeyPath) -> Toml:
    """Remove a table's header if nothing is below it, not even a comment."""
    written_in = within(toml.statements, path)
    if len(written_in) != 1 or written_in[0].kind is not Kind.TABLE or written_in[0].path != path:
        return toml
    start, end = block_of(toml.statements, toml.statements.index(written_in[0]))
    return toml if holds_comment(toml.text, start, end) else _applied(toml, _cuts(toml.text, [(start, end)]))


def rename(toml: Toml, path: KeyPath, new: KeyPath) -> Toml:
    """Rename the parts of a path wherever they are written; both paths have the same length."""
    named = [*within(toml.statements, path), *inside_inline(toml, path)]
    changes = {
        _Change(*statement.parts[index - statement.base], _key(new[index]))
        for statement in named
        for index in range(statement.base, len(path))
        if path[index] != new[index]
    }
    return _applied(toml, list(changes))


def append_table(toml: Toml, group: KeyPath, block: str) -> Toml:
    """Insert the lines of a table after the last table of its group, or at the end if there is none."""
    text, statements = toml.text, toml.statements
    ends = [block_of(statements, index)[1] for index, table in tables_in(statements, group)]
    at = max(ends, default=len(text))
    newline = newline_of(text)
    before = "" if not text or text[:at].endswith("\n") else newline
    # A blank line separates it from the text before, unless there already is one.
    before += "" if not text[:at].strip() or re.search(r"\n\r?\n\Z", text[:at]) else newline
    after = newline if at < len(text) and not re.match(r"\r?\n", text[at:]) else ""
    return Toml(text[:at] + before + block.replace("\n", newline) + after + text[at:])


def move_tables(toml: Toml, path: KeyPath, group: KeyPath) -> Toml:
    """Move the tables at and below a path, with their comments, after the last table of another group."""
    text, newline = toml.text, newline_of(toml.text)
    blocks = [block_of(toml.statements, index) for index, _ in tables_in(toml.statements, path)]
    moved = newline.join(_whole_line(text[start:end], newline) for start, end in blocks)
    rest = _applied(toml, _cuts(text, blocks))
    return append_table(rest, group, moved.replace("\r\n", "\n"))


def dotted(path: KeyPath) -> str:
    """Return a path as written in a table's header."""
    return ".".join(map(_key, path))


def is_written(toml: Toml, path: KeyPath) -> bool:
    """Return whether anything is written at a path or below it."""
    return bool(within(toml.statements, path))


def entry_around(toml: Toml, path: KeyPath) -> KeyPath | None:
    """Return the innermost key, at the path or above it, whose value is an inline table or a plain value."""
    entries = (entry_at(toml, path[:length]) for length in range(len(path), 0, -1))
    return next((entry.path for entry in entries if entry), None)


def is_tables(toml: Toml, path: KeyPath) -> bool:
    """Return whether a table is only written under headers of its own."""
    written_in = within(toml.statements, path)
    return bool(written_in) and all(s.kind is Kind.TABLE or s.base >= len(path) for s in written_in)


def has_comments(toml: Toml, path: KeyPath) -> bool:
    """Return whether there are comments above, after or inside the entries of a table."""
    return any(
        holds_comment(toml.text, statement.start, statement.end)
        or lead(toml.statements, toml.statements.index(statement)) < statement.start
        for statement in within(toml.statements, path)
    )


def newline_of(text: str) -> str:
    """Return the line end of a text."""
    return "\r\n" if "\r\n" in text[: text.find("\n") + 1] else "\n"


def _key(part: str) -> str:
    """Return one part of a key as TOML, quoted if needed."""
    return _dumped({part: 0})[: -len(" = 0\n")]


# The changes of the text.


def _applied(toml: Toml, changes: list[_Change]) -> Toml:
    if not changes:
        return toml
    pieces = []
    position = 0
    for change in sorted(changes):
        if change.start < position:
            raise CannotEdit("two changes overlap")
        pieces += [toml.text[position : change.start], change.new]
        position = change.end
    return Toml("".join([*pieces, toml.text[position:]]))


def _new_line(toml: Toml, path: KeyPath, value: Value) -> _Change:
    text, table = toml.text, path[:-1]
    line = f"{_key(path[-1])} = {written(value)}"
    for index, statement in tables_in(toml.statements, table):
        if statement.path == table:
            return _after(text, toml.statements[behind_body(toml.statements, index) - 1], line)
    dotted_ones = [s for s in within(toml.statements, table) if s.kind is Kind.ENTRY and s.base < len(table)]
    if not dotted_ones:
        raise CannotEdit("its table has no header of its own")
    anchor = dotted_ones[-1]
    prefix = text[anchor.parts[0][0] : anchor.parts[len(table) - anchor.base - 1][1]]
    return _after(text, anchor, f"{prefix}.{line}")


def _after(text: str, anchor: Statement, line: str) -> _Change:
    newline = newline_of(text)
    first_line = text[anchor.start : anchor.end]
    indent = first_line[: len(first_line) - len(first_line.lstrip(" \t"))]
    before = "" if first_line.endswith("\n") else newline
    return _Change(anchor.end, anchor.end, f"{before}{indent}{line}{newline if not before else ''}")


def _with_inline(toml: Toml, around: KeyPath, path: KeyPath, value: Value) -> _Change:
    entry = entry_at(toml, around)
    if entry is None or toml.text[entry.value[0]] != "{":
        raise CannotEdit("it is not a table")
    inner = inline_entries(toml.text, entry)
    line = f"{dotted(path[len(around) :])} = {written(value)}"
    if inner:
        return _Change(inner[-1].end, inner[-1].end, f", {line}")
    return _Change(*entry.value, f"{{ {line} }}")


def _removed(toml: Toml, path: KeyPath, *, with_comments: bool) -> Toml:
    statements = toml.statements
    changes = _cuts(toml.text, [block_of(statements, index) for index, _ in tables_in(statements, path)])
    for index, statement in enumerate(statements):
        # An entry whose whole path is in its table's header is removed with that table.
        if statement.kind is Kind.ENTRY and statement.base < len(path) and statement.path[: len(path)] == path:
            start = lead(statements, index) if with_comments else statement.start
            changes.append(_Change(start, statement.end))
    return _applied(toml, changes or _removed_inline(toml, path))


def _removed_inline(toml: Toml, path: KeyPath) -> list[_Change]:
    text = toml.text
    for outer in (s for s in (*toml.statements, *around(toml, path)) if s.kind is Kind.ENTRY):
        if outer.path != path[: len(outer.path)]:
            continue
        inner = inline_entries(text, outer)
        kept = [text[s.start : s.end] for s in inner if s.path[: len(path)] != path]
        if len(kept) < len(inner):
            return [_Change(*outer.value, "{ " + ", ".join(kept) + " }" if kept else "{}")]
    raise CannotEdit("it is written in more than one place")


def _cuts(text: str, blocks: list[tuple[int, int]]) -> list[_Change]:
    """Cut blocks out, with one of the two gaps around each."""
    joined: list[tuple[int, int]] = []
    for start, end in blocks:
        if joined and not text[joined[-1][1] : start].strip():
            start = joined.pop()[0]
        joined.append((start, end))
    return [_cut(text, start, end) for start, end in joined]


def _cut(text: str, start: int, end: int) -> _Change:
    behind = _BLANK_LINES.match(text, end)
    assert behind is not None
    if behind.end() < len(text):
        return _Change(start, behind.end())
    # At the end of the file, the gap is before it.
    while (before := text.rfind("\n", 0, max(0, start - 1)) + 1) < start and not text[before:start].strip():
        start = before
    return _Change(start, len(text))


def _whole_line(text: str, newline: str) -> str:
    return text if text.endswith("\n") else text + newline


def _dumped(table: Mapping[str, object]) -> str:
    # Only an edit writes TOML, and every start reads it.
    import tomli_w

    return tomli_w.dumps(table)
