"""Lists that draw only the lines in view, however many there are.

DataTable takes 1.4 s to fill with 10,000 rows and OptionList 0.5 s; Textual's line API costs what is visible.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from rich.text import Text
from textual import events
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import var
from textual.scroll_view import ScrollView
from textual.scrollbar import ScrollBarRender
from textual.strip import Strip
from textual.visual import VisualType
from textual.widget import Widget

from cognitui.model.text import inert
from cognitui.tui.actions.keybindings import bindings
from cognitui.tui.actions.registry import Place
from cognitui.tui.theme import readable, theme_colors

if TYPE_CHECKING:
    # Costs 3 ms, and the first paint shows no import.
    from cognitui.importing.from_aws import Choice, Row

    _Widget = Widget
else:
    _Widget = object  # a widget class of its own would cost every start 0.2 ms


class Pointed(_Widget):
    """Textual asks for the tooltip when it shows it: a move of the mouse costs nothing, and no words are old."""

    def tooltip_at(self, column: int, line: int) -> str:
        """Return what is said of a cell, already inert; empty if there is nothing to say."""
        return ""

    @property
    def tooltip(self) -> VisualType | None:
        """What is said of the cell under the mouse: text, and never markup."""
        at = self.app.mouse_position - self.region.offset
        words = self.tooltip_at(at.x, at.y)
        return Text(words) if words else None

    @tooltip.setter
    def tooltip(self, _tooltip: VisualType | None) -> None:
        raise AttributeError(f"the tooltip of {type(self).__name__} depends on the mouse")


class LineList(Pointed, ScrollView, can_focus=True, inherit_bindings=False):
    """One-line rows with a cursor. A subclass returns their number and draws a row.

    A subclass may put headings between the rows: lines that the cursor skips.

    The arrow keys are the screen's: they move the cursor. A scrollable widget's own would scroll instead.
    """

    BINDINGS = bindings(Place.LIST)

    COMPONENT_CLASSES = {"line-list--cursor"}  # noqa: RUF012 (Textual's own way to declare them)

    DEFAULT_CSS = """
    LineList {
        overflow-x: hidden;
        scrollbar-size-vertical: 1;
        scrollbar-gutter: stable;
        & .line-list--cursor { background: $panel; }
        &:focus .line-list--cursor { background: $primary 35%; text-style: bold; }
        &:ansi .line-list--cursor { text-style: underline; }
        &:ansi:focus .line-list--cursor { background: ansi_default; text-style: reverse; }
    }
    """

    cursor: var[int] = var(0)
    """The row that keys act on, from 0."""

    empty_text: var[str] = var("")
    """The text in place of the rows if there are none; drawn, because a widget would cost a new layout."""

    _style = Style.null()
    _cursor_style = Style.null()

    class Chosen(Message):
        """The row under the cursor was clicked again."""

        def __init__(self, line_list: LineList, row: int) -> None:
            super().__init__()
            self.line_list = line_list
            self.row = row

        @property
        def control(self) -> LineList:
            """The list, for `@on` selectors."""
            return self.line_list

    @property
    def row_count(self) -> int:
        """The number of rows."""
        return 0

    @property
    def line_count(self) -> int:
        """The number of lines, including headings."""
        return self.row_count

    def line_of(self, row: int) -> int:
        """Return the line of a row, from 0."""
        return row

    def row_at(self, line: int) -> int | None:
        """Return the row at a line; None at a heading and below the last line."""
        return line if line < self.row_count else None

    @property
    def row_width(self) -> int:
        """The cells of a row: the last column is kept for the scrollbar, which would cover the text."""
        return self.scrollable_size.width

    def draw_row(self, row: int, width: int, style: Style) -> Strip:
        """Return one row, `width` cells wide, on the background of `style`."""
        raise RuntimeError(f"{type(self).__name__} draws no rows")

    def draw_heading(self, line: int, width: int, style: Style) -> Strip:
        """Return a line that is not a row: the text of an empty list, or an empty line."""
        return Strip([Segment(self.empty_text if line == 0 else "", style)])

    def tooltip_of_row(self, row: int) -> str:
        """Return the tooltip of a row, already inert."""
        return ""

    def tooltip_of_heading(self, line: int) -> str:
        """Return the tooltip of a line that is not a row, already inert."""
        return ""

    def tooltip_at(self, column: int, line: int) -> str:
        """Return the tooltip of the row under the mouse."""
        line += self.scroll_offset.y
        row = self.row_at(line)
        return self.tooltip_of_heading(line) if row is None else self.tooltip_of_row(row)

    def rows_changed(self) -> None:
        """Announce other rows: the list measures and draws itself again."""
        self.virtual_size = Size(self.row_width, self.line_count)
        self.cursor = self.validate_cursor(self.cursor)
        self.refresh()

    def validate_cursor(self, row: int) -> int:
        """Keep the cursor on a row that there is."""
        return max(0, min(row, self.row_count - 1))

    def watch_cursor(self, before: int, now: int) -> None:
        """Redraw the two rows that changed, and scroll to the cursor."""
        self.refresh_line(self.line_of(before))
        self.refresh_line(self.line_of(now))
        self.show_cursor()

    def show_cursor(self) -> None:
        """Scroll just enough to show the cursor and the heading above it, without animation."""
        line = self.line_of(self.cursor)
        first = line - 1 if line and self.row_at(line - 1) is None else line
        region = Region(0, first, max(1, self.size.width), 1 + line - first)
        self.scroll_to_region(region, animate=False, force=True, immediate=True, x_axis=False)

    def go_amid(self, row: int) -> None:
        """Put the cursor on a row; if it was out of view, the rows around it come into view too."""
        line = self.line_of(self.validate_cursor(row))
        if not self.scroll_offset.y <= line < self.scroll_offset.y + self.size.height:
            self.scroll_to(y=max(0, line - self.size.height // 2), animate=False, force=True, immediate=True)
        self.cursor = row
        self.show_cursor()

    def is_under_cursor(self, row: int) -> bool:
        """Whether a row is drawn as the cursor."""
        return row == self.cursor

    def move(self, distance: int) -> None:
        """Move the cursor by rows, down if `distance` is positive."""
        self.cursor += distance

    def action_move_page(self, direction: int) -> None:
        """Move the cursor by what is in view."""
        self.move(direction * max(1, self.size.height - 1))

    def render_lines(self, crop: Region) -> list[Strip]:
        """Draw lines; their styles are worked out once for all of them, as that costs more than the drawing."""
        self._style = self.rich_style
        self._cursor_style = self.get_component_rich_style("line-list--cursor")
        return super().render_lines(crop)

    def render_line(self, y: int) -> Strip:
        """Draw the line at `y` of the visible part."""
        line = y + self.scroll_offset.y
        if (row := self.row_at(line)) is None:
            heading = _readable(self.draw_heading(line, self.row_width, self._style))
            return heading.adjust_cell_length(self.size.width, self._style)
        style = self._cursor_style if self.is_under_cursor(row) else self._style
        drawn = self.draw_row(row, self.row_width, style)
        shown = _in_one_color(drawn, style) if style.reverse else _readable(drawn)
        return shown.adjust_cell_length(self.size.width, style)

    def on_resize(self) -> None:
        """Rows are as wide as the list."""
        self.rows_changed()
        self.show_cursor()

    def on_click(self, event: events.Click) -> None:
        """Put the cursor on the row; a second click chooses it."""
        if (row := self.row_at(event.y + self.scroll_offset.y)) is None:
            return
        self.cursor = row
        if event.chain == 2:
            self.post_message(self.Chosen(self, row))


def _readable(strip: Strip) -> Strip:
    """Muted and coloured text is adjusted to the background of the cursor too."""
    return Strip([Segment(text, readable(style) if style else style) for text, style, _ in strip])


def _in_one_color(strip: Strip, row: Style) -> Strip:
    """Return the style of a reversed row, in which each colour would become a background."""
    own = Style(color=row.color, bgcolor=row.bgcolor)
    return Strip([Segment(text, style.without_color + own if style else row) for text, style, _ in strip])


_LONGEST = 200
"""Maximum characters of a text or note."""


class ChoiceList(LineList, can_focus=False):
    """Rows with notes; marked ones have a tick. The field above the list handles its keys."""

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
        """The number of rows so far."""
        return len(self._rows)

    @property
    def highlighted(self) -> Row | None:
        """The row under the cursor."""
        return self._rows[self.cursor] if self.cursor < len(self._rows) else None

    @property
    def is_end_in_view(self) -> bool:
        """Whether the last row is in view."""
        return self.size.height > 0 and self.scroll_offset.y + self.size.height >= self.row_count

    def show(self, rows: tuple[Row, ...], marked: frozenset[Choice], *, restart: bool) -> None:
        """Show rows; start at the first one unless they continue the current rows."""
        self._rows = rows
        self._longest = max((cell_len(inert(row.text, _LONGEST)) for row in rows), default=0)
        self._marked = marked
        if restart:
            self.cursor = 0
            self.scroll_to(y=0, animate=False, immediate=True)
        self.rows_changed()
        self.call_after_refresh(self._look_for_end)

    def watch_cursor(self, before: int, now: int) -> None:
        """Scroll to the cursor."""
        super().watch_cursor(before, now)
        self._look_for_end()

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Handle that the wheel or the scrollbar reached the end."""
        super().watch_scroll_y(old_value, new_value)
        self._look_for_end()

    def _look_for_end(self) -> None:
        if self.is_end_in_view:
            self.post_message(self.EndSeen())

    def draw_row(self, row: int, width: int, style: Style) -> Strip:
        """Draw one row: the tick, the text, the note."""
        shown = self._rows[row]
        colors = theme_colors(self.app)
        tick = "✓" if shown.choice in self._marked else " "
        text, note = inert(shown.text, _LONGEST), inert(shown.note, _LONGEST)
        column = min(self._longest + 2, max(12, width * 2 // 3)) if note else max(1, width - 4)
        text = set_cell_size(text, column) if cell_len(text) < column else f"{set_cell_size(text, column - 2)}… "
        return Strip(
            [
                Segment(f" {tick} ", style + Style(color=colors["success"])),
                Segment(text, style),
                Segment(note, style + Style(color=colors["foreground-muted"])),
            ]
        )


class WholeBar(ScrollBarRender):
    """Textual's own, without the glyphs at its ends."""

    VERTICAL_BARS: ClassVar[list[str]] = [" "] * 8
