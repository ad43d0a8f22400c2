"""What stands before everything once nobody has been there for a while."""

from __future__ import annotations

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Static

from cognitui.model.duration import rough
from cognitui.tui.dialogs.base import Dialog


class Locked(Dialog[None]):
    """Hides what is on the screen until a key is pressed; that key does nothing else."""

    CSS_PATH = "../dialogs.tcss"

    def __init__(self, after: float, *, in_memory: bool = False) -> None:
        """Takes the seconds that nobody was there, and whether secrets are kept in memory for want of a keyring."""
        super().__init__()
        self._after = after
        self._in_memory = in_memory

    def compose(self) -> ComposeResult:
        """Why nothing is seen, and how it comes back."""
        with Vertical(classes="dialog -question"):
            gone = "Tokens are hidden" if self._in_memory else "Tokens and secrets are dropped from memory"
            still = "secrets stay in memory: no keyring is used" if self._in_memory else "the keyring has what it had"
            yield Static(f"Nobody was here for {rough(self._after)}. {gone}.")
            yield Static(f"Any key or a click goes on; {still}.", classes="message")

    async def on_event(self, event: events.Event) -> None:
        """Takes whatever a person does, before it means anything."""
        if isinstance(event, events.Key | events.MouseDown | events.Paste):
            event.stop()
            event.prevent_default()
            self.dismiss()
        else:
            await super().on_event(event)
