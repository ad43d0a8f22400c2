"""What was searched for, in what is shown."""

from __future__ import annotations

import re

from rich.segment import Segment
from rich.style import Style

MARK = Style(bold=True, underline=True)
"""On what matches: seen without colours, too."""


def pattern_of(query: str) -> re.Pattern[str] | None:
    """Returns what finds a text whichever its case, or None where nothing is searched for."""
    return re.compile(re.escape(query), re.IGNORECASE) if query.strip() else None


def segments(text: str, style: Style, pattern: re.Pattern[str] | None) -> list[Segment]:
    """Returns a text in a style, with its matches marked."""
    if pattern is None:
        return [Segment(text, style)]
    parts, end = [], 0
    for match in pattern.finditer(text):
        parts += [Segment(text[end : match.start()], style), Segment(match.group(), style + MARK)]
        end = match.end()
    return [part for part in (*parts, Segment(text[end:], style)) if part.text]
