"""The doctor's real parts: what it sees of this computer."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Mapping

from cognitui.clipboard import Clipboard
from cognitui.model.examined import LoosePlace, TerminalFacts
from cognitui.store.loose_places import loose_places
from cognitui.store.paths import Paths, shown
from cognitui.store.settings import TomlSettings


class ThisMachine:
    """Implements `ports.Machine`."""

    def __init__(
        self,
        environ: Mapping[str, str],
        paths: Paths,
        settings: Callable[[], TomlSettings],
        try_keyring: Callable[[], str],
    ) -> None:
        """Takes the environment of the process, the files, what reads the settings, and what tries the keyring."""
        self._environ = environ
        self._paths = paths
        self._settings = settings
        self.try_keyring = try_keyring

    def check_settings(self) -> str:
        """Reads `config.toml`."""
        self._settings()
        path = self._paths.settings
        return shown(path) if path.exists() else "There is none: the defaults hold."

    def loose_places(self) -> tuple[LoosePlace, ...]:
        """Looks at the permissions."""
        return loose_places(self._paths)

    def clipboard_way(self) -> str:
        """Names the first way to a clipboard; nothing is copied."""
        clipboard = Clipboard.for_terminal(self._environ, lambda _sequence: None, self._settings().clipboard)
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
