"""What a person sees who has no profile yet."""

from __future__ import annotations

from rich.style import Style
from rich.text import Text
from textual.app import RenderResult
from textual.reactive import reactive
from textual.widget import Widget

from cognitui.model.text import inert
from cognitui.tui.clicks import does
from cognitui.tui.colors import inks
from cognitui.tui.keymap import key_labels

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
