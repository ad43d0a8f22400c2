"""Themes: the program's own, and all of Textual's."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from rich.color import Color as RichColor
from rich.color import ColorType
from rich.style import Style
from textual.app import App
from textual.color import BLACK, WHITE, Color, ColorParseError
from textual.theme import BUILTIN_THEMES, Theme

from cognitui.model.diagnostics import SettingFault
from cognitui.model.profile import Environment
from cognitui.model.text import did_you_mean
from cognitui.model.token import TokenState


def _environments(
    *, red: str, orange: str, yellow: str, green: str, cyan: str, blue: str, magenta: str, gray: str
) -> dict[str, str]:
    """The plain names of colours in the tones of a theme: `environment-red`."""
    named = {"red": red, "orange": orange, "yellow": yellow, "green": green, "cyan": cyan, "blue": blue}
    named |= {"magenta": magenta, "purple": magenta, "gray": gray, "grey": gray}
    return {f"environment-{name}": color for name, color in named.items()}


ENVIRONMENTS = _environments(
    red="#f7768e",
    orange="#ff9e64",
    yellow="#e0af68",
    green="#9ece6a",
    cyan="#7dcfff",
    blue="#7aa2f7",
    magenta="#bb9af7",
    gray="#8089b3",
)
"""Of the program's own dark theme, and of Textual's: pure red on black hurts."""

THEMES = (
    Theme(
        name="cognitui",
        primary="#7aa2f7",
        secondary="#7dcfff",
        accent="#bb9af7",
        success="#9ece6a",
        warning="#e0af68",
        error="#f7768e",
        foreground="#c8d3f5",
        background="#16171f",
        surface="#1d1f2b",
        panel="#262938",
        dark=True,
        variables={
            "foreground-muted": "#8389ad",
            "foreground-disabled": "#4d5270",
            "border-blurred": "#3b4063",
            **ENVIRONMENTS,
        },
    ),
    Theme(
        name="cognitui-light",
        primary="#2e5cb8",
        secondary="#0e6f8f",
        accent="#7a3fc2",
        success="#3d6b1f",
        warning="#8a5a00",
        error="#b3203f",
        foreground="#24283b",
        background="#f6f7fb",
        surface="#eceef6",
        panel="#dfe2ee",
        dark=False,
        variables={
            "foreground-muted": "#5b6180",
            "foreground-disabled": "#a3a8bf",
            "border-blurred": "#b9bed3",
            **_environments(
                red="#b3203f",
                orange="#a34100",
                yellow="#7a5a00",
                green="#3d6b1f",
                cyan="#0b6684",
                blue="#2e5cb8",
                magenta="#7a3fc2",
                gray="#5b6180",
            ),
        },
    ),
    Theme(
        name="cognitui-contrast",
        primary="#5cc8ff",
        secondary="#ffffff",
        accent="#ffd7ff",
        success="#5fff5f",
        warning="#ffd700",
        error="#ff8787",
        foreground="#ffffff",
        background="#000000",
        surface="#000000",
        panel="#303030",
        dark=True,
        variables={
            "foreground-muted": "#d0d0d0",
            "foreground-disabled": "#949494",
            "border-blurred": "#b2b2b2",
            **_environments(
                red="#ff8787",
                orange="#ffaf5f",
                yellow="#ffd700",
                green="#5fff5f",
                cyan="#5fffff",
                blue="#87c3ff",
                magenta="#ffafff",
                gray="#d0d0d0",
            ),
        },
    ),
)
"""The first is the default."""

THEME_NAMES = frozenset((*BUILTIN_THEMES, *(theme.name for theme in THEMES)))
"""Themes that `config.toml` can name."""


def theme_errors(name: str) -> Iterator[SettingFault]:
    """Yield an error if there is no theme of a name."""
    if name not in THEME_NAMES:
        hint = did_you_mean(name, sorted(THEME_NAMES))
        fix = f"Choose {', '.join(theme.name for theme in THEMES)} or ansi-dark; the settings (,) list all themes."
        yield SettingFault(("theme",), "is not the name of a theme", f"{hint} {fix}" if hint else fix)


def usable_theme(name: str) -> str:
    """Return the name of a theme if it exists, else that of the default."""
    return name if name in THEME_NAMES else THEMES[0].name


_LEAST = 4.5
"""WCAG 2.2, success criterion 1.4.3: the contrast of text of this size."""
_STEPS = 20


@lru_cache(maxsize=1024)
def readable(style: Style) -> Style:
    """Returns a style whose colour is as far from its background as it takes to be read.

    Colours of the terminal's own, which nobody knows here, stay as they are.
    """
    front, behind = style.color, style.bgcolor
    if front is None or behind is None or style.reverse or not _is_known(front) or not _is_known(behind):
        return style
    color = readable_color(front.get_truecolor().hex, behind.get_truecolor().hex)
    return style + Style(color=color)


@lru_cache(maxsize=1024)
def readable_color(color: str, background: str) -> str:
    """Returns a colour, darker or lighter where it has to be; all as `#rrggbb`."""
    front, behind = Color.parse(color), Color.parse(background)
    # One of the two always can be read.
    end = max(WHITE, BLACK, key=lambda other: contrast(other, behind))
    shades = (front.blend(end, step / _STEPS) for step in range(_STEPS))
    return next((shade for shade in shades if contrast(shade, behind) >= _LEAST), end).hex6


def contrast(one: Color, other: Color) -> float:
    """Returns the contrast of two opaque colours by WCAG 2.2, from 1 to 21."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(color: Color) -> float:
    red, green, blue = map(_linear, color.normalized)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4


def _is_known(color: RichColor) -> bool:
    return color.type is ColorType.TRUECOLOR


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
