"""The program's own theme; all of Textual's can be chosen in `config.toml`, too."""

from __future__ import annotations

from textual.theme import Theme

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
        variables={"foreground-muted": "#8389ad", "foreground-disabled": "#4d5270", "border-blurred": "#3b4063"},
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
        variables={"foreground-muted": "#5b6180", "foreground-disabled": "#a3a8bf", "border-blurred": "#b9bed3"},
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
        variables={"foreground-muted": "#d0d0d0", "foreground-disabled": "#949494", "border-blurred": "#b2b2b2"},
    ),
)
"""The first is the default."""
