"""File of remembered preferences: a small state file without secrets.

The program works without it, so a file that cannot be read, or that others could have written, counts as empty. It is
kept under another name at the next write, because a newer version may have written it. Fields that this version does
not know are kept.

The sort order and the layout are shared by all profile files. What is known of profiles and environments is kept per
profile file, because two files may use the same names. Such values at the top level are the fallback for files that
have none of their own.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from itertools import islice
from pathlib import Path

import msgspec

from cognitui.model.preferences import NO_PREFERENCES, Preferences
from cognitui.model.struct import replace
from cognitui.storage.paths import danger_of

_VERSION = 1
_LARGEST = 4 << 20

_MOST_FILES = 20
"""Profile files that something is remembered of; the one used longest ago goes first."""

_OF_ALL = ("order", "alone")
_OF_A_FILE = tuple(name for name in Preferences.__struct_fields__ if name not in _OF_ALL)

_Fields = dict[str, msgspec.Raw]


class PreferencesFile:
    """The preferences, shared by all processes of this user; the last writer wins."""

    def __init__(self, path: Path, profiles: Path) -> None:
        self._path = path
        self._profiles = profiles

    def read(self) -> Preferences:
        """Return the preferences; the defaults if the file is missing or cannot be read."""
        understood = _understood(self._path, self._key)
        return NO_PREFERENCES if understood is None else understood.choices

    def change(self, change: Callable[[Preferences], Preferences]) -> Preferences:
        """Apply a change to the current preferences, and return the result.

        Raises:
            SaveFailed: It could not be written; the file is unchanged.
            ProfileFileUnsafe: The lock is a symbolic link.
        """
        # Costs 1 ms, and reading does not need it.
        from cognitui.storage.atomic import locked, write_private

        with locked(self._path) as target:
            understood = _understood(target, self._key)
            if understood is None:
                _keep_aside(target)
            kept = understood or _Kept()
            after = change(kept.choices)
            if after != kept.choices:
                write_private(target, _packed(after, self._key, kept))
            return after

    @property
    def _key(self) -> str:
        # The same for all links to the file.
        return os.path.realpath(self._profiles)


class _Kept(msgspec.Struct, frozen=True):
    """The content of the file."""

    choices: Preferences = NO_PREFERENCES
    fields: _Fields = {}
    """All fields."""
    files: _Fields = {}
    """The fields of each profile file, by its path."""


def _understood(path: Path, key: str) -> _Kept | None:
    """Return the content of the file, or None if it cannot be used."""
    try:
        with path.open("rb") as file:
            data = file.read(_LARGEST + 1)
            danger = danger_of(path, os.fstat(file.fileno()))
        if danger or len(data) > _LARGEST:
            return None
        fields = msgspec.json.decode(data, type=_Fields)
        version = msgspec.json.decode(fields.get("version", b""), type=int)
        choices = msgspec.json.decode(data, type=Preferences)
        files = msgspec.json.decode(fields.get("files", b"{}"), type=_Fields)
        if key in files:
            own = msgspec.json.decode(files[key], type=Preferences)
            choices = replace(own, **{name: getattr(choices, name) for name in _OF_ALL})
    except FileNotFoundError:
        return _Kept()
    except (OSError, msgspec.MsgspecError, ValueError, RecursionError):
        return None
    return _Kept(choices, fields, files) if version == _VERSION else None


def _packed(choices: Preferences, key: str, kept: _Kept) -> bytes:
    now = msgspec.json.decode(msgspec.json.encode(choices), type=_Fields)
    before = msgspec.json.decode(kept.files.get(key, b"{}"), type=_Fields)
    own = _without(before, *_OF_A_FILE) | _without(now, *_OF_ALL)
    others = _without(kept.files, key)
    files = dict(islice(others.items(), max(0, len(others) - _MOST_FILES + 1), None))
    shared = {"version": _VERSION} | _without(kept.fields, "version", "files", *_OF_ALL) | _without(now, *_OF_A_FILE)
    while True:
        packed = msgspec.json.encode({**shared, "files": {**files, key: own}})
        if len(packed) <= _LARGEST or not files:
            return packed
        files.pop(next(iter(files)))


def _without(fields: _Fields, *names: str) -> _Fields:
    return {name: value for name, value in fields.items() if name not in names}


def _keep_aside(file: Path) -> None:
    with suppress(OSError):
        file.replace(file.with_name(f"{file.name}.broken"))
