"""Themes and colours: themes, readable contrast, and the colours of environments and token states."""

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

from cognitui.model.diagnostics import SettingError
from cognitui.model.profile import Environment
from cognitui.model.text import did_you_mean
from cognitui.model.token import TokenState


def _environments(
    *, red: str, orange: str, yellow: str, green: str, cyan: str, blue: str, magenta: str, gray: str
) -> dict[str, str]:
    """Named colours in the tones of a theme: `environment-red`."""
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
"""For the program's dark theme, and Textual's: pure red on black is hard to look at."""

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


def theme_errors(name: str) -> Iterator[SettingError]:
    """Yield an error if there is no theme of a name."""
    if name not in THEME_NAMES:
        hint = did_you_mean(name, sorted(THEME_NAMES))
        fix = f"Choose {', '.join(theme.name for theme in THEMES)} or ansi-dark; the settings (,) list all themes."
        yield SettingError(("theme",), "is not the name of a theme", f"{hint} {fix}" if hint else fix)


def usable_theme(name: str) -> str:
    """Return the name of a theme if it exists, else that of the default."""
    return name if name in THEME_NAMES else THEMES[0].name


_MIN_CONTRAST = 4.5
"""WCAG 2.2, success criterion 1.4.3: the minimum contrast for text of this size."""
_SHADES = 20
"""Shades between a colour and black or white that are tried."""


@lru_cache(maxsize=1024)
def readable(style: Style) -> Style:
    """Return a style whose colour has enough contrast to its background.

    The terminal's own colours are unknown here and not changed.
    """
    front, behind = style.color, style.bgcolor
    if front is None or behind is None or style.reverse or not _is_known(front) or not _is_known(behind):
        return style
    color = readable_color(front.get_truecolor().hex, behind.get_truecolor().hex)
    return style + Style(color=color)


@lru_cache(maxsize=1024)
def readable_color(color: str, background: str) -> str:
    """Return a colour, made darker or lighter if needed; all as `#rrggbb`."""
    front, behind = Color.parse(color), Color.parse(background)
    # One of the two always has enough contrast.
    end = max(WHITE, BLACK, key=lambda other: contrast(other, behind))
    shades = (front.blend(end, step / _SHADES) for step in range(_SHADES))
    return next((shade for shade in shades if contrast(shade, behind) >= _MIN_CONTRAST), end).hex6


def contrast(one: Color, other: Color) -> float:
    """Return the contrast of two opaque colours by WCAG 2.2, from 1 to 21."""
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

_TERMINAL_COLORS = {
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
"""Textual's colour names in themes that use the terminal's own colours."""

_TEXT_VARIABLES = ("primary", "success", "warning", "error")

_NOT_FOR_TEXT = frozenset({"background", "surface", "panel", "foreground-disabled"})

_TERMINAL_PREFIX = "ansi_"
"""The prefix of the terminal's own colours; Rich uses the same names without it."""


def environment_color(app: App[Any], environment: Environment | None) -> str:
    """Return the colour of an environment, readable on the theme's surface.

    `#rrggbb` or, in a theme of the terminal's own colours, perhaps Textual's name for one of these. A protected
    environment without a colour is red.
    """
    variables = app.theme_variables
    name = (environment.color.lower() or ("red" if environment.protected else "")) if environment else ""
    if variables["background"].startswith(_TERMINAL_PREFIX):
        return _TERMINAL_COLORS.get(name) or _parsed(name) or variables["primary"]
    named = {**ENVIRONMENTS, **variables}.get(f"environment-{name}", name)
    return theme_colors(app).on_surface(_parsed(named)) if _parsed(named) else theme_colors(app)["primary"]


def environment_style(app: App[Any], environment: Environment | None) -> Style:
    """Return the style of an environment."""
    return colored(environment_color(app, environment).removeprefix(_TERMINAL_PREFIX))


@lru_cache(maxsize=64)
def _parsed(color: str) -> str:
    """Return a colour as `#rrggbb`, or an empty string if it is not one."""
    try:
        return Color.parse(color).hex6
    except ColorParseError:
        return ""


class ThemeColors:
    """The theme's variables as colours that Rich can print: opaque, `#rrggbb`, or names of the terminal's own."""

    def __init__(self, variables: dict[str, str]) -> None:
        self._variables = variables

    def __getitem__(self, name: str) -> str:
        """Return a variable's colour, or the foreground's if the theme has no such variable.

        It is readable on the theme's surface; disabled items may be fainter, which WCAG allows.
        """
        value = self._variables.get(name) or self._variables["foreground"]
        color = _opaque(value, self._variables["background"])
        return color if name in _NOT_FOR_TEXT else self.on_surface(color)

    def on_surface(self, color: str) -> str:
        """Return a colour that is readable on the theme's surface; the terminal's own are not changed."""
        surface = _opaque(self._variables["surface"], self._variables["background"])
        known = color.startswith("#") and surface.startswith("#")
        return readable_color(color, surface) if known else color


def text_variables(variables: dict[str, str]) -> dict[str, str]:
    """Return a theme's variables for text in dialogs: `$error-words` is the readable form of `$error`.

    The terminal's own colours are not changed.
    """
    names = {"foreground-muted": "foreground-muted", **{f"{name}-words": name for name in _TEXT_VARIABLES}}
    readable = {new: ThemeColors(variables)[name] for new, name in names.items()}
    return {new: color if color.startswith("#") else variables[names[new]] for new, color in readable.items()}


def theme_colors(app: App[Any]) -> ThemeColors:
    """Return the colours of the app's theme, for text that is drawn line by line."""
    return ThemeColors(app.theme_variables)


@lru_cache(maxsize=256)
def colored(color: str) -> Style:
    """Return the cached style of a colour, `#rrggbb` or the terminal's own, because Rich parses it each time."""
    return Style(color=color)


@lru_cache(maxsize=256)
def _opaque(value: str, background: str) -> str:
    """Return an opaque colour: many of Textual's theme colours are translucent; the terminal's own have names."""
    name, _, _ = value.partition(" ")
    if name.startswith(_TERMINAL_PREFIX):
        return name.removeprefix(_TERMINAL_PREFIX)
    color = Color.parse(value)
    if color.a == 1 or background.startswith(_TERMINAL_PREFIX):
        return color.hex6
    return Color.parse(background).blend(color, color.a, 1).hex6
