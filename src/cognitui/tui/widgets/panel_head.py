"""Head of the token panel: kind, verification and lifetime."""

from __future__ import annotations

from collections.abc import Mapping

from rich.cells import cell_len
from rich.style import Style
from rich.text import Text
from textual import events
from textual.app import RenderResult
from textual.message import Message
from textual.reactive import reactive, var
from textual.widget import Widget

from cognitui.model.duration import countdown, relative, short_local_time
from cognitui.model.text import inert
from cognitui.model.token import Lifetime, TokenKind, Verification
from cognitui.tui.actions.keybindings import key_labels, remapped_in
from cognitui.tui.presentation import bar
from cognitui.tui.state import Tab, View
from cognitui.tui.theme import STATE_VARIABLES, theme_colors
from cognitui.tui.widgets.line_list import Pointed


class PanelHead(Pointed, Widget):
    """Two lines: the kinds as tabs with the verification, and the bar with the time."""

    DEFAULT_CSS = """
    PanelHead { height: 2; width: 100%; }
    """

    kind: reactive[TokenKind] = reactive(TokenKind.ACCESS)
    """The token that is shown."""
    view: reactive[View | None] = reactive(None)
    """The view that is shown instead of a token."""
    views: reactive[tuple[View, ...]] = reactive(())
    """The views of the profile besides its tokens."""
    note: reactive[str] = reactive("")
    """The text if there is no countdown; inert."""
    kinds: reactive[tuple[TokenKind, ...]] = reactive(tuple(TokenKind))
    """The kinds of tokens that the flow returns."""
    life: reactive[Lifetime | None] = reactive(None)
    """The lifetime of the token that is shown."""
    verification: reactive[Verification | None] = reactive(None)
    """The result for the token that is shown; None if it was not checked."""
    opened: reactive[bool] = reactive(False)
    """Whether the token itself is loaded, or only its times are known."""
    now: var[float] = var(0.0)
    """Seconds since the epoch."""

    class KindClicked(Message):
        """The user clicked a tab."""

        def __init__(self, kind: TokenKind) -> None:
            super().__init__()
            self.kind = kind

    class ViewClicked(Message):
        """The user clicked the tab of a view."""

        def __init__(self, view: View) -> None:
            super().__init__()
            self.view = view

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 (Textual's own name)
        super().__init__(id=id)
        self._spans: list[tuple[int, int, Tab]] = []
        self.lifetimes: Mapping[Tab, Lifetime | None] = {}
        """The known lifetimes of the tabs' tokens."""

    def render(self) -> RenderResult:
        """Draw the two lines."""
        text = self._tabs()
        text.append("\n")
        text.append_text(self._time())
        return text

    def watch_now(self) -> None:
        """Count down, if there is something to count."""
        if self.life is not None:
            self.refresh()

    def places(self) -> tuple[tuple[int, TokenKind | View], ...]:
        """Return the column of each tab."""
        return tuple((start, tab) for start, _, tab in self._spans)

    def tooltip_at(self, column: int, line: int) -> str:
        """Return the tooltip: a tab's purpose and expiry; elsewhere the verification and its time."""
        # Costs 1 ms, and the first paint has no mouse.
        from cognitui.tui.tooltips import of_life, of_tab, of_verification

        if line > 0:
            return of_life(self.life, self.now)
        for start, end, tab in self._spans:
            if start <= column < end:
                keys = key_labels("next_kind", remapped_in(self.app))
                return of_tab(tab, self.lifetimes.get(tab), self.now, keys)
        return of_verification(self.verification) if self._verdict()[0] else ""

    def on_click(self, event: events.Click) -> None:
        """Switch to the tab under the mouse."""
        for start, end, tab in self._spans:
            if event.y == 0 and start <= event.x < end:
                self.post_message(self.ViewClicked(tab) if isinstance(tab, View) else self.KindClicked(tab))

    def _tabs(self) -> Text:
        line = Text(no_wrap=True)
        colors = theme_colors(self.app)
        self._spans = []
        tabs: tuple[TokenKind | View, ...] = (*self.kinds, *self.views)
        for tab in tabs:
            chosen = tab is (self.view or self.kind)
            style = Style(
                bold=chosen,
                color=colors["primary" if chosen else "foreground-muted"],
                reverse=chosen,
            )
            start = line.cell_len
            line.append(f" {tab.value} ", style)
            self._spans.append((start, line.cell_len, tab))
            line.append(" ")
        words, variable = self._verdict()
        gap = self.size.width - line.cell_len - cell_len(words) - 1
        if words and gap >= 0:
            line.append(" " * gap)
            line.append(words, Style(color=colors[variable]))
        return line

    def _verdict(self) -> tuple[str, str]:
        if self.view or not self.opened or self.kind is TokenKind.REFRESH:
            return "", "foreground-muted"
        if self.verification is None:
            return "unverified", "foreground-muted"
        algorithm = inert(self.verification.algorithm or "", 12)
        if self.verification.verified:
            return f"✓ verified  {algorithm}".rstrip(), "success"
        return f"✕ not verified  {algorithm}".rstrip(), "error"

    def _time(self) -> Text:
        line = Text(no_wrap=True)
        colors = theme_colors(self.app)
        if not self.kinds:
            return line
        if self.life is None:
            line.append(f" {self.note}", Style(color=colors["foreground-muted"]))
            return line
        state = self.life.state(self.now)
        color = colors[STATE_VARIABLES[state]]
        left = self.life.remaining(self.now)
        about = "about " if self.life.estimated else ""
        if left <= 0:
            line.append(f" ✕ expired {relative(self.life.expires_at, self.now)}", Style(color=color, bold=True))
            return line
        words = f"  {about}{countdown(left)}   until {short_local_time(self.life.expires_at, self.now)}"
        width = max(6, min(40, self.size.width - cell_len(words) - 2))
        line.append(" ")
        line.append(bar(self.life.fraction(self.now), width), Style(color=color, bgcolor=colors["surface"]))
        line.append(words, Style(color=color))
        return line
