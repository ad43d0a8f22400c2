"""Long values in a keyring with short entries: split into chunks, and never stored half.

A short value of printable ASCII is stored as it is, so that the keyring's own tools show it. Any other value is stored
as `cognitui:text:` and base64, because keyrings treat NUL, line ends and lone surrogates differently. If that is too
long for one entry, it is split into chunks beside it, and the entry becomes a head that names them:

    ACCOUNT               cognitui:parts:a:5f2c8a10:3
    ACCOUNT part a1 … a3  5f2c8a10:<piece>

New chunks go into the slot, `a` or `b`, that the head does not name; then the head is replaced in one write; then the
old chunks are deleted. Whenever the process exits, the head names complete chunks.
"""

from __future__ import annotations

import base64
import binascii
import os
import re
from contextlib import suppress
from dataclasses import dataclass
from typing import Protocol

from cognitui.model.errors import SecretStoreError

_OURS = "cognitui:"
_TEXT = "cognitui:text:"
_CHUNKS = "cognitui:parts:"
_HEAD = re.compile(rf"{_CHUNKS}(?P<slot>[ab]):(?P<generation>[0-9a-f]{{8}}):(?P<count>[1-9]\d{{0,3}})")
_PLAIN = re.compile(r"[\x20-\x7e]+")
_SLOTS = ("a", "b")

_READS = 5
"""How often a value is read again if another process replaces it in between."""


class Entries(Protocol):
    """The keyring interface of the keyring library."""

    def get_password(self, service: str, username: str) -> str | None: ...  # noqa: D102
    def set_password(self, service: str, username: str, password: str) -> None: ...  # noqa: D102
    def delete_password(self, service: str, username: str) -> None: ...  # noqa: D102


class ChunkedValues:
    """Values of any length and any Unicode, in a keyring whose entries hold `longest` characters."""

    def __init__(self, entries: Entries, longest: int) -> None:
        self._entries = entries
        self._longest = longest

    def get(self, service: str, account: str) -> str | None:
        """Return a value that was stored here or by another program, or None.

        Raises:
            SecretStoreError: It is damaged, or a newer version wrote it.
        """
        for _ in range(_READS):
            stored = self._entries.get_password(service, account)
            head = _Head.parsed(stored)
            text = stored if head is None else self._joined(service, account, head)
            if text is not None:
                return _decoded(text)
            if stored is None:
                return None
            # Its chunks are gone: another process has replaced the value, so there is a new head.
        raise _damaged()

    def holds(self, service: str, account: str, value: str) -> bool:
        """Return whether exactly this value is stored."""
        try:
            return self.get(service, account) == value
        except SecretStoreError:
            return False  # a damaged value is overwritten

    def set(self, service: str, account: str, value: str) -> None:
        """Store a value; if this is interrupted, either the old or the new one is stored."""
        text = _encoded(value)
        head = None
        if len(text) > self._longest:
            head = self._write_chunks(service, account, text)
            text = str(head)
        self._entries.set_password(service, account, text)
        # The value is stored from here on. The next write cleans up anything that an error leaves behind.
        with suppress(Exception):
            self._sweep(service, account, keep=head)

    def delete(self, service: str, account: str) -> bool:
        """Remove a value and all its chunks; return whether there was one."""
        there = self._entries.get_password(service, account) is not None
        if there:
            self._entries.delete_password(service, account)
        self._sweep(service, account)
        return there

    def _joined(self, service: str, account: str, head: _Head) -> str | None:
        pieces = []
        for number in range(1, head.count + 1):
            chunk = self._entries.get_password(service, _chunk_account(account, head.slot, number))
            if chunk is None or not chunk.startswith(head.prefix):
                return None
            pieces.append(chunk.removeprefix(head.prefix))
        return "".join(pieces)

    def _write_chunks(self, service: str, account: str, text: str) -> _Head:
        now = _Head.parsed(self._entries.get_password(service, account))
        slot = "b" if now is not None and now.slot == "a" else "a"
        generation = os.urandom(4).hex()
        room = self._longest - len(generation) - 1
        pieces = [text[start : start + room] for start in range(0, len(text), room)]
        head = _Head(slot, generation, len(pieces))
        for number, piece in enumerate(pieces, start=1):
            self._entries.set_password(service, _chunk_account(account, slot, number), head.prefix + piece)
        return head

    def _sweep(self, service: str, account: str, keep: _Head | None = None) -> None:
        """Delete the chunks that no head names, the last one first, so that an interruption leaves no gap."""
        for slot in _SLOTS:
            first = keep.count + 1 if keep is not None and keep.slot == slot else 1
            end = first
            while self._entries.get_password(service, _chunk_account(account, slot, end)) is not None:
                end += 1
            for number in reversed(range(first, end)):
                self._entries.delete_password(service, _chunk_account(account, slot, number))


@dataclass(frozen=True, slots=True)
class _Head:
    """The entry of a value that is stored in chunks."""

    slot: str
    generation: str
    """Also the prefix of each chunk, so that chunks of two values are never mixed."""
    count: int

    @classmethod
    def parsed(cls, stored: str | None) -> _Head | None:
        match = _HEAD.fullmatch(stored or "")
        return cls(match["slot"], match["generation"], int(match["count"])) if match else None

    @property
    def prefix(self) -> str:
        return f"{self.generation}:"

    def __str__(self) -> str:
        return f"{_CHUNKS}{self.slot}:{self.generation}:{self.count}"


def _chunk_account(account: str, slot: str, number: int) -> str:
    """Return a chunk's account; no username contains a space (AWS: letters, marks, symbols, numbers, punctuation)."""
    return f"{account} part {slot}{number}"


def _encoded(value: str) -> str:
    if _PLAIN.fullmatch(value) and not value.startswith(_OURS):
        return value
    return _TEXT + base64.b64encode(value.encode("utf-8", "surrogatepass")).decode("ascii")


def _decoded(text: str) -> str:
    if not text.startswith(_OURS):
        return text
    try:
        if text.startswith(_TEXT):
            return base64.b64decode(text.removeprefix(_TEXT), validate=True).decode("utf-8", "surrogatepass")
    except (binascii.Error, ValueError):
        pass
    # Raised outside of the except block, because the caught exception may hold the value.
    raise _damaged()


def _damaged() -> SecretStoreError:
    return SecretStoreError(
        "A secret in the keyring is damaged or was written by a newer version.", fix="Store it again, or sign in again."
    )
