"""What is remembered of how a person uses the program: a small state file without secrets.

Nothing depends on it, so that a file which is not understood counts as empty. It is kept aside when the next choice is
written: it may be of a newer version, or have been written by hand. Fields that this version does not know are kept.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import msgspec

from cognitui.model.choices import NO_CHOICES, Choices

_VERSION = 1
_LARGEST = 4 << 20

_OWN = Choices.__struct_fields__

_Fields = dict[str, msgspec.Raw]


class ChoicesFile:
    """The choices, shared by all processes of this user; the last one to choose wins."""

    def __init__(self, path: Path) -> None:
        """Takes the file, which is made at the first change."""
        self._path = path

    def read(self) -> Choices:
        """Returns what is remembered; nothing where the file is missing or not understood."""
        understood = _understood(self._path)
        return NO_CHOICES if understood is None else understood[0]

    def change(self, change: Callable[[Choices], Choices]) -> Choices:
        """Changes what is remembered now, and returns it as it is then.

        Raises:
            SaveFailed: It could not be written; the file is as before.
            ProfileFileUnsafe: The lock is a symbolic link.
        """
        # Costs 1 ms, and a look needs none of it.
        from cognitui.store.atomic import locked, write_private

        with locked(self._path) as target:
            understood = _understood(target)
            if understood is None:
                _keep_aside(target)
            before, fields = understood or (NO_CHOICES, {})
            after = change(before)
            if after != before:
                write_private(target, _packed(after, fields))
            return after


def _understood(path: Path) -> tuple[Choices, _Fields] | None:
    """Returns the choices and all fields of the file, or None where there is something else."""
    try:
        with path.open("rb") as file:
            data = file.read(_LARGEST + 1)
        if len(data) > _LARGEST:
            return None
        fields = msgspec.json.decode(data, type=_Fields)
        version = msgspec.json.decode(fields.get("version", b""), type=int)
        choices = msgspec.json.decode(data, type=Choices)
    except FileNotFoundError:
        return NO_CHOICES, {}
    except (OSError, msgspec.MsgspecError, ValueError, RecursionError):
        return None
    return (choices, fields) if version == _VERSION else None


def _packed(choices: Choices, fields: _Fields) -> bytes:
    own = msgspec.json.decode(msgspec.json.encode(choices), type=_Fields)
    foreign = {name: value for name, value in fields.items() if name not in (*_OWN, "version")}
    return msgspec.json.encode({"version": _VERSION, **foreign, **own})


def _keep_aside(file: Path) -> None:
    with suppress(OSError):
        file.replace(file.with_name(f"{file.name}.broken"))
