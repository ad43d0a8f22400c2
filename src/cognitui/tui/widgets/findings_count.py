"""How many findings there are of each verdict, and how long the examination runs."""

from __future__ import annotations

from rich.style import Style
from rich.text import Text
from textual.app import RenderResult
from textual.reactive import reactive
from textual.widget import Widget

from cognitui.tui.bars import spinner
from cognitui.tui.colors import inks
from cognitui.tui.examination import Examined, counted
from cognitui.tui.widgets.findings_list import VERDICT_INKS


class FindingsCount(Widget):
    """One line, in as many words as fit."""

    examined: reactive[tuple[Examined, ...]] = reactive(())
    """What is counted."""
    seconds: reactive[int | None] = reactive(None)
    """Since the beginning; None where nothing is examined."""

    def render(self) -> RenderResult:
        """Draws the line."""
        variables = inks(self.app)
        text = Text(no_wrap=True)
        if self.seconds is not None:
            turning = spinner(self.seconds, still=self.app.animation_level == "none")
            text.append(f"{turning} Examining…{f' {self.seconds} s' if self.seconds else ''}  ", Style(bold=True))
        for verdict, words in counted(self.examined, self.size.width - text.cell_len):
            text.append(f"{verdict.sign} {words}  ", Style(bold=True, color=variables[VERDICT_INKS[verdict]]))
        return text
