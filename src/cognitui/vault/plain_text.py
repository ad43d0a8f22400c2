"""Whether a keyring writes secrets to the disk as plain text: found out by storing a random text and looking for it."""

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
"""Their stores are known, and each write costs something."""

_PATHS = ("file_path", "path", "filename")
"""What keyrings on files call their file: keyrings.alt and keyrings.cryptfile say `file_path`."""

_KEY = "keyring_key"
"""What those call the key that their file is encrypted with. It costs seconds to derive, and may be asked for."""

_OPENING = frozenset({"open", "os.rename", "os.link", "shutil.copyfile", "shutil.move", "sqlite3.connect"})
"""The interpreter's audit events for files that are opened or get a name."""

_NO_FILES = ("/proc", "/sys", "/dev")
_LARGEST = 64 << 20
_MOST_FILES = 500
_CLOCK_STEP = 2.0
"""Seconds by which a file system may round the time of a change down."""


def writes_plain_text(backend: KeyringBackend) -> bool:
    """Return whether a keyring writes what it is given to a file that shows it, or chains to one that does.

    It is given a random text, which is removed again. A keyring of the system is not tried.
    """
    members = _members(backend)
    if members:
        return any(map(writes_plain_text, members))
    return not _is_of_system(backend) and _Trial(backend).shows_text()


def is_on_file(backend: KeyringBackend) -> bool:
    """Return whether a keyring names a file of its own, and no key: a trial of it is cheap and asks for nothing."""
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
        with suppress(Exception):  # a property of someone else's
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
        # Lines of base64 are broken, and UTF-16 has zeros.
        data = data.translate(None, b"\0\r\n\t \\")
        return any(needle in data for needle in self._needles)


@contextmanager
def _opened_files(hear: Callable[[Path], None]) -> Iterator[None]:
    """Tell of each file that Python opens meanwhile, before it does."""
    listening = True

    def audit(event: str, arguments: tuple[object, ...]) -> None:
        if listening and event in _OPENING:
            for argument in arguments[:2]:
                if isinstance(argument, str | bytes | os.PathLike) and argument:
                    with suppress(OSError, ValueError):
                        hear(Path(os.path.abspath(os.fsdecode(argument))))  # noqa: PTH100 (of bytes, too)

    # It cannot be taken away again, and does nothing once it does not listen.
    sys.addaudithook(audit)
    try:
        yield
    finally:
        listening = False


def _changed_since(began: float, opened: Iterable[Path]) -> Iterator[Path]:
    """Yield the files that were opened, and what changed beside them: databases have several."""
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
    """Return a text as plain encodings would show it: itself, in hex, in base64, and base64 of these."""
    forms = [text.encode("ascii"), text.encode("utf-16-le")]
    for _ in range(2):
        forms += [form for known in forms for form in _encoded(known)]
    return tuple(dict.fromkeys(forms))


def _encoded(data: bytes) -> Iterator[bytes]:
    yield data.hex().encode("ascii")
    yield data.hex().upper().encode("ascii")
    for before in range(3):
        # Whatever stands before and behind changes the first and the last characters.
        encoded = base64.b64encode(bytes(before) + data).rstrip(b"=")
        yield encoded[4 if before else 0 : -2]
