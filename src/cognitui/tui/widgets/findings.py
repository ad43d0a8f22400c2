"""Findings of the doctor: the list, each with its fix below it, and the counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from enum import Enum

from msgspec import Struct
from rich.cells import set_cell_size
from rich.segment import Segment
from rich.style import Style
from rich.text import Text
from textual.app import RenderResult
from textual.geometry import Region
from textual.reactive import reactive, var
from textual.strip import Strip
from textual.widget import Widget

from cognitui.model.diagnostics import Finding, Verdict
from cognitui.model.profile import Profile
from cognitui.model.struct import Frozen
from cognitui.model.text import inert
from cognitui.services import Services
from cognitui.tui.presentation import spinner, wrapped_text
from cognitui.tui.theme import theme_colors
from cognitui.tui.widgets.line_list import LineList

SETUP = "This computer"

_COUNT_LABELS = {
    Verdict.FAIL: "to fix",
    Verdict.WARN: "warning",
    Verdict.SKIP: "skipped",
    Verdict.NOTE: "note",
    Verdict.PASS: "fine",
}
"""The labels of the counts, the worst first."""
_NOUNS = (Verdict.WARN, Verdict.NOTE)
"""The verdicts whose label is a noun; more than one takes an s."""


class Examined(Frozen, frozen=True):
    """A finding, and what it is about."""

    part: str
    """`SETUP`, or the id of a profile; inert."""
    finding: Finding


def examination(services: Services, profile: Profile | None) -> Iterator[Examined]:
    """Return the checks of the setup, then those of a profile; each runs when it is requested.

    The first one also loads the doctor's modules, so none of it belongs on the UI thread.
    """
    doctor = services.doctor
    for finding in doctor.of_setup():
        yield Examined(SETUP, finding)
    if profile is not None:
        for finding in doctor.of_profile(profile):
            yield Examined(inert(profile.id, 60), finding)


def counted(examined: Iterable[Examined], width: int) -> tuple[tuple[Verdict, str], ...]:
    """Return the number of findings for each verdict, the worst first, without zeros.

    Args:
        examined: The findings.
        width: The available cells; the longest words that fit are used: `2 to fix`, `2 fail` or `2`.
    """
    counts = Counter(one.finding.verdict for one in examined)
    there = [(verdict, counts[verdict]) for verdict in _COUNT_LABELS if counts[verdict]]
    forms = (
        tuple((verdict, _labeled(verdict, count)) for verdict, count in there),
        tuple((verdict, f"{count} {verdict.value}") for verdict, count in there),
    )
    shortest = tuple((verdict, f"{count}") for verdict, count in there)
    return next((form for form in forms if _width(form) <= width), shortest)


def _labeled(verdict: Verdict, count: int) -> str:
    return f"{count} {_COUNT_LABELS[verdict]}{'s' if verdict in _NOUNS and count > 1 else ''}"


def _width(form: Iterable[tuple[Verdict, str]]) -> int:
    """Return the width of the counts side by side, each after its sign."""
    return sum(len(f"{verdict.sign} {words}  ") for verdict, words in form)


def worst_place(examined: Sequence[Examined]) -> int:
    """Return the index of the first failure, else of the first warning, else 0."""
    verdicts = [one.finding.verdict for one in examined]
    return next((verdicts.index(wanted) for wanted in (Verdict.FAIL, Verdict.WARN) if wanted in verdicts), 0)


VERDICT_COLORS = {
    Verdict.PASS: "success",
    Verdict.WARN: "warning",
    Verdict.FAIL: "error",
    Verdict.NOTE: "foreground",
    Verdict.SKIP: "foreground-muted",
}
"""The theme's variable for each verdict; sign and word show it too."""

_VERDICT_WIDTH = 8
"""The width of sign and word."""
_CHECK_WIDTH = 14
"""The width of check names; constant, so that findings do not move when more arrive."""
_INDENT = 1 + _VERDICT_WIDTH + _CHECK_WIDTH
_ARROW = "→ "


class _Kind(Enum):
    SPACE = 0
    HEADING = 1
    FIRST = 2
    MORE = 3
    FIX = 4
    MORE_FIX = 5


class _Line(Struct, frozen=True):
    kind: _Kind
    place: int
    """The index of the finding; a heading has the index of the one below it."""
    text: str = ""


class FindingsList(LineList):
    """Verdict, check, what was found, and what to do. The cursor goes from finding to finding, all lines of it."""

    DEFAULT_CSS = """
    FindingsList { height: 1fr; }
    """

    examined: var[tuple[Examined, ...]] = var(())
    """The content in order, already inert."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 (Textual's own name)
        super().__init__(id=id)
        self._lines: tuple[_Line, ...] = ()
        self._firsts: tuple[int, ...] = ()
        """The row with which each finding begins."""

    @property
    def row_count(self) -> int:
        """The number of lines at this width."""
        return len(self._lines)

    @property
    def place(self) -> int:
        """The index of the finding under the cursor."""
        return self._lines[self.cursor].place if self._lines else 0

    @property
    def highlighted(self) -> Finding | None:
        """The finding under the cursor."""
        return self.examined[self.place].finding if self._lines else None

    @property
    def is_at_end(self) -> bool:
        """Whether the cursor is on the last finding, or there is none yet."""
        return self.place >= len(self._firsts) - 1

    def go_to(self, place: int) -> None:
        """Put the cursor on the finding with that index."""
        self.cursor = self._firsts[place]

    def validate_cursor(self, row: int) -> int:
        """Keep the cursor on the first line of a finding."""
        row = super().validate_cursor(row)
        return self._firsts[self._lines[row].place] if self._lines else 0

    def is_under_cursor(self, row: int) -> bool:
        """Whether a row is one of the finding under the cursor."""
        line = self._lines[row]
        return line.place == self.place and line.kind not in (_Kind.SPACE, _Kind.HEADING)

    def watch_cursor(self, before: int, now: int) -> None:
        """Redraw all lines of both findings, and scroll to the cursor."""
        self.refresh()
        self.show_cursor()

    def show_cursor(self) -> None:
        """Scroll as little as it takes to see the whole finding, and the heading above the first of a part.

        Of one that is longer than the view, the beginning.
        """
        if rows := self._rows_of_cursor():
            region = Region(0, rows.start, max(1, self.size.width), min(len(rows), max(1, self.size.height)))
            self.scroll_to_region(region, animate=False, force=True, immediate=True, x_axis=False)

    def move(self, distance: int) -> None:
        """Move by findings; through one that is longer than the view it goes line by line."""
        place = self.place + distance
        if self._goes_on(distance) or not 0 <= place < len(self._firsts):
            self.scroll_relative(y=distance, animate=False, immediate=True)
        else:
            self.go_to(place)

    def action_move_page(self, direction: int) -> None:
        """Move by what is in view, and by one finding at least."""
        page = direction * max(1, self.size.height - 1)
        if self._goes_on(direction):
            self.scroll_relative(y=page, animate=False, immediate=True)
            return
        before = self.cursor
        self.cursor = before + page
        if self.cursor == before:
            self.move(direction)

    def _goes_on(self, direction: int) -> bool:
        """Whether the finding is longer than the view, and there is more of it in that direction."""
        rows, top, height = self._rows_of_cursor(), self.scroll_offset.y, self.size.height
        if len(rows) <= height:
            return False
        return rows.stop > top + height if direction > 0 else rows.start < top

    def _rows_of_cursor(self) -> range:
        rows = [row for row, line in enumerate(self._lines) if line.place == self.place]
        return range(rows[0], rows[-1] + 1) if rows else range(0)

    def watch_examined(self) -> None:
        """Lay out and draw the lines."""
        self._lay_out()
        self.rows_changed()

    def on_resize(self) -> None:
        """Wrap the texts again; the cursor stays on its finding."""
        place = self.place
        self._lay_out()
        if self._lines:
            self.go_to(place)
        super().on_resize()

    def draw_row(self, row: int, width: int, style: Style) -> Strip:
        """Draw one line of a finding."""
        line = self._lines[row]
        colors = theme_colors(self.app)
        if line.kind is _Kind.HEADING:
            return Strip([Segment(f" {line.text}", style + Style(bold=True, color=colors["primary"]))])
        if line.kind is _Kind.FIRST:
            return Strip([*self._begin(self.examined[line.place].finding, style), Segment(line.text, style)])
        before = _ARROW if line.kind is _Kind.FIX else "  " if line.kind is _Kind.MORE_FIX else ""
        return Strip(
            [
                Segment(" " * _INDENT, style),
                Segment(before, style + Style(bold=True, color=colors["primary"])),
                Segment(line.text, style),
            ]
        )

    def _begin(self, finding: Finding, style: Style) -> list[Segment]:
        colors = theme_colors(self.app)
        verdict = set_cell_size(f"{finding.verdict.sign} {finding.verdict.value}", _VERDICT_WIDTH)
        return [
            Segment(f" {verdict}", style + Style(color=colors[VERDICT_COLORS[finding.verdict]])),
            Segment(set_cell_size(finding.check, _CHECK_WIDTH), style + Style(color=colors["secondary"])),
        ]

    def _lay_out(self) -> None:
        lines: list[_Line] = []
        part = ""
        for place, one in enumerate(self.examined):
            if one.part != part:
                lines += [_Line(_Kind.SPACE, place)] if part else []
                lines.append(_Line(_Kind.HEADING, place, one.part))
                part = one.part
            lines += self._lines_of(place, one.finding)
        self._lines = tuple(lines)
        self._firsts = tuple(row for row, line in enumerate(lines) if line.kind is _Kind.FIRST)

    def _lines_of(self, place: int, finding: Finding) -> list[_Line]:
        # The bar may come with a later finding, and takes a column.
        room = max(8, self.size.width - _INDENT - 2)
        said = wrapped_text(finding.result, room)
        fix = wrapped_text(finding.fix, room - len(_ARROW)) if finding.fix else []
        return [
            *(_Line(_Kind.MORE if number else _Kind.FIRST, place, text) for number, text in enumerate(said)),
            *(_Line(_Kind.MORE_FIX if number else _Kind.FIX, place, text) for number, text in enumerate(fix)),
        ]


class FindingsCount(Widget):
    """One line, in as many words as fit."""

    examined: reactive[tuple[Examined, ...]] = reactive(())
    """The findings to count."""
    seconds: reactive[int | None] = reactive(None)
    """Since the beginning; None if nothing is being examined."""

    def render(self) -> RenderResult:
        """Draw the line."""
        colors = theme_colors(self.app)
        text = Text(no_wrap=True)
        if self.seconds is not None:
            turning = spinner(self.seconds, still=self.app.animation_level == "none")
            text.append(f"{turning} Checking…{f' {self.seconds} s' if self.seconds else ''}  ", Style(bold=True))
        for verdict, words in counted(self.examined, self.size.width - text.cell_len):
            text.append(f"{verdict.sign} {words}  ", Style(bold=True, color=colors[VERDICT_COLORS[verdict]]))
        return text
