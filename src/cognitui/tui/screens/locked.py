"""What stands before everything once nobody has been there for a while."""

from __future__ import annotations

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Static

from cognitui.model.duration import rough


class Locked(ModalScreen[None]):
    """Hides what is on the screen until a key is pressed; that key does nothing else."""

    CSS_PATH = "../dialogs.tcss"

    def __init__(self, after: float) -> None:
        """Takes the seconds that nobody was there."""
        super().__init__()
        self._after = after

    def compose(self) -> ComposeResult:
        """Why nothing is seen, and how it comes back."""
        with Vertical(classes="dialog -question"):
            yield Static(f"Nobody was here for {rough(self._after)}. Tokens and secrets are dropped from memory.")
            yield Static("Any key or a click goes on; the keyring still has what it had.", classes="message")

    async def on_event(self, event: events.Event) -> None:
        """Takes whatever a person does, before it means anything."""
        if isinstance(event, events.Key | events.MouseDown | events.Paste):
            event.stop()
            event.prevent_default()
            self.dismiss()
        else:
            await super().on_event(event)
