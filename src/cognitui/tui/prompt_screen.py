"""Screen that draws the effect of a key at once."""

from __future__ import annotations

from textual.screen import Screen
from textual.timer import Timer

_AT_ONCE = 0.004
"""Seconds. Changes that belong together (a list, the panel beside it) are still drawn in one frame."""


class PromptScreen(Screen[int]):
    """Draw what the user changed within 4 ms; other changes wait for Textual's grid of 16 ms.

    That grid keeps a hundred tokens that arrive together from costing a hundred frames. But a letter of the filter is
    drawn in two steps, the input and then the list, and the second would wait for the grid: 8 ms with 10,000 profiles,
    as measured. The names with an underscore belong to Textual: a test fails if they disappear.
    """

    _prompt_timer: Timer | None = None
    _is_awaited = False

    def expect_change(self) -> None:
        """Draw the next change at once: the user has pressed a key or the mouse."""
        self._is_awaited = True

    @property
    def _update_timer(self) -> Timer:
        if not self._is_awaited:
            return super()._update_timer
        if self._prompt_timer is None:
            self._prompt_timer = self.set_interval(_AT_ONCE, self._on_timer_update, name="prompt", pause=True)
        return self._prompt_timer

    def _on_timer_update(self) -> None:
        super()._on_timer_update()
        self._is_awaited = False
        super()._update_timer.pause()
        if self._prompt_timer is not None:
            self._prompt_timer.pause()
