"""What the keys do to the list: its order, all environments at once, the same person elsewhere."""

from __future__ import annotations

from cognitui.model.same_person import in_next_environment
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
        self._cursors |= {person.environment.name: person.id, OVERVIEW: person.id}
        if self.environment != OVERVIEW:
            self.environment = person.environment.name
        if person not in self.profiles:
            self.query_text = ""
        self.select_remembered()
