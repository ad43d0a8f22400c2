"""Help: all keys, with a search."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from msgspec import Struct
from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.reactive import var
from textual.strip import Strip
from textual.widgets import Input, Static

from cognitui.model.text import inert
from cognitui.tui.actions.keybindings import binding_of, bindings, key_in, key_labels, remapped_in
from cognitui.tui.actions.registry import ACTIONS, Action, Place
from cognitui.tui.dialogs.base import Reader
from cognitui.tui.presentation import plain, shortened
from cognitui.tui.profile_filter import pattern_of, segments
from cognitui.tui.theme import theme_colors
from cognitui.tui.widgets.inputs import FilterInput
from cognitui.tui.widgets.line_list import LineList

_NUMBERED = "environment_"

_LAST_NUMBER = "9"

_ROOM_FOR_IDS = 104
"""Width in cells from which all sentences fit next to the ids."""

_MAX_KEYS_WIDTH = 16

_GAP = 2


class Help(Reader[None]):
    """All keys by group, and the line of `config.toml` that sets the key under the cursor."""

    AUTO_FOCUS = "KeysList"
    BINDINGS = [binding_of("help", "dismiss"), *bindings(Place.HELP)]  # noqa: RUF012 (Textual's own way to declare them)

    def compose(self) -> ComposeResult:
        """Lay out the keys, the explanation and the search line."""
        with Vertical(classes="dialog -keys") as dialog:
            dialog.border_title = "Keys"
            find = key_in(self.app, "find_key")
            yield KeysList(id="keys")
            yield Static("", id="explanation", markup=False)
            yield FilterInput(placeholder=f"{find} searches by words, key or id")

    def on_mount(self) -> None:
        """Show all keys."""
        keys = self.query_one(KeysList)
        self.watch(keys, "cursor", self._explain, init=False)
        keys.rows = key_rows(remapped_in(self.app))
        self._explain()

    def action_scroll(self, lines: int) -> None:
        """Go to the next key, or to the previous one."""
        self.query_one(KeysList).move(lines)

    def action_find_key(self) -> None:
        """Go to the search line."""
        self.query_one(FilterInput).focus()

    @on(Input.Changed)
    def _search(self, event: Input.Changed) -> None:
        self.query_one(KeysList).query_text = event.value
        self._explain()

    @on(FilterInput.Moved)
    def _moved(self, event: FilterInput.Moved) -> None:
        self.query_one(KeysList).move(event.distance)

    @on(FilterInput.Left)
    def _left(self, event: FilterInput.Left) -> None:
        if event.clear:
            self.query_one(FilterInput).value = ""
        self.query_one(KeysList).focus()

    def on_descendant_focus(self) -> None:
        """Show which keys work here."""
        typing = isinstance(self.focused, FilterInput)
        ids = {"filter_keep": "keeps", "filter_clear": "clears"} if typing else {"find_key": "finds", "close": "closes"}
        words = " · ".join(f"{key_in(self.app, id_)} {does}" for id_, does in ids.items())
        self.query_one(".dialog").border_subtitle = plain(words)

    def _explain(self) -> None:
        row = self.query_one(KeysList).highlighted
        self.query_one("#explanation", Static).update(self._explanation(row) if row else "")

    def _explanation(self, row: KeyRow) -> Text:
        colors = theme_colors(self.app)
        text = Text(f"{row.group}: {row.words}")
        text.append("\nconfig.toml, [keymap]:  ", Style(color=colors["foreground-muted"]))
        return text.append(inert(row.written, 120), Style(color=colors["secondary"]))


class KeyRow(Struct, frozen=True):
    """One line."""

    labels: tuple[str, ...]
    """Keys as they are shown, such as `^o`."""
    names: tuple[str, ...]
    """The same keys as `config.toml` has them, such as `ctrl+o`."""
    words: str
    id: str
    group: str
    written: str
    """Line of `config.toml` that sets these keys."""
    search_terms: str = ""

    @property
    def keys(self) -> str:
        """The keys in one line."""
        return "  ".join(self.labels)


def key_rows(remapped: Mapping[str, str]) -> tuple[KeyRow, ...]:
    """Return all lines in the order of the registry; the numbers of the environments are one line."""
    numbers = [action for action in ACTIONS if action.id.startswith(_NUMBERED)]
    return tuple(
        _numbers(action, remapped) if action in numbers else _row(action, remapped)
        for action in ACTIONS
        if action not in numbers[1:]
    )


def found(rows: Sequence[KeyRow], query: str) -> tuple[KeyRow, ...]:
    """Return the rows that contain each word of a query; those whose key it names come first."""
    words = query.casefold().split()
    named = [row for row in rows if query.strip() in (*row.labels, *row.names)]
    others = [row for row in rows if row not in named and all(word in _haystack(row) for word in words)]
    return (*named, *others)


class KeysList(LineList):
    """All keys under headings, or the keys that a search found."""

    DEFAULT_CSS = """
    KeysList { height: 1fr; }
    """

    rows: var[tuple[KeyRow, ...]] = var(())
    """All keys."""
    query_text: var[str] = var("")
    """Search: words, a key or an id."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 (Textual's own name)
        super().__init__(id=id)
        self._found: tuple[KeyRow, ...] = ()
        self._lines: tuple[int | str, ...] = ()
        """Index of a found row, or the text of a heading."""
        self._pattern: re.Pattern[str] | None = None

    @property
    def row_count(self) -> int:
        """How many keys were found."""
        return len(self._found)

    @property
    def line_count(self) -> int:
        """How many rows and headings there are."""
        return len(self._lines)

    @property
    def highlighted(self) -> KeyRow | None:
        """The row under the cursor."""
        return self._found[self.cursor] if self._found else None

    def line_of(self, row: int) -> int:
        """Return the line of a row."""
        return self._lines.index(row) if row in self._lines else 0

    def row_at(self, line: int) -> int | None:
        """Return the row at a line; None at a heading."""
        at = self._lines[line] if 0 <= line < len(self._lines) else ""
        return at if isinstance(at, int) else None

    def draw_row(self, row: int, width: int, style: Style) -> Strip:
        """Draw the keys, the sentence and, if there is room, the id."""
        shown, colors = self._found[row], theme_colors(self.app)
        keys_width, id_width = self._keys_width(), self._id_width(width)
        keys = shortened(shown.keys, keys_width)
        room = max(8, width - 1 - keys_width - _GAP - (id_width + _GAP if id_width else 0))
        parts = [
            Segment(" " * (1 + keys_width - cell_len(keys)), style),
            Segment(keys, style + Style(bold=True, color=colors["primary"])),
            Segment(" " * _GAP, style),
            *segments(set_cell_size(shortened(shown.words, room), room), style, self._pattern),
        ]
        if id_width:
            color = Style(color=colors["foreground-muted"])
            parts += [Segment(" " * _GAP, style), *segments(shown.id, style + color, self._pattern)]
        return Strip(parts)

    def draw_heading(self, line: int, width: int, style: Style) -> Strip:
        """Draw a heading."""
        if line >= len(self._lines):
            return super().draw_heading(line, width, style)
        color = Style(bold=True, color=theme_colors(self.app)["secondary"])
        return Strip([Segment(f"{'':{1 + self._keys_width() + _GAP}}{self._lines[line]}", style + color)])

    def watch_rows(self) -> None:
        """Show other rows."""
        self._search()

    def watch_query_text(self) -> None:
        """Show the rows that match, starting with the first."""
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
        return min(_MAX_KEYS_WIDTH, max((cell_len(row.keys) for row in self.rows), default=0))

    def _id_width(self, width: int) -> int:
        return max((len(row.id) for row in self.rows), default=0) if width >= _ROOM_FOR_IDS else 0


def _haystack(row: KeyRow) -> str:
    return " ".join((row.keys, *row.names, row.words, row.id, row.group, row.search_terms)).casefold()


def _row(action: Action, remapped: Mapping[str, str]) -> KeyRow:
    keys = remapped.get(action.id) or action.keys
    written = f'{action.id} = "{keys}"'
    labels, terms = key_labels(action.id, remapped), action.search_terms or ""
    return KeyRow(labels, _names(keys), action.help, action.id, action.group, written, terms)


def _numbers(first: Action, remapped: Mapping[str, str]) -> KeyRow:
    labels = (f"{key_labels(first.id, remapped)[0]} … {key_labels(f'{_NUMBERED}{_LAST_NUMBER}', remapped)[0]}",)
    written = f'{first.id} = "{remapped.get(first.id) or first.keys}"'
    return KeyRow(
        labels, (), "Go to the environment of that number.", f"{first.id} … {_LAST_NUMBER}", first.group, written
    )


def _names(keys: str) -> tuple[str, ...]:
    return tuple(key.strip() for key in keys.split(","))


def _with_headings(rows: tuple[KeyRow, ...]) -> tuple[int | str, ...]:
    lines: list[int | str] = []
    for place, row in enumerate(rows):
        if not place or row.group != rows[place - 1].group:
            lines.append(row.group)
        lines.append(place)
    return tuple(lines)
