"""Jump mode: a letter on each target."""

from __future__ import annotations

import string
from collections.abc import Sequence

from textual import events
from textual.app import ComposeResult
from textual.widgets import Static

from cognitui.tui.dialogs.base import Dialog

LETTERS = "asdfghjklqwertyuiopzxcvbnm" + string.ascii_uppercase
"""The home row first. Targets beyond the last letter get none."""


class Jump(Dialog[int | None]):
    """Wait for one key: a letter chooses its target, any other key or a click chooses none."""

    CSS_PATH = "../dialogs.tcss"

    def __init__(self, places: Sequence[tuple[int, int]]) -> None:
        """Create it for targets, each a column and a line on the screen."""
        super().__init__()
        self._places = places[: len(LETTERS)]

    def compose(self) -> ComposeResult:
        """Put a letter on each target."""
        for letter, (column, line) in zip(LETTERS, self._places, strict=False):
            label = Static(letter, classes="jump", markup=False)
            label.styles.offset = (column, line)
            yield label

    def on_key(self, event: events.Key) -> None:
        """Choose the target of a letter."""
        event.stop()
        at = LETTERS.find(event.character) if event.character else -1
        self.dismiss(at if 0 <= at < len(self._places) else None)

    def on_click(self) -> None:
        """Choose nothing."""
        self.dismiss(None)
