"""A QR code alone on the screen, for a window that has no room for it beside the question."""

from __future__ import annotations

from rich.style import Style
from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Static

from cognitui.qr import qr_lines
from cognitui.tui.screens.dialog import Dialog
from cognitui.tui.screens.secretive import Secretive


def drawn(text: str) -> Text:
    """Returns the code in its own colours whatever the theme: a camera wants white and black."""
    return Text("\n".join(qr_lines(text)), Style(color="#ffffff", bgcolor="#000000"))


class QrCode(Secretive, Dialog[None]):
    """The code, as large as it is; any key or click goes back to the question."""

    CSS_PATH = "../dialogs.tcss"

    def __init__(self, text: str) -> None:
        """Takes what is drawn."""
        super().__init__()
        self._text = text

    def compose(self) -> ComposeResult:
        """The code, and how to go back."""
        with Vertical(id="alone"):
            yield Static(drawn(self._text), id="qr")
            yield Static("Any key goes back.", markup=False, classes="back")

    def on_key(self, event: events.Key) -> None:
        """Goes back."""
        event.stop()
        self.dismiss(None)

    def on_click(self) -> None:
        """Goes back."""
        self.dismiss(None)
