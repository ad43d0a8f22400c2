"""What is remembered of how a person uses the program: at hand at once, and in its file a moment later."""

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
    """The choices of a person; a key press never waits for their file."""

    def __init__(self, services: Services) -> None:
        """Takes the parts."""
        self._services = services
        self._unsaved: tuple[Change, ...] = ()
        self._early: tuple[Change, ...] | None = ()
        """What was chosen before the file was read, saved or not; None once it is."""
        self._saving: threading.Thread | None = None
        self.preferences = NO_PREFERENCES
        """What is known by now."""

    def begin(self, known: Preferences) -> None:
        """Takes what earlier runs have kept; what was chosen before it was read is newer."""
        self.preferences = _changed(known, self._early or ())
        self._early = None

    def change(self, change: Change) -> bool:
        """Takes a choice at once, and returns whether it is another one: then `save` keeps it for the next run."""
        after = change(self.preferences)
        if after == self.preferences:
            return False
        self.preferences = after
        self._unsaved = (*self._unsaved, change)
        if self._early is not None:
            self._early = (*self._early, change)
        return True

    def use_scores(self) -> Mapping[str, float]:
        """Returns how often and how lately each profile was used, by its id."""
        return scores_of(self.preferences.used, self._services.clock())

    def save(self) -> None:
        """Begins to save what was chosen since the last time, all of it with one write."""
        if self._unsaved:
            changes, self._unsaved = self._unsaved, ()
            before = self._saving
            self._saving = threading.Thread(
                target=self._save, args=(changes, before), name="cognitui-choices", daemon=True
            )
            self._saving.start()

    def wait(self, seconds: float) -> None:
        """Waits until all is saved, but no longer than that."""
        if self._saving is not None:
            self._saving.join(seconds)

    def _save(self, changes: Iterable[Change], before: threading.Thread | None) -> None:
        if before is not None:
            before.join()  # what was chosen first is saved first
        # A full disk, say: what a person chose is no reason to interrupt them, and the next save of theirs tells it.
        with suppress(CognituiError):
            self._services.preferences.change(lambda preferences: _changed(preferences, changes))


def _changed(choices: Preferences, changes: Iterable[Change]) -> Preferences:
    for change in changes:
        choices = change(choices)
    return choices
