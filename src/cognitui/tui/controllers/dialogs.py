"""Dialogs that run as workers, one at a time."""

from __future__ import annotations

from collections.abc import Callable, Coroutine

from textual.worker import Worker

from cognitui.tui.state_screen import StateScreen


class DialogRunner:
    """Runs what opens dialogs. A second press in one go does not open a second dialog."""

    def __init__(self, screen: StateScreen) -> None:
        self._screen = screen
        self._worker: Worker[None] | None = None

    def run(self, dialog: Callable[[], Coroutine[None, None, None]]) -> None:
        """Begin it, unless another one runs."""
        if self._worker is None or self._worker.is_finished:
            self._worker = self._screen.run_worker(dialog, group="profile")
