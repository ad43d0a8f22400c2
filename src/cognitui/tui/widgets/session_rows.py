"""List of a user's sessions: one line each, below a line of headings."""

from __future__ import annotations

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual.reactive import var
from textual.strip import Strip

from cognitui.model.text import inert
from cognitui.model.user_session import UserSession
from cognitui.tui.presentation import shortened
from cognitui.tui.theme import theme_colors
from cognitui.tui.widgets.line_list import LineList


class SessionRows(LineList):
    """The user's sessions below a line of headings, one line each."""

    DEFAULT_CSS = """
    SessionRows { height: auto; max-height: 8; min-height: 2; }
    """

    sessions: var[tuple[UserSession, ...]] = var(())
    """In the order of the list."""
    now: var[float] = var(0.0)
    """When they were listed; seconds since the epoch."""

    _HEADS = ("LAST ACTIVE", "DEVICE", "PLACE", "APP CLIENT")
    _WIDTHS = (11, 16, 17)
    _MARK = 5

    @property
    def row_count(self) -> int:
        """The number of sessions."""
        return len(self.sessions)

    @property
    def line_count(self) -> int:
        """The sessions and their headings."""
        return self.row_count + 1

    def line_of(self, row: int) -> int:
        """Return the line of a session."""
        return row + 1

    def row_at(self, line: int) -> int | None:
        """Return the session at a line; None for the headings."""
        return line - 1 if 0 < line <= self.row_count else None

    @property
    def highlighted(self) -> UserSession | None:
        """The session under the cursor."""
        return self.sessions[self.cursor] if self.sessions else None

    def watch_sessions(self) -> None:
        """Measure and draw the rows again."""
        self.styles.height = min(8, self.line_count)
        self.rows_changed()

    def draw_heading(self, line: int, width: int, style: Style) -> Strip:
        """Draw the headings of the columns."""
        muted = style + Style(color=theme_colors(self.app)["foreground-muted"])
        return Strip([Segment(self._row("", self._HEADS, width), muted)])

    def draw_row(self, row: int, width: int, style: Style) -> Strip:
        """Draw a session; the mark says which one is this one."""
        session = self.sessions[row]
        cells = (session.active_words(self.now), session.device_name, session.place or "-", _app(session))
        mark = style + Style(bold=True, color=theme_colors(self.app)["success"])
        text = self._row("this" if session.is_current else "", cells, width)
        return Strip([Segment(text[: self._MARK + 1], mark), Segment(text[self._MARK + 1 :], style)])

    def tooltip_of_row(self, row: int) -> str:
        """Return all of a session, for what is cut in its row."""
        session = self.sessions[row]
        return f"{session.details}\n{inert(session.id, 60)}"

    def _row(self, mark: str, cells: tuple[str, ...], width: int) -> str:
        fixed = "".join(
            f"{set_cell_size(shortened(cell, size), size)}  " for cell, size in zip(cells, self._WIDTHS, strict=False)
        )
        room = max(4, width - cell_len(fixed) - self._MARK - 1)
        return f" {mark:<{self._MARK}}{fixed}{shortened(cells[-1], room)}"


def _app(session: UserSession) -> str:
    return f"browser, {session.app}" if session.is_browser else session.app
