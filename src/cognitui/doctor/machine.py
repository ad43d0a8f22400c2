"""This computer as the doctor sees it: settings, permissions, keyring, clipboard and terminal."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Mapping

from cognitui.model.diagnostics import InsecurePath, SettingError, TerminalFacts
from cognitui.storage.paths import Paths, insecure_permissions, shown
from cognitui.storage.settings import Rules, SettingsReading
from cognitui.system.clipboard import Clipboard


class ThisMachine:
    """This computer and the program's files on it."""

    def __init__(
        self,
        environ: Mapping[str, str],
        paths: Paths,
        settings: Callable[[], SettingsReading],
        try_keyring: Callable[[], str],
        *,
        memory_was_chosen: bool,
        settings_rules: Rules,
    ) -> None:
        """Store the parts.

        Args:
            environ: The environment of the process.
            paths: The files.
            settings: Reads the settings.
            try_keyring: Stores, reads and removes an entry; returns the keyring's name.
            memory_was_chosen: Whether the user chose to keep secrets in memory.
            settings_rules: Checks settings by what only the TUI knows.
        """
        self._environ = environ
        self._paths = paths
        self._settings = settings
        self.try_keyring = try_keyring
        self.memory_was_chosen = memory_was_chosen
        self._settings_rules = settings_rules

    def settings_errors(self) -> tuple[SettingError, ...]:
        """Return all errors in `config.toml`, keys and theme included."""
        return self._settings().with_those_of(self._settings_rules)

    def settings_file(self) -> str:
        """Return the path of `config.toml`, or that there is none."""
        path = self._paths.settings
        return shown(path) if path.exists() else "No config.toml; using defaults."

    def insecure_permissions(self) -> tuple[InsecurePath, ...]:
        """Return the program's files and folders that are open to others."""
        return insecure_permissions(self._paths)

    def clipboard_way(self) -> str:
        """Return how a token would be copied; raises ClipboardUnavailable if it could not be."""
        clipboard = Clipboard.for_terminal(self._environ, lambda _sequence: None, self._settings().settings.clipboard)
        return f"A token goes {clipboard.phrase}."

    def terminal(self) -> TerminalFacts:
        """Return what is known of the terminal."""
        size = shutil.get_terminal_size()
        # Not `sys.stdout`: while the TUI runs, Textual has put a file of its own there, without an encoding.
        output = sys.__stdout__
        return TerminalFacts(
            is_terminal=output is not None and output.isatty(),
            term=self._environ.get("TERM", ""),
            encoding=(output.encoding if output is not None else None) or "",
            columns=size.columns,
            rows=size.lines,
        )
