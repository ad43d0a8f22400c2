"""Colours that can be read on what is behind them, whichever theme and environment they come from."""

from __future__ import annotations

from functools import lru_cache

from rich.color import Color as RichColor
from rich.color import ColorType
from rich.style import Style
from textual.color import BLACK, WHITE, Color

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
