"""Colours of states and environments. A state is never told by its colour alone: each has a glyph of its own."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from rich.style import Style
from textual.app import App
from textual.color import Color, ColorParseError

from cognitui.model.profile import Environment
from cognitui.model.token import TokenState
from cognitui.tui.contrast import readable_color
from cognitui.tui.theme import ENVIRONMENTS

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

_OF_TERMINAL = {
    "red": "ansi_red",
    "orange": "ansi_bright_red",
    "yellow": "ansi_yellow",
    "green": "ansi_green",
    "cyan": "ansi_cyan",
    "blue": "ansi_blue",
    "magenta": "ansi_magenta",
    "purple": "ansi_bright_magenta",
    "gray": "ansi_default",
    "grey": "ansi_default",
}
"""The plain names of colours in a theme of the terminal's own, which know its background."""

_WRITTEN_IN = ("primary", "success", "warning", "error")

_NOT_FOR_WORDS = frozenset({"background", "surface", "panel", "foreground-disabled"})

_TERMINALS_OWN = "ansi_"
"""What the names of colours begin with that the terminal chooses; Rich has the same names without it."""


def environment_color(app: App[Any], environment: Environment | None) -> str:
    """Returns the colour of an environment, as it can be read on the theme's surface.

    `#rrggbb` or, in a theme of the terminal's own colours, perhaps the name that Textual has for one of these. A
    protected environment that names none is red.
    """
    variables = app.theme_variables
    name = (environment.color.lower() or ("red" if environment.protected else "")) if environment else ""
    if variables["background"].startswith(_TERMINALS_OWN):
        return _OF_TERMINAL.get(name) or _parsed(name) or variables["primary"]
    named = {**ENVIRONMENTS, **variables}.get(f"environment-{name}", name)
    return inks(app).on_surface(_parsed(named)) if _parsed(named) else inks(app)["primary"]


def environment_style(app: App[Any], environment: Environment | None) -> Style:
    """Returns the style in which an environment is drawn."""
    return colored(environment_color(app, environment).removeprefix(_TERMINALS_OWN))


@lru_cache(maxsize=64)
def _parsed(color: str) -> str:
    """Returns a colour as `#rrggbb`; empty where it is none."""
    try:
        return Color.parse(color).hex6
    except ColorParseError:
        return ""


class Inks:
    """The theme's variables as colours that Rich can print: opaque ones, `#rrggbb`, or names of the terminal's own."""

    def __init__(self, variables: dict[str, str]) -> None:
        """Takes the variables of the theme that is shown."""
        self._variables = variables

    def __getitem__(self, name: str) -> str:
        """Returns a variable's colour, or the foreground's where the theme has none of that name.

        It can be read on the theme's surface; what is disabled may be fainter, by WCAG, too.
        """
        value = self._variables.get(name) or self._variables["foreground"]
        color = _opaque(value, self._variables["background"])
        return color if name in _NOT_FOR_WORDS else self.on_surface(color)

    def on_surface(self, color: str) -> str:
        """Returns a colour as it can be read on the theme's surface; the terminal's own stay as they are."""
        surface = _opaque(self._variables["surface"], self._variables["background"])
        known = color.startswith("#") and surface.startswith("#")
        return readable_color(color, surface) if known else color


def for_words(variables: dict[str, str]) -> dict[str, str]:
    """Returns the variables of a theme that words of dialogs are written in: `$error-words` is what `$error` is.

    Where the colours are the terminal's own, they stay as they are.
    """
    names = {"foreground-muted": "foreground-muted", **{f"{name}-words": name for name in _WRITTEN_IN}}
    readable = {new: Inks(variables)[name] for new, name in names.items()}
    return {new: color if color.startswith("#") else variables[names[new]] for new, color in readable.items()}


def inks(app: App[Any]) -> Inks:
    """Returns the colours of the app's theme, for what is drawn line by line."""
    return Inks(app.theme_variables)


@lru_cache(maxsize=256)
def colored(color: str) -> Style:
    """Returns the style of a colour, `#rrggbb` or the terminal's own; made once, as Rich parses it anew each time."""
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
