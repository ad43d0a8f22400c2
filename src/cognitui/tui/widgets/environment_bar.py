"""First line of the screen: environments, valid tokens and the pool."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len
from rich.style import Style
from rich.text import Text
from textual import events
from textual.app import RenderResult
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from cognitui.model.profile import Environment
from cognitui.model.text import inert
from cognitui.tui.actions.keybindings import key_in
from cognitui.tui.actions.registry import BY_ID
from cognitui.tui.state import Tally
from cognitui.tui.theme import environment_style, theme_colors
from cognitui.tui.widgets.line_list import Pointed

_NAME = " cognitui  "
_ALL = " all  "
_MORE = "… "
_TALLY_WIDTH = len("9 live · 1 expiring")


class EnvironmentBar(Pointed, Widget):
    """The environments with the current one marked; a click switches."""

    DEFAULT_CSS = """
    EnvironmentBar { height: 1; width: 100%; background: $surface; }
    """

    environments: reactive[tuple[Environment, ...]] = reactive(())
    """All environments in the order of the file."""
    current: reactive[str] = reactive("")
    """The name of the current environment."""
    tally: reactive[Tally] = reactive(Tally())
    """The valid tokens of the current environment."""
    pool: reactive[str] = reactive("")
    """The pool of the selected profile."""

    secrets_in_memory: reactive[bool] = reactive(False)
    """Whether secrets are kept for this run only; shown as long as that is so."""

    class Clicked(Message):
        """The user clicked an environment."""

        def __init__(self, name: str) -> None:
            super().__init__()
            self.name = name

    def __init__(self, all_name: str, *, id: str | None = None) -> None:  # noqa: A002 (Textual's own name)
        super().__init__(id=id)
        self.all_name = all_name
        self._spans: list[tuple[int, int, str]] = []

    def render(self) -> RenderResult:
        """Draw the line; on a narrow screen the current environment stays in view.

        The pool goes first, then the program's name, then the longer words.
        """
        line = Text(no_wrap=True, end="")
        several = _ALL if len(self.environments) > 1 else ""
        tabs = _width(self.environments) + len(several)
        name, right = self._fitting(tabs)
        line.append(name, Style(bold=True, color=theme_colors(self.app)["primary"]))
        self._spans = []
        left, shown, more = self._in_view(self.size.width - len(name) - len(several))
        muted = Style(color=theme_colors(self.app)["foreground-muted"])
        line.append(_MORE if left else "", muted)
        for environment in shown:
            self._draw_environment(line, environment)
        line.append(_MORE if more else "", muted)
        if several:
            self._draw_all(line)
        if right:
            line.append(
                f"{right:>{self.size.width - line.cell_len - 1}}",
                Style(color=theme_colors(self.app)["foreground-muted"]),
            )
        return line

    def _draw_environment(self, line: Text, environment: Environment) -> None:
        label = f" {label_of(environment)} "
        style = environment_style(self.app, environment)
        if environment.name == self.current:
            # Reversed, which uses the terminal's own background without knowing its colour.
            style += Style(bold=True, reverse=True)
        start = line.cell_len
        line.append(label, style)
        self._spans.append((start, line.cell_len, environment.name))
        line.append(" ")

    def _draw_all(self, line: Text) -> None:
        """Draw the entry for all environments."""
        style = Style(color=theme_colors(self.app)["foreground-muted"])
        here = style + Style(bold=True, reverse=True)
        start = line.cell_len
        line.append(_ALL.rstrip(" ") + " ", here if self.current == self.all_name else style)
        self._spans.append((start, line.cell_len, self.all_name))
        line.append(" ")

    def _fitting(self, tabs: int) -> tuple[str, str]:
        """Return what is shown left and right of the environments, which are `tabs` cells wide."""
        tally, memory = str(self.tally), "secrets in memory" if self.secrets_in_memory else ""
        short = "memory vault" if self.secrets_in_memory else ""
        # Usually as wide as a tally, so that the environments do not move when the first token arrives.
        wanted = max(_TALLY_WIDTH, cell_len(tally)) + cell_len(memory) + 4
        name = _NAME if len(_NAME) + tabs + wanted <= self.size.width else " "
        possible = (
            ("    ", tally, memory, inert(self.pool, 60)),
            ("    ", tally, memory),
            ("  ", tally, memory),
            ("  ", tally, short),
            ("  ", short or tally),
        )
        room = self.size.width - len(name) - tabs - 3
        rights = (gap.join(filter(None, words)) for gap, *words in possible)
        return name, next((right for right in rights if cell_len(right) <= room), "")

    def _in_view(self, width: int) -> tuple[bool, Sequence[Environment], bool]:
        """Return as many environments as fit, including the current one.

        Returns:
            Whether there are more on the left, those in view, whether there are more on the right.
        """
        everything = self.environments
        if _width(everything) <= width:
            return False, everything, False
        names = [environment.name for environment in everything]
        last = names.index(self.current) + 1 if self.current in names else 1
        first, room = 0, width - 2 * len(_MORE)
        while first < last - 1 and _width(everything[first:last]) > room:
            first += 1
        while last < len(everything) and _width(everything[first : last + 1]) <= room:
            last += 1
        return first > 0, everything[first:last], last < len(everything)

    def places(self) -> tuple[tuple[int, str], ...]:
        """Return the column of each name that is in view."""
        return tuple((start, name) for start, _, name in self._spans)

    def tooltip_at(self, column: int, line: int) -> str:
        """Return the tooltip: the target of an entry, or the full text at the right."""
        # Costs 1 ms, and the first paint has no mouse.
        from cognitui.tui.tooltips import of_all_environments, of_environment

        name = next((name for start, end, name in self._spans if start <= column < end), "")
        if name == self.all_name:
            return of_all_environments([key_in(self.app, "overview")])
        for number, environment in enumerate(self.environments, 1):
            if environment.name == name:
                action_id = f"environment_{number}"
                return of_environment(environment, [key_in(self.app, action_id)] if action_id in BY_ID else [])
        return self._tooltip_on_the_right() if column > max((end for _, end, _ in self._spans), default=0) else ""

    def _tooltip_on_the_right(self) -> str:
        memory = "Secrets are kept in memory until you quit." if self.secrets_in_memory else ""
        pool = f"Pool of the selected profile: {inert(self.pool, 120)}" if self.pool else ""
        tally = f"Access tokens here: {self.tally}" if str(self.tally) else ""
        return "\n".join(filter(None, (tally, memory, pool)))

    def on_click(self, event: events.Click) -> None:
        """Switch to the environment under the mouse."""
        for start, end, name in self._spans:
            if start <= event.x < end:
                self.post_message(self.Clicked(name))


def label_of(environment: Environment, longest: int = 24) -> str:
    """Return its inert name: a protected one has capitals and a sign, not only a colour."""
    name = inert(environment.name, longest)
    return f"◆ {name.upper()}" if environment.protected else name


def _width(environments: Sequence[Environment]) -> int:
    return sum(cell_len(label_of(environment)) + 3 for environment in environments)
