"""What stands in front of the main screen, and may be closed before it is composed."""

from __future__ import annotations

import asyncio
from typing import TypeVar

from textual import events
from textual.screen import ModalScreen

Result = TypeVar("Result")


class Dialog(ModalScreen[Result]):
    """Takes keys once its widgets are there; closed before that, it does nothing any more."""

    def __init__(self) -> None:
        """Makes it, not composed yet."""
        super().__init__()
        self._composed = asyncio.Event()

    async def until_composed(self) -> None:
        """Waits until all widgets are there that a key may ask for."""
        await self._composed.wait()

    async def on_event(self, event: events.Event) -> None:
        """Mounts a dialog that is still open: of one that was closed meanwhile, the widgets never came."""
        if not isinstance(event, events.Mount):
            await super().on_event(event)
            return
        try:
            if self in self.app.screen_stack and self.is_attached:
                await super().on_event(event)
        finally:
            self._composed.set()
