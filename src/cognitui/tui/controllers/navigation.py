"""Moving through the list, the claims, the environments and their order, and out of what is open."""

from __future__ import annotations

from collections.abc import Callable

from cognitui.model.profile import Profile, ProfileSet
from cognitui.model.profile_matching import at_other_replica, in_next_environment
from cognitui.model.text import inert
from cognitui.tui.controllers.bulk import Bulk
from cognitui.tui.controllers.files import ProfileFiles
from cognitui.tui.controllers.listing import Frames, ListFilter, Listing
from cognitui.tui.controllers.token_request import RequestQueue
from cognitui.tui.state_screen import OVERVIEW, StateScreen, names_in
from cognitui.tui.widgets.claims_list import ClaimsList
from cognitui.tui.widgets.line_list import LineList
from cognitui.tui.widgets.profile_list import ProfileList
from cognitui.tui.widgets.token_panel import TokenPanel


class Navigation:
    """Goes to a row, a profile or an environment."""

    def __init__(
        self,
        screen: StateScreen,
        *,
        listing: Listing,
        list_filter: ListFilter,
        frames: Frames,
        files: ProfileFiles,
        requests: RequestQueue,
        bulk: Bulk,
    ) -> None:
        self._screen = screen
        self._listing = listing
        self._filter = list_filter
        self._frames = frames
        self._files = files
        self._requests = requests
        self._bulk = bulk

    # Rows

    def move(self, distance: int) -> None:
        """Go down by some rows, or up if below zero."""
        self._focused_list().move(distance)

    def move_first(self) -> None:
        """Go to the first row."""
        self._focused_list().cursor = 0

    def move_last(self) -> None:
        """Go to the last row."""
        focused = self._focused_list()
        focused.cursor = focused.row_count - 1

    def _focused_list(self) -> LineList:
        focused = self._screen.focused
        return focused if isinstance(focused, ClaimsList) else self._screen.query_one(ProfileList)

    # Filter

    def filter(self) -> None:
        """Filter the claims if they have the focus, else the profiles."""
        if isinstance(self._screen.focused, ClaimsList):
            self._screen.query_one(TokenPanel).search()
        else:
            self._filter.open()

    def leave_filter(self, *, clear: bool) -> None:
        """Go back to the list."""
        self._filter.leave(clear=clear)
        self._frames.show_list_subtitle()

    def dismiss(self) -> None:
        """Cancel what runs, else dismiss an error or a challenge, else clear the filter; of the claims, if focused."""
        screen = self._screen
        profile, state = screen.selected, screen.state_of(screen.selected)
        comes_first = self._requests.is_under_way(profile) or state.error or state.challenge
        if not comes_first and isinstance(screen.focused, ClaimsList) and screen.query_one(TokenPanel).stop_search():
            return
        if self._bulk.cancel():
            return
        if profile and screen.is_current and self._requests.cancel(profile):
            what = state.running.what if state.running else f"request for {inert(profile.id, 80)}"
            screen.notify(f"Cancelled: {what}.", timeout=3, markup=False)
        elif profile and (state.error or state.challenge):
            screen.keep_state(profile, state.dismissed())
        else:
            self.leave_filter(clear=True)

    # Environments and profiles

    def next_environment(self) -> None:
        """Go to the next environment, and from the last to the first."""
        self._step_environment(1)

    def previous_environment(self) -> None:
        """Go to the previous environment."""
        self._step_environment(-1)

    def go_to_number(self, number: int) -> None:
        """Go to an environment by its number, from 1."""
        names = self._environment_names()
        if number <= len(names):
            self._screen.environment = names[number - 1]
        else:
            self._screen.notify(f"There is no environment {number}.", severity="warning", timeout=4, markup=False)

    def go_to_environment(self, name: str) -> None:
        """List another environment, unless it is gone: a palette or a jump may have been open in the meantime."""
        screen = self._screen
        if screen.book is None:
            return
        if name in names_in(screen.book):
            screen.environment = name
        else:
            self._files.warn_no_environment(name)

    def toggle_overview(self) -> None:
        """List all environments at once, or again the one of the selected profile."""
        screen = self._screen
        if screen.environment != OVERVIEW:
            screen.environment = OVERVIEW
        elif screen.selected is not None:
            screen.environment = screen.selected.environment.name

    def sort(self) -> None:
        """List in the next order."""
        self._screen.order = self._screen.order.following

    def go_to_same_user(self) -> None:
        """Go to the same user in the next environment; pane and tab stay, and the filter if it matches them."""
        self._go_to(in_next_environment)

    def go_to_other_replica(self) -> None:
        """Go to the same user at the pool's other Region, as `go_to_same_user` does."""
        self._go_to(at_other_replica)

    def _go_to(self, counterpart: Callable[[ProfileSet, Profile], Profile | None]) -> None:
        screen = self._screen
        if screen.book is None or screen.selected is None:
            return
        other = counterpart(screen.book, screen.selected)
        assert other is not None, "the action is not available without one"
        self._listing.keep_tab(other, screen.view or screen.kind)
        self.go_to_profile(other.id)

    def go_to_profile(self, profile_id: str) -> None:
        """Select a profile, also in another environment or if the filter leaves it out."""
        screen = self._screen
        profile = screen.book.by_id.get(profile_id) if screen.book else None
        if profile is None:
            return
        self._listing.remember_id(profile.environment.name, profile.id)
        if screen.environment != OVERVIEW:
            screen.environment = profile.environment.name
        if profile not in screen.profiles:
            screen.query_text = ""
        self._listing.select_remembered()

    def _step_environment(self, distance: int) -> None:
        screen = self._screen
        names = self._environment_names()
        # `OVERVIEW` comes after the last one.
        here = names.index(screen.environment) if screen.environment in names else (-1 if distance > 0 else 0)
        screen.environment = names[(here + distance) % len(names)]

    def _environment_names(self) -> list[str]:
        book = self._screen.book
        return [environment.name for environment in book.environments] if book else []
