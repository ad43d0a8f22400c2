"""Tooltips of widgets that draw their own lines: what is said depends on the cell under the mouse."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text
from textual.visual import VisualType
from textual.widget import Widget

if TYPE_CHECKING:
    _Widget = Widget
else:
    _Widget = object  # a widget class of its own would cost every start 0.2 ms


class Pointed(_Widget):
    """Textual asks for the tooltip when it shows it: a move of the mouse costs nothing, and no words are old."""

    def words_at(self, column: int, line: int) -> str:
        """Return what is said of a cell, already inert; empty if there is nothing to say."""
        return ""

    @property
    def tooltip(self) -> VisualType | None:
        """What is said of the cell under the mouse: text, and never markup."""
        at = self.app.mouse_position - self.region.offset
        words = self.words_at(at.x, at.y)
        return Text(words) if words else None

    @tooltip.setter
    def tooltip(self, _tooltip: VisualType | None) -> None:
        raise AttributeError(f"the tooltip of {type(self).__name__} depends on the mouse")
