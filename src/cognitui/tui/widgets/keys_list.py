"""All keys, by group: what each does, and in a wide terminal its id."""

from __future__ import annotations

import re

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual.reactive import var
from textual.strip import Strip

from cognitui.tui.colors import inks
from cognitui.tui.key_rows import KeyRow, found
from cognitui.tui.matches import pattern_of, segments
from cognitui.tui.widgets.line_list import LineList

_ROOM_FOR_IDS = 104
"""Cells in which no sentence has to be cut beside the ids."""
_MOST_FOR_KEYS = 16
_GAP = 2


class KeysList(LineList):
    """Headings and keys while nothing is searched for; else what was found, without headings."""

    DEFAULT_CSS = """
    KeysList { height: 1fr; }
    """

    rows: var[tuple[KeyRow, ...]] = var(())
    """All of them."""
    query_text: var[str] = var("")
    """What is searched for: words, a key or an id."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 (Textual's own name)
        super().__init__(id=id)
        self._found: tuple[KeyRow, ...] = ()
        self._lines: tuple[int | str, ...] = ()
        """The place of a row among those that were found, or the words of a heading."""
        self._pattern: re.Pattern[str] | None = None

    @property
    def row_count(self) -> int:
        """How many were found."""
        return len(self._found)

    @property
    def line_count(self) -> int:
        """Rows and headings."""
        return len(self._lines)

    @property
    def highlighted(self) -> KeyRow | None:
        """The row under the cursor."""
        return self._found[self.cursor] if self._found else None

    def line_of(self, row: int) -> int:
        """Returns the line of a row."""
        return self._lines.index(row) if row in self._lines else 0

    def row_at(self, line: int) -> int | None:
        """Returns the row at a line; None at a heading."""
        at = self._lines[line] if 0 <= line < len(self._lines) else ""
        return at if isinstance(at, int) else None

    def draw_row(self, row: int, width: int, style: Style) -> Strip:
        """Draws the keys, the sentence and, where there is room, the id."""
        shown, variables = self._found[row], inks(self.app)
        keys_width, id_width = self._keys_width(), self._id_width(width)
        keys = _fit(shown.keys, keys_width)
        room = max(8, width - 1 - keys_width - _GAP - (id_width + _GAP if id_width else 0))
        parts = [
            Segment(" " * (1 + keys_width - cell_len(keys)), style),
            Segment(keys, style + Style(bold=True, color=variables["primary"])),
            Segment(" " * _GAP, style),
            *segments(set_cell_size(_fit(shown.words, room), room), style, self._pattern),
        ]
        if id_width:
            ink = Style(color=variables["foreground-muted"])
            parts += [Segment(" " * _GAP, style), *segments(shown.id, style + ink, self._pattern)]
        return Strip(parts)

    def draw_heading(self, line: int, width: int, style: Style) -> Strip:
        """Draws the name of a group."""
        if line >= len(self._lines):
            return super().draw_heading(line, width, style)
        ink = Style(bold=True, color=inks(self.app)["secondary"])
        return Strip([Segment(f"{'':{1 + self._keys_width() + _GAP}}{self._lines[line]}", style + ink)])

    def watch_rows(self) -> None:
        """Shows others."""
        self._search()

    def watch_query_text(self) -> None:
        """Shows what matches, from the first one."""
        self._search()

    def _search(self) -> None:
        self._pattern = pattern_of(self.query_text.strip())
        self._found = found(self.rows, self.query_text) if self._pattern else self.rows
        self._lines = tuple(range(len(self._found))) if self._pattern else _with_headings(self.rows)
        self.empty_text = " No key matches." if self._pattern else ""
        self.cursor = 0
        self.rows_changed()
        self.scroll_to(y=0, animate=False, immediate=True)

    def _keys_width(self) -> int:
        return min(_MOST_FOR_KEYS, max((cell_len(row.keys) for row in self.rows), default=0))

    def _id_width(self, width: int) -> int:
        return max((len(row.id) for row in self.rows), default=0) if width >= _ROOM_FOR_IDS else 0


def _with_headings(rows: tuple[KeyRow, ...]) -> tuple[int | str, ...]:
    lines: list[int | str] = []
    for place, row in enumerate(rows):
        if not place or row.group != rows[place - 1].group:
            lines.append(row.group)
        lines.append(place)
    return tuple(lines)


def _fit(text: str, width: int) -> str:
    return text if cell_len(text) <= width else f"{set_cell_size(text, width - 1).rstrip()}…"
