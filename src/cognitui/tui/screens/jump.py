"""Letters on everything that can be gone to."""

from __future__ import annotations

import string
from collections.abc import Sequence

from textual import events
from textual.app import ComposeResult
from textual.widgets import Static

from cognitui.tui.dialogs.base import Dialog

LETTERS = "asdfghjklqwertyuiopzxcvbnm" + string.ascii_uppercase
"""Those under the fingers first; what is further down the screen than there are letters has none."""


class Jump(Dialog[int | None]):
    """Stands over the main screen for one key: a letter chooses its target, any other key or a click none."""

    CSS_PATH = "../dialogs.tcss"

    def __init__(self, places: Sequence[tuple[int, int]]) -> None:
        """Takes where the targets are: column and line on the screen."""
        super().__init__()
        self._places = places[: len(LETTERS)]

    def compose(self) -> ComposeResult:
        """A letter on each target."""
        for letter, (column, line) in zip(LETTERS, self._places, strict=False):
            label = Static(letter, classes="jump", markup=False)
            label.styles.offset = (column, line)
            yield label

    def on_key(self, event: events.Key) -> None:
        """Goes where the letter stands."""
        event.stop()
        at = LETTERS.find(event.character) if event.character else -1
        self.dismiss(at if 0 <= at < len(self._places) else None)

    def on_click(self) -> None:
        """Goes nowhere."""
        self.dismiss(None)
