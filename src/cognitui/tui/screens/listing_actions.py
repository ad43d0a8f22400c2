"""What the keys do to the list: its order, all environments at once, the same person elsewhere."""

from __future__ import annotations

from cognitui.model.profile_matching import in_next_environment
from cognitui.tui.screens.copy_actions import CopyAsActions
from cognitui.tui.screens.desk_screen import OVERVIEW


class ListingActions(CopyAsActions):
    """The actions of the keymap that choose what is listed, by their ids."""

    def action_sort(self) -> None:
        """Lists in the next order."""
        if self.can("sort"):
            self.order = self.order.following

    def action_overview(self) -> None:
        """Lists all environments at once, or again the one of the selected profile."""
        if not self.can("overview"):
            return
        if self.environment != OVERVIEW:
            self.environment = OVERVIEW
        elif self.selected is not None:
            self.environment = self.selected.environment.name

    def action_same_person(self) -> None:
        """Goes to the same person in the next environment; pane and tab stay, and the filter where it shows them."""
        if not self.can("same_person") or self.book is None or self.selected is None:
            return
        person = in_next_environment(self.book, self.selected)
        assert person is not None, "the key says so where there is none"
        self.keep_tab(person, self.view or self.kind)
        self.go_to_profile(person.id)

    def go_to_profile(self, profile_id: str) -> None:
        """Selects a profile, also one of another environment or that the filter leaves out."""
        profile = self.book.by_id.get(profile_id) if self.book else None
        if profile is None:
            return
        self._cursors |= {profile.environment.name: profile.id, OVERVIEW: profile.id}
        if self.environment != OVERVIEW:
            self.environment = profile.environment.name
        if profile not in self.profiles:
            self.query_text = ""
        self.select_remembered()
