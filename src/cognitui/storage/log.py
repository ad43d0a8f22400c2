"""Log of the calls to Cognito; it contains no secret, no response and no text from outside."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from cognitui.model.errors import ProfileFileUnsafe, SaveFailed
from cognitui.storage.paths import PRIVATE_FILE, private_folder, refuse_unsafe

_LONGEST = 256 * 1024
"""Maximum bytes of the log; the previous one is kept beside it."""


class RunLog:
    """A log file that is created at the first line; it does no harm if it cannot be written."""

    def __init__(self, path: Path, clock: Callable[[], float]) -> None:
        self._path = path
        self._clock = clock

    def note(self, text: str) -> None:
        """Append a line with its time in UTC."""
        now = datetime.fromtimestamp(int(self._clock()), UTC)
        line = f"{now:%Y-%m-%dT%H:%M:%SZ} {os.getpid()} {text}\n".encode("utf-8", "backslashreplace")
        try:
            private_folder(self._path.parent)
            self._rotate_if_long()
            descriptor = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, PRIVATE_FILE)
            with os.fdopen(descriptor, "ab") as file:
                refuse_unsafe(self._path, os.fstat(descriptor))
                file.write(line)
        except (OSError, SaveFailed, ProfileFileUnsafe):
            return

    def _rotate_if_long(self) -> None:
        if self._path.exists() and self._path.stat().st_size > _LONGEST:
            self._path.replace(self._path.with_suffix(".log.1"))
