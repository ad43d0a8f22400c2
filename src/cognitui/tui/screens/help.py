"""All keys, from the keymap."""

from __future__ import annotations

from rich.style import Style
from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Input, Static

from cognitui.model.text import inert
from cognitui.tui.colors import inks
from cognitui.tui.key_rows import KeyRow, key_rows
from cognitui.tui.keymap import HELP, binding_of, bindings, key_in, remapped_in
from cognitui.tui.plain import plain
from cognitui.tui.screens.reader import Reader
from cognitui.tui.widgets.filter_input import FilterInput
from cognitui.tui.widgets.keys_list import KeysList


class Help(Reader[None]):
    """A cheat sheet that can be searched; below it the line by which `config.toml` gives an action another key."""

    AUTO_FOCUS = "KeysList"
    BINDINGS = [binding_of("help", "dismiss"), *bindings(HELP)]  # noqa: RUF012 (Textual's own way to declare them)

    def compose(self) -> ComposeResult:
        """The keys, what is searched for, and more about the one under the cursor."""
        with Vertical(classes="dialog -keys") as dialog:
            dialog.border_title = "Keys"
            find = key_in(self.app, "find_key")
            yield KeysList(id="keys")
            yield Static("", id="explanation", markup=False)
            yield FilterInput(placeholder=f"{find} finds a key by words, its name or its id")

    def on_mount(self) -> None:
        """Shows all."""
        keys = self.query_one(KeysList)
        self.watch(keys, "cursor", self._explain, init=False)
        keys.rows = key_rows(remapped_in(self.app))
        self._explain()

    def action_scroll(self, lines: int) -> None:
        """Goes to the next key, or to the one above."""
        self.query_one(KeysList).move(lines)

    def action_find_key(self) -> None:
        """Goes to the line that searches."""
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
        """Says what leads further from here."""
        typing = isinstance(self.focused, FilterInput)
        ids = {"filter_keep": "keeps", "filter_clear": "clears"} if typing else {"find_key": "finds", "close": "closes"}
        words = " · ".join(f"{key_in(self.app, id_)} {does}" for id_, does in ids.items())
        self.query_one(".dialog").border_subtitle = plain(words)

    def _explain(self) -> None:
        row = self.query_one(KeysList).highlighted
        self.query_one("#explanation", Static).update(self._explanation(row) if row else "")

    def _explanation(self, row: KeyRow) -> Text:
        variables = inks(self.app)
        text = Text(f"{row.group}: {row.words}")
        text.append("\nconfig.toml, [keymap]:  ", Style(color=variables["foreground-muted"]))
        return text.append(inert(row.written, 120), Style(color=variables["secondary"]))
