"""Choice of the keyring: the system's, or the one that the user names; a file is never chosen automatically."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
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

_PROMPTING_UNSAID = frozenset({"keyring.backends.libsecret", "keyring.backends.kwallet", "keyring.backends.macOS"})

_LONGEST_SHOWN = 100
_IN_MEMORY = "keep secrets for this run only: --vault memory"


@dataclass(frozen=True, slots=True)
class ChosenKeyring:
    """A keyring and its properties."""

    entries: Entries
    longest: int
    """Characters (ASCII) that fit into an entry."""
    prompts_unsaid: bool = False
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
    from cognitui.vault.plain_text import is_on_file, writes_plain_text

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
    return ChosenKeyring(backend, longest, module in _PROMPTING_UNSAID, name)


def _fix() -> str:
    if sys.platform in ("win32", "darwin"):
        return f"Unset PYTHON_KEYRING_BACKEND and check keyringrc.cfg, or {_IN_MEMORY}"
    return f"Install or start a keyring service (GNOME Keyring, KWallet, KeePassXC), or {_IN_MEMORY}"


_LOCKED = frozenset({"KeyringLocked", "LockedException", "PromptDismissedException", "KeychainDenied"})
_GONE = frozenset(
    {"NoKeyringError", "InitError", "SecretServiceNotAvailableException", "ConnectionError", "FileNotFoundError"}
)
"""Names instead of classes, because no system has all of the libraries."""


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
