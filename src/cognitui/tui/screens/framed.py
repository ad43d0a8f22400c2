"""What the frames of the two panes say: what is listed, whose token it is, and that it is protected."""

from __future__ import annotations

from textual.reactive import var

from cognitui.model.profile import Profile
from cognitui.model.sorting import Order
from cognitui.tui.presentation.text import plain
from cognitui.tui.screens.desk_screen import OVERVIEW
from cognitui.tui.screens.layout_actions import LIST_PANE, TOKEN_PANE
from cognitui.tui.screens.selecting import Selecting
from cognitui.tui.theme import environment_color


class Framed(Selecting):
    """A protected environment wears its colour on both frames; there the pane with the focus has a heavy one."""

    frame_color: var[str] = var("", init=False)
    """Of a protected environment; empty elsewhere."""

    def show_title(self) -> None:
        """Says what is listed, and in which order, where it is not that of the file."""
        title = "All environments" if self.environment == OVERVIEW else "Profiles"
        order = "" if self.order is Order.FILE else f" · {self.order.value}"
        self.query_one(f"#{LIST_PANE}").border_title = f"{title}{order}"

    def show_profile_on_frames(self, profile: Profile | None) -> None:
        """Says whose token it is."""
        self.query_one(f"#{TOKEN_PANE}").border_title = plain(_words(profile), 80)
        self.frame_color = environment_color(self.app, profile.environment) if profile and profile.protected else ""

    def watch_frame_color(self) -> None:
        """Puts the colour on the frames, or takes it off."""
        self._draw_frames()

    def on_descendant_focus(self) -> None:
        """The other pane may have the focus now."""
        if self.frame_color:
            self._draw_frames()

    def _draw_frames(self) -> None:
        for pane in (self.query_one(f"#{LIST_PANE}"), self.query_one(f"#{TOKEN_PANE}")):
            if not self.frame_color:
                pane.styles.border = None  # the stylesheet's, where the focus has a colour of its own
            elif pane.has_focus_within:
                pane.styles.border = ("heavy", self.frame_color)
            else:
                pane.styles.border = ("round", self.frame_color)
            pane.styles.border_title_color = self.frame_color or None


def _words(profile: Profile | None) -> str:
    if profile is None:
        return ""
    notes = (("protected", profile.protected), ("read-only", profile.read_only))
    return " · ".join((profile.id, *(word for word, holds in notes if holds)))
