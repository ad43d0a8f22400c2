"""What is known of expiry without opening the keyring: a state file of times, and of nothing else.

The list with its countdowns is drawn from it. It can always be made anew from the tokens themselves, so a file that is
not understood, or that others could have written, counts as empty and is written over.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Literal

import msgspec

from cognitui.model.token import Expiries
from cognitui.storage.permissions import danger_of

_LARGEST = 64 << 20

_Entries = dict[str, Expiries]
_Stamp = tuple[int, int, int]
"""Time of the last change in ns, size and inode: what differs once the file was replaced."""


class _IndexFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The file: its version, and for each `Profile.token_key` when its tokens were issued and end."""

    version: Literal[1]
    tokens: _Entries


class ExpiryIndex:
    """Expiry times by `Profile.token_key`, shared by all processes of this user."""

    def __init__(self, path: Path) -> None:
        """Takes the file, which is made at the first `put`."""
        self._path = path
        self._cached: tuple[_Stamp, Mapping[str, Expiries]] | None = None

    def read(self) -> Mapping[str, Expiries]:
        """Returns all that is known; nothing where the file is missing, broken or of a newer version."""
        stamp = _stamp(self._path)
        if stamp is None:
            return MappingProxyType({})
        # One assignment and one look: threads share this without a lock.
        cached = self._cached
        if cached is not None and cached[0] == stamp:
            return cached[1]
        # The stamp is from before the read: a file that is replaced in between is read again next time.
        entries = MappingProxyType(_entries(self._path))
        self._cached = (stamp, entries)
        return entries

    def put(self, token_key: str, expiries: Expiries) -> None:
        """Notes what is now known of one identity's tokens, in the place of what was.

        The file is written even if the times are the same: its stamp makes other processes read the vault again.

        Raises:
            SaveFailed: It could not be written; the file is as before.
        """

        def put(entries: _Entries) -> bool:
            entries[token_key] = expiries
            return True

        self._change(put)

    def forget(self, token_key: str) -> None:
        """Drops one identity; raises as `put` does."""

        def forget(entries: _Entries) -> bool:
            return entries.pop(token_key, None) is not None

        self._change(forget)

    def stamp(self) -> object:
        """Returns what is another one once the file was replaced."""
        return _stamp(self._path)

    def _change(self, change: Callable[[_Entries], bool]) -> None:
        # Costs 1 ms, and a look needs none of it.
        from cognitui.storage.atomic import locked, write_private

        with locked(self._path) as target:
            entries = _entries(target)
            if change(entries):
                write_private(target, msgspec.json.encode(_IndexFile(1, entries)))


class MemoryIndex:
    """The same for a run whose tokens are kept in memory: nobody else would find them."""

    def __init__(self) -> None:
        self._entries: Mapping[str, Expiries] = MappingProxyType({})
        self._changes = 0

    def read(self) -> Mapping[str, Expiries]:
        """Returns all that is known."""
        return self._entries

    def put(self, token_key: str, expiries: Expiries) -> None:
        """Notes what is now known of one identity's tokens."""
        self._entries = MappingProxyType({**self._entries, token_key: expiries})
        self._changes += 1

    def forget(self, token_key: str) -> None:
        """Drops one identity."""
        self._entries = MappingProxyType({key: held for key, held in self._entries.items() if key != token_key})
        self._changes += 1

    def stamp(self) -> object:
        """Returns how often it was changed."""
        return self._changes


def _stamp(path: Path) -> _Stamp | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size, status.st_ino


def _entries(path: Path) -> _Entries:
    try:
        with path.open("rb") as file:
            if danger_of(path, os.fstat(file.fileno())):
                return {}
            data = file.read(_LARGEST + 1)
        return msgspec.json.decode(data, type=_IndexFile).tokens if len(data) <= _LARGEST else {}
    except (OSError, msgspec.MsgspecError, ValueError, RecursionError):
        return {}
