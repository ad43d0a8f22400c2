"""Actions on the program: help, palette, errors in files, settings, doctor, the demo, quitting."""

from __future__ import annotations

from cognitui.tui.controllers.clipboard import ClipboardCopier
from cognitui.tui.controllers.files import ProfileFiles
from cognitui.tui.state_screen import DialogRunner, StateScreen

TRY_DEMO = 100
"""Result of the app if the user chose the demo; no exit code of the program."""


class Program:
    """Opens what concerns the whole program. The dialogs cost 15 ms, and the first paint needs none of them."""

    def __init__(
        self, screen: StateScreen, *, dialogs: DialogRunner, files: ProfileFiles, clipboard: ClipboardCopier
    ) -> None:
        self._screen = screen
        self._dialogs = dialogs
        self._files = files
        self._clipboard = clipboard

    def help(self) -> None:
        """Show all keys."""
        from cognitui.tui.dialogs.help import Help

        self._screen.app.push_screen(Help())

    def palette(self) -> None:
        """Open the palette."""
        self._screen.app.action_command_palette()

    def show_problems(self) -> None:
        """Show the errors of the profile file and of `config.toml`."""
        screen = self._screen
        from cognitui.tui.dialogs.doctor import ErrorsScreen

        errors = screen.book.errors if screen.book else ()
        screen.app.push_screen(ErrorsScreen((*errors, *screen.settings_errors)), self._reload_if)

    def reload(self) -> None:
        """Read the profile files again."""
        self._files.reload(say=True)

    def _reload_if(self, wanted: bool | None) -> None:
        if wanted:
            self.reload()

    def settings(self) -> None:
        """Open the settings."""
        from cognitui.tui.dialogs.settings import SettingsScreen

        self._screen.app.push_screen(SettingsScreen(self._screen.services), self._apply_settings)

    def _apply_settings(self, changed: bool | None) -> None:
        if changed:
            self._screen.post_message(self._screen.SettingsChanged())

    def doctor(self) -> None:
        """Check the setup and the selected profile."""
        self._dialogs.run(self._check)

    async def _check(self) -> None:
        from cognitui.tui.dialogs.doctor import DoctorScreen

        screen = self._screen
        await screen.app.push_screen_wait(DoctorScreen(screen.services, lambda: screen.selected, self._copy_fix))

    async def _copy_fix(self, fix: str, what: str) -> None:
        await self._clipboard.copy_text(fix, what, stays=True)

    def try_demo(self) -> None:
        """Leave for the demo."""
        self._screen.app.exit(TRY_DEMO)

    def quit(self) -> None:
        """Quit."""
        self._screen.app.exit(0)
