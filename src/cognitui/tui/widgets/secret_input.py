"""An input for what nobody may read over a shoulder."""

from __future__ import annotations

from textual.widgets import Input


class SecretInput(Input):
    """A masked input whose text never reaches the clipboard.

    Textual's own copies the clear text of a masked input on ctrl+c, and sends it to the terminal by OSC 52.
    """

    def __init__(self, *, placeholder: str = "", id: str | None = None) -> None:  # noqa: A002 (Textual's own name)
        super().__init__(placeholder=placeholder, password=True, compact=True, id=id)

    def action_copy(self) -> None:
        """Says that a masked text is not copied."""
        self.app.notify("A masked text is not copied.", severity="warning", markup=False)

    def action_cut(self) -> None:
        """Says that a masked text is not copied."""
        self.action_copy()
