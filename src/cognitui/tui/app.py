"""Textual app: settings, keys in order, the idle lock, toasts, and the main screen."""

from __future__ import annotations

import gc
import sys
from shutil import get_terminal_size
from threading import Thread
from typing import TYPE_CHECKING, Any

from textual import events, on
from textual.app import App
from textual.constants import TEXTUAL_ANIMATIONS
from textual.screen import Screen
from textual.scrollbar import ScrollBar
from textual.worker import WorkerFailed

from cognitui.model.diagnostics import SettingError
from cognitui.model.profile import ProfileError
from cognitui.model.text import inert
from cognitui.services import Services
from cognitui.tui.actions.keybindings import key_in, setting_errors, usable_keymap
from cognitui.tui.background import ProfileReader, in_worker
from cognitui.tui.controllers.lock import IdleWatch, forget_drawn
from cognitui.tui.dialogs.base import Dialog
from cognitui.tui.main_screen import MainScreen
from cognitui.tui.theme import THEMES, text_variables, usable_theme
from cognitui.tui.type_ahead import TypeAhead, Typed, Wake, is_typed
from cognitui.tui.widgets.line_list import WholeBar

if TYPE_CHECKING:
    from textual.command import Provider
    from textual.driver import Driver
    from textual.notifications import SeverityLevel

    from cognitui.system.clipboard import Clipboard

_ERROR_SECONDS = 30
"""Toasts with a path that someone reads, and perhaps copies by hand."""

_CLEANINGS = (1, 2, 3, 4, 6, 8, 10, 12, 15, 18, 22, 30)
"""Seconds after the lock, or after a call that finished behind it, at which memory is overwritten.

Dialogs and calls finish a little later than the lock, and later still on a busy machine.
"""

_LONGEST_READING = 2.0
"""Seconds that keys wait for the first list; if the file cannot be read, F5 and q must still work."""

_INPUT_EVENTS = (events.Key, events.Paste, events.MouseDown, events.MouseScrollDown, events.MouseScrollUp)
"""Input events: they show that somebody is there, and are handled at once."""

_BRIEF = 5
"""Seconds that a toast is shown by default; one that needs action is shown longer."""


def _palette_offers() -> type[Provider]:
    """Import the palette when it is opened: it costs 9 ms, and the first paint does without."""
    from cognitui.tui.palette import PaletteOffers

    return PaletteOffers


class CognituiApp(App[int]):
    """The app: one main screen with dialogs above it."""

    TITLE = "cognitui"
    CSS_PATH = "cognitui.tcss"
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-wide")]  # noqa: RUF012 (Textual's own way)
    SUSPENDED_SCREEN_CLASS = "-suspended"
    ENABLE_COMMAND_PALETTE = False  # its key is in the registry of actions
    COMMANDS = {_palette_offers}  # noqa: RUF012 (Textual's own way to declare them)

    def __init__(self, services: Services, *, environment: str = "", reader: ProfileReader | None = None) -> None:
        super().__init__()
        self.settings_errors = services.settings_errors(setting_errors)
        """The errors in `config.toml`; settings with an error have their defaults."""
        self.remapped = usable_keymap(services.settings.keymap)
        """Keys from `config.toml`, by action id."""
        self._services = services
        self._environment = environment
        self._reader = reader or ProfileReader(services)
        self._main: MainScreen | None = None
        self.type_ahead = TypeAhead(self)
        self._idle = self._new_idle_watch()
        self._locked_for: int | None = None
        """Seconds since the lock, or since a call finished behind it; None if memory need not be overwritten."""
        for theme in THEMES:
            self.register_theme(theme)
        if services.settings.reduced_motion:
            self.animation_level = "none"
        # Set before the app runs: a later change would compute every style again.
        self.set_reactive(App.theme, usable_theme(services.settings.theme))
        self.stylesheet.set_variables(self.get_css_variables())
        self.set_class(self.current_theme.dark, "-dark-mode", update=False)
        self.set_class(not self.current_theme.dark, "-light-mode", update=False)
        self.failure: BaseException | None = None
        """The internal error that ended the app, if any; the caller reports it."""

    def get_css_variables(self) -> dict[str, str]:
        """Return the theme's variables with readable text colours for every theme."""
        variables = super().get_css_variables()
        variables |= text_variables(variables)
        return variables

    def get_driver_class(self) -> type[Driver]:
        """Return the driver that never waits for the terminal; Windows has its own."""
        if sys.platform == "win32":
            return super().get_driver_class()
        from cognitui.tui.driver import TerminalDriver

        return TerminalDriver

    def get_default_screen(self) -> Screen[Any]:
        """Return the main screen: pushed over another, it would be painted 40 ms later."""
        main = MainScreen(self._services, self._reader, self._environment, self._open_clipboard)
        main.settings_errors = _profile_errors(self.settings_errors)
        # Textual would set the class once it knows the size, and then compute every style again.
        columns = get_terminal_size().columns
        fitting = next(name for width, name in reversed(self.HORIZONTAL_BREAKPOINTS) if columns >= width)
        main.add_class(fitting, update=False)
        self._main = main
        return main

    def action_command_palette(self) -> None:
        """Open the palette instead of Textual's."""
        from cognitui.tui.palette import Palette

        if not isinstance(self.screen, Palette):
            self.push_screen(Palette(placeholder="What do you want to do?"))

    def on_mount(self) -> None:
        """Set the keys and the scrollbar, and start the idle check, which runs each second."""
        ScrollBar.renderer = WholeBar  # Textual has no other place for it
        self.set_keymap(self.remapped)
        self._report_settings_errors()
        self.set_timer(_LONGEST_READING, self.type_ahead.begin)
        self.set_interval(1, self._check_each_second)

    def _report_settings_errors(self) -> None:
        """Report the errors in the settings; they have their defaults, so that the tokens can still be used."""
        if self.settings_errors:
            words = "\n".join(_error_toast(self.settings_errors, key_in(self, "show_problems")))
            self.notify(words, severity="warning", timeout=_ERROR_SECONDS, markup=False)

    async def on_event(self, event: events.Event) -> None:
        """Handle events; a key waits until the previous key's work is done."""
        if isinstance(event, _INPUT_EVENTS):
            # The machine may have slept: the key was meant for the old screen, and the lock comes first.
            if self.look_for_idle(event):
                event.stop()
                return
            self._idle.touch()
        if is_typed(event):
            await self._deliver_typed(event)
            return
        # A key arrives twice: new, and back from the widgets that did not use it. Then its action runs.
        if isinstance(event, _INPUT_EVENTS):
            self._expect_change()
        await super().on_event(event)

    async def _deliver_typed(self, event: Typed) -> None:
        # Without a screen the app is closing, and a waiting key is dropped.
        if not self.screen_stack or not self.type_ahead.passes(event):
            return
        if self.type_ahead.is_opening and isinstance(event, events.Key) and event.key == "ctrl+c":
            self.exit(0)  # nothing is listening yet
            return
        self._expect_change()
        if not self._copies_behind(event):
            await super().on_event(event)
        self.type_ahead.delivered()

    def _copies_behind(self, event: Typed) -> bool:
        """Whether a key was meant for the get that a question blocks: `enter` and `c` are one motion."""
        dialog, main = self.screen, self._main
        if not isinstance(event, events.Key) or not isinstance(dialog, Dialog) or main is None:
            return False
        # In any other dialog the same key is a letter of a field, or a choice.
        return dialog.is_before_token and dialog.was_typed_for_what_is_below and main.tokens.copy_behind(event.key)

    def _expect_change(self) -> None:
        if self._main is not None:
            self._main.expect_change()

    @on(Wake)
    def _woken(self, wake: Wake) -> None:
        wake.arrive()

    @on(MainScreen.ListShown)
    def _begin_to_listen(self) -> None:
        self.type_ahead.begin()

    def on_paste(self, event: events.Paste) -> None:
        """Read a token that was pasted outside of a text field."""
        if self._main is not None:
            self._main.claims.inspect_pasted(event.text)

    @on(MainScreen.SettingsChanged)
    def apply_settings(self) -> None:
        """Apply changed settings."""
        settings = self._services.settings
        self.theme = usable_theme(settings.theme)
        self.settings_errors = self._services.settings_errors(setting_errors)
        if self._main is not None:
            self._main.settings_errors = _profile_errors(self.settings_errors)
            self._main.clipboard.apply_settings(settings.clear_after)
        self.animation_level = "none" if settings.reduced_motion else TEXTUAL_ANIMATIONS
        self._idle = self._new_idle_watch()

    def _check_each_second(self) -> None:
        self.look_for_idle()
        if self._locked_for is not None and self._main is not None and self._main.is_locked:
            self._locked_for += 1
            if self._locked_for in _CLEANINGS:
                self._clean_memory()
        if (look_for_hangup := getattr(self._driver, "look_for_hangup", None)) is not None:
            look_for_hangup()

    def look_for_idle(self, cause: events.Event | None = None) -> bool:
        """Lock the screen after the idle time of the settings; return whether it was locked now.

        Args:
            cause: The key or click that caused the check; it is dropped with all that waits.
        """
        if self._main is None or not self._idle.has_run_out():
            return False
        self._main.drop_secrets()
        self._clipboard = ""  # Textual's own, for its inputs
        if self._main.is_locked:
            return False
        self._locked_for = 0
        self.type_ahead.drop(cause)
        self._main.idle_lock.close(self._services.settings.idle_lock, in_memory=self._services.secrets_in_memory)
        return True

    def note_end_of_call(self) -> None:
        """Note that a thread has finished, which may have read a secret after the lock was shown."""
        # A call may finish after the app has closed: its screens then belong to no app.
        if self.is_running and self._main is not None and self._main.is_locked:
            self._locked_for = 0

    def _clean_memory(self) -> None:
        # Not needed before the lock.
        from cognitui.system.free_memory import overwrite_free_memory

        forget_drawn()
        overwrite_free_memory()
        if (clean_memory := getattr(self._driver, "clean_memory", None)) is not None:
            clean_memory()

    def _new_idle_watch(self) -> IdleWatch:
        return IdleWatch(self._services.settings.idle_lock, self._services.clock, self._services.uptime)

    def on_ready(self) -> None:
        """Resume garbage collection, which is paused until the first paint."""
        gc.enable()
        if not self.is_headless:
            Thread(target=_overwrite_what_is_freed, name="cognitui-memory", daemon=True).start()

    def notify(
        self,
        message: str,
        *,
        title: str = "",
        severity: SeverityLevel = "information",
        timeout: float | None = None,
        markup: bool = True,
    ) -> None:
        """Show a toast; its words reach the terminal as plain text.

        An answer to a key is read at once, and the next one replaces it, so that they do not pile up. An error needs
        action, and stays for its full time.
        """
        if _is_brief(severity, timeout):
            for shown in [toast for toast in self._notifications if _is_brief(toast.severity, toast.timeout)]:
                self._unnotify(shown, refresh=False)
        lines = "\n".join(inert(line, 600) for line in message.split("\n"))
        super().notify(lines, title=inert(title, 120), severity=severity, timeout=timeout, markup=markup)

    def clear_clipboard(self) -> None:
        """Clear the copied text from the clipboard if it still holds it."""
        if self._main is not None:
            self._main.clipboard.clear_at_exit()

    def save_preferences(self) -> None:
        """Save the preferences and the current position."""
        if self._main is not None:
            self._main.preferences.save_at_exit()

    def copy_to_clipboard(self, text: str) -> None:
        """Copy the selection of an input as tokens are copied: GNU screen would print Textual's own sequence."""
        self._clipboard = text
        if self._main is not None:
            in_worker(self, "clipboard", self._main.clipboard.copy_text, text, "the selected text", stays=True)

    def _open_clipboard(self) -> Clipboard:
        return self._services.clipboard(self.write_to_terminal)

    def write_to_terminal(self, sequence: str) -> None:
        """Send an escape sequence to the terminal, past Textual.

        Raises:
            OSError: The terminal does not read.
        """
        if self._driver is not None:
            getattr(self._driver, "deliver", self._driver.write)(sequence)

    def _handle_exception(self, error: Exception) -> None:
        """End the app and keep the error: Textual's report would print local variables, and so secrets."""
        if isinstance(error, WorkerFailed) and isinstance(error.error, Exception):
            error = error.error
        self._return_code = 1
        if self._exception is None:
            self._exception = error
            self._exception_event.set()
        self.failure = self.failure or error
        self._close_messages_no_wait()


def _overwrite_what_is_freed() -> None:
    # Costs 5 ms (ctypes), and no secret has been read yet.
    from cognitui.system.free_memory import overwrite_what_is_freed

    overwrite_what_is_freed()


def _profile_errors(errors: tuple[SettingError, ...]) -> tuple[ProfileError, ...]:
    return tuple(error.profile_error() for error in errors)


def _error_toast(errors: tuple[SettingError, ...], key: str) -> tuple[str, ...]:
    """Return the first error with its fix, what is used instead, and the key that shows the rest."""
    first, *others = errors
    more = f" {len(others)} more:" if others else ""
    return (first.cause, first.fix, f"The default is used instead.{more} {key} shows all errors.")


def _is_brief(severity: SeverityLevel, timeout: float | None) -> bool:
    return severity != "error" and (timeout is None or timeout <= _BRIEF)
