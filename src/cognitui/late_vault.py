"""Where secrets lie, opened at the first of them; and the index that goes with it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from cognitui.vault.vault import vault_choice

if TYPE_CHECKING:
    from cognitui.model.secret import SecretName
    from cognitui.model.token import Expiries
    from cognitui.tokens.interfaces import Index
    from cognitui.vault.vault import KeyringVault, MemoryVault


class LateVault:
    """The vault, opened at the first secret: keyring costs 60 ms, and may ask a person to unlock it."""

    def __init__(
        self, choice: str, environ: Mapping[str, str], on_prompt: Callable[[str], None], *, for_command: bool = False
    ) -> None:
        """Keep what `open_vault` needs; see there."""
        self._guard = threading.Lock()
        self._choice = vault_choice(choice, environ)
        self._environ = environ
        self._on_prompt = on_prompt
        self._for_command = for_command
        self._opened: KeyringVault | MemoryVault | None = None
        self.memory_was_chosen = self.in_memory
        """Whether memory was asked for, and not what was left for want of a keyring."""

    @property
    def in_memory(self) -> bool:
        """Whether secrets are kept for this run alone."""
        return self._choice == "memory"

    def use_memory(self) -> None:
        """Keeps secrets for the rest of this run."""
        with self._guard:
            self._choice, self._opened = "memory", None

    def get(self, name: SecretName) -> str | None:
        """Returns a secret, or None."""
        return self._vault().get(name)

    def set(self, name: SecretName, value: str) -> None:
        """Stores a secret."""
        self._vault().set(name, value)

    def delete(self, name: SecretName) -> bool:
        """Removes a secret; returns whether there was one."""
        return self._vault().delete(name)

    def trial(self) -> str:
        """Stores, reads and removes a throw-away entry; returns the name of the keyring."""
        return self._vault().trial()

    def _vault(self) -> KeyringVault | MemoryVault:
        # Costs 60 ms with the keyring library.
        from cognitui.vault.vault import open_vault

        with self._guard:
            if self._opened is None:
                self._opened = open_vault(self._choice, self._environ, self._on_prompt, for_command=self._for_command)
            return self._opened


class IndexOfVault:
    """The shared index for a vault that lasts, and one of this run alone for secrets in memory."""

    def __init__(self, vault: LateVault, shared: Index, own: Index) -> None:
        """Takes the vault and the two."""
        self._vault = vault
        self._shared = shared
        self._own = own

    def read(self) -> Mapping[str, Expiries]:
        """Returns all that is known."""
        return self._chosen().read()

    def put(self, token_key: str, expiries: Expiries) -> None:
        """Notes what is now known of one identity."""
        self._chosen().put(token_key, expiries)

    def forget(self, token_key: str) -> None:
        """Drops one identity."""
        self._chosen().forget(token_key)

    def stamp(self) -> object:
        """Returns what is another one once it was written."""
        return self._chosen().stamp()

    def _chosen(self) -> Index:
        return self._own if self._vault.in_memory else self._shared
