"""One line: for how long a token shall be valid, one of a few."""

from __future__ import annotations

from rich.cells import cell_len
from rich.style import Style
from rich.text import Text
from textual import events
from textual.app import RenderResult
from textual.reactive import reactive
from textual.widget import Widget

from cognitui.model.duration import rough
from cognitui.tui.colors import inks

_WORDS = "Valid for at least "
_FEW_WORDS = "Valid for "
"""Where the screen is small and a token lives long."""


class ValidityLine(Widget):
    """The chosen one is marked by a full circle; a click chooses."""

    DEFAULT_CSS = """
    ValidityLine { height: 1; width: 100%; }
    """

    chosen: reactive[int] = reactive(0)
    """Which of them, from 0."""

    def __init__(self, key: str, seconds: tuple[float, ...]) -> None:
        """Takes the key that goes on to the next one, and what there is to choose from."""
        super().__init__()
        self._key = key
        self._seconds = seconds
        self._spans: list[tuple[int, int, int]] = []

    def step(self, distance: int) -> None:
        """Goes on to another one, and from the last to the first."""
        self.chosen = (self.chosen + distance) % len(self._seconds)

    def render(self) -> RenderResult:
        """Draws key, words and choices."""
        variables = inks(self.app)
        line = Text(no_wrap=True, end="")
        line.append(f" {self._key}  ", Style(bold=True, color=variables["primary"]))
        line.append(self._words(self.size.width - line.cell_len), Style(color=variables["foreground-muted"]))
        self._spans = []
        for place in range(len(self._seconds)):
            here = place == self.chosen
            start = line.cell_len
            style = Style(bold=here, color=variables["primary" if here else "foreground-muted"])
            line.append(self._choice(place), style)
            self._spans.append((start, line.cell_len, place))
        return line

    def _words(self, room: int) -> str:
        choices = sum(cell_len(self._choice(place)) for place in range(len(self._seconds)))
        return _WORDS if len(_WORDS) + choices <= room else _FEW_WORDS

    def _choice(self, place: int) -> str:
        return f" {'●' if place == self.chosen else '○'} {rough(self._seconds[place])} "

    def on_click(self, event: events.Click) -> None:
        """Chooses the one under the mouse."""
        for start, end, place in self._spans:
            if start <= event.x < end:
                self.chosen = place
