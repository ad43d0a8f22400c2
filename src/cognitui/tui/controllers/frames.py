"""Frames of the two panes: their titles, subtitles and the color of a protected environment."""

from __future__ import annotations

from cognitui.model.profile import Profile
from cognitui.model.sorting import Order
from cognitui.tui.controllers.listing import ListFilter
from cognitui.tui.presentation.text import plain
from cognitui.tui.state_screen import LIST_PANE, OVERVIEW, TOKEN_PANE, StateScreen
from cognitui.tui.theme import environment_color


class Frames:
    """Paints both frames in the color of a protected environment; the pane with the focus then has a heavy one."""

    def __init__(self, screen: StateScreen, list_filter: ListFilter) -> None:
        self._screen = screen
        self._filter = list_filter

    def show_list_title(self) -> None:
        """Say what is listed, and in which order if it is not that of the file."""
        screen = self._screen
        title = "All environments" if screen.environment == OVERVIEW else "Profiles"
        order = "" if screen.order is Order.FILE else f" · {screen.order.value}"
        screen.query_one(f"#{LIST_PANE}").border_title = f"{title}{order}"

    def show_profile(self) -> None:
        """Say whose token is shown, in the color of its environment if that is protected."""
        screen = self._screen
        profile = screen.selected
        screen.query_one(f"#{TOKEN_PANE}").border_title = plain(_title_of(profile), 80)
        is_protected = profile is not None and profile.protected
        screen.frame_color = environment_color(screen.app, profile.environment) if profile and is_protected else ""

    def show_list_subtitle(self) -> None:
        """Say what matches, how far a bulk operation is, or how the other pane comes back."""
        screen = self._screen
        count = len(screen.profiles)
        if screen.progress is not None:
            done = f"{screen.progress.done} of {screen.progress.of}"
            words = f"{done} · {screen.context().key('dismiss')} cancels"
        elif screen.query_text:
            matches = "1 match" if count == 1 else f"{count or 'no'} matches"
            words = f"{matches} · {self._filter.hint()}"
        else:
            words = self._maximised_hint()
        screen.query_one(f"#{LIST_PANE}").border_subtitle = words

    def show_token_subtitle(self) -> None:
        """Say which token is marked, or how the other pane comes back."""
        screen = self._screen
        words, marked = self._maximised_hint(), screen.marked()
        if marked is not None:
            profile, token = marked
            words = f"◆ marked: {profile.id} {token.kind.value} · {screen.context().key('compare')} compares"
        screen.query_one(f"#{TOKEN_PANE}").border_subtitle = plain(words, 80)

    def paint(self) -> None:
        """Paint the frames, or leave them to the stylesheet, which shows the focus by a color of its own."""
        color = self._screen.frame_color
        for pane in (self._screen.query_one(f"#{LIST_PANE}"), self._screen.query_one(f"#{TOKEN_PANE}")):
            if not color:
                pane.styles.border = None
            elif pane.has_focus_within:
                pane.styles.border = ("heavy", color)
            else:
                pane.styles.border = ("round", color)
            pane.styles.border_title_color = color or None

    def _maximised_hint(self) -> str:
        """Say how the other pane comes back, which may have been hidden in an earlier run."""
        screen = self._screen
        return f"{screen.context().key('maximise')} shows both panes" if screen.maximised else ""


def _title_of(profile: Profile | None) -> str:
    if profile is None:
        return ""
    notes = (("protected", profile.protected), ("read-only", profile.read_only))
    return " · ".join((profile.id, *(word for word, holds in notes if holds)))
