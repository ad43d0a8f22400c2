"""What is remembered of how a person uses the program: a small state file without secrets.

Nothing depends on it, so that a file which is not understood, or which others could have written, counts as empty. It
is kept aside when the next choice is written: it may be of a newer version, or have been written by hand. Fields that
this version does not know are kept.

How the screen looks is the same for all profile files; what is known of profiles and environments belongs to the file
that they stand in, as another may have the same names. A version before this one did not tell files apart: what it
wrote stays as it is, and holds for each file of which nothing newer is known.
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
from cognitui.storage.permissions import danger_of

_VERSION = 1
_LARGEST = 4 << 20

_MOST_FILES = 20
"""Profile files of which something is remembered; the one that was used longest ago goes first."""

_OF_ALL = ("order", "alone")
_OF_A_FILE = tuple(name for name in Preferences.__struct_fields__ if name not in _OF_ALL)

_Fields = dict[str, msgspec.Raw]


class PreferencesFile:
    """The choices, shared by all processes of this user; the last one to choose wins."""

    def __init__(self, path: Path, profiles: Path) -> None:
        """Takes the file, which is made at the first change, and the profile file whose profiles are meant."""
        self._path = path
        self._profiles = profiles

    def read(self) -> Preferences:
        """Returns what is remembered; nothing where the file is missing or not understood."""
        understood = _understood(self._path, self._key)
        return NO_PREFERENCES if understood is None else understood.choices

    def change(self, change: Callable[[Preferences], Preferences]) -> Preferences:
        """Changes what is remembered now, and returns it as it is then.

        Raises:
            SaveFailed: It could not be written; the file is as before.
            ProfileFileUnsafe: The lock is a symbolic link.
        """
        # Costs 1 ms, and a look needs none of it.
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
        # One file, by whichever of its names.
        return os.path.realpath(self._profiles)


class _Kept(msgspec.Struct, frozen=True):
    """What the file holds."""

    choices: Preferences = NO_PREFERENCES
    fields: _Fields = {}
    """All of it."""
    files: _Fields = {}
    """What is known of each profile file."""


def _understood(path: Path, key: str) -> _Kept | None:
    """Returns what is in the file, or None where it is something else."""
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
