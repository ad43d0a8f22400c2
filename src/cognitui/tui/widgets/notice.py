"""What stands above the claims: what runs, what is asked, or what failed and how to mend it."""

from __future__ import annotations

from rich.style import Style
from rich.text import Text
from textual.reactive import var
from textual.widgets import Static

from cognitui.model.errors import CognituiError
from cognitui.model.text import inert
from cognitui.tui.bars import spinner
from cognitui.tui.clicks import does
from cognitui.tui.colors import inks
from cognitui.tui.desk import EMPTY, Entry
from cognitui.tui.keymap import BY_ID, key_labels


class Notice(Static):
    """Empty and gone where there is nothing to say."""

    DEFAULT_CSS = """
    Notice { height: auto; width: 100%; padding: 0 1; margin-bottom: 1; }
    Notice.-error { border-left: outer $error; background: $error 12%; }
    Notice.-busy { border-left: outer $primary; background: $primary 10%; }
    Notice.-question { border-left: outer $accent; background: $accent 12%; }
    """

    entry: var[Entry] = var(EMPTY)
    """What this run knows of the profile."""
    now: var[float] = var(0.0)
    """Seconds since the epoch."""
    remapped: var[dict[str, str]] = var({})
    """Keys from `config.toml`, by the action's id."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 (Textual's own name)
        super().__init__(id=id, markup=False)
        self._shown: Text | None = None

    def watch_entry(self) -> None:
        """Shows another thing."""
        self._show()

    def watch_now(self) -> None:
        """Counts the seconds of what runs."""
        if self.entry.running:
            self._show()

    def _show(self) -> None:
        entry = self.entry
        self.set_class(entry.running is not None, "-busy")
        self.set_class(entry.running is None and entry.error is not None, "-error")
        self.set_class(entry.running is None and entry.challenge is not None, "-question")
        text = self._text()
        if text != self._shown:
            # A layout of the whole screen: not for a move from one quiet profile to the next.
            self._shown = text
            self.display = bool(text)
            self.update(text)

    def _text(self) -> Text:
        entry = self.entry
        if entry.running:
            seconds = max(0, int(self.now - entry.running.since))
            text = Text(
                f"{spinner(seconds, still=self.app.animation_level == 'none')} {inert(entry.running.what, 160)}…",
                Style(bold=True),
            )
            text.append(f"  {seconds} s" if seconds else "", Style(bold=False))
            return self._with_keys(text, ("dismiss", "Cancel"))
        if entry.error:
            return self._error(entry.error)
        if entry.challenge:
            text = Text(inert(entry.challenge.title, 120), Style(bold=True))
            if entry.unsent:
                text.append(f"\n{inert(entry.unsent.why, 600)}", Style(bold=False))
            text.append(f"\nIt waits for you: {inert(entry.challenge.needs, 160)}.", Style(bold=False))
            return self._with_keys(text, ("get_token", "Answer"), ("dismiss", "Dismiss"))
        return Text()

    def _error(self, error: CognituiError) -> Text:
        variables = inks(self.app)
        text = Text(f"✕ {error.title}\n", Style(bold=True, color=variables["error"]))
        text.append(inert(error.cause, 600), Style(bold=False, color=variables["foreground"]))
        if error.fix:
            text.append(f"\n{inert(error.fix, 400)}", Style(bold=False, color=variables["foreground-muted"]))
        remedy = BY_ID.get(error.remedy)
        keys = ((remedy.id, remedy.short),) if remedy else ()
        return self._with_keys(text, *keys, ("dismiss", "Dismiss"))

    def _with_keys(self, text: Text, *keys: tuple[str, str]) -> Text:
        variables = inks(self.app)
        text.append("\n")
        for action_id, words in keys:
            click = does(action_id)
            text.append(key_labels(action_id, self.remapped)[0], Style(bold=True, color=variables["primary"]) + click)
            text.append(f" {words}", Style(bold=False, color=variables["foreground-muted"]) + click)
            text.append("   ")
        return text
