"""Where secrets lie: in the keyring, or in memory for one run."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Mapping
from functools import partial
from typing import Literal, TypeVar

from cognitui.model.errors import KeyringLocked, KeyringTimeout, SecretStoreError, UsageError
from cognitui.model.secret import DURABLE, SecretName
from cognitui.model.text import inert
from cognitui.vault.chunks import LongValues, refuse_too_large
from cognitui.vault.keyring_backend import ChosenKeyring, choose_keyring
from cognitui.vault.keyring_timeout import COMMAND_PATIENCE, PATIENCE, PROMPT_PATIENCE, KeyringCalls

VaultChoice = Literal["keyring", "memory"]

_LONGEST_SHOWN = 40


def vault_choice(choice: str, environ: Mapping[str, str]) -> VaultChoice:
    """Returns the vault that `--vault` names, else the one that `COGNITUI_VAULT` names, else the keyring.

    Raises:
        UsageError: There is no vault of that name.
    """
    source, name = ("--vault", choice) if choice else ("COGNITUI_VAULT", environ.get("COGNITUI_VAULT", ""))
    match name:
        case "" | "keyring":
            return "keyring"
        case "memory":
            return "memory"
    raise UsageError(
        f"{source}: there is no vault {inert(name, _LONGEST_SHOWN)!r}.",
        fix="Use --vault keyring or --vault memory (or COGNITUI_VAULT with one of these).",
    )


T = TypeVar("T")

_TRIAL = "cognitui/trial"
"""The service of an entry that is removed at once."""

ChooseKeyring = Callable[[Callable[[], None]], ChosenKeyring]
"""Returns the keyring to use; it is handed what to call just before a prompt may be shown."""


class KeyringVault:
    """Secrets in the OS keyring; opened at the first of them. Threads may share it.

    Every method raises a SecretStoreError where the keyring fails, within 3.5 s, or within 15.5 s for a command. Where
    it shows a prompt, a person has two minutes, and a message says so.
    """

    def __init__(
        self,
        choose: ChooseKeyring,
        on_prompt: Callable[[str], None],
        *,
        patience: float = PATIENCE,
        prompt_patience: float = PROMPT_PATIENCE,
    ) -> None:
        """Takes how to find the keyring, whom to tell of a prompt, and the seconds to wait without and with one."""
        self._choose = choose
        self._calls = KeyringCalls(on_prompt, patience, prompt_patience)
        self._chosen: ChosenKeyring | None = None
        self._writable: ChosenKeyring | None = None
        """The one that secrets may be written to."""

    def get(self, name: SecretName) -> str | None:
        """Returns a secret, or None where it is not stored."""
        return self._run(lambda values: values.get(name.service, name.account))

    def set(self, name: SecretName, value: str) -> None:
        """Stores a secret.

        Raises:
            SecretTooLarge: It has more than 64 KB.
        """
        refuse_too_large(value)

        def store(values: LongValues) -> None:
            self._prepare_writes()
            # On macOS each write loses the person's "Always Allow".
            if name.kind not in DURABLE or not values.holds(name.service, name.account, value):
                values.set(name.service, name.account, value)

        self._run(store)

    def delete(self, name: SecretName) -> bool:
        """Removes a secret; returns whether it was stored."""
        return self._run(lambda values: values.delete(name.service, name.account))

    def trial(self) -> str:
        """Stores a throw-away entry, reads it and removes it; returns the name of the keyring.

        Raises:
            SecretStoreError: It failed, or gave back something else.
        """
        value = os.urandom(8).hex()
        account = f"trial {value}"

        def there_and_back(values: LongValues) -> bool:
            self._prepare_writes()
            values.set(_TRIAL, account, value)
            try:
                return values.get(_TRIAL, account) == value
            finally:
                values.delete(_TRIAL, account)

        if not self._run(there_and_back):
            raise SecretStoreError("The keyring gives back something else than was stored.")
        return self._chosen.name if self._chosen else ""

    def _prepare_writes(self) -> None:
        if self._chosen is not None and self._chosen is not self._writable:
            self._chosen.before_writes()
            self._writable = self._chosen

    def _run(self, work: Callable[[LongValues], T]) -> T:
        chosen = self._chosen
        if chosen is None:
            chosen = self._chosen = self._calls.run(partial(self._choose, self._calls.prompt_shown))
        values = LongValues(chosen.entries, chosen.longest)
        try:
            return self._calls.run(partial(work, values), silence_is_a_prompt=chosen.prompts_unsaid)
        except (KeyringLocked, KeyringTimeout):
            raise
        except SecretStoreError:
            # The service may be gone, and come back as another: it is looked for again.
            self._chosen = None
            chosen.close()
            raise


class MemoryVault:
    """Secrets for this run alone; threads may share it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._secrets: dict[SecretName, str] = {}

    def get(self, name: SecretName) -> str | None:
        """Returns a secret, or None where it was not given in this run."""
        with self._lock:
            return self._secrets.get(name)

    def set(self, name: SecretName, value: str) -> None:
        """Keeps a secret; raises SecretTooLarge as a keyring would."""
        refuse_too_large(value)
        with self._lock:
            self._secrets[name] = value

    def delete(self, name: SecretName) -> bool:
        """Forgets a secret; returns whether there was one."""
        with self._lock:
            return self._secrets.pop(name, None) is not None

    def trial(self) -> str:
        """Returns no name: there is no keyring to try."""
        return ""


def open_vault(
    choice: str, environ: Mapping[str, str], on_prompt: Callable[[str], None], *, for_command: bool = False
) -> KeyringVault | MemoryVault:
    """Returns the vault that is asked for; the keyring itself is opened at the first secret.

    Args:
        choice: What `--vault` says: "keyring", "memory", or empty for what `COGNITUI_VAULT` says, else the keyring.
        environ: The environment of the process.
        on_prompt: Is told when the keyring shows a prompt, on the thread of the call that waits for it.
        for_command: Whether a command waits for the keyring, and not the TUI.

    Raises:
        UsageError: There is no vault of that name.
    """
    if vault_choice(choice, environ) == "memory":
        return MemoryVault()
    patience = COMMAND_PATIENCE if for_command else PATIENCE
    return KeyringVault(partial(choose_keyring, environ), on_prompt, patience=patience)
