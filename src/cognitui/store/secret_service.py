"""The Secret Service of Linux desktops, which says when it is about to show a prompt.

Imported only where it was chosen: it brings the keyring library and D-Bus.
"""

from __future__ import annotations

from collections.abc import Callable

import secretstorage
from keyring.backends import SecretService
from keyring.errors import KeyringLocked
from secretstorage.collection import DEFAULT_COLLECTION


class PromptingSecretService(SecretService.Keyring):
    """The library's own backend; what differs is told below."""

    def __init__(self, on_prompt: Callable[[], None]) -> None:
        """Takes what is called just before a prompt may be shown."""
        super().__init__()  # type: ignore[no-untyped-call]
        self._on_prompt = on_prompt

    def get_preferred_collection(self) -> secretstorage.Collection:
        """Returns the collection, unlocked; its connection is closed where that fails.

        Raises:
            KeyringLocked: The prompt was dismissed, or there is nobody to show it.
        """
        bus = secretstorage.dbus_init()
        try:
            collection = self._collection(bus)
            if collection.is_locked():
                self._on_prompt()
                collection.unlock()
                if collection.is_locked():
                    raise KeyringLocked
        except BaseException:
            bus.close()
            raise
        return collection

    def unlock(self, item: secretstorage.Item) -> None:
        """Unlocks one item: some services (KeePassXC) ask for each."""
        if item.is_locked():
            self._on_prompt()
            super().unlock(item)  # type: ignore[no-untyped-call]

    def _collection(self, bus: object) -> secretstorage.Collection:
        path = getattr(self, "preferred_collection", DEFAULT_COLLECTION)
        try:
            return secretstorage.Collection(bus, path)
        except secretstorage.ItemNotFoundException:
            if path != DEFAULT_COLLECTION:
                raise
            # On a new desktop there is none, and the service asks for the password of the first.
            self._on_prompt()
            return secretstorage.create_collection(bus, "Default", "default")
