"""The program's own theme; all of Textual's can be chosen in `config.toml`, too."""

from __future__ import annotations

from textual.theme import Theme


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
