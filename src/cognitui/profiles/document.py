"""Profile file as it was read: its text, its tables, and the errors of a file that cannot be read at all."""

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
from cognitui.storage.paths import danger_of, danger_of_writers, danger_on_way, reason, shown

_LEFT_OPEN = re.compile(r"[\[,](?:\s|#[^\n]*+)*+\Z")
"""The last element of an open list, followed only by spaces and comments."""

_HEADER = re.compile(r"\s*\[{1,2}[\w\s.\"'@+-]+\]{1,2}\s*(?:#.*)?")

VERSION = 1
"""The version of the file format."""

_LARGEST = 64 << 20

_BOM = "\ufeff"

_OPEN = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
"""Opening a named pipe must not block."""

_NOT_CLOSED = "a list is not closed"

_TOMLI_MESSAGES = {
    "Illegal character '\\n'": "a string whose quotes are not closed",
    "Found invalid character '\\n'": "a string whose quotes are not closed",
    "Cannot declare": "a table is defined twice",
    "Cannot overwrite": "a key is defined twice",
    "Cannot mutate": "a table is written in two ways that exclude each other",
    "Cannot redefine": "a table is written in two ways that exclude each other",
    "Duplicate inline table key": "a key is defined twice",
    "Expected '='": "a key is not followed by =",
    "Expected ']'": "a table's header is not closed",
    "Expected newline": "there is text after the end of a statement",
    "Expected \"'": "a string whose quotes are not closed",
    "Found invalid character": "a character that is not allowed there",
    "Illegal character": "a character that is not allowed there",
    "Escaped character": "an invalid escape",
    "Invalid hex": "an invalid escape",
    "Invalid initial character": "a key with characters that need quotes",
    "Invalid statement": "a line that is neither a table nor a key",
    "Invalid value": "an invalid value (strings need quotes)",
    "Unclosed array": _NOT_CLOSED,
    "Unclosed inline table": "an inline table is not closed",
    "Unescaped '\\'": "a single backslash: write it twice, or use single quotes",
    "Unterminated string": "a string whose quotes are not closed",
}
"""Our descriptions by the start of tomli's messages, longer starts first.

The messages themselves may contain a piece of the file, so they are never shown.
"""


def line_left_open(text: str, position: int) -> int:
    """Return the line of a list that is not closed, counted from 1, or 0 if there is none.

    tomli takes the header of the next table, or the end of the text, for the next value of the list.

    Args:
        text: The whole text, with the line ends that tomli counts.
        position: The offset at which tomli expected a value.
    """
    start = text.rfind("\n", 0, position) + 1
    line, _, _ = text[start:].partition("\n")
    if position < len(text):
        if not _HEADER.fullmatch(line):
            return 0
        text = text[: max(0, start - 1)]
    found = _LEFT_OPEN.search(text)
    return text.count("\n", 0, found.start()) + 1 if found else 0


class Document(Struct, frozen=True):
    """A TOML profile file of this version; its tables may still have errors."""

    path: Path
    text: str
    """Without the byte order mark, with the file's line ends."""
    tables: Mapping[str, object]
    bom: bool = False

    def encoded(self, text: str) -> bytes:
        """Encode another text as the content of this file."""
        return ((_BOM if self.bom else "") + text).encode("utf-8")


def read_document(path: Path, *, any_owner: bool = False) -> Document:
    """Return the document of a file.

    Args:
        path: The file.
        any_owner: Whether it may belong to another user: an include is read-only and runs nothing.

    Raises:
        FileNotFoundError: There is no such file.
        ProfileFileError: It cannot be read, is not TOML, or is of another version.
        ProfileFileUnsafe: The file, its folder or a link to it belongs to another user, or others can write to it.
    """
    try:
        return parse_document(path, file_content(path, any_owner=any_owner))
    except FileNotFoundError:
        raise
    except OSError as error:
        raise ProfileFileError(f"{shown(path)} cannot be read: {reason(error)}.") from None


def parse_document(path: Path, data: bytes) -> Document:
    """Return the document of a file's content; raise ProfileFileError if it is not a profile file."""
    text = _decoded(path, data)
    bom = text.startswith(_BOM)
    text = text.removeprefix(_BOM)
    tables = _parsed(path, text)
    _check_version(path, tables)
    return Document(path, text, tables, bom)


def table_at(tables: Mapping[str, object], *path: str) -> Mapping[str, object]:
    """Return the table at a path, or an empty one."""
    found: object = tables
    for part in path:
        found = found.get(part) if isinstance(found, Mapping) else None
    return found if isinstance(found, Mapping) else {}


def file_content(path: Path, *, any_owner: bool = False) -> bytes:
    """Return the content of a file, TOML or not; raises as `read_document` does, and OSError."""
    descriptor = os.open(path, _OPEN)
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise ProfileFileError(f"{shown(path)} is not a file.", fix="Name a file.")
        danger = danger_of_writers(path, status) if any_owner else danger_of(path, status)
        if danger := danger or danger_on_way(path, any_owner=any_owner):
            raise danger.error()
        # Closed below, because fdopen leaves the descriptor of a folder open when it refuses it.
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
    except tomli.TOMLDecodeError as error:
        what, line = _described(error)
    except RecursionError:
        what, line = "nested too deeply", 0
    except ValueError:  # a number with more digits than Python converts
        what, line = "it cannot be read", 0
    raise _not_read(path, line, f"is not TOML: {what}")


def _not_read(path: Path, line: int, what: str, fix: str = "") -> ProfileFileError:
    error = ProfileError(where="", key="", what=what, fix=fix.rstrip("."), source=shown(path), line=line)
    return ProfileFileError(f"{error.place}: {what}.", fix=fix, errors=(error,))


def _described(error: tomli.TOMLDecodeError) -> tuple[str, int]:
    """Return our description of what is wrong, and the line."""
    if error.msg.startswith("Invalid value") and (line := line_left_open(error.doc, error.pos)):
        return _NOT_CLOSED, line
    known = (words for head, words in _TOMLI_MESSAGES.items() if error.msg.startswith(head))
    return next(known, "it cannot be read"), error.lineno


def _check_version(path: Path, tables: Mapping[str, object]) -> None:
    version = tables.get("version", VERSION)
    # In Python, True equals 1.
    number = version if isinstance(version, int) and not isinstance(version, bool) else 0
    if number == VERSION:
        return
    if number > VERSION:
        raise ProfileFileError(
            f"{shown(path)} needs a newer cognitui (version {number}; this one reads {VERSION}).",
            fix="Update cognitui: pip install --upgrade cognitui",
        )
    raise ProfileFileError(f"{shown(path)}: version is not {VERSION}.", fix=f"Write: version = {VERSION}")
