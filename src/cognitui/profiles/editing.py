"""Edits of a profile file's text; each result is parsed and must mean exactly what was intended, or it is refused."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import cast

from cognitui.model.errors import ProfileFileError
from cognitui.model.expectations import Expect
from cognitui.model.profile import FIELD_NAMES, NO_FIELDS, ProfileFields
from cognitui.profiles.document import VERSION, Document, parse_document, table_at
from cognitui.storage import toml_edit
from cognitui.storage.paths import shown
from cognitui.storage.toml_edit import CannotEdit, Value
from cognitui.storage.toml_scan import KeyPath, Toml, lines_by_path

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
