"""Scrollbar in whole cells: partial cells at its ends look like separate bars if a font has gaps."""

from __future__ import annotations

from typing import ClassVar

from textual.scrollbar import ScrollBarRender


class WholeBar(ScrollBarRender):
    """Textual's own, without the glyphs at its ends."""

    VERTICAL_BARS: ClassVar[list[str]] = [" "] * 8
