"""The line that filters the profiles as a person types."""

from __future__ import annotations

from dataclasses import dataclass

from textual.binding import Binding
from textual.message import Message
from textual.widgets import Input


class FilterInput(Input):
    """An input that lets the arrows move the list; enter goes back to it, esc clears the filter."""

    BINDINGS = [  # noqa: RUF012 (Textual's own way to declare them)
        Binding("down", "move(1)", "Down", show=False),
        Binding("up", "move(-1)", "Up", show=False),
        Binding("escape", "leave(True)", "Clear", show=False),
        Binding("enter", "leave(False)", "Back to the list", show=False),
    ]

    DEFAULT_CSS = """
    FilterInput, FilterInput:focus {
        border: none;
        border-top: solid $primary 40%;
        height: 2;
        padding: 0 1;
        background: $surface;
    }
    """

    @dataclass
    class Moved(Message):
        """An arrow was pressed."""

        distance: int

    @dataclass
    class Left(Message):
        """A person is done with typing."""

        clear: bool

    def action_move(self, distance: int) -> None:
        """Asks for another row."""
        self.post_message(self.Moved(distance))

    def action_leave(self, clear: bool) -> None:
        """Goes back to the list."""
        self.post_message(self.Left(clear))
