"""Vaults for secrets: in the OS keyring, or in memory for one run."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, TypeAlias, TypeVar

from cognitui.model.errors import KeyringLocked, KeyringTimeout, SecretStoreError, SecretTooLarge
from cognitui.model.secret import DURABLE, SecretName, vault_choice
from cognitui.vault.chunks import ChunkedValues
from cognitui.vault.keyring_timeout import COMMAND_PATIENCE, PATIENCE, PROMPT_PATIENCE, KeyringCalls

if TYPE_CHECKING:
    from cognitui.vault.keyring_backend import ChosenKeyring

LARGEST = 64 * 1024
"""Maximum bytes of a secret in UTF-8."""

T = TypeVar("T")

ChooseKeyring: TypeAlias = "Callable[[Callable[[], None]], ChosenKeyring]"
"""Returns the keyring to use; its argument must be called just before a prompt may be shown."""


class KeyringVault:
    """Secrets in the OS keyring, which is opened at the first of them; thread-safe.

    Every method raises a SecretStoreError if the keyring fails: within 3.5 s, or 15.5 s for a command. If the keyring
    shows a prompt, a message says so and the user has two minutes.
    """

    def __init__(
        self,
        choose: ChooseKeyring,
        on_prompt: Callable[[str], None],
        *,
        patience: float = PATIENCE,
        prompt_patience: float = PROMPT_PATIENCE,
    ) -> None:
        self._choose = choose
        self._calls = KeyringCalls(on_prompt, patience, prompt_patience)
        self._chosen: ChosenKeyring | None = None
        self._writable: ChosenKeyring | None = None
        """The keyring that has passed its check before the first write."""

    def get(self, name: SecretName) -> str | None:
        """Return a secret, or None if it is not stored."""
        return self._run(lambda values: values.get(name.service, name.account))

    def set(self, name: SecretName, value: str) -> None:
        """Store a secret.

        Raises:
            SecretTooLarge: It has more than 64 KB.
        """
        _refuse_too_large(value)

        def store(values: ChunkedValues) -> None:
            self._prepare_writes()
            # On macOS each write resets the user's "Always Allow".
            if name.kind not in DURABLE or not values.holds(name.service, name.account, value):
                values.set(name.service, name.account, value)

        self._run(store)

    def delete(self, name: SecretName) -> bool:
        """Remove a secret; return whether it was stored."""
        return self._run(lambda values: values.delete(name.service, name.account))

    def trial(self) -> str:
        """Store, read and remove a test entry; return the name of the keyring.

        Raises:
            SecretStoreError: It failed, or returned something else.
        """
        from cognitui.vault.keyring_backend import TRIAL_SERVICE

        value = os.urandom(8).hex()
        account = f"trial {value}"

        def there_and_back(values: ChunkedValues) -> bool:
            self._prepare_writes()
            values.set(TRIAL_SERVICE, account, value)
            try:
                return values.get(TRIAL_SERVICE, account) == value
            finally:
                values.delete(TRIAL_SERVICE, account)

        if not self._run(there_and_back):
            raise SecretStoreError("The keyring returned something else than was stored.")
        return self._chosen.name if self._chosen else ""

    def _prepare_writes(self) -> None:
        if self._chosen is not None and self._chosen is not self._writable:
            self._chosen.before_writes()
            self._writable = self._chosen

    def _run(self, work: Callable[[ChunkedValues], T]) -> T:
        chosen = self._chosen
        if chosen is None:
            chosen = self._chosen = self._calls.run(partial(self._choose, self._calls.prompt_shown))
        values = ChunkedValues(chosen.entries, chosen.longest)
        try:
            return self._calls.run(partial(work, values), may_prompt_silently=chosen.prompts_silently)
        except (KeyringLocked, KeyringTimeout):
            raise
        except SecretStoreError:
            # The service may have been replaced by another: look for it again.
            self._chosen = None
            chosen.close()
            raise


class MemoryVault:
    """Secrets for this run only; thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._secrets: dict[SecretName, str] = {}

    def get(self, name: SecretName) -> str | None:
        """Return a secret, or None if it was not set in this run."""
        with self._lock:
            return self._secrets.get(name)

    def set(self, name: SecretName, value: str) -> None:
        """Keep a secret; raise SecretTooLarge as a keyring would."""
        _refuse_too_large(value)
        with self._lock:
            self._secrets[name] = value

    def delete(self, name: SecretName) -> bool:
        """Remove a secret; return whether there was one."""
        with self._lock:
            return self._secrets.pop(name, None) is not None

    def trial(self) -> str:
        """Return an empty name: there is no keyring to test."""
        return ""


def open_vault(
    choice: str, environ: Mapping[str, str], on_prompt: Callable[[str], None], *, for_command: bool = False
) -> KeyringVault | MemoryVault:
    """Return the requested vault; its keyring is opened at the first secret.

    Args:
        choice: The value of `--vault`: "keyring", "memory", or empty for `COGNITUI_VAULT`, else the keyring.
        environ: The environment of the process.
        on_prompt: Called with a message when the keyring shows a prompt, on the thread that waits for it.
        for_command: Whether a command waits for the keyring, not the TUI.

    Raises:
        UsageError: There is no vault of that name.
    """
    if vault_choice(choice, environ) == "memory":
        return MemoryVault()
    patience = COMMAND_PATIENCE if for_command else PATIENCE

    def choose(on_prompt: Callable[[], None]) -> ChosenKeyring:
        # Takes milliseconds, and a list needs no secret.
        from cognitui.vault.keyring_backend import choose_keyring

        return choose_keyring(environ, on_prompt)

    return KeyringVault(choose, on_prompt, patience=patience)


def _refuse_too_large(value: str) -> None:
    """Raise SecretTooLarge if a secret has more than 64 KB of UTF-8."""
    size = len(value.encode("utf-8", "surrogatepass"))
    if size > LARGEST:
        raise SecretTooLarge(f"The secret has {size} bytes; the maximum is {LARGEST}.")
