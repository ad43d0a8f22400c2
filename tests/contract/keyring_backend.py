"""Keyring backend in memory that keeps what was stored for a test to look at."""

from __future__ import annotations

from typing import ClassVar

from keyring.backend import KeyringBackend


class RecordingKeyring(KeyringBackend):
    """A keyring whose entries are a dict; named by `PYTHON_KEYRING_BACKEND`."""

    priority = 1
    entries: ClassVar[dict[tuple[str, str], str]] = {}
    seen: ClassVar[set[tuple[str, str]]] = set()
    """Every entry that was ever written, by service and account."""

    def get_password(self, service: str, username: str) -> str | None:
        return self.entries.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.seen.add((service, username))
        self.entries[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        self.entries.pop((service, username), None)


class BrokenKeyring(KeyringBackend):
    """A keyring that fails in every call."""

    priority = 1

    def get_password(self, service: str, username: str) -> str | None:
        raise OSError("broken")

    def set_password(self, service: str, username: str, password: str) -> None:
        raise OSError("broken")

    def delete_password(self, service: str, username: str) -> None:
        raise OSError("broken")
