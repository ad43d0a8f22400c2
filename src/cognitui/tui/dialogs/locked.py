"""Lock screen after some time without input."""

from __future__ import annotations

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Static

from cognitui.model.duration import rough
from cognitui.tui.dialogs.base import Dialog


class Locked(Dialog[None]):
    """Hide everything until a key is pressed; that key does nothing else."""

    CSS_PATH = "../dialogs.tcss"

    def __init__(self, after: float, *, in_memory: bool = False) -> None:
        """Create a lock.

        Args:
            after: Seconds without input.
            in_memory: Secrets are kept in memory because there is no keyring.
        """
        super().__init__()
        self._after = after
        self._in_memory = in_memory

    def compose(self) -> ComposeResult:
        """Say why nothing is shown and how to continue."""
        with Vertical(classes="dialog -question"):
            hidden = "Tokens are hidden" if self._in_memory else "Tokens and secrets were dropped from memory"
            kept = "Secrets stay in memory: no keyring is in use" if self._in_memory else "The keyring is unchanged"
            yield Static(f"Locked after {rough(self._after)} idle. {hidden}.")
            yield Static(f"Press any key or click to continue. {kept}.", classes="message")

    async def on_event(self, event: events.Event) -> None:
        """Close on any input, before it means anything else."""
        if isinstance(event, events.Key | events.MouseDown | events.Paste):
            event.stop()
            event.prevent_default()
            self.dismiss()
        else:
            await super().on_event(event)
