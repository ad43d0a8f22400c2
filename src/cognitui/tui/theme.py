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
)
