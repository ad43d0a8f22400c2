"""What the screen notes for the next run: what was used, the order, the environment and what is selected."""

from __future__ import annotations

from cognitui.model.profile import Profile
from cognitui.services import Services
from cognitui.tui.preferences import Change
from cognitui.tui.profile_watcher import ProfileReader
from cognitui.tui.screens.desk_screen import DeskScreen

_SAVED_AFTER = 1.0
"""Seconds from a choice to the write that keeps it, with all that were made meanwhile."""

_PATIENCE = 0.2
"""Seconds that leaving waits for the last write: what is lost with it is where the cursor was."""


class RememberingScreen(DeskScreen):
    """Notes choices at once and saves them a moment later; a move of the cursor alone is saved when one leaves."""

    def __init__(self, services: Services, reader: ProfileReader, environment: str) -> None:
        """Takes the parts, the reader that has begun, and the environment to begin with."""
        super().__init__(services, reader, environment)
        self._shown_environment = ""
        self._will_save = False

    def note(self, change: Change) -> None:
        """Remembers a choice."""
        if self.remembered.change(change):
            self._save_soon()

    def note_use(self, profile: Profile) -> None:
        """Remembers that a token of a profile was got or copied."""
        now = self.services.clock()
        self.note(lambda preferences: preferences.with_use(profile.id, now))

    def note_renamed(self, before: str, after: str) -> None:
        """Remembers a profile under its new id."""
        self.note(lambda preferences: preferences.with_renamed(before, after))

    def note_deleted(self, profile_id: str) -> None:
        """Forgets a profile, so that a new one of its name begins anew."""
        self.note(lambda preferences: preferences.without(profile_id))

    def watch_order(self) -> None:
        """Remembers the order."""
        order = self.order.key
        self.note(lambda preferences: preferences.with_order(order))
        super().watch_order()

    def watch_environment(self) -> None:
        """Remembers where a person went."""
        super().watch_environment()
        # The one that the screen opens with was nobody's choice.
        if self._shown_environment not in ("", self.environment):
            self._save_soon()
        self._shown_environment = self.environment

    def keep_at_exit(self) -> None:
        """Saves what is not saved yet, and where the cursor is."""
        self._save()
        self.remembered.wait(_PATIENCE)

    def _save_soon(self) -> None:
        if not self._will_save:
            self._will_save = True
            self.set_timer(_SAVED_AFTER, self._save)

    def _save(self) -> None:
        self._will_save = False
        if self.environment:
            environment, selected = self.environment, dict(self._cursors)
            self.remembered.change(lambda preferences: preferences.with_place(environment, selected))
        self.remembered.save()
