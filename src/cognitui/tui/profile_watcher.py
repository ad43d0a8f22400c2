"""The profile file and the expiry index, read away from the screen and again when another program changes them.

What is remembered of earlier runs is read with them, once: the first list is already in its order and place.
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
"""Of the profile file and what it includes; another one tells that another program wrote one of them."""


class Reading(Struct, frozen=True):
    """What was read."""

    book: ProfileSet
    expiries: Mapping[str, Expiries]
    stamp: Stamp
    """As it was before the reading: what is written while it goes on is seen as a change."""


class ProfileReader:
    """Reads once before the screen is there, so that both get ready side by side, and later on demand."""

    def __init__(self, services: Services) -> None:
        """Takes the parts; `begin` starts the first reading."""
        self._services = services
        self._book: ProfileSet | None = None
        self._first: Reading | None = None
        self._error: Exception | None = None
        self._thread: threading.Thread | None = None
        self.preferences = NO_PREFERENCES
        """What is remembered of earlier runs, once `wait` has returned."""

    def begin(self) -> None:
        """Starts the first reading on a thread of its own."""
        self._thread = threading.Thread(target=self._read_first, name="cognitui-profiles", daemon=True)
        self._thread.start()

    def ready(self) -> Reading | None:
        """Returns the first reading where it is there already, or None."""
        return self._first

    def wait(self) -> None:
        """Waits for the end of the first reading, whatever came of it."""
        if self._thread is None:
            self.begin()
        assert self._thread is not None
        self._thread.join()

    def first(self) -> Reading:
        """Returns the first reading, waiting for it; raises what it raised."""
        self.wait()
        if self._error is not None:
            raise self._error
        assert self._first is not None
        return self._first

    def again(self) -> Reading:
        """Returns what is there now.

        Raises:
            ProfileFileError: The file as a whole cannot be read.
        """
        book = self._services.profiles.load()
        self._book = book
        return Reading(book, self._services.broker.expiries(), book.stamps)

    def stamp(self) -> Stamp:
        """Returns what tells whether another program has written one of the files that were read last."""
        return self._services.profiles.stamps(self._book)

    def _read_first(self) -> None:
        try:
            self.preferences = self._services.preferences.read()
            self._first = self.again()
        except Exception as error:  # noqa: BLE001 (raised again where the reading is asked for)
            self._error = error
