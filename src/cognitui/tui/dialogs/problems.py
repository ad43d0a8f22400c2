"""Errors of the profile file and of `config.toml`, one by one."""

from __future__ import annotations

from rich.style import Style
from rich.text import Text
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.widgets import Static

from cognitui.model.profile import ProfileError
from cognitui.model.text import inert
from cognitui.tui.actions.keybindings import binding_of, key_in
from cognitui.tui.dialogs.base import Reader
from cognitui.tui.presentation.text import plain
from cognitui.tui.theme import inks


class Problems(Reader[bool]):
    """The errors with their places and fixes; closes with whether to read the file again."""

    BINDINGS = [binding_of("show_problems", "dismiss"), binding_of("reload", "reload")]  # noqa: RUF012 (Textual's own way)

    def __init__(self, problems: tuple[ProfileError, ...]) -> None:
        super().__init__()
        self._problems = problems

    def compose(self) -> ComposeResult:
        """One paragraph per error."""
        with VerticalScroll(classes="dialog -help") as dialog:
            dialog.border_title = "Errors"
            close, reload = key_in(self.app, "close"), key_in(self.app, "reload")
            dialog.border_subtitle = plain(f"{close} closes, {reload} reads the profile file again")
            yield Static(self._text(), markup=False)

    def action_reload(self) -> None:
        """Close, and have the file read again."""
        self.dismiss(True)

    def _text(self) -> Text:
        variables = inks(self.app)
        text = Text()
        for number, problem in enumerate(self._problems):
            text.append("\n\n" if number else "")
            text.append(inert(" · ".join(filter(None, (problem.where, problem.key))), 200), Style(bold=True))
            text.append(f"\n{inert(problem.what, 300)}", Style(color=variables["error"]))
            text.append(f"\n{inert(problem.fix, 300)}")
            text.append(f"\n{inert(problem.place, 300)}", Style(color=variables["foreground-muted"]))
        return text
