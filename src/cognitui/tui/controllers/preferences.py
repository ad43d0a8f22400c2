"""Preferences for the next run: profiles in use, order, environment, selection and layout."""

from __future__ import annotations

from cognitui.model.profile import Profile
from cognitui.tui.preferences import Change
from cognitui.tui.state_screen import LIST_PANE, TOKEN_PANE, StateScreen

_SAVED_AFTER = 1.0
"""Seconds from a change to its write, together with all other changes until then."""

_EXIT_TIMEOUT = 0.2
"""Seconds that leaving waits for the last write: all that could be lost is the place of the cursor."""

_PANES = {LIST_PANE: "profiles", TOKEN_PANE: "token"}
"""Stored name of a pane, by its id."""


class PreferenceSaver:
    """Notes changes at once and saves them a moment later; a move of the cursor is saved only on exit."""

    def __init__(self, screen: StateScreen) -> None:
        self._screen = screen
        self._last_environment = ""
        self.will_save = False
        """Whether a save is scheduled."""

    def note(self, change: Change) -> None:
        """Remember a change."""
        if self._screen.remembered.change(change):
            self._save_soon()

    def note_use(self, profile: Profile) -> None:
        """Remember that a token of a profile was fetched or copied."""
        now = self._screen.services.clock()
        self.note(lambda preferences: preferences.with_use(profile.id, now))

    def note_renamed(self, before: str, after: str) -> None:
        """Remember a profile by its new id."""
        self.note(lambda preferences: preferences.with_renamed(before, after))

    def note_deleted(self, profile_id: str) -> None:
        """Forget a profile, so that a new one with its name starts without history."""
        self.note(lambda preferences: preferences.without(profile_id))

    def note_order(self) -> None:
        """Remember the order of the list."""
        order = self._screen.order.key
        self.note(lambda preferences: preferences.with_order(order))

    def note_layout(self) -> None:
        """Remember which pane is maximised. The tab is not kept: the TUI starts with access tokens."""
        name = _PANES.get(self._screen.maximised, "")
        self.note(lambda preferences: preferences.with_alone(name))

    def note_environment(self) -> None:
        """Remember a change of environment; the first one after the start is not the user's choice."""
        if self._last_environment not in ("", self._screen.environment):
            self._save_soon()
        self._last_environment = self._screen.environment

    def stored_pane(self) -> str:
        """Return the id of the pane that was maximised in the last run; empty if none or if it is unknown."""
        stored = self._screen.remembered.preferences.alone
        return next((pane for pane, name in _PANES.items() if name == stored), "")

    def save_at_exit(self) -> None:
        """Save what is not saved yet, and the place of the cursor."""
        self._save()
        self._screen.remembered.wait(_EXIT_TIMEOUT)

    def _save_soon(self) -> None:
        if not self.will_save:
            self.will_save = True
            self._screen.set_timer(_SAVED_AFTER, self._save)

    def _save(self) -> None:
        self.will_save = False
        screen = self._screen
        if screen.environment:
            environment, selected = screen.environment, dict(screen.cursors)
            screen.remembered.change(lambda preferences: preferences.with_place(environment, selected))
        screen.remembered.save()
