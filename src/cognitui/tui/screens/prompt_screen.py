"""A screen that answers a key at once."""

from __future__ import annotations

from textual.screen import Screen
from textual.timer import Timer

_AT_ONCE = 0.004
"""Seconds. What changes in one breath (a list, the panel beside it) is still drawn in one frame."""


class PromptScreen(Screen[int]):
    """Draws what a person has changed within 4 ms; whatever else changes waits for Textual's grid of 16 ms.

    That grid keeps a hundred tokens that come at once from being a hundred frames. But a letter of the filter is drawn
    in two, the line first and then what is found, and the second would wait for it: 8 ms among 10,000 profiles, as
    measured. The names with an underscore are Textual's own: a test says where they are no more.
    """

    _prompt_timer: Timer | None = None
    _is_awaited = False

    def expect_change(self) -> None:
        """A person has pressed a key or the mouse: what changes next is drawn at once."""
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
