"""Profile file as a document: its text and tables, the errors of a file that cannot be read at all, and edits of it.

The result of each edit is parsed, and must mean exactly what was intended, or it is refused.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import cast

import tomli
from msgspec import Struct

from cognitui.model.errors import ProfileFileError
from cognitui.model.expectations import Expect
from cognitui.model.profile import FIELD_NAMES, NO_FIELDS, ProfileError, ProfileFields
from cognitui.storage import toml_edit
from cognitui.storage.paths import danger_of, danger_of_writers, danger_on_way, reason, shown
from cognitui.storage.toml_edit import CannotEdit, Value
from cognitui.storage.toml_scan import KeyPath, Toml, lines_by_path

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


Tables = Mapping[str, object]

_PROTECTED = "protected"
_NOTHING: Mapping[str, Value] = {}

NEW_FILE = f"""\
# Cognito sign-in profiles for cognitui. Do not put secrets here: they are stored in your keyring.

version = {VERSION}
"""


def profile_path(environment: str, name: str) -> KeyPath:
    """Return the path of a profile's table."""
    return ("environments", environment, "profiles", name)


def with_added(
    document: Document,
    path: KeyPath,
    fields: ProfileFields,
    *,
    protected: bool = False,
    shared: ProfileFields = NO_FIELDS,
) -> Document:
    """Return the document with one more profile.

    Args:
        document: The current document.
        path: The path of the profile's table.
        fields: The keys that it sets.
        protected: Protects its environment; False changes nothing.
        shared: The keys of its environment; only if the environment is new.

    Raises:
        ProfileFileError: The file is written in a way that cannot be edited.
    """
    wanted = _with_table(document.tables, path, values(fields))
    if shared != NO_FIELDS:
        wanted = _with_table(wanted, path[:2], {**values(shared), **table_at(wanted, *path[:2])})
    if protected:
        wanted = _with_table(wanted, path[:2], {**table_at(wanted, *path[:2]), _PROTECTED: True})

    def edited(toml: Toml) -> Toml:
        added = _added(toml, path, values(fields), values(shared))
        return _protected(added, path[:2], table_at(document.tables, *path[:2])) if protected else added

    return _checked(document, (path,), wanted, edited)


def with_changed(document: Document, path: KeyPath, new: KeyPath, fields: ProfileFields) -> Document:
    """Return the document with a profile changed, renamed or moved; raises as `with_added` does."""
    old = table_at(document.tables, *path)
    after = values(fields)

    def edited(toml: Toml) -> Toml:
        return _moved(_changed(toml, path, old, after), path, new, after)

    wanted = _with_table(_without_table(document.tables, path), new, after)
    return _checked(document, (path, new), wanted, edited)


def with_removed(document: Document, path: KeyPath) -> Document:
    """Return the document without a profile; raises as `with_added` does."""
    wanted = _without_table(document.tables, path)
    return _checked(document, (path,), wanted, lambda toml: _removed(toml, path))


def values(fields: ProfileFields) -> dict[str, Value]:
    """Return the keys that are set, as TOML values."""
    found: dict[str, Value] = {}
    for key in FIELD_NAMES:
        value = getattr(fields, key)
        if value is not None:
            found[key] = _as_toml(value)
    return found


def _as_toml(value: object) -> Value:
    if isinstance(value, Expect):
        return {key: _as_toml(part) for key, part in value.set_values().items()}
    plain = str(value) if isinstance(value, str) else list(value) if isinstance(value, tuple) else value
    return cast("Value", plain)


def _added(toml: Toml, path: KeyPath, after: Mapping[str, Value], shared: Mapping[str, Value] = _NOTHING) -> Toml:
    if toml_edit.entry_around(toml, path[:3]) is not None:
        toml = toml_edit.set_key(toml, path, after)
        for key, value in shared.items():
            toml = toml_edit.set_key(toml, (*path[:2], key), value)
        return toml
    return toml_edit.append_table(_with_environment(toml, path, shared), path[:2], _table(path, after))


def _protected(toml: Toml, path: KeyPath, before: Tables) -> Toml:
    """Protect an environment; add a header if only tables below it have one."""
    if before.get(_PROTECTED) is True:
        return toml
    try:
        return toml_edit.set_key(toml, (*path, _PROTECTED), True)
    except CannotEdit:
        return toml_edit.append_table(toml, path, f"[{toml_edit.dotted(path)}]\n{_PROTECTED} = true\n")


def _with_environment(toml: Toml, path: KeyPath, shared: Mapping[str, Value] = _NOTHING) -> Toml:
    """Add the header of a new environment with its defaults."""
    if toml_edit.is_written(toml, path[:2]):
        return toml
    return toml_edit.append_table(toml, path[:2], _table(path[:2], shared))


def _table(path: KeyPath, keys: Mapping[str, Value]) -> str:
    lines = [f"{key} = {toml_edit.written(value)}\n" for key, value in keys.items()]
    return "".join([f"[{toml_edit.dotted(path)}]\n", *lines])


def _changed(toml: Toml, path: KeyPath, old: Tables, after: Mapping[str, Value]) -> Toml:
    for key in old.keys() - after.keys():
        toml = toml_edit.remove_key(toml, (*path, key))
    for key, value in after.items():
        if key not in old:
            toml = toml_edit.set_key(toml, (*path, key), value)
        elif old[key] != value:
            toml = _reset(toml, (*path, key), table_at(old, key), value)
    return toml


def _reset(toml: Toml, path: KeyPath, old: Tables, value: Value) -> Toml:
    """Change a value; a table with lines of its own is changed line by line."""
    if not isinstance(value, Mapping) or toml_edit.entry_around(toml, path) is not None:
        return toml_edit.set_key(toml, path, value)
    if old and value:
        return _changed(toml, path, old, value)
    return toml_edit.set_key(toml_edit.remove_key(toml, path), path, value)


def _removed(toml: Toml, path: KeyPath) -> Toml:
    """Remove a profile, and its environment if that is empty then: an empty tab would be of no use."""
    return toml_edit.remove_bare_header(toml_edit.remove_table(toml, path), path[:2])


def _moved(toml: Toml, path: KeyPath, new: KeyPath, after: Mapping[str, Value]) -> Toml:
    if path == new:
        return toml
    if path[1] == new[1]:
        return toml_edit.rename(toml, path, new)
    if toml_edit.is_tables(toml, path):
        toml = toml_edit.rename(_with_environment(toml, new), path, new)
        return toml_edit.remove_bare_header(toml_edit.move_tables(toml, new, new[:2]), path[:2])
    if toml_edit.has_comments(toml, path):
        raise CannotEdit("it is on one line with comments")
    return _added(_removed(toml, path), new, after)


def _checked(document: Document, paths: tuple[KeyPath, ...], wanted: Tables, edit: Callable[[Toml], Toml]) -> Document:
    place = paths[0]
    try:
        after = parse_document(document.path, document.encoded(edit(Toml(document.text)).text))
    except CannotEdit as error:
        raise _by_hand(document, place, f": {error}") from None
    except (ValueError, ProfileFileError):
        raise _by_hand(document, place) from None
    environments = {path[1] for path in paths}
    if _without_empty(after.tables, environments) != _without_empty(wanted, environments):
        raise _by_hand(document, place)
    return after


def _by_hand(document: Document, path: KeyPath, why: str = "") -> ProfileFileError:
    try:
        lines = lines_by_path(document.text)
    except ValueError:
        lines = {}
    line = next((lines[path[:length]] for length in range(len(path), 1, -1) if path[:length] in lines), 0)
    place = f"{shown(document.path)}:{line}" if line else shown(document.path)
    return ProfileFileError(
        f"{place}: {path[1]}/{path[3]} is written in a way that cognitui cannot edit{why}.",
        fix="Nothing was changed: edit the file by hand.",
    )


# The intended meaning after an edit.


def _with_table(tables: Tables, path: KeyPath, table: Tables) -> Tables:
    if not path:
        return table
    return {**tables, path[0]: _with_table(table_at(tables, path[0]), path[1:], table)}


def _without_table(tables: Tables, path: KeyPath) -> Tables:
    if len(path) == 1:
        return {key: value for key, value in tables.items() if key != path[0]}
    return {**tables, path[0]: _without_table(table_at(tables, path[0]), path[1:])}


def _without_empty(tables: Tables, environments: set[str]) -> Tables:
    """Drop empty environments: one that lost its last profile and has nothing else is gone from the file."""
    found = dict(table_at(tables, "environments"))
    for name in environments & found.keys():
        kept = {key: value for key, value in table_at(found, name).items() if (key, value) != ("profiles", {})}
        found[name] = kept
        if not kept:
            del found[name]
    return {**tables, "environments": found}
