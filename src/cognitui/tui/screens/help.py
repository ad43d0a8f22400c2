"""All keys, from the keymap."""

from __future__ import annotations

from rich.style import Style
from rich.table import Table
from rich.text import Text
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.widgets import Static

from cognitui.tui.colors import inks
from cognitui.tui.keymap import ACTIONS, Action, HasKeys, binding_of, key_in, key_labels
from cognitui.tui.plain import plain
from cognitui.tui.screens.reader import Reader

_NUMBERED = "environment_"

_ROOM_FOR_IDS = 118
"""Columns of a terminal in which no sentence has to be broken beside the ids."""


class Help(Reader[None]):
    """A cheat sheet, by group, with the id by which `config.toml` gives an action another key."""

    BINDINGS = [binding_of("help", "dismiss")]  # noqa: RUF012 (Textual's own way to declare them)

    def compose(self) -> ComposeResult:
        """One table in a frame that scrolls where the screen is low."""
        with VerticalScroll(classes="dialog -help", can_focus=True) as dialog:
            dialog.border_title = "Keys"
            dialog.border_subtitle = plain(f"{key_in(self.app, 'close')} closes")
            yield Static(self._table(), id="keys")

    def _table(self) -> Table:
        variables = inks(self.app)
        table = Table.grid(padding=(0, 2))
        table.add_column(justify="right", no_wrap=True)
        table.add_column()
        table.add_column(style=Style(color=variables["foreground-muted"]), no_wrap=True)
        group = ""
        for action in ACTIONS:
            if action.id.startswith(_NUMBERED) and not action.id.endswith("_1"):
                continue
            if action.group != group:
                group = action.group
                table.add_row("", Text(group, Style(bold=True, color=variables["secondary"])))
            keys, words, id_ = self._row(action, Style(bold=True, color=variables["primary"]))
            table.add_row(keys, words, id_ if self.app.size.width >= _ROOM_FOR_IDS else "")
        table.add_row("", "")
        table.add_row("", Text("Keys are changed in config.toml, section [keymap]; cognitui locate says where it is."))
        return table

    def _row(self, action: Action, style: Style) -> tuple[Text, Text, Text]:
        remapped = self.app.remapped if isinstance(self.app, HasKeys) else {}
        labels = key_labels(action.id, remapped)
        if action.id.startswith(_NUMBERED):
            words = "Go to the environment of that place."
            return Text(f"{labels[0]} … 9", style), Text(words), Text(f"{_NUMBERED}1 … 9")
        return Text("  ".join(labels), style), Text(action.long), Text(action.id)
