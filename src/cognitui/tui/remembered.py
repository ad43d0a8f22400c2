"""What is remembered of how a person uses the program: at hand at once, and in its file a moment later."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

from cognitui.model.choices import NO_CHOICES, Choices
from cognitui.model.errors import CognituiError
from cognitui.services import Services
from cognitui.tui.background import in_background

Change = Callable[[Choices], Choices]


class Remembered:
    """The choices of a person; a key press never waits for their file."""

    def __init__(self, services: Services) -> None:
        """Takes the parts; `read` reads what earlier runs have kept."""
        self._services = services
        self._early: list[Change] | None = []
        """What was chosen before the file was read; None once it is."""
        self.choices = NO_CHOICES
        """What is known by now."""

    async def read(self) -> None:
        """Reads the file, once; what was chosen meanwhile is newer."""
        if self._early is None:
            return
        choices = await in_background(lambda: self._services.choices.read(), "choices")
        for change in self._early or ():
            choices = change(choices)
        self._early = None
        self.choices = choices

    async def change(self, change: Change) -> None:
        """Takes a choice at once, and keeps it for the next run."""
        self.choices = change(self.choices)
        if self._early is not None:
            self._early.append(change)
        # A full disk, say: what a person chose is no reason to interrupt them, and the next save of theirs tells it.
        with suppress(CognituiError):
            await in_background(lambda: self._services.choices.change(change), "choices")
