"""A dialog that is read and closed."""

from __future__ import annotations

from typing import TypeVar

from textual.containers import VerticalScroll

from cognitui.tui.keymap import READER, bindings
from cognitui.tui.screens.dialog import Dialog

Result = TypeVar("Result")


class Reader(Dialog[Result]):
    """One frame that scrolls by the moving keys where the screen is low."""

    CSS_PATH = "../dialogs.tcss"
    BINDINGS = bindings(READER)

    def action_scroll(self, lines: int) -> None:
        """Scrolls by some lines, down or, below zero, up."""
        self.query_one(VerticalScroll).scroll_relative(y=lines, animate=False)
