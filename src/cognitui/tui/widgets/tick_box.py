"""Boxes that are ticked or not: told by their sign, and by colour only besides."""

from __future__ import annotations

from textual.content import Content
from textual.widgets import Checkbox

_TICKED, _EMPTY = "[x]", "[ ]"
_WORDS = {True: "on", False: "off"}


class TickBox(Checkbox):
    """A checkbox with nothing in it where it is not ticked; Textual's own has a paler cross there."""

    @property
    def _button(self) -> Content:
        style = self.get_visual_style("toggle--button", partial=True)
        return Content.assemble((_TICKED if self.value else _EMPTY, style))


class OnOff(TickBox):
    """A tick box that says itself which it is."""

    def __init__(self, value: bool, *, id: str | None = None) -> None:  # noqa: A002 (Textual's own name)
        """Takes whether it is on."""
        super().__init__(_WORDS[value], value, id=id)

    def watch_value(self) -> None:
        """Says the other word."""
        self.label = _WORDS[self.value]
        super().watch_value()
