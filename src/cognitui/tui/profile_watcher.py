"""Background reader of the profile file and the expiry index, also when another program changes them.

The preferences are read with them, once, so that the first list has its order and place.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping

from msgspec import Struct

from cognitui.model.preferences import NO_PREFERENCES
from cognitui.model.profile import FileStamp, ProfileSet
from cognitui.model.token import Expiries
from cognitui.services import Services

Stamp = tuple[FileStamp, ...]
"""Stamps of the profile file and its includes; they change when another program writes one of them."""


class Reading(Struct, frozen=True):
    """The content of the files."""

    book: ProfileSet
    expiries: Mapping[str, Expiries]
    stamp: Stamp
    """The stamps from before the reading, so that a write in between counts as a change."""


class ProfileReader:
    """Reads once before the screen exists, so that both load in parallel, and later on demand."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._book: ProfileSet | None = None
        self._first: Reading | None = None
        self._error: Exception | None = None
        self._thread: threading.Thread | None = None
        self.preferences = NO_PREFERENCES
        """The preferences, once `wait` has returned."""

    def begin(self) -> None:
        """Start the first reading on its own thread."""
        self._thread = threading.Thread(target=self._read_first, name="cognitui-profiles", daemon=True)
        self._thread.start()

    def ready(self) -> Reading | None:
        """Return the first reading if it has finished, or None."""
        return self._first

    def wait(self) -> None:
        """Wait for the end of the first reading, whatever its result."""
        if self._thread is None:
            self.begin()
        assert self._thread is not None
        self._thread.join()

    def first(self) -> Reading:
        """Return the first reading, waiting for it; raises its error."""
        self.wait()
        if self._error is not None:
            raise self._error
        assert self._first is not None
        return self._first

    def again(self) -> Reading:
        """Read the files again.

        Raises:
            ProfileFileError: The file as a whole cannot be read.
        """
        book = self._services.profiles.load()
        self._book = book
        return Reading(book, self._services.broker.expiries(), book.stamps)

    def stamp(self) -> Stamp:
        """Return a value that changes when another program writes one of the files that were read last."""
        return self._services.profiles.stamps(self._book)

    def _read_first(self) -> None:
        try:
            self.preferences = self._services.preferences.read()
            self._first = self.again()
        except Exception as error:  # noqa: BLE001 (raised again when the reading is asked for)
            self._error = error
