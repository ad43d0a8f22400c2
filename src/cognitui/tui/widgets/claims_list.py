"""List of a token's claims; the one under the cursor is explained."""

from __future__ import annotations

import re

from msgspec import Struct
from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual.reactive import var
from textual.strip import Strip

from cognitui.model.claims import ClaimRow
from cognitui.tui.presentation import FAIL, HEADER, PASS, PAYLOAD, SIGNATURE, shortened, wrapped_text
from cognitui.tui.profile_filter import pattern_of, segments
from cognitui.tui.theme import theme_colors
from cognitui.tui.widgets.line_list import LineList

_COLORS = {PASS: "success", FAIL: "error", HEADER: "warning", PAYLOAD: "secondary", SIGNATURE: "accent"}
"""The theme's variable for values of some kinds, which are also named in words."""


class _Line(Struct, frozen=True):
    claim: ClaimRow
    place: int
    """The index of the claim."""
    name: str
    text: str
    note: str


class ClaimsList(LineList):
    """Name, value, and the distance of a time. Long values are wrapped."""

    DEFAULT_CSS = """
    ClaimsList { height: 1fr; }
    """

    claims: var[tuple[ClaimRow, ...]] = var(())
    """The content in order, already inert."""

    query_text: var[str] = var("")
    """The search text: only claims that contain it are shown, with matches marked."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 (Textual's own name)
        super().__init__(id=id)
        self._lines: tuple[_Line, ...] = ()
        self._pattern: re.Pattern[str] | None = None

    @property
    def row_count(self) -> int:
        """The number of lines at this width."""
        return len(self._lines)

    @property
    def highlighted(self) -> ClaimRow | None:
        """The claim under the cursor."""
        return self._lines[self.cursor].claim if self.cursor < len(self._lines) else None

    @property
    def highlighted_place(self) -> int | None:
        """The index of the claim under the cursor, counting filtered ones too."""
        return self._lines[self.cursor].place if self.cursor < len(self._lines) else None

    @property
    def first_lines(self) -> list[int]:
        """The first line of each shown claim."""
        places = [line.place for line in self._lines]
        return [number for number, place in enumerate(places) if not number or place != places[number - 1]]

    @property
    def match_count(self) -> int:
        """How many claims are shown."""
        return len({line.place for line in self._lines})

    def draw_row(self, row: int, width: int, style: Style) -> Strip:
        """Draw one line of a claim."""
        line = self._lines[row]
        colors = theme_colors(self.app)
        name_width = self._name_width(width)
        color = _COLORS.get(line.claim.kind)
        value_style = style + Style(color=colors[color]) if color else style
        name = " " + set_cell_size(line.name, name_width)
        note = f"   {line.note}" if line.note else ""
        return Strip(
            [
                *segments(name, style + Style(color=colors["secondary"]), self._pattern),
                *segments(line.text, value_style, self._pattern),
                Segment(note, style + Style(color=colors["foreground-muted"])),
            ]
        )

    def tooltip_of_row(self, row: int) -> str:
        """Return the meaning and the whole value of a claim."""
        # Costs 1 ms, and the first paint has no mouse.
        from cognitui.tui.tooltips import of_claim

        return of_claim(self._lines[row].claim)

    def watch_claims(self) -> None:
        """Lay out and draw the lines."""
        self._lay_out()
        self.rows_changed()

    def watch_query_text(self) -> None:
        """Show what matches, from the first one."""
        self._pattern = pattern_of(self.query_text)
        self.empty_text = " No claim matches." if self._pattern else ""
        self._lay_out()
        self.cursor = 0
        self.rows_changed()

    def on_resize(self) -> None:
        """Wrap the values again."""
        self._lay_out()
        super().on_resize()

    def _lay_out(self) -> None:
        width = self.row_width
        name_width = self._name_width(width)
        room = max(8, width - name_width - 2)
        lines: list[_Line] = []
        for place, claim in enumerate(self.claims):
            if not self._matches(claim):
                continue
            name, note = shortened(claim.name, name_width - 1), claim.note
            wrapped = [part for value in claim.lines for part in wrapped_text(value, room)] or [""]
            if note and cell_len(wrapped[-1]) + cell_len(note) + 3 > room:
                wrapped, note = [*wrapped, note], ""
            for number, text in enumerate(wrapped):
                last = number == len(wrapped) - 1
                lines.append(_Line(claim, place, "" if number else name, text, note if last else ""))
        self._lines = tuple(lines)

    def _matches(self, claim: ClaimRow) -> bool:
        return self._pattern is None or any(map(self._pattern.search, (claim.name, *claim.lines)))

    def _name_width(self, width: int) -> int:
        longest = max((cell_len(claim.name) for claim in self.claims), default=8) + 2
        return max(8, min(longest, width // 3, 26))
