"""Colours of states and environments. A state is never told by its colour alone: each has a glyph of its own."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from rich.style import Style
from textual.app import App
from textual.color import Color, ColorParseError

from cognitui.model.profile import Environment
from cognitui.model.token import TokenState

GLYPHS = {
    TokenState.VALID: "●",
    TokenState.EXPIRING: "◐",
    TokenState.NONE: "○",
    TokenState.EXPIRED: "✕",
}

STATE_VARIABLES = {
    TokenState.VALID: "success",
    TokenState.EXPIRING: "warning",
    TokenState.NONE: "foreground-muted",
    TokenState.EXPIRED: "error",
}
"""The theme's variable for each state."""

_NAMED = {
    "red": "#f7768e",
    "orange": "#ff9e64",
    "yellow": "#e0af68",
    "green": "#9ece6a",
    "cyan": "#7dcfff",
    "blue": "#7aa2f7",
    "magenta": "#bb9af7",
    "purple": "#bb9af7",
    "gray": "#8089b3",
    "grey": "#8089b3",
}
"""The plain names in the tones of the program's theme: pure red on black hurts."""

_DEFAULT = "#7aa2f7"

_TERMINALS_OWN = "ansi_"
"""What the names of colours begin with that the terminal chooses; Rich has the same names without it."""


def environment_color(environment: Environment | None) -> str:
    """Returns the colour of an environment as `#rrggbb`."""
    if environment is None or not environment.color:
        return _DEFAULT
    name = environment.color.lower()
    try:
        return Color.parse(_NAMED.get(name, name)).hex6
    except ColorParseError:
        return _DEFAULT


class Inks:
    """The theme's variables as colours that Rich can print: opaque ones, `#rrggbb`, or names of the terminal's own."""

    def __init__(self, variables: dict[str, str]) -> None:
        """Takes the variables of the theme that is shown."""
        self._variables = variables

    def __getitem__(self, name: str) -> str:
        """Returns a variable's colour, or the foreground's where the theme has none of that name."""
        value = self._variables.get(name) or self._variables["foreground"]
        return _opaque(value, self._variables["background"])


def inks(app: App[Any]) -> Inks:
    """Returns the colours of the app's theme, for what is drawn line by line."""
    return Inks(app.theme_variables)


@lru_cache(maxsize=256)
def colored(color: str) -> Style:
    """Returns the style of a colour, `#rrggbb`; made once, as Rich parses it anew each time."""
    return Style(color=color)


@lru_cache(maxsize=256)
def _opaque(value: str, background: str) -> str:
    """Many of Textual's themes have colours that let the background through; the terminal's own colours have names."""
    name, _, _ = value.partition(" ")
    if name.startswith(_TERMINALS_OWN):
        return name.removeprefix(_TERMINALS_OWN)
    color = Color.parse(value)
    if color.a == 1 or background.startswith(_TERMINALS_OWN):
        return color.hex6
    return Color.parse(background).blend(color, color.a, 1).hex6
