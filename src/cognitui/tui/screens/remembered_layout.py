"""The layout as it was left: which pane is alone. The tab is not kept: a start shows access tokens."""

from __future__ import annotations

from cognitui.tui.screens.doctor_actions import DoctorActions
from cognitui.tui.screens.layout_actions import LIST_PANE, TOKEN_PANE

_PANES = {LIST_PANE: "profiles", TOKEN_PANE: "token"}
"""What a pane is remembered as, by its id."""


class RememberedLayout(DoctorActions):
    """Brings it back before the first paint, and notes what a person changes."""

    def recall(self) -> None:
        """Takes the layout, too; what this version does not know is left as it is."""
        super().recall()
        choices = self.remembered.preferences
        self.alone = next((pane for pane, name in _PANES.items() if name == choices.alone), "")

    def watch_alone(self) -> None:
        """Remembers which pane is alone."""
        super().watch_alone()
        name = _PANES.get(self.alone, "")
        self.note(lambda preferences: preferences.with_alone(name))
