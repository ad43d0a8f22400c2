"""A list to choose from, as long as it may be: the next page is asked for where its end comes into view."""

from __future__ import annotations

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual.message import Message
from textual.strip import Strip

from cognitui.importing.trail import Choice, Row
from cognitui.model.text import inert
from cognitui.tui.colors import inks
from cognitui.tui.widgets.line_list import LineList

_LONGEST = 200
"""Characters of a text or a note that are drawn."""


class ChoiceList(LineList, can_focus=False):
    """Rows with a note each; what is marked has a tick. Its keys come to the field above it."""

    DEFAULT_CSS = """
    ChoiceList { height: 1fr; min-height: 3; }
    ChoiceList .line-list--cursor { background: $primary 35%; text-style: bold; }
    ChoiceList:ansi .line-list--cursor { background: ansi_default; text-style: reverse; }
    """

    class EndSeen(Message):
        """The last row is in view."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 (Textual's own name)
        super().__init__(id=id)
        self._rows: tuple[Row, ...] = ()
        self._marked: frozenset[Choice] = frozenset()
        self._longest = 0
        """Cells of the longest text."""

    @property
    def row_count(self) -> int:
        """How many have come."""
        return len(self._rows)

    @property
    def highlighted(self) -> Row | None:
        """The row under the cursor."""
        return self._rows[self.cursor] if self.cursor < len(self._rows) else None

    @property
    def is_end_in_view(self) -> bool:
        """Whether the last row is in view."""
        return self.size.height > 0 and self.scroll_offset.y + self.size.height >= self.row_count

    def show(self, rows: tuple[Row, ...], marked: frozenset[Choice], *, anew: bool) -> None:
        """Shows rows; where they are others and not more of the same, from the first one on."""
        self._rows = rows
        self._longest = max((cell_len(inert(row.text, _LONGEST)) for row in rows), default=0)
        self._marked = marked
        if anew:
            self.cursor = 0
            self.scroll_to(y=0, animate=False, immediate=True)
        self.rows_changed()
        self.call_after_refresh(self._look_for_end)

    def watch_cursor(self, before: int, now: int) -> None:
        """Scrolls to the cursor."""
        super().watch_cursor(before, now)
        self._look_for_end()

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """The wheel and the bar come to the end, too."""
        super().watch_scroll_y(old_value, new_value)
        self._look_for_end()

    def _look_for_end(self) -> None:
        if self.is_end_in_view:
            self.post_message(self.EndSeen())

    def draw_row(self, row: int, width: int, style: Style) -> Strip:
        """Draws one row: the tick, the text, the note."""
        shown = self._rows[row]
        variables = inks(self.app)
        tick = "✓" if shown.choice in self._marked else " "
        text, note = inert(shown.text, _LONGEST), inert(shown.note, _LONGEST)
        column = min(self._longest + 2, max(12, width * 2 // 3)) if note else max(1, width - 4)
        text = set_cell_size(text, column) if cell_len(text) < column else f"{set_cell_size(text, column - 2)}… "
        return Strip(
            [
                Segment(f" {tick} ", style + Style(color=variables["success"])),
                Segment(text, style),
                Segment(note, style + Style(color=variables["foreground-muted"])),
            ]
        )
