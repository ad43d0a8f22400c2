"""A fault in `config.toml`: where it is, what it is, and how to mend it."""

from __future__ import annotations

from cognitui.model.errors import UsageError
from cognitui.model.frozen import Frozen
from cognitui.model.profile import Problem
from cognitui.model.text import inert

_LONGEST = 60


class SettingFault(Frozen, frozen=True):
    """It names the place and never a value that could not be read; all texts are inert."""

    path: tuple[str, ...]
    """Of the key, as the file has it: `("keymap", "copy_token")`; empty for the file as a whole."""
    what: str
    """How the sentence goes on that begins with the key."""
    fix: str
    source: str = ""
    """The path of the file."""
    line: int = 0
    """Counted from 1; 0 where it is not known."""

    @property
    def key(self) -> str:
        """The key with its table, `keymap.copy_token`."""
        return ".".join(inert(part, _LONGEST) for part in self.path)

    @property
    def cause(self) -> str:
        """`/home/a/.config/cognitui/config.toml:3: keymap.copy_token is not a text.`."""
        place = f"{self.source}:{self.line}" if self.line else self.source
        return f"{place}: {' '.join(filter(None, (self.key, self.what)))}."

    def error(self) -> UsageError:
        """Returns it as the end of a command."""
        return UsageError(self.cause, fix=self.fix)

    def problem(self) -> Problem:
        """Returns it as the screen of faults shows it."""
        return Problem(where="", key=self.key, what=self.what, fix=self.fix, source=self.source, line=self.line)
