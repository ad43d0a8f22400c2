"""What a person looks for and where the cursor goes: the filter of the profiles, and the selection."""

from __future__ import annotations

from textual import on

from cognitui.tui.keymap import key_in
from cognitui.tui.screens.remembered_layout import RememberedLayout
from cognitui.tui.widgets.claims_list import ClaimsList
from cognitui.tui.widgets.inputs import FilterInput
from cognitui.tui.widgets.line_list import LineList
from cognitui.tui.widgets.profile_list import ProfileList

_FILTER_HINT = "letters of a name, user, client, tag or note"


class Selecting(RememberedLayout):
    """Keeps the list, the line that filters it and the selection in step."""

    filter_input: FilterInput | None = None
    """The line that filters the profiles, once it has been opened."""
    _is_typed = False

    def open_filter(self) -> None:
        """Opens the line that filters; an input costs 4 ms, and the first paint needs none."""
        filter_input = self.filter_input or FilterInput(placeholder=_FILTER_HINT)
        if self.filter_input is None:
            self.filter_input = filter_input
            self.query_one("#list-pane").mount(filter_input)
            self.watch(filter_input, "value", lambda: self._filter_by(filter_input.value), init=False)
        filter_input.display = True
        self.set_focus(filter_input)

    def words_of_filter(self) -> str:
        """Says what leads out of the filter, which may have been left and stay in force."""
        keep, clear, dismiss = (key_in(self.app, id_) for id_ in ("filter_keep", "filter_clear", "dismiss"))
        typing = self.filter_input is not None and self.focused is self.filter_input
        return f"{keep} keeps, {clear} shows all" if typing else f"{dismiss} shows all"

    def leave_filter(self, *, clear: bool) -> None:
        """Goes back to the list; a filter that is empty leaves its line."""
        if (filter_input := self.filter_input) is not None:
            filter_input.value = "" if clear else filter_input.value
            filter_input.display = bool(filter_input.value)
        self.set_focus(self.query_one(ProfileList))
        self.show_under_list()

    def show_under_list(self) -> None:
        """Says on the frame of the list what is found, how far something has come, or how the other pane comes back."""
        raise RuntimeError(f"{type(self).__name__} has no frame")

    def _filter_by(self, query: str) -> None:
        self._is_typed = bool(query)
        self.query_text = query
        if query:
            self.select_row(0)
        self._is_typed = False

    def wanted_row(self) -> int:
        """Returns the row of what was selected before; of what a person looks for, the likeliest."""
        # At once: what was selected before and happens to be among it would be drawn first.
        return 0 if self._is_typed else self.remembered_row()

    def show_filter(self) -> None:
        """A filter that was dropped (a new profile is to be seen) leaves its line, too."""
        filter_input = self.filter_input
        if filter_input is not None and filter_input.value != self.query_text:
            filter_input.value = self.query_text
            filter_input.display = filter_input.display and bool(self.query_text)

    @on(FilterInput.Moved)
    def _filter_moved(self, event: FilterInput.Moved) -> None:
        self.query_one(ProfileList).move(event.distance)

    @on(FilterInput.Left)
    def _filter_left(self, event: FilterInput.Left) -> None:
        self.leave_filter(clear=event.clear)

    def select_remembered(self) -> None:
        """Puts the cursor where it was in this environment."""
        self.select_row(self.remembered_row())

    def focused_list(self) -> LineList:
        """The list that the moving keys act on."""
        focused = self.focused
        return focused if isinstance(focused, ClaimsList) else self.query_one(ProfileList)

    def select_row(self, row: int) -> None:
        """At once: a key that follows in the same breath must not act on what was selected before."""
        profile_list = self.query_one(ProfileList)
        profile_list.profiles = self.profiles
        profile_list.go_amid(row)
        self.remember(profile_list.highlighted)
