"""Test whether a keyring writes secrets to disk as plain text: it stores a random text and looks for it."""

from __future__ import annotations

import base64
import os
import secrets
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

_SERVICE = "cognitui/trial"

_OF_SYSTEMS = frozenset(
    f"keyring.backends.{name}" for name in ("Windows", "macOS", "SecretService", "kwallet", "libsecret")
)
"""Their storage is known, and each write is expensive."""

_PATHS = ("file_path", "path", "filename")
"""Attributes that name the file of a keyring: keyrings.alt and keyrings.cryptfile use `file_path`."""

_KEY = "keyring_key"
"""Attribute of such keyrings for the encryption key. Deriving it takes seconds and may need a password."""

_OPENING = frozenset({"open", "os.rename", "os.link", "shutil.copyfile", "shutil.move", "sqlite3.connect"})
"""The interpreter's audit events for files that are opened or named."""

_NO_FILES = ("/proc", "/sys", "/dev")
_LARGEST = 64 << 20
_MOST_FILES = 500
_CLOCK_STEP = 2.0
"""Seconds by which a file system may round a modification time down."""


def writes_plain_text(backend: KeyringBackend) -> bool:
    """Return whether a keyring, or one that it chains to, writes values to a file in readable form.

    It stores a random text and removes it again. The system's keyrings are not tested.
    """
    members = _members(backend)
    if members:
        return any(map(writes_plain_text, members))
    return not _is_of_system(backend) and _Trial(backend).shows_text()


def is_on_file(backend: KeyringBackend) -> bool:
    """Return whether a keyring names a file and no key, so that testing it is cheap and asks for nothing."""
    members = _members(backend)
    if members:
        return any(map(is_on_file, members))
    has_key = hasattr(type(backend), _KEY)
    return not _is_of_system(backend) and not has_key and _named_file(backend) is not None


def _members(backend: KeyringBackend) -> tuple[KeyringBackend, ...]:
    from keyring.backend import KeyringBackend

    chained = getattr(backend, "backends", ())
    return tuple(one for one in chained if isinstance(one, KeyringBackend)) if isinstance(chained, Iterable) else ()


def _is_of_system(backend: KeyringBackend) -> bool:
    return type(backend).__module__ in _OF_SYSTEMS


def _named_file(backend: KeyringBackend) -> Path | None:
    named: list[object] = []
    for name in _PATHS:
        with suppress(Exception):  # third-party property
            named.append(getattr(backend, name))
    return next((Path(path) for path in named if isinstance(path, str | Path) and Path(path).is_absolute()), None)


class _Trial:
    def __init__(self, backend: KeyringBackend) -> None:
        self._backend = backend
        self._text = secrets.token_hex(24)
        self._account = f"trial {secrets.token_hex(8)}"
        self._needles = _forms(self._text)

    def shows_text(self) -> bool:
        began = time.time() - _CLOCK_STEP
        named = _named_file(self._backend)
        existed: dict[Path, bool] = {named: named.exists()} if named else {}

        def opened(path: Path) -> None:
            if path not in existed:
                existed[path] = path.exists()

        try:
            with _opened_files(opened):
                self._backend.set_password(_SERVICE, self._account, self._text)
            showing = [file for file in _changed_since(began, existed) if self._is_in(file)]
        finally:
            with suppress(Exception):
                self._backend.delete_password(_SERVICE, self._account)
        for file in showing:
            if not existed.get(file, True):
                with suppress(OSError):
                    file.unlink()
        return bool(showing)

    def _is_in(self, file: Path) -> bool:
        try:
            with file.open("rb") as opened:
                data = opened.read(_LARGEST)
        except OSError:
            return False
        # base64 may be wrapped, and UTF-16 contains zeros.
        data = data.translate(None, b"\0\r\n\t \\")
        return any(needle in data for needle in self._needles)


@contextmanager
def _opened_files(hear: Callable[[Path], None]) -> Iterator[None]:
    """Report each file that Python opens, before it does."""
    listening = True

    def audit(event: str, arguments: tuple[object, ...]) -> None:
        if listening and event in _OPENING:
            for argument in arguments[:2]:
                if isinstance(argument, str | bytes | os.PathLike) and argument:
                    with suppress(OSError, ValueError):
                        hear(Path(os.path.abspath(os.fsdecode(argument))))  # noqa: PTH100 (of bytes, too)

    # A hook cannot be removed; it does nothing once it no longer listens.
    sys.addaudithook(audit)
    try:
        yield
    finally:
        listening = False


def _changed_since(began: float, opened: Iterable[Path]) -> Iterator[Path]:
    """Yield the files that were opened or changed beside them: databases have several."""
    files = [path for path in opened if not str(path).startswith(_NO_FILES)]
    for folder in {path.parent for path in files}:
        with suppress(OSError), os.scandir(folder) as entries:
            for entry in list(entries)[:_MOST_FILES]:
                with suppress(OSError):
                    if entry.is_file() and entry.stat().st_mtime >= began:
                        files.append(Path(entry.path))
    for file in dict.fromkeys(files):
        with suppress(OSError):
            if file.is_file() and file.stat().st_mtime >= began:
                yield file


def _forms(text: str) -> tuple[bytes, ...]:
    """Return a text in plain encodings: itself, in hex, in base64, and base64 of these."""
    forms = [text.encode("ascii"), text.encode("utf-16-le")]
    for _ in range(2):
        forms += [form for known in forms for form in _encoded(known)]
    return tuple(dict.fromkeys(forms))


def _encoded(data: bytes) -> Iterator[bytes]:
    yield data.hex().encode("ascii")
    yield data.hex().upper().encode("ascii")
    for before in range(3):
        # The bytes before and after it change the first and the last characters.
        encoded = base64.b64encode(bytes(before) + data).rstrip(b"=")
        yield encoded[4 if before else 0 : -2]
