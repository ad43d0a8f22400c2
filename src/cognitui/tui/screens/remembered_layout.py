"""The layout as it was left: which pane is alone, and the tab of the token panel."""

from __future__ import annotations

from cognitui.model.token import TokenKind
from cognitui.tui.screens.doctor_actions import DoctorActions
from cognitui.tui.screens.layout_actions import LIST_PANE, TOKEN_PANE
from cognitui.tui.view import View

_PANES = {LIST_PANE: "profiles", TOKEN_PANE: "token"}
"""What a pane is remembered as, by its id."""


class RememberedLayout(DoctorActions):
    """Brings it back before the first paint, and notes what a person changes."""

    def recall(self) -> None:
        """Takes the layout, too; what this version does not know is left as it is."""
        super().recall()
        choices = self.remembered.choices
        self.alone = next((pane for pane, name in _PANES.items() if name == choices.alone), "")
        # Not by `show_kind`, which reads tokens: here a person has opened none yet.
        self.wanted_kind = self.kind = next((kind for kind in TokenKind if kind == choices.tab), self.wanted_kind)
        self.view = next((view for view in View if view == choices.tab), None)

    def watch_alone(self) -> None:
        """Remembers which pane is alone."""
        super().watch_alone()
        name = _PANES.get(self.alone, "")
        self.note(lambda choices: choices.with_alone(name))

    def show_kind(self, kind: TokenKind) -> None:
        """Remembers the tab."""
        super().show_kind(kind)
        self.note(lambda choices: choices.with_tab(kind.value))

    def show_view(self, view: View) -> None:
        """Remembers the tab."""
        super().show_view(view)
        self.note(lambda choices: choices.with_tab(view.value))
