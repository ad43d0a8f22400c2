"""Comparison of two tokens, side by side."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import zip_longest

from msgspec import Struct
from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.reactive import var
from textual.strip import Strip
from textual.widgets import Button, Static

from cognitui.model.claim_diff import Change, ClaimChange, Pair, compare, differences
from cognitui.model.claims import Decoded, decode
from cognitui.model.duration import relative, short_local_time
from cognitui.model.profile import Profile
from cognitui.model.text import inert
from cognitui.model.token import Token
from cognitui.tui.actions.keybindings import bindings, key_in
from cognitui.tui.actions.registry import Place
from cognitui.tui.dialogs.base import Reader
from cognitui.tui.presentation import plain, wrapped_text
from cognitui.tui.theme import theme_colors
from cognitui.tui.widgets.line_list import LineList

_CHANGE_LABELS = {
    Change.ADDED: "+ added",
    Change.MISSING: "− missing",  # noqa: RUF001 (as wide as the plus)
    Change.CHANGED: "≠ changed",
    Change.SAME: "= same",
}

_COLORS = {
    Change.ADDED: "success",
    Change.MISSING: "error",
    Change.CHANGED: "warning",
    Change.SAME: "foreground-muted",
}

_WORD_WIDTH = 10

_NARROW = 70
"""Below this many cells the two values are shown one below the other."""

_LEFT, _RIGHT = "left   ", "right  "


class Side(Struct, frozen=True):
    """One of the two tokens; only its content, not the token itself."""

    word: str
    """`marked`, `before`, `shown`."""
    title: str
    """Its profile, kind and lifetime; inert."""
    decoded: Decoded


def side_of(word: str, profile: Profile, token: Token, now: float) -> Side:
    """Return one side of a comparison; raise BadToken if it is not a JWT."""
    life = token.lifetime
    ends = "expired" if life.expires_at <= now else "expires"
    times = f"issued {short_local_time(life.issued_at, now)}, {ends} {relative(life.expires_at, now)}"
    return Side(word, f"{inert(profile.id, 60)} {token.kind.value} · {times}", decode(token.value))


class CompareScreen(Reader[None]):
    """The two tokens on top, below them what differs; what they share and the noise are folded away."""

    holds_secrets = True

    BINDINGS = bindings(Place.COMPARISON)

    def __init__(self, left: Side, right: Side) -> None:
        super().__init__()
        self._sides = (left, right)
        changes = compare(left.decoded, right.decoded)
        self._differing = differences(changes)
        self._same = tuple(change for change in changes if change.change is Change.SAME)
        self._noise = tuple(change for change in changes if change.noise)
        self._folded = True

    def compose(self) -> ComposeResult:
        """Yield the two tokens, the claims and the buttons."""
        with Vertical(classes="dialog -compare") as dialog:
            dialog.border_title = "Compare"
            dialog.border_subtitle = _summary(self._differing)
            yield Static(self._heading(), id="sides")
            yield ComparisonList(id="comparison")
            yield Static("", id="folded", markup=False)
            with Horizontal(classes="buttons"):
                yield Button("", id="fold", compact=True, disabled=not (self._same or self._noise))
                yield Button(f"Close ({key_in(self.app, 'close')})", id="close", variant="primary", compact=True)

    def on_mount(self) -> None:
        """Show the differences, and let the movement keys act on them."""
        self.query_one(ComparisonList).empty_text = " No differences (identical claims hidden)."
        self._show()
        self.query_one(ComparisonList).focus()

    def action_fold(self) -> None:
        """Show the identical claims and the noise, or fold them again."""
        self._folded = not self._folded
        self._show()

    def action_scroll(self, lines: int) -> None:
        """Move the cursor."""
        self.query_one(ComparisonList).move(lines)

    @on(Button.Pressed)
    def _pressed(self, event: Button.Pressed) -> None:
        if event.button.id == "fold":
            self.action_fold()
        else:
            self.dismiss()

    def _show(self) -> None:
        shown = self._differing if self._folded else (*self._differing, *self._same, *self._noise)
        self.query_one(ComparisonList).changes = shown
        self.query_one("#folded", Static).update(self._folded_hint())
        verb = "Show folded" if self._folded else "Fold again"
        self.query_one("#fold", Button).label = plain(f"{verb} ({key_in(self.app, 'fold')})")

    def _folded_hint(self) -> str:
        if not self._folded:
            return "First the differences, then identical claims, then claims that differ in every token."
        kinds = (("the same", self._same), ("different in every token", self._noise))
        folded = [f"{words} {', '.join(change.name for change in changes)}" for words, changes in kinds if changes]
        return f"Folded: {'; '.join(folded)}" if folded else "Nothing is folded."

    def _heading(self) -> Text:
        text = Text(no_wrap=True, overflow="ellipsis")
        width = max(len(side.word) for side in self._sides)
        for where, side in zip(("left ", "right"), self._sides, strict=True):
            text.append(f"{where}  {side.word:<{width}}  ", Style(bold=True))
            text.append(f"{side.title}\n")
        text.right_crop()
        return text


class _Line(Struct, frozen=True):
    change: Change
    """How the two values differ, which gives them their colour."""
    said: Change | None
    """The change that the line begins with; None below its first line."""
    name: str
    left: str
    right: str


class ComparisonList(LineList):
    """The kind of change, the claim's name, and its value in each token."""

    DEFAULT_CSS = """
    ComparisonList { height: 1fr; }
    """

    changes: var[tuple[ClaimChange, ...]] = var(())
    """The content in order, already inert."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 (Textual's own name)
        super().__init__(id=id)
        self._lines: tuple[_Line, ...] = ()

    @property
    def row_count(self) -> int:
        """The number of lines at this width."""
        return len(self._lines)

    def draw_row(self, row: int, width: int, style: Style) -> Strip:
        """Draw one line of a claim."""
        line = self._lines[row]
        colors = theme_colors(self.app)
        colored = style + Style(color=colors[_COLORS[line.change]])
        name, value = self._widths()
        return Strip(
            [
                self._word(line.said, style),
                Segment(set_cell_size(line.name, name), style + Style(color=colors["secondary"])),
                Segment(set_cell_size(line.left, value) + " ", colored),
                Segment(line.right, colored),
            ]
        )

    def _word(self, said: Change | None, style: Style) -> Segment:
        if said is None:
            return Segment(" " * (_WORD_WIDTH + 1), style)
        color = theme_colors(self.app)[_COLORS[said]]
        return Segment(f" {set_cell_size(_CHANGE_LABELS[said], _WORD_WIDTH)}", style + Style(color=color))

    def watch_changes(self) -> None:
        """Lay out and draw the lines."""
        self._lay_out()
        self.rows_changed()

    def on_resize(self) -> None:
        """Wrap the values again."""
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
                said = None if number else change.change_of_line(place)
                lines.append(_Line(pair.change, said, "" if lines else name, left, right))
        return lines

    @property
    def _is_narrow(self) -> bool:
        return self.row_width < _NARROW

    def _widths(self) -> tuple[int, int]:
        """Return the cells for the name, and for the value on each side."""
        whole = self.row_width
        longest = max((cell_len(change.name) for change in self.changes), default=8) + 2
        name = max(8, min(longest, whole // 4, 24))
        room = whole - _WORD_WIDTH - name - 2
        return name, max(6, room if self._is_narrow else room // 2)


def _side_by_side(pair: Pair, width: int) -> Iterator[tuple[str, str]]:
    yield from zip_longest(wrapped_text(pair.left, width), wrapped_text(pair.right, width), fillvalue="")


def _stacked(pair: Pair, width: int) -> Iterator[tuple[str, str]]:
    """Identical values are shown once; a value of one side only needs no word for the side."""
    if pair.change is not Change.CHANGED:
        yield from ((line, "") for line in wrapped_text(pair.left or pair.right, width))
        return
    for word, value in ((_LEFT, pair.left), (_RIGHT, pair.right)):
        for number, line in enumerate(wrapped_text(value, width - len(word))):
            yield f"{' ' * len(word) if number else word}{line}", ""


def _summary(changes: tuple[ClaimChange, ...]) -> str:
    count = len(differences(changes))
    if not count:
        return "no differences"
    return "1 claim differs" if count == 1 else f"{count} claims differ"
