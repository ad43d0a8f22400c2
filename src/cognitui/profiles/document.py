"""One profile file as it was read: its text, what that means, and every way in which it can be no profile file."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Mapping
from pathlib import Path

import tomli
from msgspec import Struct

from cognitui.model.errors import ProfileFileError
from cognitui.model.profile import ProfileError
from cognitui.storage.paths import reason, shown
from cognitui.storage.permissions import danger_of, danger_of_writers, danger_on_way

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


VERSION = 1
"""The version of the format that this program reads and writes."""

_LARGEST = 64 << 20
_BOM = "\ufeff"
_OPEN = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
"""A named pipe must not hold the program up."""


_NOT_CLOSED = "a list is not closed"

_TOMLI_SAYS = {
    "Illegal character '\\n'": "a text whose quotes are not closed",
    "Found invalid character '\\n'": "a text whose quotes are not closed",
    "Cannot declare": "the same table stands in it twice",
    "Cannot overwrite": "the same key stands in it twice",
    "Cannot mutate": "a table is written in two ways that exclude each other",
    "Cannot redefine": "a table is written in two ways that exclude each other",
    "Duplicate inline table key": "the same key stands in it twice",
    "Expected '='": "a key is not followed by =",
    "Expected ']'": "a table's header is not closed",
    "Expected newline": "there is something behind the end of a statement",
    "Expected \"'": "a text whose quotes are not closed",
    "Found invalid character": "a character that is not allowed there",
    "Illegal character": "a character that is not allowed there",
    "Escaped character": "an escape that stands for no character",
    "Invalid hex": "an escape that stands for no character",
    "Invalid initial character": "a key with characters that need quotes",
    "Invalid statement": "a line that is neither a table nor a key",
    "Invalid value": "a value that is none: a text stands in quotes",
    "Unclosed array": _NOT_CLOSED,
    "Unclosed inline table": "an inline table is not closed",
    "Unescaped '\\'": "a backslash that stands alone: write it twice, or use single quotes",
    "Unterminated string": "a text whose quotes are not closed",
}
"""What tomli's messages begin with, the longer beginnings first.

Its own words may hold a piece of the file, so they are only looked at.
"""


class Document(Struct, frozen=True):
    """A profile file that is TOML and of this version; its tables may still have faults."""

    path: Path
    text: str
    """Without the byte order mark, with the line ends of the file."""
    tables: Mapping[str, object]
    bom: bool = False

    def encoded(self, text: str) -> bytes:
        """Returns another text as the bytes of this file."""
        return ((_BOM if self.bom else "") + text).encode("utf-8")


def read_document(path: Path, *, any_owner: bool = False) -> Document:
    """Returns the document of a file.

    Args:
        path: The file.
        any_owner: Whether it may belong to another user: one that is included, by name, is read-only and runs nothing.

    Raises:
        FileNotFoundError: There is no such file.
        ProfileFileError: It cannot be read, is not TOML or not of this version.
        ProfileFileUnsafe: It, its folder or a link to it belongs to another user, or others may write it.
    """
    try:
        return parse_document(path, file_content(path, any_owner=any_owner))
    except FileNotFoundError:
        raise
    except OSError as error:
        raise ProfileFileError(f"{shown(path)} cannot be read: {reason(error)}.") from None


def parse_document(path: Path, data: bytes) -> Document:
    """Returns the document of a file's content; raises ProfileFileError where it is none."""
    text = _decoded(path, data)
    bom = text.startswith(_BOM)
    text = text.removeprefix(_BOM)
    tables = _parsed(path, text)
    _check_version(path, tables)
    return Document(path, text, tables, bom)


def table_at(tables: Mapping[str, object], *path: str) -> Mapping[str, object]:
    """Returns the table at a path; an empty one where there is none."""
    found: object = tables
    for part in path:
        found = found.get(part) if isinstance(found, Mapping) else None
    return found if isinstance(found, Mapping) else {}


def file_content(path: Path, *, any_owner: bool = False) -> bytes:
    """Returns what a file holds, TOML or not; raises as `read_document` does, and OSError."""
    descriptor = os.open(path, _OPEN)
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise ProfileFileError(f"{shown(path)} is not a file.", fix="Name a file.")
        danger = danger_of_writers(path, status) if any_owner else danger_of(path, status)
        if danger := danger or danger_on_way(path, any_owner=any_owner):
            raise danger.error()
        # Closed below: what refuses to open a descriptor as a file, as that of a folder, leaves it open.
        with os.fdopen(descriptor, "rb", closefd=False) as file:
            data = file.read(_LARGEST + 1)
    finally:
        os.close(descriptor)
    if len(data) > _LARGEST:
        raise ProfileFileError(f"{shown(path)} is larger than {_LARGEST >> 20} MB.", fix="Name a profile file.")
    return data


def _decoded(path: Path, data: bytes) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
    raise _not_read(path, line, "is not UTF-8", fix="Save the file as UTF-8.")


def _parsed(path: Path, text: str) -> dict[str, object]:
    try:
        return tomli.loads(text)
    except RecursionError:
        what, line = "nested too deeply", 0
    except ValueError as error:  # a TOMLDecodeError, or a number with more digits than Python converts
        what, line = _told(str(error), text)
    raise _not_read(path, line, f"is not TOML: {what}")


def _not_read(path: Path, line: int, what: str, fix: str = "") -> ProfileFileError:
    problem = ProfileError(where="", key="", what=what, fix=fix.rstrip("."), source=shown(path), line=line)
    return ProfileFileError(f"{problem.place}: {what}.", fix=fix, errors=(problem,))


def _told(message: str, text: str) -> tuple[str, int]:
    """What is wrong, and in which line; 0 where nobody knows."""
    if message.startswith("Invalid value") and (line := line_left_open(text, line_in(message))):
        return _NOT_CLOSED, line
    what = next((words for head, words in _TOMLI_SAYS.items() if message.startswith(head)), "it cannot be read")
    if line := line_in(message):
        return what, line
    return what, text.count("\n") + 1 if message.endswith("(at end of document)") else 0


def _check_version(path: Path, tables: Mapping[str, object]) -> None:
    version = tables.get("version", VERSION)
    # In Python, True is 1.
    number = version if isinstance(version, int) and not isinstance(version, bool) else 0
    if number == VERSION:
        return
    if number > VERSION:
        raise ProfileFileError(
            f"{shown(path)} is written for a newer cognitui (version {number}; this one reads {VERSION}).",
            fix="Update cognitui: pip install --upgrade cognitui",
        )
    raise ProfileFileError(f"{shown(path)}: version is not {VERSION}.", fix=f"Write: version = {VERSION}")
