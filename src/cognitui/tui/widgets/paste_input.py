"""An input for a pasted token."""

from __future__ import annotations

from textual import events
from textual.message import Message

from cognitui.tui.widgets.secret_input import SecretInput


class PasteInput(SecretInput):
    """Masked, and empty again as soon as something was pasted: a token stays nowhere.

    Textual's own takes the first line of a paste alone, and a terminal may have wrapped the token.
    """

    class Pasted(Message):
        """A text was pasted, or typed and entered; it may be a secret."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    def _on_paste(self, event: events.Paste) -> None:
        """Hands the whole paste over, with all its lines."""
        event.stop()
        event.prevent_default()
        self.value = ""
        self.post_message(self.Pasted(event.text))

    async def action_submit(self) -> None:
        """Hands over what was typed."""
        text, self.value = self.value, ""
        self.post_message(self.Pasted(text))
