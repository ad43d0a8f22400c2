"""One renewal of an identity's tokens at a time, across threads and processes."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from cognitui.model.errors import SaveFailed, Throttled
from cognitui.storage.paths import PRIVATE_FILE, private_folder, reason, shown

_PATIENCE = 60.0
"""Seconds to wait for another process; whoever holds it longer has a person at its keyring, or a very slow network."""


class FileLocks:
    """Locks named by a key, each a file in one private folder."""

    def __init__(self, folder: Path, patience: float = _PATIENCE) -> None:
        """Takes the folder, which is made at the first lock, and the seconds to wait for another process."""
        self._folder = folder
        self._patience = patience
        self._guard = threading.Lock()
        self._threads: dict[str, threading.Lock] = {}

    @contextmanager
    def hold(self, key: str) -> Iterator[None]:
        """Holds the lock of `key`, a name that is safe in a path.

        Raises:
            Throttled: Another process holds it for longer than `patience`.
            SaveFailed: The lock's file cannot be made, or is a symbolic link.
        """
        # Costs 38 ms, and a token from the cache needs no lock.
        from filelock import FileLock, Timeout

        # Threads queue here: filelock polls, and 50 of them would do so side by side.
        with self._of_threads(key):
            private_folder(self._folder)
            file = self._folder / f"{key}.lock"
            lock = FileLock(file, timeout=self._patience, thread_local=False, mode=PRIVATE_FILE)
            try:
                lock.acquire()
            except Timeout:
                raise Throttled(
                    f"Another cognitui has been signing in with this profile for {self._patience:.0f} s.",
                    fix="Look for a prompt that waits for an answer, or try again.",
                ) from None
            except OSError as error:
                raise SaveFailed(f"The lock {shown(file)} cannot be taken: {reason(error)}.") from None
            try:
                yield
            finally:
                # What was renewed is renewed, whatever the disk answers now; the process's end frees the lock.
                with suppress(OSError):
                    lock.release()

    def _of_threads(self, key: str) -> threading.Lock:
        with self._guard:
            return self._threads.setdefault(key, threading.Lock())
