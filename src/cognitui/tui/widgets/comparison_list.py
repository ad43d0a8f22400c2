"""Two tokens side by side, claim by claim."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import zip_longest

from msgspec import Struct
from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual.reactive import var
from textual.strip import Strip

from cognitui.model.claim_diff import Change, ClaimChange, Pair
from cognitui.tui.colors import inks
from cognitui.tui.widgets.line_list import LineList
from cognitui.tui.wrapping import wrapped_text

_WORDS = {
    Change.ADDED: "+ added",
    Change.MISSING: "− missing",  # noqa: RUF001 (as wide as the plus)
    Change.CHANGED: "≠ changed",
    Change.SAME: "= same",
}
_INKS = {
    Change.ADDED: "success",
    Change.MISSING: "error",
    Change.CHANGED: "warning",
    Change.SAME: "foreground-muted",
}
_WORD_WIDTH = 10
_NARROW = 70
"""Below this many cells the two values stand one below the other."""
_LEFT, _RIGHT = "left   ", "right  "


class _Line(Struct, frozen=True):
    change: Change
    """Of the values."""
    said: Change | None
    """What the line begins with; None below the first line."""
    name: str
    left: str
    right: str


class ComparisonList(LineList):
    """What happened to a claim, its name, its value in the one token and in the other."""

    DEFAULT_CSS = """
    ComparisonList { height: 1fr; }
    """

    changes: var[tuple[ClaimChange, ...]] = var(())
    """What is shown, in this order; already inert."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 (Textual's own name)
        super().__init__(id=id)
        self._lines: tuple[_Line, ...] = ()

    @property
    def row_count(self) -> int:
        """How many lines the claims take at this width."""
        return len(self._lines)

    def draw_row(self, row: int, width: int, style: Style) -> Strip:
        """Draws one line of a claim."""
        line = self._lines[row]
        variables = inks(self.app)
        colored = style + Style(color=variables[_INKS[line.change]])
        name, value = self._widths()
        return Strip(
            [
                self._word(line.said, style),
                Segment(set_cell_size(line.name, name), style + Style(color=variables["secondary"])),
                Segment(set_cell_size(line.left, value) + " ", colored),
                Segment(line.right, colored),
            ]
        )

    def _word(self, said: Change | None, style: Style) -> Segment:
        if said is None:
            return Segment(" " * (_WORD_WIDTH + 1), style)
        ink = inks(self.app)[_INKS[said]]
        return Segment(f" {set_cell_size(_WORDS[said], _WORD_WIDTH)}", style + Style(color=ink))

    def watch_changes(self) -> None:
        """Lays the lines out and draws them."""
        self._lay_out()
        self.rows_changed()

    def on_resize(self) -> None:
        """Wraps the values anew."""
        self._lay_out()
        super().on_resize()

    def _lay_out(self) -> None:
        self._lines = tuple(line for change in self.changes for line in self._lines_of(change))

    def _lines_of(self, change: ClaimChange) -> list[_Line]:
        lines: list[_Line] = []
        name_width, width = self._widths()
        name = change.name if cell_len(change.name) < name_width else set_cell_size(change.name, name_width - 2) + "…"
        for place, pair in enumerate(change.pairs):
            sides = _stacked(pair, width) if self._is_narrow else _side_by_side(pair, width)
            for number, (left, right) in enumerate(sides):
                said = None if number else change.said_of(place)
                lines.append(_Line(pair.change, said, "" if lines else name, left, right))
        return lines

    @property
    def _is_narrow(self) -> bool:
        return self.row_width < _NARROW

    def _widths(self) -> tuple[int, int]:
        """The cells for the name, and for the value on each side."""
        whole = self.row_width
        longest = max((cell_len(change.name) for change in self.changes), default=8) + 2
        name = max(8, min(longest, whole // 4, 24))
        room = whole - _WORD_WIDTH - name - 2
        return name, max(6, room if self._is_narrow else room // 2)


def _side_by_side(pair: Pair, width: int) -> Iterator[tuple[str, str]]:
    yield from zip_longest(wrapped_text(pair.left, width), wrapped_text(pair.right, width), fillvalue="")


def _stacked(pair: Pair, width: int) -> Iterator[tuple[str, str]]:
    """What is the same stands there once, and what one side has alone needs no word for the side."""
    if pair.change is not Change.CHANGED:
        yield from ((line, "") for line in wrapped_text(pair.left or pair.right, width))
        return
    for word, value in ((_LEFT, pair.left), (_RIGHT, pair.right)):
        for number, line in enumerate(wrapped_text(value, width - len(word))):
            yield f"{' ' * len(word) if number else word}{line}", ""
