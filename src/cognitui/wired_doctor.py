"""The doctor's real parts: what it sees of this computer."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Mapping

from cognitui.model.diagnostics import LoosePlace, SettingFault, TerminalFacts
from cognitui.storage.paths import Paths, shown
from cognitui.storage.permissions import loose_places
from cognitui.storage.settings import SettingsReading
from cognitui.system.clipboard import Clipboard


class ThisMachine:
    """Implements `ports.Machine`."""

    def __init__(
        self,
        environ: Mapping[str, str],
        paths: Paths,
        settings: Callable[[], SettingsReading],
        try_keyring: Callable[[], str],
        *,
        memory_was_chosen: bool,
    ) -> None:
        """Takes its parts.

        Args:
            environ: The environment of the process.
            paths: The files.
            settings: Reads the settings.
            try_keyring: Stores, reads and removes an entry; returns the keyring's name.
            memory_was_chosen: Whether a person said that secrets are to be kept in memory.
        """
        self._environ = environ
        self._paths = paths
        self._settings = settings
        self.try_keyring = try_keyring
        self.memory_was_chosen = memory_was_chosen

    def settings_faults(self) -> tuple[SettingFault, ...]:
        """Reads `config.toml`, and asks the screen's own rules."""
        # Costs 150 ms with Textual, and of the commands the doctor alone needs it.
        from cognitui.tui.actions.keybindings import setting_errors

        return self._settings().with_those_of(setting_errors)

    def settings_file(self) -> str:
        """Looks for `config.toml`."""
        path = self._paths.settings
        return shown(path) if path.exists() else "There is none: the defaults hold."

    def loose_places(self) -> tuple[LoosePlace, ...]:
        """Looks at the permissions."""
        return loose_places(self._paths)

    def clipboard_way(self) -> str:
        """Names the first way to a clipboard; nothing is copied."""
        clipboard = Clipboard.for_terminal(self._environ, lambda _sequence: None, self._settings().settings.clipboard)
        return f"A token goes {clipboard.phrase}."

    def terminal(self) -> TerminalFacts:
        """Looks at standard output."""
        size = shutil.get_terminal_size()
        # Not `sys.stdout`: while the screen runs, Textual has put a file of its own there, without an encoding.
        output = sys.__stdout__
        return TerminalFacts(
            is_terminal=output is not None and output.isatty(),
            term=self._environ.get("TERM", ""),
            encoding=(output.encoding if output is not None else None) or "",
            columns=size.columns,
            rows=size.lines,
        )
