"""The forms of a token, one under the other: key, name and how it looks."""

from __future__ import annotations

from msgspec import Struct
from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.strip import Strip

from cognitui.model.text import inert
from cognitui.model.token_formats import TokenFormat
from cognitui.tui.colors import inks
from cognitui.tui.widgets.line_list import LineList


class FormRow(Struct, frozen=True):
    """One form."""

    form: TokenFormat
    key: str
    """What picks it, as people read it."""
    preview: str
    """Without the token; inert."""


class FormList(LineList):
    """A menu: a single click chooses, as the key of a row does."""

    DEFAULT_CSS = """
    FormList { height: 1fr; }
    """

    def __init__(self, rows: tuple[FormRow, ...]) -> None:
        """Takes the rows in their order."""
        super().__init__()
        self._rows = rows
        self._key_width = max(cell_len(row.key) for row in rows)
        self._name_width = max(cell_len(row.form.label) for row in rows)

    @property
    def row_count(self) -> int:
        """How many forms there are."""
        return len(self._rows)

    @property
    def highlighted(self) -> TokenFormat:
        """The form under the cursor."""
        return self._rows[self.cursor].form

    def draw_row(self, row: int, width: int, style: Style) -> Strip:
        """Draws one form."""
        shown = self._rows[row]
        variables = inks(self.app)
        room = width - self._key_width - self._name_width - 6
        return Strip(
            [
                Segment(
                    f" {set_cell_size(shown.key, self._key_width)}  ",
                    style + Style(bold=True, color=variables["primary"]),
                ),
                Segment(f"{set_cell_size(shown.form.label, self._name_width)}  ", style),
                Segment(inert(shown.preview, max(1, room)), style + Style(color=variables["foreground-muted"])),
            ]
        )

    def on_click(self, event: events.Click) -> None:
        """Chooses the row at once."""
        # Else the class below it would hear the click, too, and wait for a second one.
        event.prevent_default()
        row = event.y + self.scroll_offset.y
        if row < self.row_count:
            self.cursor = row
            self.post_message(self.Chosen(self, row))
