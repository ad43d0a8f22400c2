"""The lines that filter the profiles, or the claims, as a person types."""

from __future__ import annotations

from textual import events
from textual.message import Message
from textual.widgets import Input

from cognitui.tui.keymap import FILTER, bindings


class FilterInput(Input):
    """An input that lets the arrows move the list; enter goes back to it, esc clears the filter."""

    BINDINGS = bindings(FILTER)

    DEFAULT_CSS = """
    FilterInput, FilterInput:focus {
        border: none;
        border-top: solid $primary 40%;
        height: 2;
        padding: 0 1;
        background: $surface;
    }
    """

    class Moved(Message):
        """An arrow was pressed."""

        def __init__(self, distance: int) -> None:
            super().__init__()
            self.distance = distance

    class Left(Message):
        """A person is done with typing."""

        def __init__(self, clear: bool) -> None:
            super().__init__()
            self.clear = clear

    def _on_paste(self, event: events.Paste) -> None:
        """Leaves a token to the app, which inspects it: here it could be read on the screen."""
        from cognitui.model.pasted_token import holds_token  # nothing is pasted before the first paint

        if holds_token(event.text):
            event.prevent_default()

    def action_move(self, distance: int) -> None:
        """Asks for another row."""
        self.post_message(self.Moved(distance))

    def action_leave(self, clear: bool) -> None:
        """Goes back to the list."""
        self.post_message(self.Left(clear))


class ClaimsFilter(FilterInput):
    """The one that searches the claims of a token."""
