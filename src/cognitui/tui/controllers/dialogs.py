"""Dialogs that run as workers, one at a time."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any, ParamSpec

from textual.worker import Worker

from cognitui.tui.background import in_worker
from cognitui.tui.state_screen import StateScreen

Given = ParamSpec("Given")


class DialogRunner:
    """Runs what opens dialogs. A second press in one go does not open a second dialog."""

    def __init__(self, screen: StateScreen) -> None:
        self._screen = screen
        self._worker: Worker[None] | None = None

    def run(
        self, dialog: Callable[Given, Coroutine[Any, Any, None]], *given: Given.args, **named: Given.kwargs
    ) -> None:
        """Begin it, unless another one runs."""
        if self._worker is None or self._worker.is_finished:
            self._worker = in_worker(self._screen, "profile", dialog, *given, **named)
