"""An input for what nobody may read over a shoulder."""

from __future__ import annotations

from textual.actions import SkipAction
from textual.widgets import Input


class SecretInput(Input):
    """A masked input whose text never reaches the clipboard.

    Textual's own copies the clear text of a masked input on ctrl+c, and sends it to the terminal by OSC 52.
    """

    def __init__(
        self,
        *,
        value: str = "",
        placeholder: str = "",
        id: str | None = None,  # noqa: A002 (Textual's own name)
    ) -> None:
        super().__init__(value, placeholder=placeholder, password=True, compact=True, id=id)

    def action_copy(self) -> None:
        """Says that a masked text is not copied; without a selection, the key means what it means in the dialog."""
        if not self.selected_text:
            raise SkipAction
        self.app.notify("A masked text is not copied.", severity="warning", markup=False)

    def action_cut(self) -> None:
        """Says that a masked text is not copied."""
        self.action_copy()
