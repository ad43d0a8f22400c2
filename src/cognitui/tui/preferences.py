"""Preferences in memory, saved to their file in the background."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress

from cognitui.model.errors import CognituiError
from cognitui.model.preferences import NO_PREFERENCES, Preferences
from cognitui.model.sorting import scores_of
from cognitui.services import Services

Change = Callable[[Preferences], Preferences]


class Remembered:
    """The user's preferences; a key press never waits for their file."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._unsaved: tuple[Change, ...] = ()
        self._early: tuple[Change, ...] | None = ()
        """Changes from before the file was read, saved or not; None once it was read."""
        self._saving: threading.Thread | None = None
        self.preferences = NO_PREFERENCES
        """The current preferences."""

    def begin(self, known: Preferences) -> None:
        """Start with the stored preferences; changes from before they were read are newer."""
        self.preferences = _changed(known, self._early or ())
        self._early = None

    def change(self, change: Change) -> bool:
        """Apply a change, and return whether it changes anything, so that `save` should be called."""
        after = change(self.preferences)
        if after == self.preferences:
            return False
        self.preferences = after
        self._unsaved = (*self._unsaved, change)
        if self._early is not None:
            self._early = (*self._early, change)
        return True

    def use_scores(self) -> Mapping[str, float]:
        """Return how often and how recently each profile was used, by its id."""
        return scores_of(self.preferences.used, self._services.clock())

    def save(self) -> None:
        """Start to save all changes since the last save in one write."""
        if self._unsaved:
            changes, self._unsaved = self._unsaved, ()
            before = self._saving
            self._saving = threading.Thread(
                target=self._save, args=(changes, before), name="cognitui-choices", daemon=True
            )
            self._saving.start()

    def wait(self, seconds: float) -> None:
        """Wait until everything is saved, up to a timeout."""
        if self._saving is not None:
            self._saving.join(seconds)

    def _save(self, changes: Iterable[Change], before: threading.Thread | None) -> None:
        if before is not None:
            before.join()  # saves run in order
        # For example a full disk. Preferences are no reason to interrupt anyone; their next save reports it.
        with suppress(CognituiError):
            self._services.preferences.change(lambda preferences: _changed(preferences, changes))


def _changed(preferences: Preferences, changes: Iterable[Change]) -> Preferences:
    for change in changes:
        preferences = change(preferences)
    return preferences
