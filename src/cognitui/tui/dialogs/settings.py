"""Dialog for the settings in `config.toml`."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct
from textual import on, work
from textual.app import ComposeResult
from textual.containers import Horizontal, VerticalScroll
from textual.widgets import Button, Input, Label, Select, Static

from cognitui.model.duration import written_duration
from cognitui.model.errors import CognituiError
from cognitui.model.text import inert
from cognitui.services import Services
from cognitui.tui.actions.keybindings import bindings, key_in, setting_errors
from cognitui.tui.actions.registry import Place
from cognitui.tui.background import in_background
from cognitui.tui.dialogs.base import Dialog
from cognitui.tui.widgets.inputs import OnOff

_FIX_IN_EDITOR = "Fix it in an editor: a file that cannot be read is never overwritten."

CLIPBOARD_WAYS = {
    "auto": "auto: the first that works",
    "native": "native: the system's own",
    "tmux": "tmux: its buffer, passed on",
    "osc52": "osc52: through the terminal",
}


class _Field(Struct, frozen=True):
    name: str
    label: str
    explanation: str


_DURATIONS = (
    _Field("clear_after", "Clear clipboard in", "After copying a token (0s: never)."),
    _Field("idle_lock", "Idle lock", "After this time with no key press (0s: never)."),
)
_SWITCHES = (
    _Field("auto_refresh", "Keep-alive", "Refresh every token before it expires, except in protected environments."),
    _Field("reduced_motion", "Reduced motion", "No animations except the countdowns."),
)


class SettingsScreen(Dialog[bool]):
    """One field per setting; a theme is applied at once, and a failed save keeps the input."""

    CSS_PATH = "../dialogs.tcss"
    BINDINGS = bindings(Place.FORM)

    def __init__(self, services: Services) -> None:
        super().__init__()
        self._services = services
        self._saving = False

    def compose(self) -> ComposeResult:
        """Yield the fields above the buttons."""
        settings = self._services.settings
        with VerticalScroll(classes="dialog -form -long", can_focus=False) as dialog:
            dialog.border_title = "Settings"
            dialog.border_subtitle = "config.toml"
            yield Static("", id="remark", classes="remark", markup=False)
            with Horizontal(classes="field"):
                yield Label("Theme")
                yield _select("theme", {name: name for name in sorted(self.app.available_themes)}, self.app.theme)
            with Horizontal(classes="field"):
                yield Label("Clipboard")
                yield _select("clipboard", CLIPBOARD_WAYS, settings.clipboard)
            for duration in _DURATIONS:
                with Horizontal(classes="field"):
                    yield Label(duration.label)
                    yield Input(
                        written_duration(getattr(settings, duration.name)),
                        placeholder="30s, 10m, 1h",
                        compact=True,
                        id=duration.name,
                    )
                yield Static(duration.explanation, classes="under")
            for switch in _SWITCHES:
                with Horizontal(classes="field"):
                    yield Label(switch.label)
                    yield OnOff(getattr(settings, switch.name), id=switch.name)
                yield Static(switch.explanation, classes="under")
            words = f"Keys are set in the file, section [keymap]; {key_in(self.app, 'help')} shows how."
            yield Static(words, classes="message keys", markup=False)
            with Horizontal(classes="buttons"):
                yield Button("Save (enter)", id="save", variant="primary", compact=True)
                yield Button(f"Cancel ({key_in(self.app, 'cancel')})", id="cancel", compact=True)

    def on_mount(self) -> None:
        """Remember the theme for a cancel, and show existing errors of the file."""
        self._theme_before = self.app.theme
        errors = self._services.settings_errors(setting_errors)
        self._remark(f"{errors[0].cause} {errors[0].fix} {_FIX_IN_EDITOR}" if errors else "")

    @on(Select.Changed, "#theme")
    def _try_theme(self, event: Select.Changed) -> None:
        self.app.theme = str(event.value)

    @on(Input.Submitted)
    def _submitted(self) -> None:
        self._save()

    @on(Button.Pressed)
    def _pressed(self, event: Button.Pressed) -> None:
        if event.button.id == "save":
            self._save()
        else:
            self.action_cancel()

    def action_cancel(self) -> None:
        """Close without a change."""
        if not self._saving:
            self.app.theme = self._theme_before
            self.dismiss(False)

    @work(exclusive=True)
    async def _save(self) -> None:
        changed = self._changed()
        if not changed:
            self.dismiss(False)
            return
        self._saving = True
        try:
            await in_background(lambda: self._services.change_settings(changed), "settings")
        except CognituiError as error:
            self._remark(f"Not saved. {error.cause} {error.fix}")
        else:
            self.dismiss(True)
        finally:
            self._saving = False

    def _remark(self, words: str) -> None:
        remark = self.query_one("#remark", Static)
        remark.display = bool(words)
        remark.update(inert(words, 600))
        if words:
            remark.scroll_visible(animate=False)

    def _changed(self) -> Mapping[str, str | bool]:
        """Return the changed settings."""
        before = self._services.settings
        chosen: dict[str, str | bool] = {
            "theme": str(self.query_one("#theme", Select).value),
            "clipboard": str(self.query_one("#clipboard", Select).value),
            **{duration.name: self.query_one(f"#{duration.name}", Input).value.strip() for duration in _DURATIONS},
            **{switch.name: self.query_one(f"#{switch.name}", OnOff).value for switch in _SWITCHES},
        }
        was: dict[str, str | bool] = {
            "theme": self._theme_before,
            "clipboard": before.clipboard,
            **{duration.name: written_duration(getattr(before, duration.name)) for duration in _DURATIONS},
            **{switch.name: getattr(before, switch.name) for switch in _SWITCHES},
        }
        return {name: value for name, value in chosen.items() if value != was[name]}


def _select(name: str, labels: Mapping[str, str], value: str) -> Select[str]:
    return Select(
        [(label, key) for key, label in labels.items()], value=value, allow_blank=False, compact=True, id=name
    )
