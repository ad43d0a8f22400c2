"""The last line: what can be done now, and by which key."""

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
from cognitui.tui.clicks import does
from cognitui.tui.keymap import ACTIONS, BY_ID, Action, call_of, key_labels
from cognitui.tui.theme import inks
from cognitui.tui.widgets.cell_tooltip import Pointed

_AMONG_CLAIMS = (
    "copy_claim",
    "copy_token",
    "copy_as",
    "filter",
    "mark",
    "compare",
    "raw_token",
    "verify",
    "switch_pane",
    "next_kind",
    "refresh_token",
    "help",
    "quit",
)
"""The order of the keys while they act on claims."""


class KeyBar(Pointed, Widget):
    """As many keys as fit, the most wanted ones first; a click does what the key does."""

    DEFAULT_CSS = """
    KeyBar { height: 1; width: 100%; background: $surface; }
    """

    disabled_ids: reactive[frozenset[str]] = reactive(frozenset())
    """Actions that cannot be done now: they are drawn faint."""
    remapped: reactive[dict[str, str]] = reactive({})
    """Keys from `config.toml`, by the action's id."""

    among_claims: reactive[bool] = reactive(False)
    """Whether the keys act on claims, and not on profiles."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 (Textual's own name)
        super().__init__(id=id)
        self._spans: list[tuple[int, int, Action]] = []
        self.reasons: Mapping[str, str] = {}
        """Why actions cannot be done now, by their ids."""

    def render(self) -> RenderResult:
        """Draws the keys in the order of their rank; help and quit are always there."""
        line = Text(no_wrap=True, end="")
        self._spans = []
        for action in self._fitting():
            start = line.cell_len
            self._draw(line, action)
            self._spans.append((start, line.cell_len, action))
        return line

    def _draw(self, line: Text, action: Action) -> None:
        variables = inks(self.app)
        faint = action.id in self.disabled_ids
        key_color = variables["foreground-disabled"] if faint else variables["primary"]
        text_color = variables["foreground-disabled"] if faint else variables["foreground-muted"]
        line.append(f" {key_labels(action.id, self.remapped)[0]}", Style(bold=True, color=key_color))
        line.append(f" {action.short} ", Style(color=text_color))

    def _fitting(self) -> list[Action]:
        ranked = self._ranked()
        always = {"help", "quit"}
        room = self.size.width - sum(self._width(action) for action in ranked if action.id in always)
        chosen: set[str] = set(always)
        # What can be done now has the first right to a place.
        for action in sorted(ranked, key=lambda action: action.id in self.disabled_ids):
            if action.id not in always and self._width(action) <= room:
                chosen.add(action.id)
                room -= self._width(action)
        return [action for action in ranked if action.id in chosen]

    def _ranked(self) -> list[Action]:
        if self.among_claims:
            return [BY_ID[id_] for id_ in _AMONG_CLAIMS]
        return sorted((action for action in ACTIONS if action.rank), key=lambda action: action.rank)

    def _width(self, action: Action) -> int:
        return cell_len(key_labels(action.id, self.remapped)[0]) + cell_len(action.short) + 3

    def words_at(self, column: int, line: int) -> str:
        """What the key under the mouse does."""
        # Costs 1 ms, and the first paint has no mouse.
        from cognitui.tui.tooltips import of_action

        found = (action for start, end, action in self._spans if start <= column < end)
        action = next(found, None)
        return of_action(action, self.remapped, self.reasons.get(action.id, "")) if action else ""

    async def on_click(self, event: events.Click) -> None:
        """Does what the key under the mouse does."""
        for start, end, action in self._spans:
            if start <= event.x < end:
                await self.screen.run_action(call_of(action))


_OFFERS = (
    ("new_profile", "Add a profile", "A pool, a client, a user."),
    ("import_profiles", "Import from AWS", "Pools, clients and users."),
    ("import_file", "Import from a file", "Any format, such as .env."),
    ("try_demo", "Try the demo", "A Cognito to play with."),
    ("help", "Show all keys", ""),
    ("quit", "Quit", ""),
)


class Welcome(Widget):
    """Says what this is and offers the first steps, each by its key."""

    DEFAULT_CSS = """
    Welcome { width: 100%; height: 1fr; align: center middle; padding: 1 4; link-style: none; }
    """

    path: reactive[str] = reactive("")
    """Where the profile file will be."""
    remapped: reactive[dict[str, str]] = reactive({})
    """Keys from `config.toml`, by the action's id."""

    def render(self) -> RenderResult:
        """Draws the offers."""
        variables = inks(self.app)
        muted = Style(color=variables["foreground-muted"])
        text = Text()
        text.append("Welcome to cognitui\n", Style(bold=True, color=variables["primary"]))
        text.append("Amazon Cognito tokens, one key press away.\n\n", muted)
        for action_id, words, more in _OFFERS:
            key = key_labels(action_id, self.remapped)[0]
            # Textual gives what can be clicked a colour of its own.
            text.append(f"  {key:<3}", Style(bold=True, color=variables["primary"]))
            text.append(f"{words:<20}", Style(bold=True) + does(action_id))
            text.append(f"{more}\n", muted)
        text.append(f"\nProfiles will be kept in\n{inert(self.path, 300)}\n", muted)
        text.append("Secrets and tokens go to the keyring of this computer;\n", muted)
        text.append("where there is none, they stay in memory until you quit.", muted)
        return text
