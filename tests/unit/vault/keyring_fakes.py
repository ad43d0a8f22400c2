"""Keyrings that are a dict, and fail in the ways that real ones do."""

from __future__ import annotations

import threading
from collections.abc import Callable

from cognitui.vault.keyring_backend import ChosenKeyring

WINDOWS_BYTES = 2560
"""What an entry of Windows' Credential Manager holds, in UTF-16."""


class Killed(BaseException):
    """The process is gone: nothing catches this."""


class PlainKeyring:
    """Entries by service and account; counts the writes."""

    def __init__(self, longest_bytes: int | None = None) -> None:
        self.entries: dict[tuple[str, str], str] = {}
        self.writes = 0
        self.reads = 0
        self._longest = longest_bytes

    def get_password(self, service: str, username: str) -> str | None:
        self.reads += 1
        return self.entries.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        size = len(password.encode("utf-16"))
        if self._longest is not None and size > self._longest:
            raise OSError(1783, f"The stub received bad data: {password}")
        self._wrote()
        self.entries[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        self._wrote()
        del self.entries[service, username]

    def _wrote(self) -> None:
        self.writes += 1


class DyingKeyring(PlainKeyring):
    """Lets some writes through and crashes before the next; `revive` is the next process."""

    def __init__(self, longest_bytes: int | None = None) -> None:
        super().__init__(longest_bytes)
        self.writes_left: int | None = None

    def revive(self) -> None:
        self.writes_left = None

    def _wrote(self) -> None:
        super()._wrote()
        if self.writes_left is not None:
            if self.writes_left == 0:
                raise Killed
            self.writes_left -= 1


class RaisingKeyring(PlainKeyring):
    """Raises what it was made to raise, in every call."""

    def __init__(self, error: BaseException) -> None:
        super().__init__()
        self.error: BaseException | None = error

    def get_password(self, service: str, username: str) -> str | None:
        if self.error is not None:
            raise self.error
        return super().get_password(service, username)


class HangingKeyring(PlainKeyring):
    """Hangs in every call until it is let go; `prompt` is called before it does."""

    def __init__(self, prompt: Callable[[], None] | None = None) -> None:
        super().__init__()
        self.thawed = threading.Event()
        self.asked = threading.Event()
        self.threads: set[int] = set()
        self._prompt = prompt

    def get_password(self, service: str, username: str) -> str | None:
        self.threads.add(threading.get_ident())
        self.asked.set()
        if self._prompt is not None and not self.thawed.is_set():
            self._prompt()
        if not self.thawed.wait(timeout=20):
            raise TimeoutError
        return super().get_password(service, username)


def chosen(entries: PlainKeyring, longest: int = 60_000, *, prompts_silently: bool = False) -> ChosenKeyring:
    """Return a keyring as the choice would describe it."""
    return ChosenKeyring(entries, longest, prompts_silently, name="tests.Plain")
