"""Finds the statements of a TOML text that a path is about, and the comments that belong to them."""

from __future__ import annotations

from cognitui.store.toml_scan import KeyPath, Kind, Statement, Toml, inline_entries


def within(statements: list[Statement], path: KeyPath) -> list[Statement]:
    """The statements at a path or below it."""
    return [s for s in statements if s.path[: len(path)] == path and s.path]


def inside_inline(toml: Toml, path: KeyPath) -> list[Statement]:
    """The entries, inside inline tables above a path, that name it."""
    return [s for s in around(toml, path) if s.path[: len(path)] == path]


def around(toml: Toml, path: KeyPath) -> list[Statement]:
    """The entries of all inline tables on the way down to a path."""
    found: list[Statement] = []
    outer_ones = [s for s in toml.statements if s.kind is Kind.ENTRY and s.path == path[: len(s.path)]]
    while outer_ones:
        inner = [child for outer in outer_ones for child in inline_entries(toml.text, outer)]
        found += inner
        outer_ones = [child for child in inner if child.path == path[: len(child.path)]]
    return found


def entry_at(toml: Toml, path: KeyPath) -> Statement | None:
    """The one entry that gives a path its value, be it on a line of its own or in an inline table."""
    own = next((s for s in toml.statements if s.kind is Kind.ENTRY and s.path == path), None)
    return own or next((s for s in around(toml, path) if s.path == path), None)


def tables_in(statements: list[Statement], path: KeyPath) -> list[tuple[int, Statement]]:
    """The headers of the tables at a path or below it, each with its index."""
    found = enumerate(statements)
    return [(i, s) for i, s in found if s.kind is Kind.TABLE and s.path[: len(path)] == path]


def behind_body(statements: list[Statement], index: int) -> int:
    """Returns the index behind the last entry of the table whose header stands at `index`."""
    last = index
    for position in range(index + 1, len(statements)):
        if statements[position].kind is Kind.TABLE:
            break
        if statements[position].kind is Kind.ENTRY:
            last = position
    return last + 1


def block_of(statements: list[Statement], index: int) -> tuple[int, int]:
    """Returns where a table begins, its comments included, and where it ends."""
    behind = behind_body(statements, index)
    comments = behind
    while comments < len(statements) and statements[comments].kind is Kind.COMMENT:
        comments += 1
    # Comments that touch the next table belong to that one.
    if comments < len(statements) and statements[comments].kind is not Kind.BLANK:
        comments = behind
    return lead(statements, index), statements[comments - 1].end


def lead(statements: list[Statement], index: int) -> int:
    """Returns where the comments directly above a statement begin, or the statement itself."""
    while index > 0 and statements[index - 1].kind is Kind.COMMENT:
        index -= 1
    return statements[index].start
