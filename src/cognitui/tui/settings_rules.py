"""What the screen alone knows of `config.toml`: the themes, the actions and their keys."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from textual.theme import BUILTIN_THEMES

from cognitui.model.diagnostics import SettingError
from cognitui.model.text import did_you_mean
from cognitui.tui.key_rules import keymap_faults
from cognitui.tui.theme import THEMES

if TYPE_CHECKING:
    from cognitui.storage.settings import TomlSettings

THEME_NAMES = frozenset((*BUILTIN_THEMES, *(theme.name for theme in THEMES)))
"""All that can be chosen."""


def setting_faults(settings: TomlSettings) -> Iterator[SettingError]:
    """Yield the errors in settings that could be read; the `Rules` of `store/settings.py`."""
    if settings.theme not in THEME_NAMES:
        hint = did_you_mean(settings.theme, sorted(THEME_NAMES))
        fix = f"Such as {', '.join(theme.name for theme in THEMES)} or ansi-dark; the settings (,) list all."
        yield SettingError(("theme",), "is the name of no theme", f"{hint} {fix}" if hint else fix)
    yield from keymap_faults(settings.keymap)


def usable_theme(name: str) -> str:
    """Returns the name of a theme where there is such a one, else that of the default."""
    return name if name in THEME_NAMES else THEMES[0].name


def words_of_faults(faults: Sequence[SettingError], key: str) -> tuple[str, ...]:
    """Returns what is told at the start: the first fault with its fix, what holds instead, and the key for the rest."""
    first, *others = faults
    more = f" {len(others)} more:" if others else ""
    return (first.cause, first.fix, f"The default holds there.{more} {key} shows it all.")
