"""Actions with their keys: the footer, and the first steps while there are no profiles."""

from __future__ import annotations

from collections.abc import Mapping

from rich.cells import cell_len
from rich.style import Style
from rich.text import Text
from textual import events
from textual.app import RenderResult
from textual.reactive import reactive
from textual.widget import Widget

from cognitui.model.text import inert
from cognitui.tui.actions.keybindings import clickable, key_labels
from cognitui.tui.actions.registry import ACTIONS, Action
from cognitui.tui.theme import theme_colors
from cognitui.tui.widgets.line_list import Pointed


class KeyBar(Pointed, Widget):
    """As many actions as fit, the most important first; a click runs one."""

    DEFAULT_CSS = """
    KeyBar { height: 1; width: 100%; background: $surface; }
    """

    disabled_ids: reactive[frozenset[str]] = reactive(frozenset())
    """Actions that are not available now; they are drawn faint."""
    remapped: reactive[dict[str, str]] = reactive({})
    """Keys from `config.toml`, by action id."""

    among_claims: reactive[bool] = reactive(False)
    """Whether the claims have the focus, not the profiles."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 (Textual's own name)
        super().__init__(id=id)
        self._spans: list[tuple[int, int, Action]] = []
        self.reasons: Mapping[str, str] = {}
        """Why actions are not available now, by their ids."""

    def render(self) -> RenderResult:
        """Draw the actions in the order of their position."""
        line = Text(no_wrap=True, end="")
        self._spans = []
        for action in self._fitting():
            start = line.cell_len
            self._draw(line, action)
            self._spans.append((start, line.cell_len, action))
        return line

    def _draw(self, line: Text, action: Action) -> None:
        colors = theme_colors(self.app)
        faint = action.id in self.disabled_ids
        key_color = colors["foreground-disabled"] if faint else colors["primary"]
        text_color = colors["foreground-disabled"] if faint else colors["foreground-muted"]
        line.append(f" {key_labels(action.id, self.remapped)[0]}", Style(bold=True, color=key_color))
        line.append(f" {action.label} ", Style(color=text_color))

    def _fitting(self) -> list[Action]:
        ranked = self._ranked()
        room = self.size.width - sum(self._width(action) for action in ranked if action.always_in_footer)
        chosen = {action.id for action in ranked if action.always_in_footer}
        # Available actions come first if there is not enough room.
        for action in sorted(ranked, key=lambda action: action.id in self.disabled_ids):
            if action.id not in chosen and self._width(action) <= room:
                chosen.add(action.id)
                room -= self._width(action)
        return [action for action in ranked if action.id in chosen]

    def _ranked(self) -> list[Action]:
        def position(action: Action) -> int:
            return action.claims_footer if self.among_claims else action.footer

        return sorted((action for action in ACTIONS if position(action)), key=position)

    def _width(self, action: Action) -> int:
        return cell_len(key_labels(action.id, self.remapped)[0]) + cell_len(action.label) + 3

    def tooltip_at(self, column: int, line: int) -> str:
        """Return the tooltip of the action under the mouse."""
        # Costs 1 ms, and the first paint has no mouse.
        from cognitui.tui.tooltips import of_action

        found = (action for start, end, action in self._spans if start <= column < end)
        action = next(found, None)
        return of_action(action, self.remapped, self.reasons.get(action.id, "")) if action else ""

    async def on_click(self, event: events.Click) -> None:
        """Run the action under the mouse."""
        for start, end, action in self._spans:
            if start <= event.x < end:
                await self.screen.run_action(action.call)


_FIRST_STEPS = tuple(action for action in ACTIONS if action.first_step)


class Welcome(Widget):
    """What cognitui is, and the first steps with their keys."""

    DEFAULT_CSS = """
    Welcome { width: 100%; height: 1fr; align: center middle; padding: 1 4; link-style: none; }
    """

    path: reactive[str] = reactive("")
    """The path of the future profile file."""
    remapped: reactive[dict[str, str]] = reactive({})
    """Keys from `config.toml`, by action id."""

    def render(self) -> RenderResult:
        """Draw the first steps."""
        colors = theme_colors(self.app)
        muted = Style(color=colors["foreground-muted"])
        text = Text()
        text.append("Welcome to cognitui\n", Style(bold=True, color=colors["primary"]))
        text.append("Amazon Cognito tokens, one key press away.\n\n", muted)
        for action in _FIRST_STEPS:
            key = key_labels(action.id, self.remapped)[0]
            # Textual gives what can be clicked a colour of its own.
            text.append(f"  {key:<3}", Style(bold=True, color=colors["primary"]))
            text.append(f"{action.first_step:<20}", Style(bold=True) + clickable(action.id))
            text.append(f"{action.first_step_note}\n", muted)
        text.append(f"\nProfiles are saved in\n{inert(self.path, 300)}\n", muted)
        text.append("Secrets and tokens are stored in the keyring of this\n", muted)
        text.append("computer, or in memory until you quit if it has none.", muted)
        return text
