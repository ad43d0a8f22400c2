"""All keys, from the keymap."""

from __future__ import annotations

from rich.style import Style
from rich.table import Table
from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Static

from cognitui.tui.colors import inks
from cognitui.tui.keymap import ACTIONS, key_labels

_NUMBERED = "environment_"


class Help(ModalScreen[None]):
    """A cheat sheet, by group; any of its own keys closes it."""

    CSS_PATH = "../dialogs.tcss"
    BINDINGS = [  # noqa: RUF012 (Textual's own way to declare them)
        Binding("escape,q,question_mark,f1,enter", "dismiss", "Close", show=False),
        Binding("j,down", "scroll('down')", "Down", show=False),
        Binding("k,up", "scroll('up')", "Up", show=False),
    ]

    def __init__(self, remapped: dict[str, str]) -> None:
        """Takes the keys from `config.toml`, by the action's id."""
        super().__init__()
        self._remapped = remapped

    def compose(self) -> ComposeResult:
        """One table in a frame that scrolls where the screen is low."""
        with VerticalScroll(classes="dialog -help", can_focus=True) as dialog:
            dialog.border_title = "Keys"
            dialog.border_subtitle = "esc closes"
            yield Static(self._table(), id="keys")

    def action_scroll(self, direction: str) -> None:
        """Scrolls by a line."""
        dialog = self.query_one(VerticalScroll)
        dialog.scroll_relative(y=1 if direction == "down" else -1, animate=False)

    def _table(self) -> Table:
        variables = inks(self.app)
        table = Table.grid(padding=(0, 2))
        table.add_column(justify="right", no_wrap=True)
        table.add_column()
        group = ""
        for action in ACTIONS:
            if action.id.startswith(_NUMBERED) and not action.id.endswith("_1"):
                continue
            if action.group != group:
                group = action.group
                table.add_row("", Text(group, Style(bold=True, color=variables["secondary"])))
            labels = key_labels(action.id, self._remapped)
            keys, words = "  ".join(labels), action.long
            if action.id.startswith(_NUMBERED):
                keys, words = f"{labels[0]} … 9", "Go to the environment of that place."
            table.add_row(Text(keys, Style(bold=True, color=variables["primary"])), Text(words))
        table.add_row("", "")
        table.add_row("", Text("Keys are changed in config.toml: cognitui locate says where it is."))
        return table
