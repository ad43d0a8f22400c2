"""Choice of the keyring, the test for plain text on disk, and the errors of keyring backends.

The keyring is the system's, or the one that the user names; a file is never chosen automatically.
"""

from __future__ import annotations

import base64
import os
import secrets
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from cognitui.model.errors import KeyringLocked, KeyringTimeout, NoKeyring, SecretStoreError
from cognitui.model.text import inert

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

    from cognitui.vault.chunks import Entries

Loaded = TypeVar("Loaded")

SYSTEM_KEYRINGS = (
    "keyring.backends.Windows.WinVaultKeyring",
    "keyring.backends.macOS.Keyring",
    "keyring.backends.SecretService.Keyring",
    "keyring.backends.kwallet.DBusKeyring",
    "keyring.backends.libsecret.Keyring",
)
"""Chosen automatically. Plug-ins may write anywhere, and a chainer uses all of them: these must be named."""

_SECRET_SERVICE = "keyring.backends.SecretService"

_NAMED_BY = "PYTHON_KEYRING_BACKEND"

_ROOMY = frozenset(
    {_SECRET_SERVICE, "keyring.backends.libsecret", "keyring.backends.kwallet", "keyring.backends.macOS"}
)

_ROOMY_ENTRY = 60_000

_SMALL_ENTRY = 1_270
"""Characters. Windows: CRED_MAX_CREDENTIAL_BLOB_SIZE is 5 * 512 bytes, and the library writes UTF-16."""

_PROMPTING_SILENTLY = frozenset({"keyring.backends.libsecret", "keyring.backends.kwallet", "keyring.backends.macOS"})

_LONGEST_SHOWN = 100

_IN_MEMORY = "keep secrets for this run only: --vault memory"

_LOCKED = frozenset({"KeyringLocked", "LockedException", "PromptDismissedException", "KeychainDenied"})

_GONE = frozenset(
    {"NoKeyringError", "InitError", "SecretServiceNotAvailableException", "ConnectionError", "FileNotFoundError"}
)
"""Names instead of classes, because no system has all of the libraries."""

TRIAL_SERVICE = "cognitui/trial"
"""The service of test entries, which are removed at once."""

_OF_SYSTEMS = frozenset(path.rpartition(".")[0] for path in SYSTEM_KEYRINGS)
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


@dataclass(frozen=True, slots=True)
class ChosenKeyring:
    """A keyring and its properties."""

    entries: Entries
    longest: int
    """Characters (ASCII) that fit into an entry."""
    prompts_silently: bool = False
    """True if it shows prompts without announcing them."""
    name: str = ""
    """Its name for `PYTHON_KEYRING_BACKEND`."""
    before_writes: Callable[[], None] = lambda: None
    """Called once before the first write; raises NoKeyring if it would write plain text to disk."""
    close: Callable[[], None] = lambda: None
    """Releases its resources."""


def choose_keyring(
    environ: Mapping[str, str],
    on_prompt: Callable[[], None],
    *,
    configured: Callable[[], KeyringBackend | None] | None = None,
    system: tuple[str, ...] = SYSTEM_KEYRINGS,
) -> ChosenKeyring:
    """Return the keyring named in the environment or in `keyringrc.cfg`, else the system's.

    Args:
        environ: May contain `PYTHON_KEYRING_BACKEND`.
        on_prompt: Called just before the keyring may show a prompt.
        configured: Returns what `keyringrc.cfg` names; by default, the library reads it.
        system: The backends that may be chosen automatically.

    Raises:
        NoKeyring: There is none, or the named one stores nothing or writes plain text.
    """
    # Costs 63 ms, so only at the first secret.
    from keyring import core

    if name := environ.get(_NAMED_BY):
        shown = inert(name, _LONGEST_SHOWN)
        named = _attempt(partial(core.load_keyring, name), f"The keyring {shown} of {_NAMED_BY} cannot be used here.")
        return _examined(named, _NAMED_BY, on_prompt)
    asked = _attempt(configured or core.load_config, "The keyring that keyringrc.cfg names cannot be used here.")
    if asked is not None:
        return _examined(asked, "keyringrc.cfg", on_prompt)
    usable = [backend for path in system if (backend := _usable(path)) is not None]
    if not usable:
        raise NoKeyring("No safe keyring found.", fix=_fix())
    return _described(max(usable, key=lambda backend: backend.priority), on_prompt)


def keyring_error(error: BaseException) -> SecretStoreError:
    """Return the error for a backend's exception."""
    if isinstance(error, SecretStoreError):
        return error
    names = {base.__name__ for base in type(error).__mro__}
    if names & _LOCKED:
        return KeyringLocked("The keyring is locked and was not unlocked.")
    if names & _GONE:
        return SecretStoreError("The keyring service cannot be reached.")
    if isinstance(error, TimeoutError):
        return KeyringTimeout("The keyring does not answer.")
    return SecretStoreError(f"The keyring failed ({inert(type(error).__name__)}).")


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


def _attempt(load: Callable[[], Loaded], failed: str) -> Loaded:
    try:
        return load()
    except Exception:  # noqa: BLE001 (the user's module may raise anything)
        raise NoKeyring(failed, fix=_fix()) from None


def _usable(name: str) -> KeyringBackend | None:
    from keyring import core

    try:
        return core.load_keyring(name)
    except Exception:  # noqa: BLE001 (each backend has its own way to say that it is unavailable)
        return None


def _refuse(backend: KeyringBackend, source: str, why: str) -> None:
    if why:
        name = inert(f"{type(backend).__module__}.{type(backend).__name__}", _LONGEST_SHOWN)
        remedy = f"Unset {source}" if source == _NAMED_BY else f"Remove it from {source}"
        raise NoKeyring(
            f"{source} names {name}, which {why}.",
            fix=f"{remedy} to use the system's keyring, or {_IN_MEMORY}",
        )


def _keeps_nothing(backend: KeyringBackend) -> str:
    modules = _modules(backend)
    return "stores nothing" if modules & {"keyring.backends.null", "keyring.backends.fail"} else ""


def _examined(backend: KeyringBackend, source: str, on_prompt: Callable[[], None]) -> ChosenKeyring:
    """Return a keyring that the user named; one on a file is tested now, others before the first write."""

    def refuse_plain_text() -> None:
        _refuse(backend, source, "writes secrets to a file as plain text" if writes_plain_text(backend) else "")

    _refuse(backend, source, _keeps_nothing(backend))
    if is_on_file(backend):
        refuse_plain_text()
        return _described(backend, on_prompt)
    return replace(_described(backend, on_prompt), before_writes=refuse_plain_text)


def _modules(backend: KeyringBackend) -> set[str]:
    return {base.__module__ for base in type(backend).__mro__}


def _described(backend: KeyringBackend, on_prompt: Callable[[], None]) -> ChosenKeyring:
    module = type(backend).__module__
    name = f"{module}.{type(backend).__qualname__}"
    longest = _ROOMY_ENTRY if module in _ROOMY else _SMALL_ENTRY
    if module == _SECRET_SERVICE:
        from cognitui.vault.secret_service import PromptingSecretService

        entries = PromptingSecretService(on_prompt)
        return ChosenKeyring(entries, longest, name=name, close=entries.close)
    return ChosenKeyring(backend, longest, module in _PROMPTING_SILENTLY, name)


def _fix() -> str:
    if sys.platform in ("win32", "darwin"):
        return f"Unset PYTHON_KEYRING_BACKEND and check keyringrc.cfg, or {_IN_MEMORY}"
    return f"Install or start a keyring service (GNOME Keyring, KWallet, KeePassXC), or {_IN_MEMORY}"


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
                self._backend.set_password(TRIAL_SERVICE, self._account, self._text)
            showing = [file for file in _changed_since(began, existed) if self._is_in(file)]
        finally:
            with suppress(Exception):
                self._backend.delete_password(TRIAL_SERVICE, self._account)
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
def _opened_files(report: Callable[[Path], None]) -> Iterator[None]:
    """Report each file that Python opens, before it does."""
    listening = True

    def audit(event: str, arguments: tuple[object, ...]) -> None:
        if listening and event in _OPENING:
            for argument in arguments[:2]:
                if isinstance(argument, str | bytes | os.PathLike) and argument:
                    with suppress(OSError, ValueError):
                        report(Path(os.path.abspath(os.fsdecode(argument))))  # noqa: PTH100 (of bytes, too)

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
