"""Index of token expiry times, readable without opening the keyring; it contains only times.

The list and its countdowns are drawn from it. It can always be rebuilt from the tokens, so a file that cannot be read,
or that others could have written, counts as empty and is overwritten.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Literal

import msgspec

from cognitui.model.token import Expiries
from cognitui.storage.paths import danger_of

_LARGEST = 64 << 20

_Entries = dict[str, Expiries]
_Stamp = tuple[int, int, int]
"""Modification time in ns, size and inode, which differ once the file was replaced."""


class _IndexFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The file: its version, and the token lifetimes by `Profile.token_key`."""

    version: Literal[1]
    tokens: _Entries


class ExpiryIndex:
    """Expiry times by `Profile.token_key`, shared by all processes of this user."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._cached: tuple[_Stamp, Mapping[str, Expiries]] | None = None

    def read(self) -> Mapping[str, Expiries]:
        """Return all entries; none if the file is missing, broken or of a newer version."""
        stamp = _stamp(self._path)
        if stamp is None:
            return MappingProxyType({})
        # One assignment and one read: threads share this without a lock.
        cached = self._cached
        if cached is not None and cached[0] == stamp:
            return cached[1]
        # The stamp is from before the read: a file that is replaced in between is read again next time.
        entries = MappingProxyType(_entries(self._path))
        self._cached = (stamp, entries)
        return entries

    def put(self, token_key: str, expiries: Expiries) -> None:
        """Replace the entry of one token key.

        The file is written even if the times are the same: its new stamp makes other processes read the vault again.

        Raises:
            SaveFailed: It could not be written; the file is unchanged.
        """

        def put(entries: _Entries) -> bool:
            entries[token_key] = expiries
            return True

        self._change(put)

    def forget(self, token_key: str) -> None:
        """Remove the entry of one token key; raises as `put` does."""

        def forget(entries: _Entries) -> bool:
            return entries.pop(token_key, None) is not None

        self._change(forget)

    def stamp(self) -> object:
        """Return a value that changes when the file is replaced."""
        return _stamp(self._path)

    def _change(self, change: Callable[[_Entries], bool]) -> None:
        # Costs 1 ms, and reading does not need it.
        from cognitui.storage.atomic import locked, write_private

        with locked(self._path) as target:
            entries = _entries(target)
            if change(entries):
                write_private(target, msgspec.json.encode(_IndexFile(1, entries)))


class MemoryIndex:
    """Index in memory, for a run that keeps its tokens in memory."""

    def __init__(self) -> None:
        self._entries: Mapping[str, Expiries] = MappingProxyType({})
        self._changes = 0

    def read(self) -> Mapping[str, Expiries]:
        """Return all entries."""
        return self._entries

    def put(self, token_key: str, expiries: Expiries) -> None:
        """Replace the entry of one token key."""
        self._entries = MappingProxyType({**self._entries, token_key: expiries})
        self._changes += 1

    def forget(self, token_key: str) -> None:
        """Remove the entry of one token key."""
        self._entries = MappingProxyType({key: held for key, held in self._entries.items() if key != token_key})
        self._changes += 1

    def stamp(self) -> object:
        """Return the number of changes."""
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
