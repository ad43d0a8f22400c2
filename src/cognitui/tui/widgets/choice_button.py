"""One of several answers."""

from __future__ import annotations

from textual.widgets import RadioButton

_CHOSEN, _OPEN = "●", "○"


class ChoiceButton(RadioButton):
    """A radio button whose sign says whether it is chosen; Textual's own says it by colour alone."""

    BUTTON_INNER = _OPEN

    def watch_value(self) -> None:
        """Draws the other sign."""
        self.BUTTON_INNER = _CHOSEN if self.value else _OPEN
        super().watch_value()
