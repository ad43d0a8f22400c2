"""Edits of a profile file's text; each result is parsed, and means exactly what was wanted, or is refused."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from cognitui.model.errors import ProfileFileError
from cognitui.model.profile import FIELD_NAMES, ProfileFields
from cognitui.store import toml_edit
from cognitui.store.paths import shown
from cognitui.store.profile_document import VERSION, Document, parse_document, table_at
from cognitui.store.toml_edit import CannotEdit, Value
from cognitui.store.toml_scan import KeyPath, lines_by_path

Tables = Mapping[str, object]

NEW_FILE = f"""\
# Cognito sign-in profiles for cognitui. No secret belongs in here: those are in the keyring of the system.

version = {VERSION}
"""


def profile_path(environment: str, name: str) -> KeyPath:
    """Returns the path of a profile's table."""
    return ("environments", environment, "profiles", name)


def with_added(document: Document, path: KeyPath, fields: ProfileFields) -> Document:
    """Returns the document with one more profile.

    Raises:
        ProfileFileError: The file is written in a way that this cannot edit.
    """
    wanted = _with_table(document.tables, path, values(fields))
    return _checked(document, (path,), wanted, lambda text: _added(text, path, values(fields)))


def with_changed(document: Document, path: KeyPath, new: KeyPath, fields: ProfileFields) -> Document:
    """Returns the document with other keys in a profile, and under another path; raises as `with_added` does."""
    old = table_at(document.tables, *path)
    after = values(fields)

    def edited(text: str) -> str:
        return _moved(_changed(text, path, old, after), path, new, after)

    wanted = _with_table(_without_table(document.tables, path), new, after)
    return _checked(document, (path, new), wanted, edited)


def with_removed(document: Document, path: KeyPath) -> Document:
    """Returns the document without a profile; raises as `with_added` does."""
    wanted = _without_table(document.tables, path)
    return _checked(document, (path,), wanted, lambda text: toml_edit.remove_table(text, path))


def values(fields: ProfileFields) -> dict[str, Value]:
    """Returns the keys that are set, as TOML has them."""
    found: dict[str, Value] = {}
    for key in FIELD_NAMES:
        value = getattr(fields, key)
        if value is not None:
            found[key] = str(value) if isinstance(value, str) else list(value) if isinstance(value, tuple) else value
    return found


def _added(text: str, path: KeyPath, after: Mapping[str, Value]) -> str:
    around = toml_edit.entry_around(text, path[:3])
    if around is None:
        lines = [f"{key} = {toml_edit.written(value)}\n" for key, value in after.items()]
        block = "".join([f"[{toml_edit.dotted(path)}]\n", *lines])
        return toml_edit.append_table(_with_environment(text, path), path[:2], block)
    # Inside an inline table nothing can be added from outside: the new one goes in there.
    value: Value = after
    for part in reversed(path[len(around) + 1 :]):
        value = {part: value}
    return toml_edit.set_key(text, path[: len(around) + 1], value)


def _with_environment(text: str, path: KeyPath) -> str:
    """Gives a new environment a header, below which a person can write its defaults."""
    if toml_edit.stands_in(text, path[:2]):
        return text
    return toml_edit.append_table(text, path[:2], f"[{toml_edit.dotted(path[:2])}]\n")


def _changed(text: str, path: KeyPath, old: Tables, after: Mapping[str, Value]) -> str:
    for key in old.keys() - after.keys():
        text = toml_edit.remove_key(text, (*path, key))
    for key, value in after.items():
        if key not in old:
            text = toml_edit.set_key(text, (*path, key), value)
        elif old[key] != value:
            text = _reset(text, (*path, key), table_at(old, key), value)
    return text


def _reset(text: str, path: KeyPath, old: Tables, value: Value) -> str:
    """A table that is written in lines of its own is changed line by line."""
    if not isinstance(value, Mapping) or toml_edit.entry_around(text, path) is not None:
        return toml_edit.set_key(text, path, value)
    if old and value:
        return _changed(text, path, old, value)
    return toml_edit.set_key(toml_edit.remove_key(text, path), path, value)


def _moved(text: str, path: KeyPath, new: KeyPath, after: Mapping[str, Value]) -> str:
    if path == new:
        return text
    if path[1] == new[1]:
        return toml_edit.rename(text, path, new)
    if toml_edit.is_tables(text, path):
        text = toml_edit.rename(_with_environment(text, new), path, new)
        return toml_edit.move_tables(text, new, new[:2])
    if toml_edit.has_comments(text, path):
        raise CannotEdit("it stands among comments in one line")
    return _added(toml_edit.remove_table(text, path), new, after)


def _checked(document: Document, paths: tuple[KeyPath, ...], wanted: Tables, edit: Callable[[str], str]) -> Document:
    place = paths[0]
    try:
        after = parse_document(document.path, document.encoded(edit(document.text)))
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
        f"{place}: {path[1]}/{path[3]} is written in a way that cannot be edited from here{why}.",
        fix="Nothing was changed: edit the file by hand.",
    )


# What the file shall mean afterwards.


def _with_table(tables: Tables, path: KeyPath, table: Tables) -> Tables:
    if not path:
        return table
    return {**tables, path[0]: _with_table(table_at(tables, path[0]), path[1:], table)}


def _without_table(tables: Tables, path: KeyPath) -> Tables:
    if len(path) == 1:
        return {key: value for key, value in tables.items() if key != path[0]}
    return {**tables, path[0]: _without_table(table_at(tables, path[0]), path[1:])}


def _without_empty(tables: Tables, environments: set[str]) -> Tables:
    """With its last profile, an environment that is not written anywhere else is gone, too: that is no difference."""
    found = dict(table_at(tables, "environments"))
    for name in environments & found.keys():
        kept = {key: value for key, value in table_at(found, name).items() if (key, value) != ("profiles", {})}
        found[name] = kept
        if not kept:
            del found[name]
    return {**tables, "environments": found}
