"""The Textual app: wiring only."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from textual.app import App, SystemCommand
from textual.screen import Screen
from textual.worker import WorkerFailed

from cognitui.clipboard import Clipboard
from cognitui.services import Services
from cognitui.tui.copying import Copying
from cognitui.tui.keymap import ACTIONS
from cognitui.tui.profile_reader import ProfileReader
from cognitui.tui.reasons import why_not
from cognitui.tui.screens.main import MainScreen
from cognitui.tui.theme import THEMES


class CognituiApp(App[int]):
    """One main screen with dialogs in front of it."""

    TITLE = "cognitui"
    CSS_PATH = "cognitui.tcss"
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-wide")]  # noqa: RUF012 (Textual's own way)
    ENABLE_COMMAND_PALETTE = True
    COMMAND_PALETTE_BINDING = "ctrl+p"

    def __init__(self, services: Services, *, environment: str = "", reader: ProfileReader | None = None) -> None:
        """Takes the parts, the environment to begin with, and a reader that has begun to read the profiles."""
        super().__init__()
        self._services = services
        self._environment = environment
        self._reader = reader or ProfileReader(services)
        self.clipboard_of_terminal: Clipboard = services.clipboard(self.write_to_terminal)
        self.failure: BaseException | None = None
        """What ended the app, where it was a fault of ours; the caller reports it."""

    def on_mount(self) -> None:
        """Sets keys and looks, and shows the main screen."""
        settings = self._services.settings
        for theme in THEMES:
            self.register_theme(theme)
        self.theme = settings.theme if settings.theme in self.available_themes else THEMES[0].name
        self.set_keymap(dict(settings.keymap))
        main = MainScreen(self._services, self._reader, self._environment)
        main.copying = Copying(main, self.clipboard_of_terminal, settings.clear_after)
        self.push_screen(main)

    def get_system_commands(self, screen: Screen[Any]) -> Iterable[SystemCommand]:
        """The palette has the actions of the keymap; Textual's own screenshot would show a token's claims."""
        if not isinstance(screen, MainScreen):
            return
        situation = screen.situation()
        for action in ACTIONS:
            if action.palette:
                reason = why_not(action.id, situation)
                if reason and action.id == "try_demo":
                    continue
                words = f"{action.long} Not now: {reason}" if reason else action.long
                yield SystemCommand(action.short, words, getattr(screen, f"action_{action.id}"))

    def write_to_terminal(self, sequence: str) -> None:
        """Sends an escape sequence to the terminal, past the screen."""
        if self._driver is not None:
            self._driver.write(sequence)

    def _handle_exception(self, error: Exception) -> None:
        """Ends the app and keeps the error: Textual's own report prints local variables, and so secrets."""
        if isinstance(error, WorkerFailed) and isinstance(error.error, Exception):
            error = error.error
        self._return_code = 1
        if self._exception is None:
            self._exception = error
            self._exception_event.set()
        self.failure = self.failure or error
        self._close_messages_no_wait()
