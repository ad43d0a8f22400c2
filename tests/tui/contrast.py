"""How well what is drawn can be read: WCAG 2.2's contrast of each text against what is behind it."""

from __future__ import annotations

from collections.abc import Iterator

from rich.color import Color as RichColor
from rich.color import ColorType
from rich.segment import Segment
from textual.color import Color

from cognitui.tui.theme import contrast
from tests.tui.harness import Story

LEAST = 4.5
"""WCAG 2.2, success criterion 1.4.3, for text of this size."""


def texts(story: Story, part: str = "*") -> Iterator[tuple[str, float]]:
    """Yield each text in a part of the screen with its contrast; those in the terminal's own colours have none."""
    region = story.app.screen.query(part).first().region if part != "*" else story.app.screen.region
    for strip in story.app.screen._compositor.render_strips()[region.y : region.bottom]:
        for segment in strip.crop(region.x, region.right):
            if any(character.isalnum() for character in segment.text) and (found := _of(segment)) is not None:
                yield segment.text.strip(), found


def _of(segment: Segment) -> float | None:
    style = segment.style
    if style is None or style.color is None or style.bgcolor is None:
        return None
    front, back = _color(style.color), _color(style.bgcolor)
    return None if front is None or back is None else contrast(back, front)


def _color(color: RichColor) -> Color | None:
    if color.type is not ColorType.TRUECOLOR or color.triplet is None:
        return None
    return Color(*color.triplet)
