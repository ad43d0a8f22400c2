"""Locks between threads and processes, so that only one renews a profile's tokens at a time."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from cognitui.model.errors import SaveFailed, Throttled
from cognitui.storage.paths import PRIVATE_FILE, private_folder, reason, shown

_PATIENCE = 60.0
"""Seconds to wait for another process, which may be waiting for its user or a slow network."""


class FileLocks:
    """Locks by key; each is a file in one private folder, which is created at the first lock."""

    def __init__(self, folder: Path, patience: float = _PATIENCE) -> None:
        self._folder = folder
        self._patience = patience
        self._guard = threading.Lock()
        self._threads: dict[str, threading.Lock] = {}

    @contextmanager
    def hold(self, key: str) -> Iterator[None]:
        """Hold the lock of `key`, which must be a valid file name.

        Raises:
            Throttled: Another process holds it for more than `patience` seconds.
            SaveFailed: The lock file cannot be created, or is a symbolic link.
        """
        # Costs 38 ms, and a cached token needs no lock.
        from filelock import FileLock, Timeout

        # Threads queue here, because filelock polls: 50 of them would poll at the same time.
        with self._of_threads(key):
            private_folder(self._folder)
            file = self._folder / f"{key}.lock"
            lock = FileLock(file, timeout=self._patience, thread_local=False, mode=PRIVATE_FILE)
            try:
                lock.acquire()
            except Timeout:
                raise Throttled(
                    f"Another cognitui has been signing in with this profile for {self._patience:.0f} s.",
                    fix="Check for a prompt that is waiting for an answer, or try again.",
                ) from None
            except OSError as error:
                raise SaveFailed(f"Cannot acquire the lock {shown(file)}: {reason(error)}.") from None
            try:
                yield
            finally:
                # The renewal is complete, so an error here does not matter; the lock is freed when the process ends.
                with suppress(OSError):
                    lock.release()

    def _of_threads(self, key: str) -> threading.Lock:
        with self._guard:
            return self._threads.setdefault(key, threading.Lock())
